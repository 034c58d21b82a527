//! The geometry of the stage: from counts and a size to rectangles, wires and pills.
//!
//! Invariant: nothing here knows the browser. Everything is in pixels from the top left corner of
//! the stage, computed from the numbers of a [`layout::StageInput`] alone, so the same cluster in
//! the same window always looks the same.

pub mod label;
pub mod layout;
pub mod path;
pub mod pills;
pub mod route;
pub mod roving;
pub mod tiles;

/// A point in pixels.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// The point at `x`, `y`.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
}

/// A rectangle in pixels.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Rect {
    /// Its left end.
    pub x: f64,
    /// Its top.
    pub y: f64,
    /// Its width.
    pub w: f64,
    /// Its height.
    pub h: f64,
}

impl Rect {
    /// The rectangle at `x`, `y` that is `w` wide and `h` high.
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// Its right end.
    pub const fn right(&self) -> f64 {
        self.x + self.w
    }

    /// Its bottom.
    pub const fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// The middle of its width.
    pub const fn middle(&self) -> f64 {
        self.x + self.w / 2.0
    }

    /// The middle of it.
    pub const fn centre(&self) -> Point {
        Point::new(self.middle(), self.y + self.h / 2.0)
    }

    /// The same rectangle seen from `origin`.
    pub const fn relative_to(&self, origin: &Self) -> Self {
        Self::new(self.x - origin.x, self.y - origin.y, self.w, self.h)
    }

    /// Whether the two share any area.
    pub const fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// How it is placed: the declarations of a `style` attribute.
    pub fn style(&self) -> String {
        format!(
            "left:{:.1}px;top:{:.1}px;width:{:.1}px;height:{:.1}px",
            self.x, self.y, self.w, self.h
        )
    }
}
