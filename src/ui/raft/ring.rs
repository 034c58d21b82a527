//! The members on their ring, the ways between them, and what travels on these.

use leptos::prelude::*;

use crate::ui::icons::Icon;
use crate::ui::page::{Page, page};
use crate::ui::text::t;
use crate::view::flight::FlightKind;
use crate::view::node::RaftRole;
use crate::view::raft::{RING, RaftMember, RaftMessage, RaftView, on_way, seat};
use crate::view::stage::Point;
use crate::view::subject::{Part, Place, Subject};
use crate::view::words::Lang;

/// The ring.
#[component]
pub fn Ring() -> impl IntoView {
    let page = page();
    let raft = page.board.raft;
    let members = Memo::new(move |_| raft.with(|raft| raft.members.len()));
    let messages = Memo::new(move |_| raft.with(|raft| raft.messages.clone()));
    view! {
        <div class="ring" role="group" aria-label=t(Lang::raft_ring)>
            <Ways/>
            <For
                each=move || 0..members.get()
                key=|at| *at
                children=|at| view! { <Member at=at/> }
            />
            <For
                each=move || messages.get()
                key=|message| (message.id, message.from, message.to)
                children=|message| view! { <Message message=message/> }
            />
        </div>
    }
}

/// A place on the ring, in percent of it.
fn standing(at: Point) -> String {
    format!("left:{:.2}%;top:{:.2}%", at.x * 100.0 / RING.0, at.y * 100.0 / RING.1)
}

/// The ways between members; one that is cut is drawn so.
#[component]
fn Ways() -> impl IntoView {
    let raft = page().board.raft;
    let drawn = Memo::new(move |_| raft.with(|raft| ways(raft)));
    view! {
        <svg
            class="ring__ways"
            viewBox=format!("0 0 {} {}", RING.0, RING.1)
            preserveAspectRatio="none"
            aria-hidden="true"
            inner_html=move || drawn.get()
        ></svg>
    }
}

fn ways(raft: &RaftView) -> String {
    let count = raft.members.len();
    let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
    let line = |(a, b): (usize, usize)| {
        let (from, to) = (seat(a, count), seat(b, count));
        let both = |part: fn(&RaftMember) -> bool| part(&raft.members[a]) || part(&raft.members[b]);
        let class = match raft.is_cut(a, b) {
            true => "way way--cut",
            false if both(|member| member.runs && member.role == RaftRole::Leader) => {
                "way way--led"
            }
            false => "way",
        };
        format!(
            "<line class=\"{class}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
            from.x, from.y, to.x, to.y
        )
    };
    pairs.map(line).collect()
}

/// What a member's circle is: its role by shape.
const fn form(member: &RaftMember) -> &'static str {
    match (member.runs, member.role) {
        (false, _) => "member member--stopped",
        (_, RaftRole::Leader) => "member member--leader",
        (_, RaftRole::Follower) => "member",
        (_, RaftRole::Candidate) => "member member--candidate",
        (_, RaftRole::PreCandidate) => "member member--pre-candidate",
    }
}

fn role_word(member: &RaftMember, lang: Lang) -> &'static str {
    match (member.runs, member.role) {
        (false, _) => lang.raft_stopped(),
        (_, RaftRole::Leader) => lang.role_leader(),
        (_, RaftRole::Follower) if member.is_learner => lang.raft_learner(),
        (_, RaftRole::Follower) => lang.role_follower(),
        (_, RaftRole::Candidate) => lang.role_candidate(),
        (_, RaftRole::PreCandidate) => lang.role_pre_candidate(),
    }
}

/// A member. A click inspects its etcd; its menu is that of the component.
#[component]
fn Member(
    /// Its place in the list.
    at: usize,
) -> impl IntoView {
    let page = page();
    let raft = page.board.raft;
    let seen = Memo::new(move |_| raft.with(|raft| raft.members.get(at).cloned()));
    let style = move || raft.with(|raft| standing(seat(at, raft.members.len())));
    let with = move |read: fn(&RaftMember, Lang) -> String| {
        move || {
            let lang = page.lang.get();
            seen.with(|member| member.as_ref().map(|member| read(member, lang)).unwrap_or_default())
        }
    };
    let subject = move || {
        let name = seen.with_untracked(|member| member.as_ref().map(|m| m.name.clone()));
        Subject::Place(Place::Part(name.unwrap_or_default(), Part::Etcd))
    };
    let selected = move || page.selected.get().is_some_and(|selected| selected == subject());
    let menu = move |event: web_sys::MouseEvent| {
        let name = seen.with_untracked(|member| member.as_ref().map(|m| m.name.to_string()));
        page.open_context(&event, &subject(), &name.unwrap_or_default());
    };
    view! {
        <button
            type="button"
            id=format!("raft-member-{at}")
            class=with(|member, _| form(member).to_string())
            class:member--selected=selected
            style=style
            on:click=move |_| page.select(subject())
            on:contextmenu=menu
        >
            <Timer page=page at=at/>
            <Show when=move || seen.with(|m| m.as_ref().is_some_and(leads))>
                <span class="member__crown"><Icon name="crown"/></span>
            </Show>
            <strong class="member__name">{with(|member, _| member.name.to_string())}</strong>
            <span class="member__role">{with(|member, lang| role_word(member, lang).to_string())}</span>
            <span class="member__term">
                {with(|member, lang| format!("{} {}", lang.term(), member.term))}
            </span>
            <span class="member__tag">{move || tag(page, at)}</span>
        </button>
    }
}

fn leads(member: &RaftMember) -> bool {
    member.runs && member.role == RaftRole::Leader
}

/// What a member is busy with, or how its election stands.
fn tag(page: Page, at: usize) -> Option<String> {
    let lang = page.lang.get();
    page.board.raft.with(|raft| {
        let member = raft.members.get(at)?;
        match (member.role, member.busy) {
            (RaftRole::Candidate | RaftRole::PreCandidate, _) if member.runs => {
                let yes = member.votes.iter().filter(|(_, granted)| *granted).count();
                Some(lang.raft_votes(yes, raft.quorum()))
            }
            (_, (true, _)) => Some(lang.raft_storing().to_string()),
            (_, (_, true)) => Some(lang.raft_applying().to_string()),
            (RaftRole::Follower, _) if member.runs => {
                member.vote.as_ref().map(|name| lang.raft_voted(name))
            }
            _ => None,
        }
    })
}

/// The election timer around a member: when the ring is full it stands for election.
#[component]
fn Timer(
    /// The page.
    page: Page,
    /// The place of the member in the list.
    at: usize,
) -> impl IntoView {
    let raft = page.board.raft;
    let percent = Memo::new(move |_| {
        raft.with(|raft| raft.members.get(at).and_then(|member| member.timer_percent))
    });
    let dash = move || format!("{} 100", percent.get().unwrap_or(0));
    let late = move || percent.get().is_some_and(|percent| percent >= 70);
    view! {
        <svg class="member__timer" class:member__timer--late=late viewBox="0 0 100 100" aria-hidden="true">
            <circle class="member__track" cx="50" cy="50" r="48"/>
            <circle
                class="member__passed"
                cx="50"
                cy="50"
                r="48"
                pathLength="100"
                stroke-dasharray=dash
                transform="rotate(-90 50 50)"
            />
        </svg>
    }
}

/// A message on its way.
#[component]
fn Message(
    /// The message as it was first seen.
    message: RaftMessage,
) -> impl IntoView {
    let page = page();
    let raft = page.board.raft;
    let id = message.id;
    let (from, to, label) = (message.from, message.to, message.label.to_string());
    let fraction = Memo::new(move |_| {
        raft.with(|raft| raft.messages.iter().find(|m| m.id == id).map_or(1.0, |m| m.fraction))
    });
    let style = move || {
        let count = raft.with(|raft| raft.members.len());
        standing(on_way(seat(from, count), seat(to, count), fraction.get()))
    };
    let held = Memo::new(move |_| {
        raft.with(|raft| raft.messages.iter().any(|message| message.id == id && message.held))
    });
    let class = match (message.lost, message.kind) {
        (true, _) => "pill ring__message pill--lost",
        (_, FlightKind::Vote) => "pill ring__message pill--vote",
        _ => "pill ring__message pill--raft",
    };
    view! {
        <button
            type="button"
            class=class
            class:pill--held=held
            style=style
            tabindex="-1"
            on:click=move |_| page.select(Subject::Message(id))
        >
            {label}
        </button>
    }
}
