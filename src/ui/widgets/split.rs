//! The edge between two panels, moved by pointer or keyboard.

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use super::drag;

/// Which way the edge moves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Left and right: it stands between columns.
    Columns,
    /// Up and down: it stands between rows.
    Rows,
}

impl Axis {
    /// How far an arrow key moves the edge, in pixels; none for keys of the other axis.
    fn step(self, key: &str) -> Option<f64> {
        match (key, self) {
            ("ArrowLeft", Self::Columns) | ("ArrowUp", Self::Rows) => Some(-16.0),
            ("ArrowRight", Self::Columns) | ("ArrowDown", Self::Rows) => Some(16.0),
            _ => None,
        }
    }

    /// Where a pointer is along the axis.
    fn along(self, event: &PointerEvent) -> f64 {
        f64::from(match self {
            Self::Columns => event.client_x(),
            Self::Rows => event.client_y(),
        })
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Columns => "split split--columns",
            Self::Rows => "split split--rows",
        }
    }

    /// The edge lies across its axis.
    const fn orientation(self) -> &'static str {
        match self {
            Self::Columns => "vertical",
            Self::Rows => "horizontal",
        }
    }
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
    let sign = if after { -1.0 } else { 1.0 };
    let resize = move |to: f64| size.set(to.clamp(least, most));
    let on_down = move |event: PointerEvent| {
        event.prevent_default();
        drag::begin(node, &event);
        grip.set(Some((axis.along(&event), size.get_untracked())));
    };
    let on_move = move |event: PointerEvent| {
        if let Some((from, before)) = grip.get_untracked() {
            resize(before + sign * (axis.along(&event) - from));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let key = event.key();
        if key == "Enter" {
            on_toggle.run(());
        } else if let Some(step) = axis.step(&key) {
            resize(size.get_untracked() + sign * step);
        } else {
            return;
        }
        event.prevent_default();
    };
    view! {
        <div
            node_ref=node
            class=axis.class()
            class:split--dragging=move || grip.get().is_some()
            role="separator"
            tabindex="0"
            aria-label=label
            aria-orientation=axis.orientation()
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
