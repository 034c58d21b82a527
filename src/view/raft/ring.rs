//! The geometry of the ring: where members stand, and messages between them.
//!
//! Invariant: no two members touch, and a message stays between its ends.

use crate::view::stage::Point;

/// The width and height of the ring's drawing.
pub const RING: (f64, f64) = (720.0, 400.0);
/// Where member `at` of `count` stands on the ring: the first at the top, the others clockwise.
pub fn seat(at: usize, count: usize) -> Point {
    // The corners of regular polygons in thousandths, since a simulation needs no sine. Those of
    // the triangle and the pentagon are stretched to make the most of the room.
    const TRIANGLE: [(i16, i16); 3] = [(0, -1000), (920, 860), (-920, 860)];
    const SQUARE: [(i16, i16); 4] = [(0, -1000), (1000, 0), (0, 1000), (-1000, 0)];
    const PENTAGON: [(i16, i16); 5] =
        [(0, -1000), (980, -270), (620, 930), (-620, 930), (-980, -270)];
    const HEXAGON: [(i16, i16); 6] =
        [(0, -1000), (900, -500), (900, 500), (0, 1000), (-900, 500), (-900, -500)];
    const HEPTAGON: [(i16, i16); 7] =
        [(0, -1000), (820, -660), (1100, 210), (510, 950), (-510, 950), (-1100, 210), (-820, -660)];
    const OCTAGON: [(i16, i16); 8] = [
        (0, -1000),
        (830, -760),
        (1180, 0),
        (830, 760),
        (0, 1000),
        (-830, 760),
        (-1180, 0),
        (-830, -760),
    ];
    const NONAGON: [(i16, i16); 9] = [
        (0, -1000),
        (720, -860),
        (1200, -200),
        (1060, 540),
        (420, 1000),
        (-420, 1000),
        (-1060, 540),
        (-1200, -200),
        (-720, -860),
    ];
    let corners: &[(i16, i16)] = match count {
        0 | 1 => &[(0, 0)],
        2 | 3 => &TRIANGLE,
        4 => &SQUARE,
        5 => &PENTAGON,
        6 => &HEXAGON,
        7 => &HEPTAGON,
        8 => &OCTAGON,
        _ => &NONAGON,
    };
    let (x, y) = corners[at % corners.len()];
    let (x, y) = (f64::from(x) / 1000.0, f64::from(y) / 1000.0);
    let (width, height) = RING;
    let radius = member_radius(count);
    let room = radius + 22.0;
    Point {
        x: width / 2.0 + x * (width * 0.36 - room / 2.0),
        y: height / 2.0 + y * (height / 2.0 - room),
    }
}

/// The radius of a member where there are `count`: the more, the smaller.
pub const fn member_radius(count: usize) -> f64 {
    match count {
        0..=5 => 46.0,
        6 | 7 => 37.0,
        _ => 31.0,
    }
}

/// Where a message is that has `fraction` of its way behind it, from the edge of one member to the
/// edge of the other. It keeps to the right, so that question and answer do not hide each other.
pub fn on_way((from, to): (Point, Point), radius: f64, fraction: f64) -> Point {
    const ASIDE: f64 = 12.0;
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = (dx * dx + dy * dy).sqrt().max(1.0);
    let gap = ((radius + 32.0) / length).min(0.45);
    let along = gap + fraction.clamp(0.0, 1.0) * (1.0 - 2.0 * gap);
    let (aside_x, aside_y) = (-dy / length * ASIDE, dx / length * ASIDE);
    Point { x: from.x + dx * along + aside_x, y: from.y + dy * along + aside_y }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_room_on_the_ring() {
        for count in 1..=9 {
            let radius = member_radius(count);
            let seats: Vec<Point> = (0..count).map(|at| seat(at, count)).collect();
            for (at, one) in seats.iter().enumerate() {
                let inside = |value: f64, end: f64| value >= radius && value <= end - radius;
                assert!(inside(one.x, RING.0) && inside(one.y, RING.1), "{count}: {one:?}");
                for other in &seats[..at] {
                    let apart = ((one.x - other.x).powi(2) + (one.y - other.y).powi(2)).sqrt();
                    assert!(apart > 3.0 * radius, "{count}: {one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn messages_go_from_edge_to_edge_and_keep_right() {
        let (a, b) = (Point { x: 100.0, y: 100.0 }, Point { x: 500.0, y: 100.0 });
        let (start, end) = (on_way((a, b), 46.0, 0.0), on_way((a, b), 46.0, 1.0));
        assert!(start.x > a.x + 46.0 && end.x < b.x - 46.0);
        assert!(start.y > a.y, "to the right of one who looks ahead");
        assert!(on_way((b, a), 46.0, 0.5).y < a.y);
    }
}
