//! The lanes: Raft terms, writes, scheduler, pods ready, and what people did, over one axis.

use std::sync::Arc;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;

use crate::ui::dom;
use crate::ui::page::{Centre, page};
use crate::ui::text::t;
use crate::ui::widgets::IconButton;
use crate::view::lanes::{LanesView, MarkerShape, Scale, Window};
use crate::view::words::Lang;

use super::scrubber::Scrubber;

/// The height of a lane.
const LANE_PX: f64 = 18.0;
/// Markers closer than this are one.
const MARKER_GAP_PX: f64 = 14.0;

/// What every lane is drawn from.
#[derive(Clone, Copy)]
pub struct Drawn {
    /// The history.
    pub lanes: RwSignal<Arc<LanesView>>,
    /// Time to pixels.
    pub scale: Memo<Scale>,
}

/// The right half of the time bar.
#[component]
pub fn Lanes() -> impl IntoView {
    let page = page();
    let node: NodeRef<html::Div> = NodeRef::new();
    let width = RwSignal::new(900.0);
    Effect::new(move || {
        if let Some(element) = node.get() {
            dom::on_resize(&element, move |w, _| width.set(w));
        }
    });
    let lanes = page.board.lanes;
    let scale = Memo::new(move |_| {
        let extent = lanes.with(|lanes| lanes.extent());
        Scale::new(page.window.get(), extent, width.get())
    });
    Effect::new(move || {
        // What plays stays in view.
        let now = page.board.clock.with(|clock| clock.time);
        let extent = lanes.with_untracked(|lanes| lanes.extent());
        let window = page.window.get_untracked();
        let followed = window.following(now, extent);
        if followed != window {
            page.window.set(followed);
        }
    });
    let drawn = Drawn { lanes, scale };
    provide_context(drawn);
    let bench = move || page.centre.get() == Centre::Raft;
    let name =
        |word: fn(Lang) -> &'static str| view! { <span class="lanes__name">{t(word)}</span> };
    view! {
        <div class="lanes">
            <div class="lanes__names" aria-hidden="true">
                {name(Lang::lane_term)}
                {name(Lang::lane_writes)}
                {move || match bench() {
                    true => [name(Lang::lane_elections), name(Lang::lane_upheavals)],
                    false => [name(Lang::lane_scheduler), name(Lang::lane_ready)],
                }}
                {name(Lang::lane_events)}
            </div>
            <div class="lanes__field" node_ref=node>
                <Terms/>
                <TicksLane of=|lanes| lanes.writes.clone() class="lanes__ticks lanes__ticks--writes"/>
                <Show when=bench fallback=|| view! { <ClusterLanes/> }>
                    <BenchLanes/>
                </Show>
                <Markers/>
                <Axis/>
                <Ghost/>
                <Scrubber/>
            </div>
            <ZoomButtons/>
        </div>
    }
}

/// What is told of a cluster.
#[component]
fn ClusterLanes() -> impl IntoView {
    view! {
        <TicksLane of=|lanes| lanes.decisions.clone() class="lanes__ticks lanes__ticks--decisions"/>
        <ReadyLane/>
    }
}

/// What is told of members of etcd.
#[component]
fn BenchLanes() -> impl IntoView {
    view! {
        <TicksLane of=|lanes| lanes.elections.clone() class="lanes__ticks lanes__ticks--elections"/>
        <TicksLane of=|lanes| lanes.upheavals.clone() class="lanes__ticks lanes__ticks--upheavals"/>
    }
}

fn drawn() -> Drawn {
    expect_context()
}

/// The bands of Raft terms.
#[component]
fn Terms() -> impl IntoView {
    let page = page();
    let Drawn { lanes, scale } = drawn();
    let bands = Memo::new(move |_| lanes.with(|l| scale.get().bands(&l.terms, l.end)));
    let band = move |band: crate::view::lanes::BandShape| {
        let lang = page.lang.get();
        let style = format!("left:{:.1}px;width:{:.1}px", band.x, band.width);
        let class = match &band.leader {
            Some(_) => format!("lanes__band lanes__band--{}", band.term % 4),
            None => "lanes__band lanes__band--none".to_string(),
        };
        let text = match band.leader {
            Some(leader) => lang.term_of(band.term, &leader),
            None => lang.electing().to_string(),
        };
        let fits = band.width > text.chars().count() as f64 * 6.5 + 12.0;
        view! { <span class=class style=style>{fits.then_some(text)}</span> }
    };
    view! {
        <div class="lanes__lane" style=format!("height:{LANE_PX}px")>
            {move || bands.get().into_iter().map(band).collect_view()}
        </div>
    }
}

/// A lane of instants.
#[component]
fn TicksLane(
    /// Which instants.
    of: fn(&LanesView) -> Vec<Duration>,
    /// The class of its drawing.
    class: &'static str,
) -> impl IntoView {
    let Drawn { lanes, scale } = drawn();
    let d = Memo::new(move |_| {
        let times = lanes.with(|lanes| of(lanes));
        scale.get().ticks_path(&times, LANE_PX - 2.0)
    });
    view! {
        <svg class="lanes__lane" style=format!("height:{LANE_PX}px") aria-hidden="true">
            <path class=class d=d/>
        </svg>
    }
}

/// Ready and wanted pods.
#[component]
fn ReadyLane() -> impl IntoView {
    let Drawn { lanes, scale } = drawn();
    let paths =
        Memo::new(move |_| lanes.with(|l| scale.get().ready_paths(&l.ready, l.end, LANE_PX)));
    view! {
        <svg class="lanes__lane" style=format!("height:{LANE_PX}px") aria-hidden="true">
            <path class="lanes__wanted" d=move || paths.with(|paths| paths.1.clone())/>
            <path class="lanes__ready" d=move || paths.with(|paths| paths.0.clone())/>
        </svg>
    }
}

/// What people did, and other turns.
#[component]
fn Markers() -> impl IntoView {
    let Drawn { lanes, scale } = drawn();
    let shapes =
        Memo::new(move |_| lanes.with(|lanes| scale.get().markers(&lanes.markers, MARKER_GAP_PX)));
    let mark = move |shape: MarkerShape| {
        let kind = lanes.with_untracked(|lanes| lanes.markers[shape.index].kind);
        view! {
            <span
                class=format!("lanes__marker lanes__marker--{}", kind.slug())
                style=format!("left:{:.1}px", shape.x)
            >
                {(shape.count > 1).then_some(shape.count)}
            </span>
        }
    };
    view! {
        <div class="lanes__lane lanes__lane--markers" style=format!("height:{LANE_PX}px")>
            {move || shapes.get().into_iter().map(mark).collect_view()}
        </div>
    }
}

#[component]
fn Axis() -> impl IntoView {
    let Drawn { scale, .. } = drawn();
    let ticks = move || {
        let scale = scale.get();
        let ticks = scale.axis(84.0).into_iter();
        ticks
            .map(|tick| {
                let edge = if tick.x < 16.0 {
                    "lanes__tick lanes__tick--first"
                } else if tick.x > scale.width - 24.0 {
                    "lanes__tick lanes__tick--last"
                } else {
                    "lanes__tick"
                };
                view! { <span class=edge style=format!("left:{:.1}px", tick.x)>{tick.label}</span> }
            })
            .collect_view()
    };
    view! { <div class="lanes__axis" aria-hidden="true">{ticks}</div> }
}

/// The future that was left when this branch began.
#[component]
fn Ghost() -> impl IntoView {
    let Drawn { lanes, scale } = drawn();
    let style = move || {
        let (from, to) = lanes.with(|lanes| lanes.ghost)?;
        let scale = scale.get();
        let (left, right) = (scale.x(from).max(0.0), scale.x(to).min(scale.width));
        (right > left).then(|| format!("left:{left:.1}px;width:{:.1}px", right - left))
    };
    view! {
        {move || style().map(|style| view! {
            <div class="lanes__ghost" style=style><span>{t(Lang::old_future)}</span></div>
        })}
    }
}

#[component]
fn ZoomButtons() -> impl IntoView {
    let page = page();
    let word = |word: fn(Lang) -> &'static str| {
        let word = t(word);
        Signal::derive(move || word().to_string())
    };
    let zoom = move |closer: bool| {
        let extent = page.board.lanes.with_untracked(|lanes| lanes.extent());
        let now = page.board.clock.with_untracked(|clock| clock.time);
        page.window.update(|window| *window = window.zoomed(closer, now, extent));
    };
    let whole = Signal::derive(move || page.window.get() == Window::All);
    view! {
        <div class="lanes__zoom">
            <IconButton icon="zoom-in" key="W" class="icon-button--small" label=word(Lang::zoom_in)
                on_click=move |_| zoom(true)/>
            <IconButton icon="zoom-out" key="S" class="icon-button--small" label=word(Lang::zoom_out)
                disabled=whole on_click=move |_| zoom(false)/>
            <IconButton icon="fit" class="icon-button--small" label=word(Lang::zoom_fit)
                disabled=whole on_click=move |_| page.window.set(Window::All)/>
        </div>
    }
}
