//! Words and sentences as views.

use leptos::prelude::*;

use crate::view::pod::PodLook;
use crate::view::story::{Bit, Sentence};
use crate::view::words::Lang;

use super::page::page;

/// A message that follows the language of the page.
pub fn t(
    word: fn(Lang) -> &'static str,
) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let lang = page().lang;
    move || word(lang.get())
}

/// A sentence with its names: what can be selected is a button.
#[component]
pub fn Words(
    /// The sentence, in the language of the page.
    sentence: Sentence,
) -> impl IntoView {
    let page = page();
    let bits = sentence.into_iter().map(move |bit| match bit {
        Bit::Text(text) => text.to_string().into_any(),
        Bit::Mono(text) => {
            view! { <span class="sentence__mono">{text.to_string()}</span> }.into_any()
        }
        Bit::Strong(text) => {
            view! { <strong class="sentence__strong">{text.to_string()}</strong> }.into_any()
        }
        Bit::Link(text, subject) => view! {
            <button
                type="button"
                class="sentence__link"
                on:click=move |event| {
                    event.stop_propagation();
                    page.select(subject.clone());
                }
            >
                {text.to_string()}
            </button>
        }
        .into_any(),
    });
    bits.collect_view()
}

/// A sentence without buttons, for places that are a button themselves.
#[component]
pub fn PlainWords(
    /// The sentence, in the language of the page.
    sentence: Sentence,
) -> impl IntoView {
    let bits = sentence.into_iter().map(|bit| match bit {
        Bit::Text(text) => text.to_string().into_any(),
        Bit::Strong(text) => view! { <strong>{text.to_string()}</strong> }.into_any(),
        Bit::Mono(text) | Bit::Link(text, _) => {
            view! { <span class="sentence__mono">{text.to_string()}</span> }.into_any()
        }
    });
    bits.collect_view()
}

/// The shape of a pod's state.
#[component]
pub fn Look(
    /// Which one.
    #[prop(into)]
    look: Signal<PodLook>,
) -> impl IntoView {
    let inside = move || format!("<use href=\"#look-{}\"/>", look.get().slug());
    view! { <svg class="look" viewBox="0 0 10 10" aria-hidden="true" inner_html=inside></svg> }
}
