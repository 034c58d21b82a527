//! Which key does what while the map or the timeline has the focus.
//!
//! Models the conventions of video players: comma and full stop step, J K L shuttle, digits jump
//! to tenths. Keys with a modifier belong to the browser and are left alone.

use crate::sim::Duration;

use super::clock::ClockView;
use super::intent::{Intent, SeekTo};
use super::lanes::LanesView;
use super::stage::roving::Direction;

/// A key press, as the browser names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Press<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// Whether Shift is held.
    pub shift: bool,
    /// Whether Control, Alt or Meta is held.
    pub modified: bool,
}

/// Where the focus is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Area {
    /// On the map: arrows move the focus.
    Map,
    /// On the timeline: arrows seek.
    Timeline,
    /// The Raft bench.
    Bench,
}

/// What a key asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyAction {
    /// Sends this.
    Send(Intent),
    /// Moves the focus on the map.
    Move(Direction),
    /// Opens the actions of what has the focus.
    Menu,
    /// Opens the key sheet.
    Help,
    /// Shows half as much of the history, or twice as much.
    Zoom(bool),
    /// Shows what lies further right, or left.
    Pan(bool),
    /// Selects nothing.
    Deselect,
}

/// What `press` asks for in `area`; none when the key is not ours. `single_keys` tells whether
/// keys that write a letter may do anything (a person can switch them off).
pub fn action(
    press: Press<'_>,
    area: Area,
    single_keys: bool,
    clock: &ClockView,
    lanes: &LanesView,
) -> Option<KeyAction> {
    if press.modified {
        return None;
    }
    let arrow = arrow(press, area, clock);
    if arrow.is_some() {
        return arrow;
    }
    match press.key {
        // On the bench the browser's own way to a menu serves.
        "F10" if press.shift && area == Area::Map => return Some(KeyAction::Menu),
        "ContextMenu" if area == Area::Map => return Some(KeyAction::Menu),
        "Escape" => return Some(KeyAction::Deselect),
        "Home" => return seek(SeekTo::Start),
        "End" => return seek(SeekTo::Now),
        _ => {}
    }
    if single_keys { letter(press.key, area, clock, lanes) } else { None }
}

#[allow(clippy::unnecessary_wraps, reason = "it ends arms that are optional")]
fn seek(to: SeekTo) -> Option<KeyAction> {
    Some(KeyAction::Send(Intent::Seek(to)))
}

fn arrow(press: Press<'_>, area: Area, clock: &ClockView) -> Option<KeyAction> {
    let direction = match press.key {
        "ArrowLeft" => Direction::Left,
        "ArrowRight" => Direction::Right,
        "ArrowUp" => Direction::Up,
        "ArrowDown" => Direction::Down,
        _ => return None,
    };
    match area {
        Area::Map => return Some(KeyAction::Move(direction)),
        Area::Bench => return None,
        Area::Timeline => {}
    }
    let by = Duration::from_secs(if press.shift { 10 } else { 1 });
    match direction {
        Direction::Left => seek(SeekTo::Time(clock.time.saturating_sub(by))),
        Direction::Right => seek(SeekTo::Time((clock.time + by).min(clock.time_end))),
        Direction::Up | Direction::Down => None,
    }
}

fn letter(key: &str, area: Area, clock: &ClockView, lanes: &LanesView) -> Option<KeyAction> {
    let send = |intent| Some(KeyAction::Send(intent));
    let grain = clock.grain;
    match key {
        // Among buttons the space bar presses what has the focus, as it does everywhere.
        " " if area != Area::Timeline => None,
        " " | "k" | "K" if clock.playing => send(Intent::Pause),
        " " | "k" | "K" => send(Intent::Play),
        "," => send(Intent::Step { grain, back: true }),
        "." => send(Intent::Step { grain, back: false }),
        "j" | "J" | "<" => send(Intent::SetSpeed(clock.speed.shifted(false))),
        "l" | "L" | ">" => send(Intent::SetSpeed(clock.speed.shifted(true))),
        "[" | "]" => {
            let marker = lanes.neighbour(clock.position, key == "]")?;
            seek(SeekTo::Position(marker.position))
        }
        "w" | "W" => Some(KeyAction::Zoom(true)),
        "s" | "S" => Some(KeyAction::Zoom(false)),
        "a" | "A" => Some(KeyAction::Pan(false)),
        "d" | "D" => Some(KeyAction::Pan(true)),
        "?" => Some(KeyAction::Help),
        digit => {
            let digit: u32 = digit.parse().ok().filter(|&digit| digit < 10)?;
            seek(SeekTo::Time(clock.time_end * digit / 10))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::clock::{Grain, Speed};

    fn clock() -> ClockView {
        ClockView {
            position: 10,
            position_end: 20,
            time: Duration::from_secs(4),
            time_end: Duration::from_secs(8),
            ..ClockView::default()
        }
    }

    fn check(key: &str, area: Area, expected: Option<KeyAction>) {
        let press = Press { key, ..Press::default() };
        let done = action(press, area, true, &clock(), &LanesView::default());
        assert_eq!(done, expected, "{key:?}");
    }

    #[test]
    fn keys_do_what_video_players_do() {
        let send = |intent| Some(KeyAction::Send(intent));
        let grain = Grain::Message;
        check(" ", Area::Timeline, send(Intent::Play));
        check(" ", Area::Map, None);
        check("k", Area::Map, send(Intent::Play));
        check(",", Area::Map, send(Intent::Step { grain, back: true }));
        check("l", Area::Timeline, send(Intent::SetSpeed(Speed { eighths: 16 })));
        let half = SeekTo::Time(Duration::from_secs(4));
        check("5", Area::Timeline, send(Intent::Seek(half)));
        check("[", Area::Timeline, None);
        check("q", Area::Timeline, None);
        check(" ", Area::Bench, None);
        check(".", Area::Bench, send(Intent::Step { grain, back: false }));
        check("ArrowLeft", Area::Bench, None);
        check("ContextMenu", Area::Bench, None);
    }

    #[test]
    fn arrows_move_on_the_map_and_seek_on_the_timeline() {
        check("ArrowLeft", Area::Map, Some(KeyAction::Move(Direction::Left)));
        let back = SeekTo::Time(Duration::from_secs(3));
        check("ArrowLeft", Area::Timeline, Some(KeyAction::Send(Intent::Seek(back))));
        check("ArrowUp", Area::Timeline, None);
    }

    #[test]
    fn modified_keys_and_switched_off_letters_are_left_alone() {
        let lanes = LanesView::default();
        let mut press = Press { key: "k", shift: false, modified: true };
        assert_eq!(action(press, Area::Map, true, &clock(), &lanes), None);
        press.modified = false;
        assert_eq!(action(press, Area::Map, false, &clock(), &lanes), None);
        press.key = "Home";
        assert!(action(press, Area::Map, false, &clock(), &lanes).is_some());
    }
}
