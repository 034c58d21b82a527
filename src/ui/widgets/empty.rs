//! A place with nothing in it: what it is for, and what to do.

use leptos::prelude::*;

use crate::ui::icons::Icon;

/// Says that there is nothing, and what to do about it.
#[component]
pub fn Empty(
    /// An icon of what would be here.
    icon: &'static str,
    /// That there is nothing.
    #[prop(into)]
    title: Signal<String>,
    /// What to do.
    #[prop(into)]
    hint: Signal<String>,
    /// A button that does it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty__icon"><Icon name=icon/></span>
            <p class="empty__title">{title}</p>
            <p class="empty__hint">{hint}</p>
            {children.map(|children| view! { <div class="empty__action">{children()}</div> })}
        </div>
    }
}
