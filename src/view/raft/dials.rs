//! What the dials of the bench turn: how bad the cables are, how patient the members.
//!
//! Invariant: what etcd would refuse is refused here, in its words; what it takes and what cannot
//! keep a leader all the same is warned of.

use crate::cluster::Tuning;

/// The timeouts of the members, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// From one heartbeat to the next.
    pub heartbeat_ms: u32,
    /// How long a follower waits for its leader at least.
    pub election_ms: u32,
    /// Up to how much longer, by luck.
    pub spread_ms: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self { heartbeat_ms: 100, election_ms: 1000, spread_ms: 1000 }
    }
}

impl Timing {
    /// The stops of the dial for heartbeats.
    pub const HEARTBEAT_STOPS: [u64; 8] = [10, 20, 50, 100, 200, 300, 500, 1000];
    /// The stops of the dial for the election timeout.
    pub const ELECTION_STOPS: [u64; 8] = [100, 200, 500, 1000, 2000, 5000, 10_000, 50_000];
    /// The stops of the dial for the spread.
    pub const SPREAD_STOPS: [u64; 8] = [0, 100, 200, 500, 1000, 2000, 5000, 10_000];

    /// What etcd says to such timeouts when it does not take them.
    pub fn refusal(self) -> Option<String> {
        let Self { heartbeat_ms, election_ms, spread_ms } = self;
        let tuning = Tuning { heartbeat_ms, election_ms, spread_ms, ..Tuning::default() };
        tuning.check().err().map(|error| error.to_string())
    }
}

/// Why a leader can hardly last, or be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unrest {
    /// A heartbeat and its answer take longer than a follower waits.
    TooSlow(u64, u32),
    /// They take longer than from one heartbeat to the next.
    SlowerThanBeats(u64, u32),
    /// So many of a hundred messages are lost that followers give up now and then.
    Lossy(u32),
    /// All followers give up at once, and split the vote.
    Alike,
}

/// How bad the cables between members are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cables {
    /// How much longer than usual a message takes, in milliseconds.
    pub delay_ms: u64,
    /// And up to how much more.
    pub jitter_ms: u64,
    /// How many of a hundred messages are lost.
    pub loss_percent: u32,
}

impl Cables {
    /// The stops of the dials, in the units of the fields.
    pub const STOPS: [u64; 8] = [0, 1, 5, 20, 50, 100, 200, 500];
    /// The stops of the dial for loss.
    pub const LOSS_STOPS: [u64; 8] = [0, 1, 2, 5, 10, 20, 40, 80];

    /// Why a leader can hardly last with members that are so patient, the worst first.
    pub fn unrest(&self, timing: Timing) -> Option<Unrest> {
        let round_ms = 2 * (self.delay_ms + self.jitter_ms);
        let Timing { heartbeat_ms, election_ms, spread_ms } = timing;
        // How often a follower may miss a heartbeat before it gives up.
        let beats = election_ms / heartbeat_ms.max(1);
        if 2 * round_ms > election_ms.into() {
            Some(Unrest::TooSlow(round_ms, election_ms))
        } else if self.loss_percent >= 40 || self.loss_percent >= 10 && beats <= 5 {
            Some(Unrest::Lossy(self.loss_percent))
        } else if spread_ms < 2 * heartbeat_ms {
            Some(Unrest::Alike)
        } else if round_ms > heartbeat_ms.into() {
            Some(Unrest::SlowerThanBeats(round_ms, heartbeat_ms))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cables_and_timeouts_may_be_too_bad_for_a_leader() {
        let check = |delay_ms, loss_percent, timing, expected| {
            let cables = Cables { delay_ms, jitter_ms: 0, loss_percent };
            assert_eq!(cables.unrest(timing), expected);
        };
        let timing = Timing::default();
        check(0, 0, timing, None);
        check(100, 0, timing, Some(Unrest::SlowerThanBeats(200, 100)));
        check(300, 0, timing, Some(Unrest::TooSlow(600, 1000)));
        check(0, 40, timing, Some(Unrest::Lossy(40)));
        check(0, 0, Timing { spread_ms: 100, ..timing }, Some(Unrest::Alike));
        check(0, 10, Timing { heartbeat_ms: 200, ..timing }, Some(Unrest::Lossy(10)));
    }
}
