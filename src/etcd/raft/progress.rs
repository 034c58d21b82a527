//! What a leader knows of one follower.
//!
//! Models etcd-io/raft `tracker/progress.go`. Invariant: match < next; in `Snapshot`, next is one
//! past the snapshot that is under way.

use std::fmt;

use super::inflights::Inflights;
use super::tracker::Limits;

/// How a leader sends to a follower.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ProgressState {
    /// One message at a time, to find out where the follower's log ends.
    #[default]
    Probe,
    /// As fast as the window allows, on the assumption that all arrives.
    Replicate,
    /// Not at all, until the follower has a snapshot.
    Snapshot,
}

/// What a leader knows of one follower, and of itself. Other roles keep one too, and ignore it.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Up to where the follower's log is known to equal the leader's.
    pub matched: u64,
    /// The next index to send. What lies between is in flight.
    pub next: u64,
    /// The highest commit index sent.
    pub sent_commit: u64,
    /// How the leader sends.
    pub state: ProgressState,
    /// The index of the snapshot under way; 0 when there is none.
    pub pending_snapshot: u64,
    /// Whether the follower was heard from since the last check of the quorum.
    pub recent_active: bool,
    /// Whether sending pauses until the next answer to a heartbeat.
    pub flow_paused: bool,
    /// The append messages in flight.
    pub inflights: Inflights,
    /// Whether it is a learner.
    pub is_learner: bool,
}

/// A progress as it is shown: everything in it but the messages in flight, which are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProgressView {
    /// How the leader sends.
    pub state: ProgressState,
    /// Up to where the follower's log is known to equal the leader's.
    pub matched: u64,
    /// The next index to send.
    pub next: u64,
    /// Whether it is a learner.
    pub is_learner: bool,
    /// Whether sending pauses.
    pub paused: bool,
    /// The index of the snapshot under way; 0 when there is none.
    pub pending_snapshot: u64,
    /// Whether the follower was heard from since the last check of the quorum.
    pub recent_active: bool,
    /// How many append messages are in flight.
    pub inflight: u64,
    /// Whether no more may be.
    pub inflight_full: bool,
}

impl Progress {
    /// Nothing known; sending starts at `next`.
    pub const fn new(next: u64, limits: Limits) -> Self {
        Self {
            matched: 0,
            next,
            sent_commit: 0,
            state: ProgressState::Probe,
            pending_snapshot: 0,
            recent_active: false,
            flow_paused: false,
            inflights: Inflights::new(limits.inflight_msgs_max, limits.inflight_bytes_max),
            is_learner: false,
        }
    }

    /// Sends one message at a time, from what is known to be there, or from the snapshot under way
    /// if that was reported to have arrived.
    pub fn become_probe(&mut self) {
        // When the snapshot failed, its index was cleared before.
        let arrived = match self.state {
            ProgressState::Snapshot => self.pending_snapshot,
            _ => 0,
        };
        self.reset_state(ProgressState::Probe);
        self.next = self.matched.max(arrived) + 1;
        self.sent_commit = self.sent_commit.min(self.next - 1);
    }

    /// Sends as fast as the window allows.
    pub fn become_replicate(&mut self) {
        self.reset_state(ProgressState::Replicate);
        self.next = self.matched + 1;
    }

    /// Waits until the follower has the snapshot at `index`.
    pub fn become_snapshot(&mut self, index: u64) {
        self.reset_state(ProgressState::Snapshot);
        self.pending_snapshot = index;
        self.next = index + 1;
        self.sent_commit = index;
    }

    fn reset_state(&mut self, state: ProgressState) {
        self.flow_paused = false;
        self.pending_snapshot = 0;
        self.state = state;
        self.inflights.clear();
    }

    /// Notes that an append message was sent with `entries` entries of `bytes` of payload.
    pub fn on_sent_entries(&mut self, entries: u64, bytes: u64) {
        match self.state {
            ProgressState::Replicate => {
                if entries > 0 {
                    self.next += entries;
                    self.inflights.add(self.next - 1, bytes);
                }
                // A message into a full window is a probe, and probes are one at a time.
                self.flow_paused = self.inflights.is_full();
            }
            ProgressState::Probe => self.flow_paused |= entries > 0,
            ProgressState::Snapshot => {
                unreachable!("nothing is sent while a snapshot is under way")
            }
        }
    }

    /// Whether sending the commit index `commit` can tell the follower something new.
    pub const fn can_bump_commit(&self, commit: u64) -> bool {
        commit > self.sent_commit && self.sent_commit < self.next - 1
    }

    /// Takes in that the follower has everything up to `index`. Says whether that is news.
    pub fn maybe_update(&mut self, index: u64) -> bool {
        if index <= self.matched {
            return false;
        }
        self.matched = index;
        self.next = self.next.max(index.saturating_add(1));
        self.flow_paused = false;
        true
    }

    /// Takes in that the follower refused what followed `rejected`, and that what follows `hint`
    /// may be better. Says whether that is news: refusals arrive late, twice and out of order.
    pub fn maybe_decrease(&mut self, rejected: u64, hint: u64) -> bool {
        match self.state {
            ProgressState::Replicate if rejected <= self.matched => return false,
            ProgressState::Replicate => self.next = self.matched + 1,
            _ if self.next - 1 != rejected => return false,
            _ => {
                let better = rejected.min(hint.saturating_add(1));
                self.next = better.max(self.matched + 1);
                self.flow_paused = false;
            }
        }
        // The commit index sent with what was refused was not taken in either.
        self.sent_commit = self.sent_commit.min(self.next - 1);
        true
    }

    /// Whether sending entries pauses.
    pub const fn is_paused(&self) -> bool {
        self.flow_paused || matches!(self.state, ProgressState::Snapshot)
    }

    /// This as it is shown.
    pub fn view(&self) -> ProgressView {
        ProgressView {
            state: self.state,
            matched: self.matched,
            next: self.next,
            is_learner: self.is_learner,
            paused: self.is_paused(),
            pending_snapshot: self.pending_snapshot,
            recent_active: self.recent_active,
            inflight: self.inflights.count(),
            inflight_full: self.inflights.is_full(),
        }
    }
}

impl fmt::Display for ProgressState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State{self:?}")
    }
}

impl fmt::Display for ProgressView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} match={} next={}", self.state, self.matched, self.next)?;
        if self.is_learner {
            f.write_str(" learner")?;
        }
        if self.paused {
            f.write_str(" paused")?;
        }
        if self.pending_snapshot > 0 {
            write!(f, " pendingSnap={}", self.pending_snapshot)?;
        }
        if !self.recent_active {
            f.write_str(" inactive")?;
        }
        if self.inflight > 0 {
            write!(f, " inflight={}", self.inflight)?;
            if self.inflight_full {
                f.write_str("[full]")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { inflight_msgs_max: 2, inflight_bytes_max: 0 };

    fn progress(state: ProgressState, matched: u64, next: u64) -> Progress {
        Progress { state, matched, ..Progress::new(next, LIMITS) }
    }

    #[test]
    fn probing_starts_where_the_follower_is_known_to_be() {
        let check = |state, pending_snapshot, next| {
            let mut progress = progress(state, 1, 5);
            progress.pending_snapshot = pending_snapshot;
            progress.become_probe();
            assert_eq!((progress.state, progress.next), (ProgressState::Probe, next));
        };
        check(ProgressState::Replicate, 0, 2);
        check(ProgressState::Snapshot, 10, 11);
        check(ProgressState::Snapshot, 0, 2);
    }

    #[test]
    fn a_refusal_lowers_next_only_when_it_is_news() {
        let check = |state, matched, next, rejected, hint, news, then| {
            let mut progress = progress(state, matched, next);
            let found = progress.maybe_decrease(rejected, hint);
            assert_eq!((found, progress.next), (news, then), "{rejected} {hint}");
        };
        let (probe, replicate) = (ProgressState::Probe, ProgressState::Replicate);
        check(replicate, 5, 10, 5, 5, false, 10);
        check(replicate, 5, 10, 4, 4, false, 10);
        check(replicate, 5, 10, 9, 9, true, 6);
        check(probe, 0, 0 + 1, 5, 5, false, 1);
        check(probe, 0, 10, 5, 5, false, 10);
        check(probe, 0, 10, 9, 9, true, 9);
        check(probe, 0, 2, 1, 1, true, 1);
        check(probe, 0, 10, 9, 2, true, 3);
        check(probe, 0, 10, 9, 0, true, 1);
        check(probe, 4, 10, 9, 1, true, 5);
        check(probe, 0, 10, 9, u64::MAX, true, 9);
    }

    #[test]
    fn an_acknowledgement_is_news_once() {
        let check = |index, matched, next, news| {
            let mut progress = progress(ProgressState::Replicate, 3, 5);
            progress.flow_paused = true;
            assert_eq!(progress.maybe_update(index), news);
            assert_eq!((progress.matched, progress.next), (matched, next));
            assert_eq!(progress.is_paused(), !news);
        };
        check(2, 3, 5, false);
        check(3, 3, 5, false);
        check(4, 4, 5, true);
        check(5, 5, 6, true);
    }

    #[test]
    fn sending_pauses_by_state() {
        let mut probe = progress(ProgressState::Probe, 0, 1);
        probe.on_sent_entries(0, 0);
        assert!(!probe.is_paused());
        probe.on_sent_entries(3, 10);
        assert_eq!((probe.next, probe.is_paused()), (1, true));

        let mut replicate = progress(ProgressState::Replicate, 0, 1);
        replicate.on_sent_entries(3, 10);
        assert_eq!((replicate.next, replicate.is_paused()), (4, false));
        replicate.on_sent_entries(1, 10);
        assert_eq!((replicate.next, replicate.is_paused()), (5, true));
        assert_eq!(
            replicate.view().to_string(),
            "StateReplicate match=0 next=5 paused inactive inflight=2[full]"
        );

        replicate.become_snapshot(7);
        assert_eq!(
            replicate.view().to_string(),
            "StateSnapshot match=0 next=8 paused pendingSnap=7 inactive"
        );
    }

    #[test]
    fn a_commit_index_is_sent_when_it_can_move_the_follower() {
        let check = |sent_commit, next, commit, can| {
            let mut progress = progress(ProgressState::Replicate, 0, next);
            progress.sent_commit = sent_commit;
            assert_eq!(progress.can_bump_commit(commit), can);
        };
        check(3, 10, 3, false);
        check(3, 10, 4, true);
        check(9, 10, 12, false);
        check(8, 10, 12, true);
    }
}
