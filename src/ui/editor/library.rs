//! The library of examples as a menu.

use leptos::prelude::*;
use web_sys::MouseEvent;

use crate::ui::icons::Icon;
use crate::ui::page::page;
use crate::ui::text::t;
use crate::ui::widgets::menu::{Group, Item};
use crate::view::manuscript::ExampleView;
use crate::view::words::Lang;

/// The button that opens the library.
#[component]
pub fn LibraryButton() -> impl IntoView {
    let page = page();
    let item = move |example: &ExampleView, lang: Lang| {
        let (file, text) = (example.file.clone(), example.text.clone());
        Item {
            label: lang.pick(&example.title).to_string(),
            detail: example.file.to_string(),
            harmful: false,
            checked: false,
            on_choose: Callback::new(move |()| page.files.open(file.clone(), text.clone())),
        }
    };
    let open = move |event: MouseEvent| {
        let lang = page.lang.get_untracked();
        let groups = page.board.examples.with_untracked(|groups| {
            let group = |group: &crate::view::manuscript::ExampleGroup| Group {
                title: lang.pick(&group.title).to_string(),
                items: group.examples.iter().map(|example| item(example, lang)).collect(),
            };
            groups.iter().map(group).collect()
        });
        page.open_menu_below(&event, lang.examples().to_string(), groups);
    };
    view! {
        <button
            type="button"
            id="library"
            class="button button--quiet"
            aria-haspopup="menu"
            on:click=open
        >
            <Icon name="book"/>
            {t(Lang::examples)}
        </button>
    }
}
