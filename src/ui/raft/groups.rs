//! Partitions: a member dragged away is on its own, dragged to another it joins its group. The
//! menu of cables does the same by keyboard, and one way only.

use leptos::prelude::*;
use smol_str::SmolStr;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent, PointerEvent};

use crate::ui::dom;
use crate::ui::page::Page;
use crate::ui::widgets::menu::{Group, Item};
use crate::view::intent::Intent;
use crate::view::raft::{RING, RaftDeed, member_radius, seat};
use crate::view::stage::Point;

/// A drag shorter than this is a click.
const CLICK_PX: f64 = 8.0;

/// A member that is being dragged: which, from where, and how far it has come.
#[derive(Clone, Copy, PartialEq)]
pub struct Drag {
    /// Its place in the list.
    pub at: usize,
    from: (f64, f64),
    /// How far, in pixels.
    pub by: (f64, f64),
}

impl Drag {
    /// A drag of member `at` that begins with `event`.
    pub fn begin(at: usize, event: &PointerEvent) -> Self {
        if let Some(element) = event.current_target().and_then(|it| it.dyn_into::<Element>().ok()) {
            // Without the capture the drag ends at the edge of the window, which is good enough.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        Self { at, from: (event.client_x().into(), event.client_y().into()), by: (0.0, 0.0) }
    }

    /// The same drag after the pointer has moved.
    pub fn moved(self, event: &PointerEvent) -> Self {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        Self { by: (x - self.from.0, y - self.from.1), ..self }
    }

    /// Whether it has gone far enough to be no click.
    pub fn counts(self) -> bool {
        self.by.0.abs() + self.by.1.abs() > CLICK_PX
    }

    /// Puts the member where it was let go: beside another into its group, else into one of its
    /// own.
    pub fn drop(self, page: Page) {
        let Some(ring) = document().query_selector(".ring").ok().flatten() else { return };
        let rect = dom::rect(&ring.unchecked_into());
        let deed = page.board.raft.with_untracked(|raft| {
            let count = raft.members.len();
            let home = seat(self.at, count);
            let here = Point {
                x: home.x + self.by.0 * RING.0 / rect.w.max(1.0),
                y: home.y + self.by.1 * RING.1 / rect.h.max(1.0),
            };
            let near = |at: &usize| {
                let other = seat(*at, count);
                (other.x - here.x).abs().max((other.y - here.y).abs()) < 2.0 * member_radius(count)
            };
            let groups = raft.groups();
            let target = match (0..count).filter(|at| *at != self.at).find(near) {
                Some(other) => groups[other],
                None => groups.iter().max().map_or(0, |last| last + 1),
            };
            RaftDeed::Groups(raft.regrouped(self.at, target))
        });
        page.send(Intent::Raft(deed));
    }
}

/// Opens the menu of what can be done to the cables of a member.
pub fn open_cables(page: Page, event: &MouseEvent, name: &SmolStr) {
    let lang = page.lang.get_untracked();
    let item = move |label: String, deed: RaftDeed, checked: bool| Item {
        label,
        detail: String::new(),
        harmful: false,
        checked,
        on_choose: Callback::new(move |()| page.send(Intent::Raft(deed.clone()))),
    };
    let groups = page.board.raft.with_untracked(|raft| {
        let at = raft.members.iter().position(|member| member.name == *name)?;
        let groups = raft.groups();
        let last = groups.iter().copied().max().unwrap_or(0);
        let names = |group: usize| {
            let others = raft.members.iter().zip(&groups).enumerate();
            let others = others.filter(|(other, (_, of))| **of == group && *other != at);
            others.map(|(_, (member, _))| member.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let with = (0..=last).filter(|group| !names(*group).is_empty()).map(|group| {
            let deed = RaftDeed::Groups(raft.regrouped(at, group));
            item(lang.raft_with(&names(group)), deed, groups[at] == group)
        });
        let apart = RaftDeed::Groups(raft.regrouped(at, last + 1));
        let apart = item(lang.raft_apart().to_string(), apart, false);
        let isolate = item(lang.raft_isolate().to_string(), RaftDeed::Isolate(name.clone()), false);
        let one_way = raft.members.iter().enumerate().filter(|(other, _)| *other != at);
        let one_way = one_way.flat_map(|(other, member)| {
            let (a, b) = (name.clone(), member.name.clone());
            [
                item(
                    lang.raft_nothing(&a, &b),
                    RaftDeed::CutOneWay(a.clone(), b.clone()),
                    raft.is_cut(at, other),
                ),
                item(
                    lang.raft_nothing(&b, &a),
                    RaftDeed::CutOneWay(b.clone(), a.clone()),
                    raft.is_cut(other, at),
                ),
                item(lang.hand_heal(&a, &b), RaftDeed::Mend(a, b), false),
            ]
        });
        Some(vec![
            Group {
                title: lang.raft_groups().to_string(),
                items: with.chain([apart, isolate]).collect(),
            },
            Group { title: lang.raft_one_way().to_string(), items: one_way.collect() },
        ])
    });
    if let Some(groups) = groups {
        page.open_menu_below(event, lang.raft_cables().to_string(), groups);
    }
}
