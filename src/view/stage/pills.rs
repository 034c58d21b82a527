//! Where the labels of messages in flight stand, so that none covers another.

use super::path::Path;
use super::{Point, Rect};

/// The height of a label.
pub const PILL_H: f64 = 20.0;

/// A label to be placed.
#[derive(Clone, PartialEq, Debug)]
pub struct Pill {
    /// The number of its message.
    pub id: u64,
    /// Where it would stand by itself.
    pub at: Point,
    /// How wide it is.
    pub width: f64,
}

/// How wide the label `text` is, its arrow included.
pub fn pill_width(text: &str) -> f64 {
    text.chars().count() as f64 * super::label::LETTER_PX + 32.0
}

/// Which way a message goes at `fraction` of its way, for the arrow of its label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heading {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
}

impl Heading {
    /// The heading of a message after `fraction` of `path`.
    pub fn along(path: &Path, fraction: f64) -> Self {
        let here = path.at((fraction - 0.01).max(0.0));
        let next = path.at((fraction + 0.01).min(1.0));
        let (dx, dy) = (next.x - here.x, next.y - here.y);
        match (dx.abs() >= dy.abs(), dx >= 0.0, dy >= 0.0) {
            (true, true, _) => Self::Right,
            (true, false, _) => Self::Left,
            (false, _, true) => Self::Down,
            (false, _, false) => Self::Up,
        }
    }

    /// The name of its symbol.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// Moves labels up or down until none covers another, the older message keeping its place. What
/// finds no free place stays where it is: then there are too many to read anyway.
pub fn declutter(mut pills: Vec<Pill>, width: f64) -> Vec<Pill> {
    const SHIFTS: [f64; 5] = [0.0, 1.0, -1.0, 2.0, -2.0];
    pills.sort_by_key(|pill| pill.id);
    let mut taken: Vec<Rect> = Vec::with_capacity(pills.len());
    for pill in &mut pills {
        let half = pill.width / 2.0;
        pill.at.x = pill.at.x.clamp(half + 2.0, (width - half - 2.0).max(half + 2.0));
        let rect = |shift: f64| {
            let y = pill.at.y + shift * (PILL_H + 2.0);
            Rect::new(pill.at.x - half, y - PILL_H / 2.0, pill.width, PILL_H)
        };
        let free = (SHIFTS.into_iter())
            .map(rect)
            .find(|rect| rect.y >= 0.0 && !taken.iter().any(|other| rect.overlaps(other)));
        let placed = free.unwrap_or_else(|| rect(0.0));
        pill.at.y = placed.y + PILL_H / 2.0;
        taken.push(placed);
    }
    pills
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pill(id: u64, x: f64, y: f64) -> Pill {
        Pill { id, at: Point::new(x, y), width: 80.0 }
    }

    #[test]
    fn labels_make_room_for_older_ones() {
        let placed = declutter(vec![pill(2, 110.0, 50.0), pill(1, 100.0, 50.0)], 400.0);
        assert_eq!(placed[0].at, Point::new(100.0, 50.0));
        assert_eq!(placed[1].at, Point::new(110.0, 72.0));
    }

    #[test]
    fn labels_stay_on_the_stage() {
        let placed = declutter(vec![pill(1, 3.0, 5.0), pill(2, 399.0, 90.0)], 400.0);
        assert_eq!(placed[0].at.x, 42.0);
        assert_eq!(placed[1].at.x, 358.0);
    }

    #[test]
    fn the_arrow_points_where_the_message_goes() {
        let path =
            Path::through(&[Point::new(0.0, 0.0), Point::new(0.0, 50.0), Point::new(-50.0, 50.0)]);
        assert_eq!(Heading::along(&path, 0.2), Heading::Down);
        assert_eq!(Heading::along(&path, 0.8), Heading::Left);
        assert_eq!(Heading::along(&path.reversed(), 0.9), Heading::Up);
    }
}
