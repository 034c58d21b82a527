//! What a person can do on the bench: to a message, to a member, to timers and cables.

use leptos::prelude::*;

use crate::ui::page::{Page, page};
use crate::ui::text::t;
use crate::ui::widgets::Slider;
use crate::view::intent::Intent;
use crate::view::raft::{Cables, MemberDeed, MessageDeed, RaftDeed};
use crate::view::subject::{Part, Place, Subject};
use crate::view::words::Lang;

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

/// Election timers and cables.
#[component]
pub fn Dials() -> impl IntoView {
    let page = page();
    let timers =
        move |aligned: bool, word: fn(Lang) -> &'static str, hint: fn(Lang) -> &'static str| {
            view! {
                <button
                    type="button"
                    class="button scene"
                    data-tip=t(hint)
                    on:click=move |_| page.send(Intent::Raft(RaftDeed::Timers { aligned }))
                >
                    {t(word)}
                </button>
            }
        };
    let warning = move || {
        let bad = page.board.raft.with(|raft| raft.cables.unsettles(raft.election_ms));
        bad.then(|| page.lang.get().raft_unsettled())
    };
    view! {
        <div class="dials">
            <div class="dials__timers">
                <span class="raft__title">{t(Lang::raft_timers)}</span>
                {timers(true, Lang::raft_align, Lang::raft_align_hint)}
                {timers(false, Lang::raft_spread, Lang::raft_spread_hint)}
            </div>
            <Dial
                word=Lang::raft_delay
                unit="ms"
                stops=Cables::STOPS
                read=|cables| cables.delay_ms
                write=|cables, value| cables.delay_ms = value
            />
            <Dial
                word=Lang::raft_jitter
                unit="ms"
                stops=Cables::STOPS
                read=|cables| cables.jitter_ms
                write=|cables, value| cables.jitter_ms = value
            />
            <Dial
                word=Lang::raft_loss
                unit="%"
                stops=Cables::LOSS_STOPS
                read=|cables| cables.loss_percent.into()
                write=|cables, value| cables.loss_percent = value as u32
            />
            <p class="dials__warning" role="status">{warning}</p>
        </div>
    }
}

/// One dial of the cables.
#[component]
fn Dial(
    /// What it sets.
    word: fn(Lang) -> &'static str,
    /// In what unit.
    unit: &'static str,
    /// The values it can take.
    stops: [u64; 8],
    /// Reads its value.
    read: fn(&Cables) -> u64,
    /// Sets its value.
    write: fn(&mut Cables, u64),
) -> impl IntoView {
    let page = page();
    let raft = page.board.raft;
    let label = t(word);
    let value = Memo::new(move |_| raft.with(|raft| read(&raft.cables)));
    let stop = move || stops.iter().rposition(|stop| *stop <= value.get()).unwrap_or(0);
    let text = Signal::derive(move || format!("{} {unit}", value.get()));
    let set = move |stop: usize| {
        let mut cables = raft.with_untracked(|raft| raft.cables);
        write(&mut cables, stops[stop]);
        page.send(Intent::Raft(RaftDeed::Cables(cables)));
    };
    view! {
        <div class="dial">
            <span class="dial__name">{label}</span>
            <Slider
                label=Signal::derive(move || label().to_string())
                last=stops.len() - 1
                value=Signal::derive(stop)
                text=text
                on_input=set
            />
            <span class="dial__value">{text}</span>
        </div>
    }
}
