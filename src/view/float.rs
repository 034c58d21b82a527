//! Where menus and tooltips stand: beside what they belong to and inside of the window.

use super::stage::{Point, Rect};

/// On which side something floats by preference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Below, with the left ends aligned.
    Below,
    /// Below, with the right ends aligned.
    BelowEnd,
    /// Above, in the middle.
    Above,
}

/// The room kept to the edge of the window.
const MARGIN: f64 = 8.0;
/// The room kept to the anchor.
const GAP: f64 = 4.0;

/// The top left corner of something of size `w` by `h` that belongs to `anchor`, in a window of
/// `window` pixels. It goes to the other side where there is no room, and never leaves the window.
pub fn place(anchor: Rect, w: f64, h: f64, window: (f64, f64), side: Side) -> Point {
    let above = anchor.y - GAP - h;
    let below = anchor.bottom() + GAP;
    let fits_below = below + h <= window.1 - MARGIN;
    let fits_above = above >= MARGIN;
    let y = match side {
        Side::Above if fits_above || !fits_below => above,
        Side::Above => below,
        _ if fits_below || !fits_above => below,
        _ => above,
    };
    let x = match side {
        Side::Below => anchor.x,
        Side::BelowEnd => anchor.right() - w,
        Side::Above => anchor.middle() - w / 2.0,
    };
    let inside = |at: f64, size: f64, room: f64| at.min(room - MARGIN - size).max(MARGIN);
    Point::new(inside(x, w, window.0), inside(y, h, window.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_turns_over_and_stays_inside() {
        let window = (400.0, 300.0);
        let check = |x, y, side, expected| {
            let anchor = Rect::new(x, y, 30.0, 20.0);
            let at = place(anchor, 100.0, 80.0, window, side);
            assert_eq!((at.x, at.y), expected);
        };
        check(50.0, 50.0, Side::Below, (50.0, 74.0));
        check(50.0, 250.0, Side::Below, (50.0, 166.0));
        check(380.0, 50.0, Side::Below, (292.0, 74.0));
        check(200.0, 50.0, Side::BelowEnd, (130.0, 74.0));
        check(200.0, 10.0, Side::Above, (165.0, 34.0));
        check(0.0, 200.0, Side::Above, (8.0, 116.0));
    }
}
