//! The edge between two panels, moved by pointer or keyboard.

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

/// Which way the edge moves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Left and right: it stands between columns.
    Columns,
    /// Up and down: it stands between rows.
    Rows,
}

/// A movable edge. It sets the size of the panel on one side of it, in pixels.
#[component]
pub fn Split(
    /// What it sizes.
    #[prop(into)]
    label: Signal<String>,
    /// Which way it moves.
    axis: Axis,
    /// The size it sets.
    size: RwSignal<f64>,
    /// The least size.
    least: f64,
    /// The greatest size.
    most: f64,
    /// Whether the panel lies after the edge instead of before it.
    #[prop(optional)]
    after: bool,
    /// What Enter or a double click does: usually to hide the panel.
    #[prop(into)]
    on_toggle: Callback<()>,
) -> impl IntoView {
    let node: NodeRef<html::Div> = NodeRef::new();
    // Where the pointer went down and how large the panel was then.
    let grip = RwSignal::new(None::<(f64, f64)>);
    let along = move |event: &PointerEvent| {
        f64::from(match axis {
            Axis::Columns => event.client_x(),
            Axis::Rows => event.client_y(),
        })
    };
    let sign = if after { -1.0 } else { 1.0 };
    let resize = move |to: f64| size.set(to.clamp(least, most));
    let on_down = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(element) = node.get_untracked() {
            // Without the capture the drag ends at the edge, which is good enough.
            let _ = element.set_pointer_capture(event.pointer_id());
            let _ = element.focus();
        }
        grip.set(Some((along(&event), size.get_untracked())));
    };
    let on_move = move |event: PointerEvent| {
        if let Some((from, before)) = grip.get_untracked() {
            resize(before + sign * (along(&event) - from));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let by = match (event.key().as_str(), axis) {
            ("ArrowLeft", Axis::Columns) | ("ArrowUp", Axis::Rows) => -16.0,
            ("ArrowRight", Axis::Columns) | ("ArrowDown", Axis::Rows) => 16.0,
            ("Home", _) => -sign * most,
            ("End", _) => sign * most,
            ("Enter", _) => {
                event.prevent_default();
                return on_toggle.run(());
            }
            _ => return,
        };
        event.prevent_default();
        resize(size.get_untracked() + sign * by);
    };
    view! {
        <div
            node_ref=node
            class=match axis {
                Axis::Columns => "split split--columns",
                Axis::Rows => "split split--rows",
            }
            class:split--dragging=move || grip.get().is_some()
            role="separator"
            tabindex="0"
            aria-label=label
            aria-orientation=match axis {
                Axis::Columns => "vertical",
                Axis::Rows => "horizontal",
            }
            aria-valuemin=least
            aria-valuemax=most
            aria-valuenow=move || size.get().round()
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=move |_| grip.set(None)
            on:pointercancel=move |_| grip.set(None)
            on:dblclick=move |_| on_toggle.run(())
            on:keydown=on_key
        ></div>
    }
}
