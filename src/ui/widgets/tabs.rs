//! Tabs: one of several panels, chosen with the pointer or the arrow keys.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::ui::dom;

/// One tab.
#[derive(Clone)]
pub struct Tab {
    /// Its value, and a part of the ids of its elements.
    pub id: &'static str,
    /// Its words.
    pub label: Signal<String>,
    /// A number beside them, when there is one to show.
    pub count: Signal<Option<usize>>,
}

impl Tab {
    /// A tab without a number.
    pub fn new(id: &'static str, label: impl Into<Signal<String>>) -> Self {
        Self { id, label: label.into(), count: Signal::stored(None) }
    }
}

/// The `id` of the panel of a tab.
pub fn panel_id(name: &str, tab: &str) -> String {
    format!("{name}-panel-{tab}")
}

/// The `id` of a tab.
pub fn tab_id(name: &str, tab: &str) -> String {
    format!("{name}-tab-{tab}")
}

/// A row of tabs. The panels are the caller's, with the ids of [`panel_id`].
#[component]
pub fn Tabs(
    /// A name for its elements, once in the document.
    name: &'static str,
    /// What the tabs choose between.
    #[prop(into)]
    label: Signal<String>,
    /// The tabs.
    tabs: Vec<Tab>,
    /// The id of the chosen one.
    #[prop(into)]
    chosen: Signal<&'static str>,
    /// What happens when another one is chosen.
    #[prop(into)]
    on_choose: Callback<&'static str>,
) -> impl IntoView {
    let ids: Vec<&'static str> = tabs.iter().map(|tab| tab.id).collect();
    let on_key = move |event: KeyboardEvent| {
        let now = ids.iter().position(|&id| id == chosen.get_untracked()).unwrap_or(0);
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % ids.len(),
            "ArrowLeft" => (now + ids.len() - 1) % ids.len(),
            "Home" => 0,
            "End" => ids.len() - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        on_choose.run(ids[next]);
        dom::focus(&tab_id(name, ids[next]));
    };
    let row = tabs.into_iter().map(|tab| {
        let id = tab.id;
        let on = move || chosen.get() == id;
        view! {
            <button
                type="button"
                role="tab"
                id=tab_id(name, id)
                class="tabs__tab"
                aria-selected=move || on().to_string()
                aria-controls=panel_id(name, id)
                tabindex=move || if on() { "0" } else { "-1" }
                on:click=move |_| on_choose.run(id)
            >
                {tab.label}
                {move || tab.count.get().map(|count| {
                    view! { <span class="tabs__count">{count}</span> }
                })}
            </button>
        }
    });
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=on_key>
            {row.collect_view()}
        </div>
    }
}
