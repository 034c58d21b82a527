//! A value on a line, for pointer and keyboard.

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use crate::ui::dom;

use super::drag;

/// A slider over whole numbers from 0 to `last`.
#[component]
pub fn Slider(
    /// What it sets.
    #[prop(into)]
    label: Signal<String>,
    /// The greatest value.
    last: usize,
    /// Its value.
    #[prop(into)]
    value: Signal<usize>,
    /// Its value in words.
    #[prop(into)]
    text: Signal<String>,
    /// What happens when it is moved.
    #[prop(into)]
    on_input: Callback<usize>,
) -> impl IntoView {
    let node: NodeRef<html::Div> = NodeRef::new();
    let dragging = RwSignal::new(false);
    let move_to = move |event: &PointerEvent| {
        if let Some(element) = node.get_untracked() {
            let rect = dom::rect(&element);
            let share = (f64::from(event.client_x()) - rect.x) / rect.w.max(1.0);
            let next = (share.clamp(0.0, 1.0) * last as f64).round() as usize;
            if next != value.get_untracked() {
                on_input.run(next);
            }
        }
    };
    let on_down = move |event: PointerEvent| {
        drag::begin(node, &event);
        dragging.set(true);
        move_to(&event);
    };
    let on_move = move |event: PointerEvent| {
        if dragging.get_untracked() {
            move_to(&event);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if let Some(next) = moved(value.get_untracked(), last, &event.key()) {
            event.prevent_default();
            event.stop_propagation();
            on_input.run(next);
        }
    };
    let percent = move || value.get() as f64 * 100.0 / last.max(1) as f64;
    view! {
        <div
            class="slider"
            node_ref=node
            role="slider"
            tabindex="0"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax=last
            aria-valuenow=value
            aria-valuetext=text
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=move |_| dragging.set(false)
            on:pointercancel=move |_| dragging.set(false)
            on:keydown=on_key
        >
            <span class="slider__track"></span>
            <span class="slider__fill" style:width=move || format!("{}%", percent())></span>
            <span class="slider__thumb" style:left=move || format!("{}%", percent())></span>
        </div>
    }
}

/// The value after a key, none when the key is not for a slider.
fn moved(now: usize, last: usize, key: &str) -> Option<usize> {
    match key {
        "ArrowLeft" | "ArrowDown" => Some(now.saturating_sub(1)),
        "ArrowRight" | "ArrowUp" => Some((now + 1).min(last)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}
