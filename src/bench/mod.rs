//! What the engine is measured by: the figures of `orrery bench`, natively and in the page.
//!
//! A [`Suite`] measures one figure at a time, and keeps the clusters that several figures share.
//! Invariant: nothing here is measured by a shortcut. The record is kept, costs are the defaults,
//! and clocks and memory are read through the [`Meter`] that whoever runs it brings along.

mod deploy;
mod editor;
mod history;
mod http;
mod large;
mod members;
mod requests;

use std::fmt;
use std::time::Duration;

pub use editor::keystrokes;

/// The names of all figures, in the order in which they are measured best.
pub const NAMES: [&str; 15] = [
    "deploy-1000",
    "idle-100-nodes",
    "events-per-second",
    "seek-10-minutes",
    "clone-150000-pods",
    "memory-150000-pods",
    "propose-3",
    "propose-5",
    "idle-5-members",
    "keystroke-5000-lines",
    "table-10000-pods",
    "apply-1000-objects",
    "http-get",
    "http-list",
    "http-create",
];

/// What is needed to measure.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    /// Reads a clock that goes on while nobody looks; only differences of its readings count.
    pub clock: fn() -> Duration,
    /// How many bytes of memory the process has.
    pub memory: fn() -> u64,
}

/// A figure.
#[derive(Clone, PartialEq, Debug)]
pub struct Figure {
    /// What it is of.
    pub name: &'static str,
    /// The figure itself.
    pub value: f64,
    /// What it counts.
    pub unit: &'static str,
}

/// Measures figures.
#[derive(Clone, Debug)]
pub struct Suite {
    meter: Meter,
    deployed: Option<deploy::Deployed>,
    history: Option<history::History>,
    large: Option<large::Large>,
    busy: Option<requests::Busy>,
    http: Option<http::Http>,
}

impl Meter {
    /// Does something, and says what came of it and how many seconds it took.
    fn time<R>(&self, work: impl FnOnce() -> R) -> (R, f64) {
        let start = (self.clock)();
        let result = work();
        (result, (self.clock)().saturating_sub(start).as_secs_f64())
    }
}

impl Suite {
    /// A suite that has measured nothing yet.
    pub const fn new(meter: Meter) -> Self {
        Self { meter, deployed: None, history: None, large: None, busy: None, http: None }
    }

    /// Measures a figure. `None` when there is none of that name.
    pub fn measure(&mut self, name: &str) -> Option<Figure> {
        let name = *NAMES.iter().find(|known| **known == name)?;
        let meter = self.meter;
        let (value, unit) = match name {
            "deploy-1000" => (self.deployed().seconds, "s"),
            "idle-100-nodes" => (self.deployed().idle(meter), "x"),
            "events-per-second" => (self.history().events_per_second, "1/s"),
            "seek-10-minutes" => (self.history().seek_ms(meter), "ms"),
            "clone-150000-pods" => (self.large().clone_ms(meter), "ms"),
            "memory-150000-pods" => (self.large().bytes_per_pod(), "B"),
            "propose-3" => (members::proposals_per_second(meter, 3), "1/s"),
            "propose-5" => (members::proposals_per_second(meter, 5), "1/s"),
            "table-10000-pods" => (self.busy().table_ms(meter), "ms"),
            "apply-1000-objects" => (self.busy().apply_seconds(meter), "s"),
            "keystroke-5000-lines" => (editor::keystroke_ms(meter), "ms"),
            "http-get" => (self.http().gets_per_second(meter), "1/s"),
            "http-list" => (self.http().lists_per_second(meter), "1/s"),
            "http-create" => (self.http().creates_per_second(meter), "1/s"),
            "idle-5-members" => (members::idle(meter, 5), "x"),
            _ => unreachable!("every name has its figure"),
        };
        Some(Figure { name, value, unit })
    }

    fn deployed(&mut self) -> &mut deploy::Deployed {
        let meter = self.meter;
        self.deployed.get_or_insert_with(|| deploy::Deployed::new(meter))
    }

    fn history(&mut self) -> &mut history::History {
        let meter = self.meter;
        self.history.get_or_insert_with(|| history::History::new(meter))
    }

    fn http(&mut self) -> &mut http::Http {
        self.http.get_or_insert_with(http::Http::new)
    }

    fn large(&mut self) -> &mut large::Large {
        let meter = self.meter;
        // Memory is that of the whole process: what other figures keep would count.
        (self.deployed, self.history) = (None, None);
        (self.busy, self.http) = (None, None);
        self.large.get_or_insert_with(|| large::Large::new(meter))
    }

    fn busy(&mut self) -> &mut requests::Busy {
        self.busy.get_or_insert_with(requests::Busy::new)
    }
}

/// `NAME VALUE UNIT`, with as many digits as mean something.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, unit } = self;
        let digits = if *value >= 100.0 { 0 } else { 3 };
        write!(f, "{name} {value:.digits$} {unit}")
    }
}

/// The value below which `percent` of all lie. Panics when there are none.
pub fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() * percent).div_ceil(100).saturating_sub(1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(&mut values, 95), 95.0);
        assert_eq!(percentile(&mut values, 50), 50.0);
        assert_eq!(percentile(&mut [3.0], 95), 3.0);
    }

    #[test]
    fn figures_are_one_line_each() {
        let figure = |value| Figure { name: "a", value, unit: "ms" }.to_string();
        assert_eq!(figure(0.12345), "a 0.123 ms");
        assert_eq!(figure(123_456.7), "a 123457 ms");
    }
}
