//! Simulated time: microseconds since the Unix epoch, as an argument and never as a question.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

pub use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An instant of simulated time, in microseconds since 1970-01-01T00:00:00Z.
///
/// Counting from the Unix epoch lets an instant be printed as a Kubernetes timestamp as it is; when
/// a simulation starts is part of its configuration.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
pub struct Time(u64);

impl Time {
    /// The instant `micros` microseconds after the Unix epoch.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The instant `secs` seconds after the Unix epoch.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * 1_000_000)
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Whole seconds since the Unix epoch.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1_000_000
    }

    /// How long after `earlier` this instant is; zero when it is not after it.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// The next instant at or after this one that is a whole number of `period`s from the epoch.
    pub const fn round_up(self, period: Duration) -> Self {
        let period = micros(period);
        Self(self.0.div_ceil(period) * period)
    }
}

/// A duration in whole microseconds; longer ones than 584,000 years do not occur.
const fn micros(duration: Duration) -> u64 {
    duration.as_secs() * 1_000_000 + duration.subsec_micros() as u64
}

impl Add<Duration> for Time {
    type Output = Self;

    fn add(self, after: Duration) -> Self {
        Self(self.0.saturating_add(micros(after)))
    }
}

impl AddAssign<Duration> for Time {
    fn add_assign(&mut self, after: Duration) {
        *self = *self + after;
    }
}

impl Sub<Duration> for Time {
    type Output = Self;

    fn sub(self, before: Duration) -> Self {
        Self(self.0.saturating_sub(micros(before)))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates() {
        let t = Time::from_secs(2) + Duration::from_millis(1500);
        assert_eq!(t.as_micros(), 3_500_000);
        assert_eq!(t.since(Time::from_secs(3)), Duration::from_millis(500));
        assert_eq!(Time::from_secs(1).since(t), Duration::ZERO);
        assert_eq!(Time::from_secs(1) - Duration::from_secs(5), Time::default());
    }

    #[test]
    fn rounds_up_to_a_period() {
        let second = Duration::from_secs(1);
        assert_eq!(Time::from_micros(1).round_up(second), Time::from_secs(1));
        assert_eq!(Time::from_secs(4).round_up(second), Time::from_secs(4));
    }
}
