//! The wires: at rest a hairline, in the accent where a message travels, dotted where they are cut.

use leptos::prelude::*;

use crate::ui::icons::Icon;
use crate::ui::page::page;
use crate::ui::text::t;
use crate::view::flight::FlightKind;
use crate::view::picture::Cut;
use crate::view::stage::layout::{StageLayout, WorkerForm};
use crate::view::stage::path::Path;
use crate::view::stage::route;
use crate::view::subject::Part;
use crate::view::words::Lang;

use super::scene::{Scene, scene};

/// How round the corners of wires are.
const RADIUS: f64 = 7.0;

/// The wires between the hosts, behind the cards.
#[component]
pub fn Wires() -> impl IntoView {
    let page = page();
    let scene = scene();
    let rest = Memo::new(move |_| scene.layout.with(at_rest));
    let box_of = move || scene.layout.with(|l| format!("0 0 {} {}", l.width, l.height));
    view! {
        <svg class="wires" viewBox=box_of aria-hidden="true">
            <path class="wires__rest" d=rest/>
            <For
                each=move || page.board.flights.keys()
                key=|id| *id
                children=move |id| view! { <Active id=id inner=false/> }
            />
            {move || page.board.cuts.get().into_iter().map(|cut| {
                let d = cut_path(scene, &cut).map(|path| path.svg(RADIUS));
                view! { <path class="wires__cut" d=d/> }
            }).collect_view()}
        </svg>
        {move || {
            let cuts = page.board.cuts.get().into_iter();
            cuts.map(|cut| view! { <CutMark cut=cut/> }).collect_view()
        }}
    }
}

/// The wires inside of the masters, before the cards.
#[component]
pub fn InnerWires() -> impl IntoView {
    let page = page();
    let scene = scene();
    let rest = Memo::new(move |_| scene.layout.with(inner_at_rest));
    let box_of = move || scene.layout.with(|l| format!("0 0 {} {}", l.width, l.height));
    view! {
        <svg class="wires wires--inner" viewBox=box_of aria-hidden="true">
            <path class="wires__rest" d=rest/>
            <For
                each=move || page.board.flights.keys()
                key=|id| *id
                children=move |id| view! { <Active id=id inner=true/> }
            />
        </svg>
    }
}

/// The way of one message; `inner` chooses those that stay inside of a card.
#[component]
fn Active(
    /// The number of the message.
    id: u64,
    /// Whether this is the layer before the cards.
    inner: bool,
) -> impl IntoView {
    let page = page();
    let scene = scene();
    let Some(cell) = page.board.flights.cell(&id) else {
        return ().into_any();
    };
    let (from, to, kind, lost) =
        cell.with_untracked(|f| (f.from.clone(), f.to.clone(), f.kind, f.lost));
    let d = Memo::new(move |_| {
        let (a, b) = (scene.spot(&from)?, scene.spot(&to)?);
        let same =
            matches!((a, b), (route::Spot::Master(a, _), route::Spot::Master(b, _)) if a == b);
        let path = (same == inner).then(|| scene.route(&from, &to)).flatten()?;
        Some(path.svg(RADIUS))
    });
    view! {
        <path
            class="wires__active"
            class:wires__active--vote=kind == FlightKind::Vote
            class:wires__active--lost=lost
            d=d
        />
    }
    .into_any()
}

/// The cross on a cut link.
#[component]
fn CutMark(
    /// The cut.
    cut: Cut,
) -> impl IntoView {
    let page = page();
    let scene = scene();
    let named = cut.clone();
    let style = move || {
        let at = cut_path(scene, &cut)?.at(0.5);
        Some(format!("left:{:.1}px;top:{:.1}px", at.x, at.y))
    };
    let tip = move || format!("{} – {}: {}", named.a, named.b, page.lang.get().cut());
    view! {
        <span class="cut-mark" style=style data-tip=tip>
            <Icon name="cut"/>
            <span class="unseen">{t(Lang::cut)}</span>
        </span>
    }
}

fn cut_path(scene: Scene, cut: &Cut) -> Option<Path> {
    let masters = scene.master(&cut.a).is_some() && scene.master(&cut.b).is_some();
    let from = scene.host_spot(&cut.a, masters)?;
    let to = scene.host_spot(&cut.b, masters)?;
    scene.layout.with(|layout| route::route(layout, from, to))
}

fn at_rest(layout: &StageLayout) -> String {
    let mut out = String::new();
    let mut add = |path: &Path| out.push_str(&path.svg(RADIUS));
    let masters = layout.masters.len();
    for index in 0..masters {
        add(&route::master_wire(layout, index));
        if index + 1 < masters {
            add(&route::raft(layout, index, index + 1));
        }
    }
    let workers = match layout.worker_form {
        // Wires to later rows run between the cards before them; they show when they are used.
        WorkerForm::Card => layout.workers.len().min(layout.columns),
        WorkerForm::Cell | WorkerForm::Square => layout.workers.len().min(1),
    };
    for index in 0..workers {
        add(&route::worker_wire(layout, index));
    }
    if let Some(path) = route::route(layout, route::Spot::Terminal, route::Spot::Balancer) {
        add(&path);
    }
    out
}

fn inner_at_rest(layout: &StageLayout) -> String {
    let mut out = String::new();
    for index in 0..layout.masters.len() {
        for part in [Part::Etcd, Part::Scheduler, Part::Controllers] {
            if let Some(path) = route::local(layout, index, Part::Apiserver, part) {
                out.push_str(&path.svg(4.0));
            }
        }
        if let Some(path) = route::master_stem(layout, index) {
            out.push_str(&path.svg(0.0));
        }
    }
    out
}
