//! The handle that is dragged through time, over all lanes.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use crate::ui::dom;
use crate::ui::keys::press;
use crate::ui::page::page;
use crate::ui::text::t;
use crate::ui::widgets::drag;
use crate::view::format::instant;
use crate::view::intent::{Intent, SeekTo};
use crate::view::keys::Area;
use crate::view::words::Lang;

use super::lanes::Drawn;
use super::preview::Preview;

/// The slider over the lanes: one Tab stop, the keys of a video player, a preview on hover.
#[component]
pub fn Scrubber() -> impl IntoView {
    let page = page();
    let Drawn { lanes, scale } = expect_context();
    let clock = page.board.clock;
    let node: NodeRef<html::Div> = NodeRef::new();
    // Where the pointer is over the lanes, in pixels.
    let hover = RwSignal::new(None::<f64>);
    let x_of = move |event: &PointerEvent| {
        let rect = node.get_untracked().map(|element| dom::rect(&element)).unwrap_or_default();
        (f64::from(event.client_x()) - rect.x).clamp(0.0, rect.w)
    };
    let seek = move |event: &PointerEvent| {
        let time = scale.get_untracked().time(x_of(event));
        page.send(Intent::Seek(SeekTo::Time(time)));
    };
    let on_down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        drag::begin(node, &event);
        page.scrubbing.set(true);
        page.send(Intent::Pause);
        seek(&event);
    };
    let on_move = move |event: PointerEvent| {
        hover.set((event.pointer_type() != "touch").then(|| x_of(&event)));
        if page.scrubbing.get_untracked() {
            seek(&event);
        }
    };
    let release = move |_: PointerEvent| page.scrubbing.set(false);
    let on_key = move |event: KeyboardEvent| press(page, Area::Timeline, &event, |_| {});
    let value = move || {
        let (position, time) = clock.with(|clock| (clock.position, clock.time));
        let leader = lanes.with(|lanes| {
            let preview = lanes.preview(time, Duration::ZERO);
            preview.term.and_then(|band| band.leader.clone())
        });
        page.lang.get().timeline_value(position, &instant(time), leader.as_deref())
    };
    view! {
        <div
            class="scrubber"
            class:scrubber--dragging=page.scrubbing
            node_ref=node
            role="slider"
            tabindex="0"
            aria-label=t(Lang::timeline)
            aria-valuemin="0"
            aria-valuemax=move || clock.with(|clock| clock.position_end)
            aria-valuenow=move || clock.with(|clock| clock.position)
            aria-valuetext=value
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=release
            on:pointercancel=release
            on:pointerleave=move |_| hover.set(None)
            on:keydown=on_key
        >
            <Future/>
            <Lines hover=hover/>
        </div>
        <Preview at_px=hover/>
    }
}

/// Veils what lies after the instant shown.
#[component]
fn Future() -> impl IntoView {
    let clock = page().board.clock;
    let Drawn { lanes, scale } = expect_context();
    let style = move || {
        let (now, scale) = (clock.with(|clock| clock.time), scale.get());
        let left = scale.x(now).clamp(0.0, scale.width);
        let right = scale.x(lanes.with(|lanes| lanes.end)).clamp(0.0, scale.width);
        format!("left:{left:.1}px;width:{:.1}px", (right - left).max(0.0))
    };
    view! { <span class="scrubber__future" style=style></span> }
}

/// The line of the instant shown, and a faint one under the pointer.
#[component]
fn Lines(
    /// Where the pointer is, in pixels.
    hover: RwSignal<Option<f64>>,
) -> impl IntoView {
    let clock = page().board.clock;
    let Drawn { scale, .. } = expect_context();
    let at = |x: Option<f64>| match x {
        Some(x) => format!("transform:translateX({x:.1}px)"),
        None => "visibility:hidden".to_string(),
    };
    let head = move || {
        let scale = scale.get();
        let x = scale.x(clock.with(|clock| clock.time));
        at((0.0..=scale.width + 0.5).contains(&x).then_some(x))
    };
    view! {
        <span class="scrubber__hover" style=move || at(hover.get())></span>
        <span class="scrubber__head" style=head></span>
    }
}
