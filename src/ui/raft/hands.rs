//! What a person can do on the bench to a message or to a member.

use leptos::prelude::*;

use crate::ui::page::{Page, page};
use crate::ui::text::t;
use crate::view::intent::Intent;
use crate::view::raft::{MemberDeed, MessageDeed, RaftDeed};
use crate::view::subject::{Part, Place, Subject};
use crate::view::words::Lang;

use super::groups::open_cables;

/// What can be done to what is selected.
#[component]
pub fn Hands() -> impl IntoView {
    let page = page();
    let offered = Memo::new(move |_| offered(page));
    let button = move |(deed, label): (RaftDeed, String)| {
        view! {
            <button
                type="button"
                class="button scene"
                on:click=move |_| page.send(Intent::Raft(deed.clone()))
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="raft__hands" role="group" aria-label=t(Lang::raft_hands)>
            {move || match offered.get() {
                None => view! { <p class="raft__hint">{t(Lang::raft_pick)}</p> }.into_any(),
                Some((name, deeds)) => view! {
                    <strong class="raft__picked">{name}</strong>
                    {deeds.into_iter().map(button).collect_view()}
                    <Cables/>
                }
                .into_any(),
            }}
        </div>
    }
}

/// What is selected, and what can be done to it.
type Offered = (String, Vec<(RaftDeed, String)>);

fn offered(page: Page) -> Option<Offered> {
    let lang = page.lang.get();
    let raft = page.board.raft;
    match page.selected.get()? {
        Subject::Message(id) => raft.with(|raft| {
            let message = raft.messages.iter().find(|message| message.id == id)?;
            let names = [message.from, message.to].map(|at| raft.members[at].name.as_str());
            let deed = |deed| (RaftDeed::Message(id, deed), lang.message_deed(deed).to_string());
            let name = format!("{}: {} → {}", message.label, names[0], names[1]);
            Some((name, MessageDeed::ALL.map(deed).to_vec()))
        }),
        Subject::Place(Place::Part(host, Part::Etcd)) => {
            let deed =
                |deed| (RaftDeed::Member(host.clone(), deed), lang.member_deed(deed).to_string());
            Some((host.to_string(), MemberDeed::ALL.map(deed).to_vec()))
        }
        _ => None,
    }
}

/// Opens the menu of the cables of the member that is selected.
#[component]
fn Cables() -> impl IntoView {
    let page = page();
    let member = Memo::new(move |_| match page.selected.get() {
        Some(Subject::Place(Place::Part(host, Part::Etcd))) => Some(host),
        _ => None,
    });
    let open = move |event: web_sys::MouseEvent| {
        if let Some(name) = member.get_untracked() {
            open_cables(page, &event, &name);
        }
    };
    view! {
        <Show when=move || member.with(Option::is_some)>
            <button
                type="button"
                id="raft-cables"
                class="button scene"
                aria-haspopup="menu"
                on:click=open
            >
                {t(Lang::raft_cables)}
            </button>
        </Show>
    }
}
