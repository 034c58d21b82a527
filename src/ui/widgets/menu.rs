//! Menus: one open at a time, for pointer and keyboard.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

use crate::ui::dom;
use crate::ui::icons::Icon;
use crate::ui::page::{Page, page};
use crate::view::float::{Side, place};
use crate::view::stage::Rect;

/// One item.
#[derive(Clone)]
pub struct Item {
    /// What it says.
    pub label: String,
    /// A second line in the fixed-width family; may be empty.
    pub detail: String,
    /// Whether it takes something away.
    pub harmful: bool,
    /// Whether it is the one of its group that holds now.
    pub checked: bool,
    /// What it does.
    pub on_choose: Callback<()>,
}

/// Items under one title; the title may be empty.
#[derive(Clone)]
pub struct Group {
    /// The title.
    pub title: String,
    /// The items.
    pub items: Vec<Item>,
}

/// A menu that is open.
#[derive(Clone)]
pub struct OpenMenu {
    /// What it belongs to, in the window.
    pub anchor: Rect,
    /// Its items.
    pub groups: Vec<Group>,
    /// Its name.
    pub label: String,
    /// The `id` of the element that gets the focus back.
    pub opener: String,
}

impl Page {
    /// Opens a menu below the element an event happened on.
    pub fn open_menu_below(self, event: &MouseEvent, label: String, groups: Vec<Group>) {
        let target = event.current_target();
        if let Some(element) = target.and_then(|target| target.dyn_into::<Element>().ok()) {
            self.open_menu(dom::rect(&element), element.id(), label, groups);
        }
    }

    /// Opens a menu beside `anchor`; the element `opener` gets the focus back. A menu without
    /// items does not open.
    pub fn open_menu(self, anchor: Rect, opener: String, label: String, groups: Vec<Group>) {
        let groups: Vec<Group> = groups.into_iter().filter(|g| !g.items.is_empty()).collect();
        if !groups.is_empty() {
            self.menu.set(Some(OpenMenu { anchor, groups, label, opener }));
        }
    }
}

/// Where the open menu stands.
#[component]
pub fn MenuHost() -> impl IntoView {
    let page = page();
    view! { {move || page.menu.get().map(|menu| view! { <Menu menu=menu/> })} }
}

#[component]
fn Menu(
    /// What to show.
    menu: OpenMenu,
) -> impl IntoView {
    let page = page();
    let node: NodeRef<html::Div> = NodeRef::new();
    let style = RwSignal::new(String::from("visibility:hidden"));
    let OpenMenu { anchor, groups, label, opener } = menu;
    let side = if anchor.x > dom::window_size().0 / 2.0 { Side::BelowEnd } else { Side::Below };
    Effect::new(move || {
        if let Some(element) = node.get() {
            let size = dom::rect(&element);
            let at = place(anchor, size.w, size.h, dom::window_size(), side);
            style.set(format!("left:{}px;top:{}px", at.x, at.y));
            request_animation_frame(move || focus_item(&element, |_, _| Some(0)));
        }
    });
    let close = StoredValue::new(opener);
    let close = move |give_back: bool| {
        page.menu.set(None);
        if give_back {
            close.with_value(|opener| dom::focus(opener));
        }
    };
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let inside = node.get_untracked().is_some_and(|node| node.contains(target.as_ref()));
        if !inside {
            close(false);
        }
    });
    on_cleanup(move || outside.remove());
    let on_key = move |event: KeyboardEvent| {
        event.stop_propagation();
        let Some(element) = node.get_untracked() else {
            return;
        };
        match event.key().as_str() {
            "Escape" | "Tab" => close(true),
            "ArrowDown" => focus_item(&element, |now, n| Some(now.map_or(0, |now| (now + 1) % n))),
            "ArrowUp" => focus_item(&element, |now, n| Some((now.unwrap_or(0) + n - 1) % n)),
            "Home" => focus_item(&element, |_, _| Some(0)),
            "End" => focus_item(&element, |_, n| n.checked_sub(1)),
            letter if letter.chars().count() == 1 && letter != " " => {
                focus_letter(&element, letter)
            }
            _ => return,
        }
        event.prevent_default();
    };
    let choose = Callback::new(move |item: Callback<()>| {
        close(true);
        item.run(());
    });
    view! {
        <div node_ref=node class="menu" role="menu" aria-label=label style=style on:keydown=on_key>
            {groups
                .into_iter()
                .map(|group| view! { <MenuGroup group=group choose=choose/> })
                .collect_view()}
        </div>
    }
}

#[component]
fn MenuGroup(
    /// The items and their title.
    group: Group,
    /// What happens when one is chosen.
    choose: Callback<Callback<()>>,
) -> impl IntoView {
    let checks = group.items.iter().any(|item| item.checked);
    let items = group.items.into_iter().map(move |item| {
        let on_choose = item.on_choose;
        view! {
            <button
                type="button"
                role=if checks { "menuitemradio" } else { "menuitem" }
                aria-checked=checks.then(|| item.checked.to_string())
                tabindex="-1"
                class="menu__item"
                class:menu__item--harmful=item.harmful
                on:click=move |_| choose.run(on_choose)
            >
                <span class="menu__text">
                    <span class="menu__label">{item.label}</span>
                    {(!item.detail.is_empty())
                        .then(|| view! { <span class="menu__command">{item.detail}</span> })}
                </span>
                {item.checked.then(|| view! {
                    <span class="menu__check"><Icon name="check"/></span>
                })}
            </button>
        }
    });
    let title = group.title.clone();
    view! {
        <div class="menu__group" role="group" aria-label=(!title.is_empty()).then_some(title)>
            {(!group.title.is_empty())
                .then(|| view! { <div class="menu__title" role="presentation">{group.title}</div> })}
            {items.collect_view()}
        </div>
    }
}

fn items(menu: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = menu.query_selector_all(".menu__item") else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

/// Focuses the item whose number `next` works out from that of the focused one and the count.
fn focus_item(menu: &HtmlElement, next: impl FnOnce(Option<usize>, usize) -> Option<usize>) {
    let items = items(menu);
    let active = document().active_element();
    let now = items.iter().position(|item| Some(item.as_ref()) == active.as_ref());
    if items.is_empty() {
        return;
    }
    if let Some(item) = next(now, items.len()).and_then(|index| items.get(index)) {
        // It may have gone in this very moment.
        let _ = item.focus();
    }
}

/// Focuses the next item that begins with a letter.
fn focus_letter(menu: &HtmlElement, letter: &str) {
    let all = items(menu);
    let letter = letter.to_lowercase();
    let starts = |item: &HtmlElement| {
        let text = item.text_content().unwrap_or_default();
        text.to_lowercase().starts_with(&letter)
    };
    focus_item(menu, |now, count| {
        let first = now.map_or(0, |now| now + 1);
        (0..count).map(|step| (first + step) % count).find(|&index| starts(&all[index]))
    });
}
