//! Where in the history the page is, and how fast it goes.

use std::fmt;

use smol_str::SmolStr;

use crate::sim::Duration;

/// How fast simulated time runs: eighths of real time, so that the slowest speed is a whole
/// number too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Speed {
    /// Simulated time for eight times as much real time.
    pub eighths: u32,
}

impl Speed {
    /// The speeds a person can choose, slowest first.
    pub const STOPS: [Self; 10] = [
        Self { eighths: 1 },
        Self { eighths: 2 },
        Self { eighths: 4 },
        Self { eighths: 8 },
        Self { eighths: 16 },
        Self { eighths: 40 },
        Self { eighths: 80 },
        Self { eighths: 400 },
        Self { eighths: 800 },
        Self { eighths: 8000 },
    ];

    /// Real time.
    pub const REAL: Self = Self { eighths: 8 };

    /// The stop nearest to it, as an index into [`Speed::STOPS`].
    pub fn stop(self) -> usize {
        let above = Self::STOPS.iter().position(|stop| *stop >= self);
        above.unwrap_or(Self::STOPS.len() - 1)
    }

    /// The next faster stop, or the next slower one.
    pub fn shifted(self, faster: bool) -> Self {
        let last = Self::STOPS.len() - 1;
        let stop = self.stop();
        let next = if faster { (stop + 1).min(last) } else { stop.saturating_sub(1) };
        Self::STOPS[next]
    }

    /// The simulated time that passes in `real`.
    pub fn simulated(self, real: Duration) -> Duration {
        real * self.eighths / 8
    }

    /// The speed at which `simulated` passed in `real`.
    pub fn measured(simulated: Duration, real: Duration) -> Self {
        let eighths = (simulated * 8).as_micros() / real.as_micros().max(1);
        Self { eighths: u32::try_from(eighths).unwrap_or(u32::MAX) }
    }
}

impl Default for Speed {
    fn default() -> Self {
        Self::REAL
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.eighths {
            0 => f.write_str("0×"),
            1 => f.write_str("⅛×"),
            2 => f.write_str("¼×"),
            3..=5 => f.write_str("½×"),
            eighths => write!(f, "{}×", (eighths + 4) / 8),
        }
    }
}

/// What one press of the step button moves over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Grain {
    /// One message delivered or one timer fired.
    #[default]
    Message,
    /// One write: a new revision of the store.
    Write,
    /// One action of a controller, the scheduler or a kubelet.
    Action,
    /// One tick of the clock of a member of etcd.
    Tick,
    /// One phase of a member: persist, send, apply.
    Phase,
    /// One change of a member's role or term.
    Term,
}

impl Grain {
    /// All of them, each at its number.
    pub const ALL: [Self; 6] =
        [Self::Message, Self::Write, Self::Action, Self::Tick, Self::Phase, Self::Term];
    /// Those of the whole cluster, finest first.
    pub const CLUSTER: [Self; 3] = [Self::Message, Self::Write, Self::Action];
    /// Those of the Raft bench.
    pub const RAFT: [Self; 5] = [Self::Message, Self::Tick, Self::Phase, Self::Write, Self::Term];
}

/// The number of a branch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BranchId(pub u32);

/// One of the futures the person has made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BranchView {
    /// Its number.
    pub id: BranchId,
    /// Its name; empty for the first.
    pub name: SmolStr,
    /// When it left the branch it came from.
    pub from: Duration,
}

/// Where the page is in time. All times count from the start of the simulation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClockView {
    /// Events handled so far.
    pub position: u64,
    /// Events of this branch that are known.
    pub position_end: u64,
    /// The instant shown.
    pub time: Duration,
    /// The last instant known.
    pub time_end: Duration,
    /// Whether it plays.
    pub playing: bool,
    /// The speed asked for.
    pub speed: Speed,
    /// What a step moves over.
    pub grain: Grain,
    /// The branch shown.
    pub branch: BranchId,
    /// How far a long seek has come, in percent, while one runs.
    pub seeking_percent: Option<u8>,
    /// Whether the cluster is coming up.
    pub booting: bool,
}

impl ClockView {
    /// Whether what is shown lies behind the last known event.
    pub const fn is_rewound(&self) -> bool {
        self.position < self.position_end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_read_as_fractions() {
        let text: Vec<String> = Speed::STOPS.iter().map(Speed::to_string).collect();
        let expected = ["⅛×", "¼×", "½×", "1×", "2×", "5×", "10×", "50×", "100×", "1000×"];
        assert_eq!(text, expected);
    }

    #[test]
    fn speeds_shift_by_stops_and_stay_in_range() {
        assert_eq!(Speed::REAL.shifted(true), Speed { eighths: 16 });
        assert_eq!(Speed::STOPS[0].shifted(false), Speed::STOPS[0]);
        assert_eq!(Speed::STOPS[9].shifted(true), Speed::STOPS[9]);
        assert_eq!(Speed { eighths: 3300 }.stop(), 9);
    }

    #[test]
    fn speed_times_real_is_simulated() {
        let frame = Duration::from_millis(16);
        assert_eq!(Speed { eighths: 1 }.simulated(frame), Duration::from_millis(2));
        let second = Duration::from_secs(1);
        let fast = Speed::measured(Duration::from_secs(412), second);
        assert_eq!(fast.to_string(), "412×");
    }
}
