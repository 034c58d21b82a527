//! Key presses of the map and the timeline, done.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::view::keys::{Area, KeyAction, Press, action};
use crate::view::stage::roving::Direction;

use super::page::{Dialog, Page};

/// What only the place with the focus can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Local {
    /// Moves the focus on the map.
    Move(Direction),
    /// Opens the actions of what has the focus.
    Menu,
}

/// Does what a key asks for in `area`. What is left to that place itself goes to `local`.
pub fn press(page: Page, area: Area, event: &KeyboardEvent, local: impl FnOnce(Local)) {
    let key = event.key();
    let press = Press {
        key: &key,
        shift: event.shift_key(),
        modified: event.ctrl_key() || event.alt_key() || event.meta_key(),
    };
    let single = page.single_keys.get_untracked();
    let done = page.board.clock.with_untracked(|clock| {
        page.board.lanes.with_untracked(|lanes| action(press, area, single, clock, lanes))
    });
    let Some(done) = done else {
        return;
    };
    event.prevent_default();
    event.stop_propagation();
    let extent = page.board.lanes.with_untracked(|lanes| lanes.extent());
    let now = page.board.clock.with_untracked(|clock| clock.time);
    match done {
        KeyAction::Send(intent) => page.send(intent),
        KeyAction::Move(direction) => local(Local::Move(direction)),
        KeyAction::Menu => local(Local::Menu),
        KeyAction::Help => page.dialog.set(Some(Dialog::Help)),
        KeyAction::Zoom(closer) => {
            page.window.update(|window| *window = window.zoomed(closer, now, extent));
        }
        KeyAction::Pan(right) => {
            page.window.update(|window| *window = window.panned(right, extent))
        }
        KeyAction::Deselect => page.send(crate::view::intent::Intent::Select(None)),
    }
}
