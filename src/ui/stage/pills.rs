//! The labels of messages in flight, on their wires.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::ui::dom;
use crate::ui::icons::Icon;
use crate::ui::page::{Page, page};
use crate::view::flight::{Flight, FlightKind};
use crate::view::stage::Point;
use crate::view::stage::path::Path;
use crate::view::stage::pills::{Heading, Pill, declutter, pill_width};
use crate::view::subject::Subject;

use super::scene::{Scene, scene};

/// How long a label takes to glide to where a step puts it.
const GLIDE_MS: f64 = 320.0;

/// Where each label stands and how far its message has come on the screen.
type Places = BTreeMap<u64, (Point, Heading)>;

/// All labels.
#[component]
pub fn Pills() -> impl IntoView {
    let page = page();
    let scene = scene();
    let shown = RwSignal::new(BTreeMap::<u64, f64>::new());
    glide(shown);
    let places = Memo::new(move |_| {
        let flights = page.board.flights.keys().into_iter();
        let flights = flights.filter_map(|id| Some(page.board.flights.cell(&id)?.get()));
        let flights: Vec<Flight> = flights.collect();
        shown.with(|shown| place_all(scene, &flights, shown))
    });
    view! {
        <For
            each=move || page.board.flights.keys()
            key=|id| *id
            children=move |id| view! { <PillView id=id places=places/> }
        />
    }
}

fn place_all(scene: Scene, flights: &[Flight], shown: &BTreeMap<u64, f64>) -> Places {
    let mut headings = BTreeMap::new();
    let mut pills = Vec::with_capacity(flights.len());
    for flight in flights {
        let Some(path) = scene.route(&flight.from, &flight.to) else {
            continue;
        };
        let fraction = shown.get(&flight.id).copied().unwrap_or(flight.fraction);
        headings.insert(flight.id, heading(&path, fraction));
        pills.push(Pill { id: flight.id, at: path.at(fraction), width: pill_width(&flight.label) });
    }
    let width = scene.layout.with(|layout| layout.width);
    (declutter(pills, width).into_iter())
        .map(|pill| (pill.id, (pill.at, headings[&pill.id])))
        .collect()
}

fn heading(path: &Path, fraction: f64) -> Heading {
    Heading::along(path, fraction)
}

/// Lets labels glide to where a step puts them; while time plays they follow it directly.
fn glide(shown: RwSignal<BTreeMap<u64, f64>>) {
    let page = page();
    let running = StoredValue::new(false);
    Effect::new(move || {
        let ids = page.board.flights.keys();
        for id in &ids {
            if let Some(cell) = page.board.flights.cell(id) {
                cell.track();
            }
        }
        let playing = page.board.clock.with_untracked(|clock| clock.playing);
        if playing || dom::calm() {
            shown.update(BTreeMap::clear);
        } else if !running.get_value() {
            running.set_value(true);
            glide_frame(page, shown, running, dom::now_ms());
        }
    });
}

fn glide_frame(
    page: Page,
    shown: RwSignal<BTreeMap<u64, f64>>,
    running: StoredValue<bool>,
    before_ms: f64,
) {
    request_animation_frame(move || {
        let now = dom::now_ms();
        let share = ((now - before_ms) / GLIDE_MS).clamp(0.0, 1.0);
        let mut moving = false;
        let mut next = BTreeMap::new();
        for id in untrack(|| page.board.flights.keys()) {
            let Some(cell) = page.board.flights.cell(&id) else {
                continue;
            };
            let target = cell.with_untracked(|flight| flight.fraction);
            let start = shown.with_untracked(|shown| shown.get(&id).copied()).unwrap_or(0.0);
            // Each frame covers a share of what is left, which slows down softly.
            let at = start + (target - start) * (share * 3.0).min(1.0);
            let there = (target - at).abs() < 0.004;
            moving |= !there;
            next.insert(id, if there { target } else { at });
        }
        shown.set(next);
        if moving {
            glide_frame(page, shown, running, now);
        } else {
            running.set_value(false);
        }
    });
}

#[component]
fn PillView(
    /// The number of the message.
    id: u64,
    /// Where the labels stand.
    places: Memo<Places>,
) -> impl IntoView {
    let page = page();
    let Some(cell) = page.board.flights.cell(&id) else {
        return ().into_any();
    };
    let (label, kind, lost) = cell.with_untracked(|f| (f.label.clone(), f.kind, f.lost));
    let place = Memo::new(move |_| places.with(|places| places.get(&id).copied()));
    let style = move || {
        let (at, _) = place.get()?;
        Some(format!("transform:translate({:.1}px,{:.1}px) translate(-50%,-50%)", at.x, at.y))
    };
    let arrow = Signal::derive(move || place.get().map_or("right", |(_, heading)| heading.slug()));
    let class = match kind {
        FlightKind::Raft => "pill pill--raft",
        FlightKind::Vote => "pill pill--vote",
        FlightKind::Request => "pill",
        FlightKind::Response => "pill pill--response",
    };
    let name = move || {
        cell.with(|flight| {
            format!("{}: {} → {}", flight.label, flight.from.label(), flight.to.label())
        })
    };
    let tip = name.clone();
    view! {
        <button
            type="button"
            class=class
            class:pill--lost=lost
            class:pill--hidden=move || place.get().is_none()
            style=style
            tabindex="-1"
            aria-label=name
            data-tip=tip
            on:click=move |_| page.select(Subject::Message(id))
        >
            <span class="pill__label">{label.to_string()}</span>
            <Icon name=arrow/>
        </button>
    }
    .into_any()
}
