//! The members on their ring, the ways between them, and what travels on these.

use leptos::prelude::*;

use crate::ui::icons::Icon;
use crate::ui::page::{Page, page};
use crate::ui::text::t;
use crate::view::flight::FlightKind;
use crate::view::node::RaftRole;
use crate::view::raft::{RING, RaftMember, RaftMessage, RaftView, member_radius, on_way, seat};
use crate::view::stage::Point;
use crate::view::subject::{Part, Place, Subject};
use crate::view::words::Lang;

use super::groups::Drag;

/// The ring.
#[component]
pub fn Ring() -> impl IntoView {
    let page = page();
    let raft = page.board.raft;
    let members = Memo::new(move |_| raft.with(|raft| raft.members.len()));
    let messages = Memo::new(move |_| raft.with(|raft| raft.messages.clone()));
    provide_context(RwSignal::new(None::<Drag>));
    let style = move || format!("--member-size:{}px", 2.0 * member_radius(members.get()));
    view! {
        <div
            class="ring"
            class:ring--many=move || { members.get() > 5 }
            class:ring--crowd=move || { members.get() > 7 }
            style=style
            role="group"
            aria-label=t(Lang::raft_ring)
        >
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
    // The lines are drawn anew only when what they depend on is another.
    let seen = Memo::new(move |_| {
        raft.with(|raft| {
            let leads = |member: &RaftMember| member.runs && member.role == RaftRole::Leader;
            (raft.cuts.clone(), raft.members.iter().map(leads).collect::<Vec<_>>())
        })
    });
    let drawn = Memo::new(move |_| {
        // Only what is read of a memo is followed.
        seen.with(|_| raft.with_untracked(|raft| ways(raft)))
    });
    let split = Memo::new(move |_| raft.with(|raft| raft.groups().iter().any(|group| *group > 0)));
    view! {
        <svg
            class="ring__ways"
            class:ring__ways--split=move || split.get()
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
        let class = match (raft.is_cut(a, b), raft.is_cut(b, a)) {
            (true, true) => "way way--cut",
            (true, false) | (false, true) => "way way--half",
            _ if both(|member| member.runs && member.role == RaftRole::Leader) => "way way--led",
            _ => "way",
        };
        // Of one that is cut one way, the half from which nothing comes is drawn as cut.
        let middle = Point { x: (from.x + to.x) / 2.0, y: (from.y + to.y) / 2.0 };
        let half = match (raft.is_cut(a, b), raft.is_cut(b, a)) {
            (true, false) => stroke("way way--cut", from, middle),
            (false, true) => stroke("way way--cut", to, middle),
            _ => String::new(),
        };
        stroke(class, from, to) + &half
    };
    hulls(raft) + &pairs.map(line).collect::<String>()
}

fn stroke(class: &str, from: Point, to: Point) -> String {
    let (Point { x, y }, Point { x: x2, y: y2 }) = (from, to);
    format!("<line class=\"{class}\" x1=\"{x}\" y1=\"{y}\" x2=\"{x2}\" y2=\"{y2}\"/>")
}

/// A band around each group, where there is more than one: through all of its members.
fn hulls(raft: &RaftView) -> String {
    let (count, groups) = (raft.members.len(), raft.groups());
    let last = groups.iter().copied().max().unwrap_or(0);
    if last == 0 {
        return String::new();
    }
    let hull = |group: usize| {
        let members = (0..count).filter(|at| groups[*at] == group);
        let points = members.map(|at| seat(at, count)).map(|p| format!("{} {}", p.x, p.y));
        let points: Vec<String> = points.collect();
        // A line of no length shows its round ends.
        let path = format!("M{}L{}", points[0], points.join("L"));
        let close = if points.len() > 2 { "Z" } else { "" };
        format!("<path class=\"hull hull--{}\" d=\"{path}{close}\"/>", group % 4)
    };
    (0..=last).map(hull).collect()
}

/// What a member's circle is: its role by shape.
const fn form(member: &RaftMember) -> &'static str {
    match (member.runs, member.role) {
        (false, _) => "member member--stopped",
        _ if !member.belongs => "member member--stopped",
        _ if member.is_learner => "member member--learner",
        (_, RaftRole::Leader) => "member member--leader",
        (_, RaftRole::Follower) => "member",
        (_, RaftRole::Candidate) => "member member--candidate",
        (_, RaftRole::PreCandidate) => "member member--pre-candidate",
    }
}

fn role_word(member: &RaftMember, lang: Lang) -> &'static str {
    match (member.runs, member.role) {
        _ if !member.belongs => lang.raft_removed(),
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
    let drag: RwSignal<Option<Drag>> = expect_context();
    let count = Memo::new(move |_| raft.with(|raft| raft.members.len()));
    let style = move || {
        let place = standing(seat(at, count.get()));
        match drag.get().filter(|drag| drag.at == at && drag.counts()) {
            Some(Drag { by: (x, y), .. }) => format!("{place};translate:{x:.0}px {y:.0}px"),
            None => place,
        }
    };
    let subject = move || {
        let name = seen.with_untracked(|member| member.as_ref().map(|m| m.name.clone()));
        Subject::Place(Place::Part(name.unwrap_or_default(), Part::Etcd))
    };
    let let_go = move |_: web_sys::PointerEvent| {
        if let Some(drag) = drag.get_untracked().filter(|drag| drag.counts()) {
            drag.drop(page);
        }
    };
    // The click that follows a drag selects nothing.
    let click = move |_| {
        let dragged = drag.get_untracked().is_some_and(Drag::counts);
        drag.set(None);
        if !dragged {
            page.select(subject());
        }
    };
    let class = move || seen.with(|member| member.as_ref().map(form));
    let selected = move || page.selected.get().is_some_and(|selected| selected == subject());
    let menu = move |event: web_sys::MouseEvent| {
        let name = seen.with_untracked(|member| member.as_ref().map(|m| m.name.to_string()));
        page.open_context(&event, &subject(), &name.unwrap_or_default());
    };
    view! {
        <button
            type="button"
            id=format!("raft-member-{at}")
            class=class
            class:member--selected=selected
            style=style
            on:pointerdown=move |event| {
                if event.button() == 0 {
                    drag.set(Some(Drag::begin(at, &event)));
                }
            }
            on:pointermove=move |event| {
                if let Some(begun) = drag.get_untracked() {
                    drag.set(Some(begun.moved(&event)));
                }
            }
            on:pointerup=let_go
            on:pointercancel=move |_| drag.set(None)
            on:click=click
            on:contextmenu=menu
        >
            <Timer page=page at=at/>
            <Face at=at seen=seen/>
        </button>
    }
}

/// What stands in a member's circle, and below it.
#[component]
fn Face(
    /// Its place in the list.
    at: usize,
    /// The member.
    seen: Memo<Option<RaftMember>>,
) -> impl IntoView {
    let page = page();
    let with = move |read: fn(&RaftMember, Lang) -> String| {
        move || {
            let lang = page.lang.get();
            seen.with(|member| member.as_ref().map(|member| read(member, lang)).unwrap_or_default())
        }
    };
    let told = Memo::new(move |_| tag(page, at));
    view! {
            <Show when=move || seen.with(|m| m.as_ref().is_some_and(leads))>
                <span class="member__crown"><Icon name="crown"/></span>
            </Show>
            <strong class="member__name">{with(|member, _| member.name.to_string())}</strong>
            <span class="member__role">{with(|member, lang| role_word(member, lang).to_string())}</span>
            <span class="member__term">
                {with(|member, lang| format!("{} {}", lang.term(), member.term))}
            </span>
            <span class="member__tag">{move || told.get()}</span>
    }
}

fn leads(member: &RaftMember) -> bool {
    member.runs && member.role == RaftRole::Leader
}

/// Among more members there is no room for whom each voted for.
const VOTES_TOLD_MAX: usize = 5;

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
            (RaftRole::Follower, _) if member.runs && raft.members.len() <= VOTES_TOLD_MAX => {
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
        let ends = (seat(from, count), seat(to, count));
        standing(on_way(ends, member_radius(count), fraction.get()))
    };
    let held = Memo::new(move |_| {
        raft.with(|raft| raft.messages.iter().any(|message| message.id == id && message.held))
    });
    // Nobody can reach with keys what is gone in a moment.
    let playing = Memo::new(move |_| page.board.clock.with(|clock| clock.playing));
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
            tabindex=move || if playing.get() { "-1" } else { "0" }
            on:click=move |_| page.select(Subject::Message(id))
        >
            {label}
        </button>
    }
}
