//! Which of the futures is shown, once there is more than one.

use leptos::prelude::*;
use web_sys::MouseEvent;

use crate::ui::icons::Icon;
use crate::ui::page::page;
use crate::ui::widgets::menu::{Group, Item};
use crate::view::clock::BranchView;
use crate::view::format::instant;
use crate::view::intent::Intent;
use crate::view::words::Lang;

fn name_of(branch: &BranchView, lang: Lang) -> String {
    match (branch.name.as_str(), branch.id.0) {
        ("", 0) => lang.branch_main().to_string(),
        ("", number) => lang.branch_number(number),
        (name, _) => name.to_string(),
    }
}

/// The menu of branches; nothing while there is only one.
#[component]
pub fn Branches() -> impl IntoView {
    let page = page();
    let branches = page.board.branches;
    let current = Memo::new(move |_| page.board.clock.with(|clock| clock.branch));
    let shown = move || {
        let lang = page.lang.get();
        branches.with(|all| all.iter().find(|b| b.id == current.get()).map(|b| name_of(b, lang)))
    };
    let open = move |event: MouseEvent| {
        let lang = page.lang.get_untracked();
        let now = current.get_untracked();
        let item = |branch: &BranchView| {
            let id = branch.id;
            Item {
                label: name_of(branch, lang),
                detail: instant(branch.from),
                harmful: false,
                checked: id == now,
                on_choose: Callback::new(move |()| page.send(Intent::Branch(id))),
            }
        };
        let items = branches.with_untracked(|all| all.iter().map(item).collect());
        let group = Group { title: String::new(), items };
        page.open_menu_below(&event, lang.branch().to_string(), vec![group]);
    };
    view! {
        <Show when=move || branches.with(|all| { all.len() > 1 })>
            <button
                type="button"
                id="branch-menu"
                class="button button--quiet branches"
                aria-haspopup="menu"
                on:click=open
            >
                <Icon name="branch"/>
                {shown}
                <Icon name="chevron-down"/>
            </button>
        </Show>
    }
}
