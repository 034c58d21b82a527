//! A master: its etcd member, its apiserver, and below that what asks the apiserver.

use leptos::prelude::*;
use smol_str::SmolStr;

use crate::ui::icons::Icon;
use crate::ui::page::page;
use crate::view::node::{MasterView, Power, RaftRole};
use crate::view::stage::layout::{MasterForm, StageLayout};
use crate::view::stage::roving::MapKey;
use crate::view::subject::{Part, Subject};
use crate::view::words::Lang;

use super::more::MoreButton;
use super::part::MasterPart;
use super::scene::{changed, is_selected, scene, tab_stop};

/// The card of a master.
#[component]
pub fn Master(
    /// Its name.
    name: SmolStr,
) -> impl IntoView {
    let page = page();
    let scene = scene();
    let Some(cell) = page.board.masters.cell(&name) else {
        return ().into_any();
    };
    let index = {
        let name = name.clone();
        Memo::new(move |_| scene.master(&name).unwrap_or(0))
    };
    let card = Memo::new(move |_| scene.layout.with(|layout| card_of(layout, index.get())));
    let form = Memo::new(move |_| scene.layout.with(|layout| layout.master_form));
    let subject = Subject::node(&name);
    let selected = is_selected(page, subject.clone());
    let ringed = changed(page, subject.clone());
    let view = cell.clone();
    let (leads, off) = (
        Memo::new(move |_| view.with(MasterView::leads)),
        Memo::new({
            let view = cell.clone();
            move |_| view.with(|view| view.power == Power::Off)
        }),
    );
    let menu = {
        let (subject, name) = (subject.clone(), name.clone());
        move |event: web_sys::MouseEvent| page.open_context(&event, &subject, &name)
    };
    let group_label = {
        let (cell, name) = (cell.clone(), name.clone());
        move || {
            page.lang.get().master_name(&name, cell.with(|view| role_word(view, page.lang.get())))
        }
    };
    view! {
        <div
            class="card master"
            class:card--selected=selected
            class:card--changed=ringed
            class:card--off=off
            class:master--leads=leads
            class:master--narrow=move || form.get() == MasterForm::Narrow
            style=move || card.get().style()
            role="group"
            aria-label=group_label
            on:contextmenu=menu
        >
            <MasterHead name=name.clone() cell=cell.clone() subject=subject/>
            {Part::MASTER
                .map(|part| view! {
                    <MasterPart host=name.clone() part=part cell=cell.clone() index=index/>
                })
                .into_iter()
                .collect_view()}
        </div>
    }
    .into_any()
}

fn card_of(layout: &StageLayout, index: usize) -> crate::view::stage::Rect {
    layout.masters.get(index).map(|master| master.card).unwrap_or_default()
}

#[component]
fn MasterHead(
    /// The name of the master.
    name: SmolStr,
    /// What it is like.
    cell: ArcRwSignal<MasterView>,
    /// What a click selects.
    subject: Subject,
) -> impl IntoView {
    let page = page();
    let key = MapKey::Host(name.clone());
    let focus = key.clone();
    let role = {
        let cell = cell.clone();
        Memo::new(move |_| cell.with(|view| (view.power, view.etcd.as_ref().map(|e| e.role))))
    };
    let icon = Signal::derive(move || match role.get() {
        (Power::Off | Power::Starting, _) => "power",
        (_, None) => "cut",
        (_, Some(RaftRole::Leader)) => "crown",
        (_, Some(RaftRole::Follower)) => "follower",
        (_, Some(RaftRole::Candidate)) => "candidate",
        (_, Some(RaftRole::PreCandidate)) => "pre-candidate",
    });
    let word = move || cell.with(|view| role_word(view, page.lang.get()));
    let more = (subject.clone(), name.to_string(), format!("more-{name}"));
    let shown = name.to_string();
    view! {
        <button
            type="button"
            id=key.dom_id()
            class="card__head"
            tabindex=tab_stop(page, key)
            on:focus=move |_| page.map_focus.set(Some(focus.clone()))
            on:click=move |_| page.select(subject.clone())
        >
            <span class="card__name">{shown}</span>
            <span class="master__role">
                <Icon name=icon/>
                <span class="master__role-word">{word}</span>
            </span>
        </button>
        <MoreButton subject=more.0 name=more.1 id=more.2 class="card__more"/>
    }
}

/// What a master is, in a word.
fn role_word(view: &MasterView, lang: Lang) -> &'static str {
    match (view.power, &view.etcd) {
        (Power::Off, _) => lang.power_off(),
        (Power::Starting, _) => lang.power_starting(),
        (Power::On, None) => lang.part_down(),
        (Power::On, Some(etcd)) => match etcd.role {
            RaftRole::Leader => lang.role_leader(),
            RaftRole::Follower => lang.role_follower(),
            RaftRole::Candidate => lang.role_candidate(),
            RaftRole::PreCandidate => lang.role_pre_candidate(),
        },
    }
}
