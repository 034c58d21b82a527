//! The symbols of the page: own drawings on a grid of 16 pixels, and the shapes of the states.

use leptos::prelude::*;

/// All symbols, once in the document; every icon refers to one of them.
const SHEET: &str = include_str!("icons.svg");

/// The sheet of symbols. It stands once in the document.
#[component]
pub fn IconSheet() -> impl IntoView {
    view! { <svg class="icon-sheet" aria-hidden="true" inner_html=SHEET></svg> }
}

/// An icon. It says nothing by itself: what it stands on has a name.
#[component]
pub fn Icon(
    /// Which one: the name of its symbol without `i-`.
    #[prop(into)]
    name: Signal<&'static str>,
) -> impl IntoView {
    let inside = move || format!("<use href=\"#i-{}\"/>", name.get());
    view! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" inner_html=inside></svg> }
}
