//! The record as a list: what a row says, which rows are wanted, and which part is on screen.
//!
//! The record can be long, so the page never holds it: it asks for a window of the filtered list
//! and gets just that.

use std::ops::Range;

use crate::sim::Duration;

use super::story::Deed;
use super::subject::{Place, Subject};

/// What a record is about: the second filter of the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RecordKind {
    /// Something the person did.
    Command,
    /// A message sent, delivered or lost, or a timer.
    Message,
    /// Raft: roles, terms, commits.
    Raft,
    /// A write to the store.
    Write,
    /// A decision or an action of a component.
    Action,
}

impl RecordKind {
    /// All kinds, in the order of the filter.
    pub const ALL: [Self; 5] =
        [Self::Command, Self::Action, Self::Write, Self::Raft, Self::Message];

    /// The name of its symbol.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Message => "message",
            Self::Raft => "raft",
            Self::Write => "write",
            Self::Action => "action",
        }
    }
}

/// One row of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamRow {
    /// The position a click seeks to.
    pub position: u64,
    /// When it happened.
    pub at: Duration,
    /// What it is about.
    pub kind: RecordKind,
    /// Who speaks; none for the person.
    pub place: Option<Place>,
    /// What happened.
    pub deed: Deed,
    /// What a click selects.
    pub subject: Option<Subject>,
}

/// Which rows are wanted. Empty means all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StreamFilter {
    /// Letters the row must contain, in any case.
    pub text: String,
    /// Kinds to show.
    pub kinds: Vec<RecordKind>,
    /// Only what this host's components did.
    pub host: Option<smol_str::SmolStr>,
}

impl StreamFilter {
    /// Whether a row of this kind, from this place, with this text, is wanted.
    pub fn admits(&self, kind: RecordKind, place: Option<&Place>, text: &str) -> bool {
        let kind_fits = self.kinds.is_empty() || self.kinds.contains(&kind);
        let host_fits = match (&self.host, place) {
            (None, _) => true,
            (Some(host), Some(Place::Part(of, _))) => host == of,
            (Some(_), _) => false,
        };
        let wanted = self.text.trim().to_lowercase();
        kind_fits && host_fits && (wanted.is_empty() || text.to_lowercase().contains(&wanted))
    }
}

/// Which part of the filtered list the page wants.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StreamQuery {
    /// Which rows.
    pub filter: StreamFilter,
    /// The first row, counted from the oldest.
    pub first: usize,
    /// How many.
    pub count: usize,
}

/// The part of the list that was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StreamWindow {
    /// Rows the filter lets through, in all.
    pub total: usize,
    /// The number of the first row below.
    pub first: usize,
    /// The rows.
    pub rows: Vec<StreamRow>,
    /// Hosts the filter can choose from.
    pub hosts: Vec<smol_str::SmolStr>,
    /// The number of the last row at or before the instant shown.
    pub current: Option<usize>,
}

/// The arithmetic of a list of which only the visible part exists.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Viewport {
    /// The height of a row in pixels.
    pub row_px: f64,
    /// The height of what is visible in pixels.
    pub height_px: f64,
    /// How far it is scrolled in pixels.
    pub scroll_px: f64,
}

impl Viewport {
    /// Rows above and below the visible ones that are kept too, so that scrolling shows no gaps.
    const MARGIN: usize = 8;

    /// The rows to hold of `total`.
    pub fn rows(&self, total: usize) -> Range<usize> {
        let first = (self.scroll_px / self.row_px).floor().max(0.0) as usize;
        let visible = (self.height_px / self.row_px).ceil().max(0.0) as usize + 1;
        let start = first.saturating_sub(Self::MARGIN).min(total);
        start..(first + visible + Self::MARGIN).min(total)
    }

    /// Whether the end of `total` rows is in view, so that new rows should be followed.
    pub fn at_end(&self, total: usize) -> bool {
        self.scroll_px + self.height_px >= total as f64 * self.row_px - self.row_px
    }

    /// Where to scroll so that row `index` stands in the middle; none when it is in view already,
    /// or when nothing is visible yet.
    pub fn reveal(&self, index: usize) -> Option<f64> {
        let top = index as f64 * self.row_px;
        let (from, to) = (self.scroll_px, self.scroll_px + self.height_px);
        let seen = top >= from && top + self.row_px <= to;
        let middle = (top - (self.height_px - self.row_px) / 2.0).max(0.0);
        (!seen && self.height_px > 0.0).then_some(middle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::subject::Part;

    #[test]
    fn filters_combine() {
        let mut filter = StreamFilter::default();
        let place = Place::part("master-2", Part::Etcd);
        let mut check = |change: &dyn Fn(&mut StreamFilter), expected| {
            change(&mut filter);
            let admitted = filter.admits(RecordKind::Raft, Some(&place), "became Leader");
            assert_eq!(admitted, expected);
        };
        check(&|_| {}, true);
        check(&|f| f.text = " LEADER ".into(), true);
        check(&|f| f.kinds = vec![RecordKind::Raft, RecordKind::Write], true);
        check(&|f| f.host = Some("master-2".into()), true);
        check(&|f| f.host = Some("master-1".into()), false);
        check(&|f| f.host = None, true);
        check(&|f| f.kinds = vec![RecordKind::Write], false);
    }

    #[test]
    fn only_what_is_visible_is_held() {
        let mut port = Viewport { row_px: 24.0, height_px: 240.0, scroll_px: 0.0 };
        assert_eq!(port.rows(1000), 0..19);
        port.scroll_px = 2400.0;
        assert_eq!(port.rows(1000), 92..119);
        assert_eq!(port.rows(5), 5..5);
        assert!(!port.at_end(1000));
        port.scroll_px = 1000.0 * 24.0 - 240.0;
        assert!(port.at_end(1000));
    }

    #[test]
    fn a_row_out_of_view_comes_to_the_middle() {
        let port = Viewport { row_px: 20.0, height_px: 100.0, scroll_px: 200.0 };
        assert_eq!(port.reveal(12), None);
        assert_eq!(port.reveal(3), Some(20.0));
        assert_eq!(port.reveal(20), Some(360.0));
        assert_eq!(port.reveal(0), Some(0.0));
        assert_eq!(Viewport { height_px: 0.0, ..port }.reveal(20), None);
    }
}
