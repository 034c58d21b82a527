//! The button that opens the actions of a thing on the map. The keyboard has its own way there.

use leptos::prelude::*;
use web_sys::MouseEvent;

use crate::ui::icons::Icon;
use crate::ui::page::page;
use crate::view::subject::Subject;

/// Three dots.
#[component]
pub fn MoreButton(
    /// What the actions are for.
    subject: Subject,
    /// Its name.
    name: String,
    /// The `id` of the element, for giving the focus back.
    id: String,
    /// Its class, which says where it stands.
    class: &'static str,
) -> impl IntoView {
    let page = page();
    let label = {
        let name = name.clone();
        move || page.lang.get().actions_of(&name)
    };
    let open = move |event: MouseEvent| page.open_context(&event, &subject, &name);
    view! {
        <button type="button" class=class id=id tabindex="-1" aria-label=label on:click=open>
            <Icon name="more"/>
        </button>
    }
}
