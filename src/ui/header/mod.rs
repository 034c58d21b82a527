//! The head of the page: its name, the views, what breaks things, language, theme, help.

use leptos::prelude::*;
use web_sys::MouseEvent;

use super::icons::Icon;
use super::page::{Centre, Dialog, Panel, page};
use super::text::t;
use super::widgets::IconButton;
use crate::view::hands::break_menu;
use crate::view::raft::{RaftView, Troupe};
use crate::view::words::Lang;

/// The mark of the page, from the sheet of symbols.
const MARK: &str = r##"<use href="#orrery"/>"##;

/// The head of the page.
#[component]
pub fn Header() -> impl IntoView {
    let page = page();
    let board = page.board;
    let summary = move || {
        let alone = |raft: &RaftView| {
            (raft.troupe != Troupe::Cluster).then(|| (raft.voters, raft.quorum()))
        };
        if let Some((members, quorum)) = board.raft.with(|raft| alone(raft)) {
            return page.lang.get().raft_summary(members, quorum);
        }
        let (masters, workers) = (board.masters.len(), board.workers.len());
        page.lang.get().cluster_summary(masters, workers, board.seed.get())
    };
    view! {
        <header class="header">
            <h1 class="header__logo">
                <svg class="header__mark" viewBox="0 0 24 24" aria-hidden="true" inner_html=MARK></svg>
                <span class="header__name">{t(Lang::app_name)}</span>
            </h1>
            <Views/>
            <div class="header__tools">
                <span class="header__summary">{summary}</span>
                <BreakButton/>
                <PanelToggles/>
                <span class="header__rule"></span>
                <Switches/>
            </div>
        </header>
    }
}

/// The views of the middle.
#[component]
fn Views() -> impl IntoView {
    let page = page();
    let link = move |centre: Centre, icon: &'static str, word: fn(Lang) -> &'static str| {
        view! {
            <button
                type="button"
                class="header__view"
                aria-current=move || (page.centre.get() == centre).then_some("page")
                on:click=move |_| {
                    page.centre.set(centre);
                    page.panel.set(Panel::Stage);
                }
            >
                <Icon name=icon/>
                <span>{t(word)}</span>
            </button>
        }
    };
    view! {
        <nav class="header__views" aria-label=t(Lang::views)>
            {link(Centre::Placement, "map", Lang::view_placement)}
            {link(Centre::Raft, "crown", Lang::view_raft)}
            {link(Centre::Objects, "tree", Lang::view_objects)}
        </nav>
    }
}

/// The menu of what a person can break without selecting anything first.
#[component]
fn BreakButton() -> impl IntoView {
    let page = page();
    let open = move |event: MouseEvent| {
        let lang = page.lang.get_untracked();
        let hands = page.board.picture.with_value(|picture| break_menu(picture, lang));
        let label = lang.break_something().to_string();
        page.open_menu_below(&event, label, page.menu_groups(hands));
    };
    view! {
        <button
            type="button"
            id="break-menu"
            class="button header__break"
            aria-haspopup="menu"
            aria-expanded=move || {
                page.menu.with(|menu| menu.as_ref().is_some_and(|m| m.opener == "break-menu")).to_string()
            }
            on:click=open
        >
            <Icon name="break"/>
            <span class="header__break-word">{t(Lang::break_something)}</span>
        </button>
    }
}

/// Shows and hides the side columns, where there are any.
#[component]
fn PanelToggles() -> impl IntoView {
    let page = page();
    let toggle = move |open: RwSignal<bool>, icon: &'static str, word: fn(Lang) -> &'static str| {
        let word = t(word);
        view! {
            <IconButton
                icon=icon
                class="header__panel"
                label=Signal::derive(move || word().to_string())
                pressed=Signal::from(open)
                on_click=move |_| open.update(|open| *open = !*open)
            />
        }
    };
    view! {
        {toggle(page.left_open, "panel-left", Lang::toggle_left)}
        {toggle(page.right_open, "panel-right", Lang::toggle_right)}
    }
}

/// Language, theme, help.
#[component]
fn Switches() -> impl IntoView {
    let page = page();
    let theme = Signal::derive(move || {
        let lang = page.lang.get();
        let word = if page.dark.get() { lang.theme_to_light() } else { lang.theme_to_dark() };
        word.to_string()
    });
    let theme_icon = Signal::derive(move || if page.dark.get() { "sun" } else { "moon" });
    let (help, portable) = (t(Lang::help), t(Lang::portable));
    view! {
        <IconButton
            id="portable-button"
            icon="file"
            label=Signal::derive(move || portable().to_string())
            on_click=move |_| page.dialog.set(Some(Dialog::Portable))
        />
        <button
            type="button"
            class="button button--quiet header__lang"
            lang=move || page.lang.get().other().tag()
            data-tip=t(Lang::switch_language)
            on:click=move |_| page.lang.update(|lang| *lang = lang.other())
        >
            {t(Lang::other_language)}
        </button>
        <IconButton
            icon=theme_icon
            label=theme
            on_click=move |_| page.dark.update(|dark| *dark = !*dark)
        />
        <IconButton
            id="help-button"
            icon="help"
            key="?"
            label=Signal::derive(move || help().to_string())
            on_click=move |_| page.dialog.set(Some(Dialog::Help))
        />
    }
}
