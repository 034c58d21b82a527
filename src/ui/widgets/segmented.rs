//! One of a few options, all in view: a radio group.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::ui::dom;

/// One option: its value, its words, and a longer explanation.
#[derive(Clone)]
pub struct Choice {
    /// What is chosen with it.
    pub value: usize,
    /// Its words.
    pub label: Signal<String>,
    /// Its explanation, as a tooltip; may be empty.
    pub hint: Signal<String>,
}

/// A radio group drawn as one piece.
#[component]
pub fn Segmented(
    /// A name for its elements, once in the document.
    name: &'static str,
    /// What is chosen here.
    #[prop(into)]
    label: Signal<String>,
    /// The options.
    choices: Vec<Choice>,
    /// The value of the chosen one.
    #[prop(into)]
    chosen: Signal<usize>,
    /// What happens when another one is chosen.
    #[prop(into)]
    on_choose: Callback<usize>,
) -> impl IntoView {
    let count = choices.len();
    let values: Vec<usize> = choices.iter().map(|choice| choice.value).collect();
    let on_key = move |event: KeyboardEvent| {
        let now = values.iter().position(|&value| value == chosen.get_untracked());
        let now = now.unwrap_or(0);
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (now + 1) % count,
            "ArrowLeft" | "ArrowUp" => (now + count - 1) % count,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        on_choose.run(values[next]);
        dom::focus(&format!("{name}-{}", values[next]));
    };
    let options = choices.into_iter().map(|choice| {
        let value = choice.value;
        let on = move || chosen.get() == value;
        let hint = choice.hint;
        view! {
            <button
                type="button"
                role="radio"
                id=format!("{name}-{value}")
                class="segmented__option"
                aria-checked=move || on().to_string()
                tabindex=move || if on() { "0" } else { "-1" }
                data-tip=move || Some(hint.get()).filter(|hint| !hint.is_empty())
                on:click=move |_| on_choose.run(value)
            >
                {choice.label}
            </button>
        }
    });
    view! {
        <div class="segmented" role="radiogroup" aria-label=label on:keydown=on_key>
            {options.collect_view()}
        </div>
    }
}
