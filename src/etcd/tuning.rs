//! The flags of etcd that decide how its members agree: what a person turns on the bench.
//!
//! Models the checks of server/embed/config.go Validate, with their texts. Invariant: a cluster
//! only ever runs with flags for which [`Tuning::check`] has no complaint. etcd reads its flags
//! when it starts; here they change while it runs, so that one sees what they do.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::member::Settings;
use crate::sim::Duration;

/// The longest election timeout, in milliseconds. Models maxElectionMs.
const ELECTION_MS_MAX: u32 = 50_000;
/// How often a leader is heard from at least before a follower gives it up.
const HEARTBEATS_MIN: u32 = 5;

/// Flags that all members of a cluster have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tuning {
    /// --heartbeat-interval.
    pub heartbeat_ms: u32,
    /// --election-timeout: how long a follower waits for its leader at least.
    pub election_ms: u32,
    /// Up to how much longer it waits, by luck. In etcd as long as the timeout itself.
    pub spread_ms: u32,
    /// --pre-vote.
    pub pre_vote: bool,
    /// Whether a leader that hears from no majority steps down, and voters keep to a leader they
    /// have just heard from. etcd has no flag for it: it always does.
    pub check_quorum: bool,
    /// Whether a message carries one entry at most. In etcd it carries up to a mebibyte of them.
    pub single_entries: bool,
    /// --snapshot-count: entries between two snapshots. Half as many, and no more than etcd's
    /// 5,000, are kept in the log for followers that are a little behind.
    pub snapshot_count: u64,
}

/// Why flags cannot work, in etcd's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TuningError {
    /// No heartbeat at all.
    NoHeartbeat,
    /// No time to wait at all.
    NoElection,
    /// Followers would give leaders up between two heartbeats: election timeout and heartbeat.
    TooShort(u32, u32),
    /// Nobody would notice that a leader is gone: the election timeout.
    TooLong(u32),
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            heartbeat_ms: 100,
            election_ms: 1000,
            spread_ms: 1000,
            pre_vote: true,
            check_quorum: true,
            single_entries: false,
            snapshot_count: 10_000,
        }
    }
}

impl Tuning {
    /// How many ticks a follower waits at least. As etcd has it: as many whole ones as fit.
    pub fn election_ticks(&self) -> u64 {
        u64::from(self.election_ms / self.heartbeat_ms.max(1))
    }

    /// Whether members can run with these flags.
    pub const fn check(&self) -> Result<(), TuningError> {
        let Self { heartbeat_ms, election_ms, .. } = *self;
        if heartbeat_ms == 0 {
            Err(TuningError::NoHeartbeat)
        } else if election_ms == 0 {
            Err(TuningError::NoElection)
        } else if election_ms < heartbeat_ms.saturating_mul(HEARTBEATS_MIN) {
            Err(TuningError::TooShort(election_ms, heartbeat_ms))
        } else if election_ms > ELECTION_MS_MAX {
            Err(TuningError::TooLong(election_ms))
        } else {
            Ok(())
        }
    }
}

impl Settings {
    /// These settings, but with the flags of `tuning`.
    #[must_use]
    pub fn tuned(self, tuning: &Tuning) -> Self {
        let heartbeat_ms = tuning.heartbeat_ms.max(1);
        Self {
            heartbeat: Duration::from_millis(heartbeat_ms.into()),
            election_ticks: tuning.election_ticks(),
            spread_ticks: u64::from(tuning.spread_ms / heartbeat_ms),
            pre_vote: tuning.pre_vote,
            check_quorum: tuning.check_quorum,
            size_per_msg_max: if tuning.single_entries { 0 } else { self.size_per_msg_max },
            snapshot_count: tuning.snapshot_count,
            catch_up_entries: (tuning.snapshot_count / 2).min(5000),
            ..self
        }
    }
}

/// Writes those that are not etcd's defaults, as a script has them, each after a blank.
impl fmt::Display for Tuning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = Self::default();
        let mut millis = |name: &str, value: u32, usual: u32| {
            if value == usual { Ok(()) } else { write!(f, " {name}={value}ms") }
        };
        millis("heartbeat", self.heartbeat_ms, usual.heartbeat_ms)?;
        millis("election", self.election_ms, usual.election_ms)?;
        millis("spread", self.spread_ms, usual.spread_ms)?;
        if !self.pre_vote {
            f.write_str(" pre-vote=false")?;
        }
        if !self.check_quorum {
            f.write_str(" check-quorum=false")?;
        }
        if self.single_entries {
            f.write_str(" single-entries=true")?;
        }
        if self.snapshot_count != usual.snapshot_count {
            write!(f, " snapshot-count={}", self.snapshot_count)?;
        }
        Ok(())
    }
}

impl fmt::Display for TuningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeartbeat => f.write_str("--heartbeat-interval must be >0 (set to 0ms)"),
            Self::NoElection => f.write_str("--election-timeout must be >0 (set to 0ms)"),
            Self::TooShort(election, heartbeat) => write!(
                f,
                "--election-timeout[{election}ms] should be at least as 5 times as \
                 --heartbeat-interval[{heartbeat}ms]"
            ),
            Self::TooLong(election) => write!(
                f,
                "--election-timeout[{election}ms] is too long, and should be set less than \
                 {ELECTION_MS_MAX}ms"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_that_cannot_work_are_refused_in_the_words_of_etcd() {
        let check = |heartbeat_ms, election_ms, expected: &str| {
            let tuning = Tuning { heartbeat_ms, election_ms, ..Tuning::default() };
            let told = tuning.check().err().map(|error| error.to_string()).unwrap_or_default();
            assert_eq!(told, expected);
        };
        check(100, 1000, "");
        check(200, 1000, "");
        check(
            300,
            1000,
            "--election-timeout[1000ms] should be at least as 5 times as \
             --heartbeat-interval[300ms]",
        );
        check(
            100,
            60_000,
            "--election-timeout[60000ms] is too long, and should be set less than 50000ms",
        );
        check(0, 1000, "--heartbeat-interval must be >0 (set to 0ms)");
        check(100, 0, "--election-timeout must be >0 (set to 0ms)");
    }

    #[test]
    fn the_usual_flags_are_the_usual_settings() {
        assert_eq!(Settings::default().tuned(&Tuning::default()), Settings::default());
        assert_eq!(Tuning::default().to_string(), "");
    }
}
