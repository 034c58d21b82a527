//! The history as lanes over time, and the arithmetic of drawing them.
//!
//! Everything here is in two spaces: simulated time since the start, and pixels from the left end
//! of the lanes. A [`Scale`] is the only thing that knows both. However long the history is, what
//! comes out is bounded by the width of the lanes.

use std::fmt::Write as _;

use smol_str::SmolStr;

use crate::sim::Duration;

use super::format;
use super::story::Deed;

/// A stretch of time with one Raft term.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermBand {
    /// When it began.
    pub from: Duration,
    /// Its number.
    pub term: u64,
    /// Who leads; none while it is being decided.
    pub leader: Option<SmolStr>,
}

/// How many pods were ready from an instant on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadyPoint {
    /// From when.
    pub at: Duration,
    /// Ready pods.
    pub ready: u32,
    /// Wanted pods.
    pub wanted: u32,
}

/// What a marker stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum MarkerKind {
    /// The person did something.
    Command,
    /// The person broke or mended something.
    Fault,
    /// Another Raft leader.
    Leader,
    /// Something went wrong by itself: a crash, a pod without a node.
    Trouble,
}

impl MarkerKind {
    /// The name of its symbol and colour.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Fault => "fault",
            Self::Leader => "leader",
            Self::Trouble => "trouble",
        }
    }
}

/// An instant worth jumping to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Marker {
    /// When.
    pub at: Duration,
    /// The position just after it.
    pub position: u64,
    /// What it stands for.
    pub kind: MarkerKind,
    /// What happened.
    pub deed: Deed,
}

/// The whole history, in what lanes need of it. Every list is in the order of time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LanesView {
    /// The last known instant.
    pub end: Duration,
    /// Raft terms.
    pub terms: Vec<TermBand>,
    /// When the store was written to.
    pub writes: Vec<Duration>,
    /// When the scheduler decided.
    pub decisions: Vec<Duration>,
    /// When members of etcd stood for election.
    pub elections: Vec<Duration>,
    /// When members of etcd ended, or took a snapshot in.
    pub upheavals: Vec<Duration>,
    /// Ready pods.
    pub ready: Vec<ReadyPoint>,
    /// Commands, faults and other turns.
    pub markers: Vec<Marker>,
    /// The future that was left when this branch began: from when, until when it was known.
    pub ghost: Option<(Duration, Duration)>,
}

impl LanesView {
    /// The end of what is drawn: the future that was left may reach further than this branch.
    pub fn extent(&self) -> Duration {
        self.ghost.map_or(self.end, |(_, to)| to.max(self.end))
    }

    /// The marker before or after `now`.
    pub fn neighbour(&self, now: u64, forward: bool) -> Option<&Marker> {
        if forward {
            self.markers.iter().find(|marker| marker.position > now)
        } else {
            self.markers.iter().rev().find(|marker| marker.position < now)
        }
    }

    /// What holds at `at`, for the preview under the pointer. A marker counts when it is no
    /// further than `near` away.
    pub fn preview(&self, at: Duration, near: Duration) -> Preview<'_> {
        let term = self.terms.iter().rev().find(|band| band.from <= at);
        let ready = self.ready.iter().rev().find(|point| point.at <= at);
        let distance = |marker: &&Marker| marker.at.abs_diff(at);
        let marker =
            (self.markers.iter()).filter(|marker| distance(marker) <= near).min_by_key(distance);
        Preview { at, term, ready: ready.map(|point| (point.ready, point.wanted)), marker }
    }
}

/// What holds at an instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview<'a> {
    /// The instant.
    pub at: Duration,
    /// The Raft term.
    pub term: Option<&'a TermBand>,
    /// Ready pods of wanted ones.
    pub ready: Option<(u32, u32)>,
    /// A marker close by.
    pub marker: Option<&'a Marker>,
}

/// Which part of the history the lanes show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Window {
    /// All of it, however long it grows.
    #[default]
    All,
    /// From an instant to another.
    Span(Duration, Duration),
}

impl Window {
    /// The shortest part that can be shown.
    const SPAN_MIN: Duration = Duration::from_millis(20);
    /// An empty history still shows so much.
    const EMPTY: Duration = Duration::from_secs(5);

    /// From when to when.
    pub fn bounds(self, extent: Duration) -> (Duration, Duration) {
        match self {
            Self::All if extent.is_zero() => (Duration::ZERO, Self::EMPTY),
            // A little air, so that "now" does not stick to the frame.
            Self::All => (Duration::ZERO, extent + extent / 40),
            Self::Span(from, to) => (from, to),
        }
    }

    /// Shows half as much around `at`, or twice as much.
    #[must_use]
    pub fn zoomed(self, closer: bool, at: Duration, extent: Duration) -> Self {
        let (from, to) = self.bounds(extent);
        let length = to.saturating_sub(from);
        let wanted = if closer { length / 2 } else { length * 2 };
        let (_, whole) = Self::All.bounds(extent);
        if wanted >= whole {
            return Self::All;
        }
        let wanted = wanted.max(Self::SPAN_MIN);
        let left = at.clamp(from, to).saturating_sub(from);
        // The instant under the pointer stays where it is.
        let share = left.as_micros() * wanted.as_micros() / length.as_micros().max(1);
        let left = Duration::from_micros(share as u64);
        Self::at(at.clamp(from, to).saturating_sub(left), wanted, extent)
    }

    /// Shows what lies a quarter further right, or left.
    #[must_use]
    pub fn panned(self, right: bool, extent: Duration) -> Self {
        let Self::Span(from, to) = self else {
            return self;
        };
        let length = to.saturating_sub(from);
        let from = if right { from + length / 4 } else { from.saturating_sub(length / 4) };
        Self::at(from, length, extent)
    }

    /// Moves just so far that `now` is in view.
    #[must_use]
    pub fn following(self, now: Duration, extent: Duration) -> Self {
        match self {
            Self::Span(from, to) if now > to => {
                let length = to.saturating_sub(from);
                Self::at(now.saturating_sub(length * 3 / 4), length, extent)
            }
            Self::Span(from, to) if now < from => {
                let length = to.saturating_sub(from);
                Self::at(now.saturating_sub(length / 4), length, extent)
            }
            other => other,
        }
    }

    fn at(from: Duration, length: Duration, extent: Duration) -> Self {
        let (_, whole) = Self::All.bounds(extent);
        let from = from.min(whole.saturating_sub(length));
        Self::Span(from, from + length)
    }
}

/// Time to pixels and back.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    /// The instant at the left end.
    pub from: Duration,
    /// The instant at the right end.
    pub to: Duration,
    /// The width of the lanes in pixels.
    pub width: f64,
}

/// A drawn band.
#[derive(Clone, PartialEq, Debug)]
pub struct BandShape {
    /// Its left end in pixels.
    pub x: f64,
    /// Its width in pixels.
    pub width: f64,
    /// Its term.
    pub term: u64,
    /// Who leads in it.
    pub leader: Option<SmolStr>,
}

/// Markers drawn at one place.
#[derive(Clone, PartialEq, Debug)]
pub struct MarkerShape {
    /// Where, in pixels.
    pub x: f64,
    /// The most telling of them, as an index into the list of markers.
    pub index: usize,
    /// How many.
    pub count: usize,
}

/// A line of the axis.
#[derive(Clone, PartialEq, Debug)]
pub struct AxisTick {
    /// Where, in pixels.
    pub x: f64,
    /// Its text.
    pub label: String,
}

impl Scale {
    /// The scale that shows `window` of a history of length `extent` in `width` pixels.
    pub fn new(window: Window, extent: Duration, width: f64) -> Self {
        let (from, to) = window.bounds(extent);
        Self { from, to, width: width.max(1.0) }
    }

    fn length(&self) -> f64 {
        self.to.saturating_sub(self.from).as_secs_f64().max(1e-6)
    }

    /// Where `at` is, in pixels; outside of the lanes it is negative or beyond the width.
    pub fn x(&self, at: Duration) -> f64 {
        (at.as_secs_f64() - self.from.as_secs_f64()) / self.length() * self.width
    }

    /// The instant at `x` pixels, kept inside of what is shown.
    pub fn time(&self, x: f64) -> Duration {
        let share = (x / self.width).clamp(0.0, 1.0);
        self.from + Duration::from_secs_f64(self.length() * share)
    }

    /// How much time `pixels` stand for.
    pub fn span(&self, pixels: f64) -> Duration {
        Duration::from_secs_f64(self.length() * pixels / self.width)
    }

    /// The bands in view.
    pub fn bands(&self, terms: &[TermBand], end: Duration) -> Vec<BandShape> {
        let ends = terms.iter().skip(1).map(|band| band.from).chain([end]);
        (terms.iter().zip(ends))
            .filter_map(|(band, to)| {
                let left = self.x(band.from).max(0.0);
                let right = self.x(to).min(self.width);
                (right > left).then(|| BandShape {
                    x: left,
                    width: right - left,
                    term: band.term,
                    leader: band.leader.clone(),
                })
            })
            .collect()
    }

    /// Where ticks stand, with how many instants each one bears: at most one for two pixels.
    pub fn ticks(&self, times: &[Duration]) -> Vec<(f64, u32)> {
        let start = times.partition_point(|&at| at < self.from);
        let mut ticks: Vec<(f64, u32)> = Vec::new();
        for &at in &times[start..] {
            let x = self.x(at);
            if x > self.width {
                break;
            }
            let bucket = (x / 2.0).floor() * 2.0 + 1.0;
            match ticks.last_mut() {
                Some((last, count)) if (*last - bucket).abs() < 0.5 => *count += 1,
                _ => ticks.push((bucket, 1)),
            }
        }
        ticks
    }

    /// The ticks as one SVG path in a lane of `height` pixels: the more instants, the taller.
    pub fn ticks_path(&self, times: &[Duration], height: f64) -> String {
        let mut path = String::new();
        for (x, count) in self.ticks(times) {
            let share = match count {
                1 => 0.5,
                2..=3 => 0.66,
                4..=7 => 0.83,
                _ => 1.0,
            };
            let tall = height * share;
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x:.0} {:.1}v{tall:.1}", (height - tall) / 2.0);
        }
        path
    }

    /// Ready and wanted pods as two stair lines in a lane of `height` pixels.
    pub fn ready_paths(
        &self,
        points: &[ReadyPoint],
        end: Duration,
        height: f64,
    ) -> (String, String) {
        let most = points.iter().map(|point| point.ready.max(point.wanted)).max();
        let most = f64::from(most.unwrap_or(0).max(1));
        let y = |amount: u32| height - 1.5 - f64::from(amount) / most * (height - 3.0);
        let right = self.x(end).min(self.width);
        let line = |amount: fn(&ReadyPoint) -> u32| {
            let before = points.partition_point(|point| point.at <= self.from);
            let first = points.get(before.saturating_sub(1)).map_or(0, amount);
            let mut path = format!("M0 {:.1}", y(first));
            let (mut last_x, mut last) = (0.0_f64, first);
            for point in points.iter().skip(before) {
                let x = self.x(point.at).clamp(0.0, right);
                let value = amount(point);
                if x >= right {
                    break;
                }
                if value != last && (x - last_x >= 1.0 || last_x == 0.0) {
                    let _ = write!(path, "H{x:.1}V{:.1}", y(value));
                    (last_x, last) = (x, value);
                }
            }
            let _ = write!(path, "H{right:.1}");
            path
        };
        (line(|point| point.ready), line(|point| point.wanted))
    }

    /// The markers in view, those closer than `gap` pixels gathered into one.
    pub fn markers(&self, markers: &[Marker], gap: f64) -> Vec<MarkerShape> {
        let mut shapes: Vec<MarkerShape> = Vec::new();
        for (index, marker) in markers.iter().enumerate() {
            let x = self.x(marker.at);
            if !(0.0..=self.width).contains(&x) {
                continue;
            }
            match shapes.last_mut() {
                Some(last) if x - last.x < gap => {
                    last.count += 1;
                    // A fault says more than a command that happens to stand beside it.
                    if marker.kind > markers[last.index].kind {
                        last.index = index;
                    }
                }
                _ => shapes.push(MarkerShape { x, index, count: 1 }),
            }
        }
        shapes
    }

    /// The axis: round instants at least `gap` pixels apart.
    pub fn axis(&self, gap: f64) -> Vec<AxisTick> {
        const STEPS_MS: [u64; 19] = [
            1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000,
            300_000, 600_000, 1_800_000, 3_600_000,
        ];
        let least = self.span(gap).as_secs_f64() * 1000.0;
        let step = (STEPS_MS.into_iter())
            .find(|&step| step as f64 >= least)
            .unwrap_or((least / 3_600_000.0).ceil() as u64 * 3_600_000);
        let step = Duration::from_millis(step);
        let mut at = Duration::ZERO;
        if self.from > at {
            let steps = self.from.as_millis().div_ceil(step.as_millis());
            at = Duration::from_millis((steps * step.as_millis()) as u64);
        }
        let mut ticks = Vec::new();
        while at <= self.to {
            ticks.push(AxisTick { x: self.x(at), label: format::axis(at) });
            at += step;
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn scale(from: u64, to: u64) -> Scale {
        Scale::new(Window::Span(ms(from), ms(to)), ms(10_000), 1000.0)
    }

    fn marker(at: u64, kind: MarkerKind) -> Marker {
        Marker { at: ms(at), position: at, kind, deed: Deed::Ran("kubectl get pods".into()) }
    }

    #[test]
    fn pixels_and_times_agree() {
        let scale = scale(2000, 4000);
        for x in [0.0, 250.0, 1000.0] {
            assert!((scale.x(scale.time(x)) - x).abs() < 0.01);
        }
        assert_eq!(scale.time(-5.0), ms(2000));
        assert_eq!(scale.time(5000.0), ms(4000));
    }

    #[test]
    fn however_many_writes_there_are_ticks_are_few() {
        let times: Vec<Duration> = (0..100_000).map(|n| Duration::from_micros(n * 100)).collect();
        let ticks = scale(0, 10_000).ticks(&times);
        assert_eq!(ticks.len(), 500);
        assert_eq!(ticks.iter().map(|tick| tick.1).sum::<u32>(), 100_000);
    }

    #[test]
    fn bands_end_where_the_next_begins() {
        let band = |from, term| TermBand { from: ms(from), term, leader: None };
        let shapes = scale(0, 4000).bands(&[band(0, 1), band(1000, 2), band(9000, 3)], ms(9500));
        let edges: Vec<(f64, f64)> = shapes.iter().map(|s| (s.x, s.width)).collect();
        assert_eq!(edges, [(0.0, 250.0), (250.0, 750.0)]);
    }

    #[test]
    fn close_markers_gather_and_the_most_telling_one_is_shown() {
        let markers = [
            marker(100, MarkerKind::Command),
            marker(102, MarkerKind::Fault),
            marker(104, MarkerKind::Command),
            marker(900, MarkerKind::Leader),
        ];
        let shapes = scale(0, 1000).markers(&markers, 12.0);
        let seen: Vec<(usize, usize)> = shapes.iter().map(|s| (s.index, s.count)).collect();
        assert_eq!(seen, [(1, 3), (3, 1)]);
    }

    #[test]
    fn ready_pods_are_stairs() {
        let point = |at, ready| ReadyPoint { at: ms(at), ready, wanted: 2 };
        let points = [point(0, 0), point(500, 1), point(700, 2)];
        let (ready, wanted) = scale(0, 1000).ready_paths(&points, ms(800), 13.0);
        assert_eq!(ready, "M0 11.5H500.0V6.5H700.0V1.5H800.0");
        assert_eq!(wanted, "M0 1.5H800.0");
    }

    #[test]
    fn the_axis_is_round() {
        let labels: Vec<String> =
            (scale(0, 5000).axis(120.0).into_iter()).map(|tick| tick.label).collect();
        assert_eq!(labels, ["0 s", "1 s", "2 s", "3 s", "4 s", "5 s"]);
    }

    #[test]
    fn windows_zoom_around_the_pointer_and_stay_inside() {
        let end = ms(8000);
        let close = Window::All.zoomed(true, ms(2000), end);
        let (from, to) = close.bounds(end);
        let before = Scale::new(Window::All, end, 1000.0).x(ms(2000));
        let after = Scale { from, to, width: 1000.0 }.x(ms(2000));
        assert!((before - after).abs() < 0.5);
        assert_eq!(close.zoomed(false, ms(2000), end), Window::All);
        let right = Window::Span(ms(7000), ms(8000)).panned(true, end);
        assert_eq!(right, Window::Span(ms(7200), ms(8200)));
        let followed = Window::Span(ms(0), ms(1000)).following(ms(4000), end);
        assert_eq!(followed, Window::Span(ms(3250), ms(4250)));
    }

    #[test]
    fn the_preview_tells_what_held() {
        let lanes = LanesView {
            terms: vec![TermBand { from: ms(0), term: 2, leader: Some("master-1".into()) }],
            markers: vec![marker(1000, MarkerKind::Command)],
            ..LanesView::default()
        };
        let near = lanes.preview(ms(1010), ms(20));
        assert_eq!(near.term.map(|band| band.term), Some(2));
        assert!(near.marker.is_some() && near.ready.is_none());
        assert!(lanes.preview(ms(1100), ms(20)).marker.is_none());
        assert_eq!(lanes.neighbour(1000, true), None);
        assert!(lanes.neighbour(1001, false).is_some());
    }
}
