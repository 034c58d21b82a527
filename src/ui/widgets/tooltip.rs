//! One tooltip for the whole page: it shows the `data-tip` of what the pointer or the focus is on.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::ui::dom;
use crate::view::float::{Side, place};
use crate::view::stage::Rect;
use std::time::Duration;

/// What is shown.
#[derive(Clone, PartialEq)]
struct Tip {
    text: String,
    key: Option<String>,
    anchor: Rect,
}

/// The tooltip. It goes with Escape, with a click, and when the pointer or the focus leaves.
#[component]
pub fn TooltipHost() -> impl IntoView {
    const WAIT: Duration = Duration::from_millis(350);
    let tip = RwSignal::new(None::<Tip>);
    // The number of the latest wish to show something; older ones have lost.
    let wish = StoredValue::new(0u32);
    let show = move |target: Option<web_sys::EventTarget>, wait: Duration| {
        let found = target.and_then(|target| find(&target));
        wish.update_value(|wish| *wish += 1);
        let number = wish.get_value();
        match found {
            None => tip.set(None),
            Some(found) => set_timeout(
                move || {
                    if wish.get_value() == number {
                        tip.set(Some(found));
                    }
                },
                wait,
            ),
        }
    };
    let hide = move || {
        wish.update_value(|wish| *wish += 1);
        tip.set(None);
    };
    let listeners = [
        window_event_listener(leptos::ev::pointerover, move |e| {
            if e.pointer_type() != "touch" {
                show(e.target(), WAIT);
            }
        }),
        window_event_listener(leptos::ev::focusin, move |e| {
            let seen = e.target().and_then(|target| target.dyn_into::<Element>().ok());
            let seen = seen.is_some_and(|e| e.matches(":focus-visible").unwrap_or(false));
            show(e.target().filter(|_| seen), Duration::ZERO);
        }),
        window_event_listener(leptos::ev::focusout, move |_| hide()),
        window_event_listener(leptos::ev::pointerdown, move |_| hide()),
        window_event_listener(leptos::ev::keydown, move |e| {
            if e.key() == "Escape" {
                hide();
            }
        }),
    ];
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    view! { {move || tip.get().map(|tip| view! { <Tooltip tip=tip/> })} }
}

#[component]
fn Tooltip(
    /// What to show.
    tip: Tip,
) -> impl IntoView {
    let node: NodeRef<html::Div> = NodeRef::new();
    let at = RwSignal::new(None);
    let anchor = tip.anchor;
    Effect::new(move || {
        if let Some(element) = node.get() {
            let size = dom::rect(&element);
            at.set(Some(place(anchor, size.w, size.h, dom::window_size(), Side::Above)));
        }
    });
    view! {
        <div
            node_ref=node
            class="tooltip"
            class:tooltip--waiting=move || at.get().is_none()
            aria-hidden="true"
            style=move || at.get().map(|at| format!("left:{}px;top:{}px", at.x, at.y))
        >
            {tip.text}
            {tip.key.map(|key| view! { <kbd>{key}</kbd> })}
        </div>
    }
}

/// The tip of an element or of what it is in.
fn find(target: &web_sys::EventTarget) -> Option<Tip> {
    let element = target.dyn_ref::<Element>()?;
    let owner = element.closest("[data-tip]").ok().flatten()?;
    Some(Tip {
        text: owner.get_attribute("data-tip").filter(|text| !text.is_empty())?,
        key: owner.get_attribute("data-key"),
        anchor: dom::rect(&owner),
    })
}
