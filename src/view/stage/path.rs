//! A way along wires: straight pieces, with gaps where a wire runs under something.

use std::fmt::Write as _;

use super::Point;

/// One or more polylines that are followed one after the other.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Path {
    legs: Vec<Vec<Point>>,
}

impl Path {
    /// The way through `points`.
    pub fn through(points: &[Point]) -> Self {
        let mut path = Self::default();
        path.leg(points);
        path
    }

    /// Goes on at the first of `points`, without a line from where it ended before.
    pub fn leg(&mut self, points: &[Point]) {
        let mut leg: Vec<Point> = Vec::with_capacity(points.len());
        for &point in points {
            if leg.last() != Some(&point) {
                leg.push(point);
            }
        }
        // A leg that continues the last one is the same line.
        match (self.legs.last_mut(), leg.first()) {
            (Some(last), Some(first)) if last.last() == Some(first) => {
                last.extend_from_slice(&leg[1..]);
            }
            _ => self.legs.push(leg),
        }
    }

    /// This way, then `other`.
    #[must_use]
    pub fn then(mut self, other: &Self) -> Self {
        for leg in &other.legs {
            self.leg(leg);
        }
        self
    }

    /// The same way in the other direction.
    #[must_use]
    pub fn reversed(mut self) -> Self {
        self.legs.reverse();
        for leg in &mut self.legs {
            leg.reverse();
        }
        self
    }

    /// Its length in pixels, without the gaps.
    pub fn length(&self) -> f64 {
        self.pieces().map(|(a, b)| distance(a, b)).sum()
    }

    /// The point after `fraction` of its length, from 0 to 1.
    pub fn at(&self, fraction: f64) -> Point {
        let mut left = self.length() * fraction.clamp(0.0, 1.0);
        let mut end = self.legs.iter().flatten().next().copied().unwrap_or_default();
        for (a, b) in self.pieces() {
            let length = distance(a, b);
            if left <= length && length > 0.0 {
                let share = left / length;
                return Point::new(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
            }
            left -= length;
            end = b;
        }
        end
    }

    /// The `d` attribute of an SVG path, with corners rounded by `radius`.
    pub fn svg(&self, radius: f64) -> String {
        let mut out = String::new();
        for leg in &self.legs {
            let [first, .., last] = leg.as_slice() else {
                continue;
            };
            let _ = write!(out, "M{:.1} {:.1}", first.x, first.y);
            for corner in leg.windows(3) {
                let (before, at, after) = (corner[0], corner[1], corner[2]);
                let r = radius.min(distance(before, at) / 2.0).min(distance(at, after) / 2.0);
                let (into, from) = (toward(at, before, r), toward(at, after, r));
                let _ = write!(
                    out,
                    "L{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}",
                    into.x, into.y, at.x, at.y, from.x, from.y
                );
            }
            let _ = write!(out, "L{:.1} {:.1}", last.x, last.y);
        }
        out
    }

    fn pieces(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        let pairs = self.legs.iter().flat_map(|leg| leg.windows(2));
        pairs.map(|pair| (pair[0], pair[1]))
    }
}

fn distance(a: Point, b: Point) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// The point `length` pixels from `from` on the way to `to`.
fn toward(from: Point, to: Point, length: f64) -> Point {
    let whole = distance(from, to).max(1e-9);
    let share = length / whole;
    Point::new(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn p(x: f64, y: f64) -> Point {
        Point::new(x, y)
    }

    #[test]
    fn a_fraction_is_measured_along_the_lines() {
        let mut path = Path::through(&[p(0.0, 0.0), p(0.0, 10.0), p(30.0, 10.0)]);
        assert_eq!(path.at(0.5), p(10.0, 10.0));
        // The gap from y 10 to y 50 takes no time.
        path.leg(&[p(30.0, 50.0), p(30.0, 90.0)]);
        assert_eq!(path.length(), 80.0);
        assert_eq!(path.at(0.75), p(30.0, 70.0));
        assert_eq!(path.at(1.0), p(30.0, 90.0));
        assert_eq!(path.reversed().at(0.25), p(30.0, 70.0));
    }

    #[test]
    fn legs_that_meet_are_one_line() {
        let mut path = Path::through(&[p(0.0, 0.0), p(5.0, 0.0)]);
        path.leg(&[p(5.0, 0.0), p(5.0, 5.0)]);
        assert_eq!(path.svg(0.0).matches('M').count(), 1);
    }

    #[test]
    fn corners_are_rounded() {
        let path = Path::through(&[p(0.0, 0.0), p(10.0, 0.0), p(10.0, 20.0)]);
        let expected = "M0.0 0.0L6.0 0.0Q10.0 0.0 10.0 4.0L10.0 20.0";
        assert_eq!(path.svg(4.0), expected);
        assert_eq!(Path::default().svg(4.0), "");
        assert_eq!(Path::default().at(0.3), Point::default());
    }
}
