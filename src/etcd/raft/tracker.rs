//! The members of a cluster as one of them knows them: who votes, who learns, how far each is.
//!
//! Models etcd-io/raft `tracker/tracker.go`. Invariant: progress is kept for exactly the members
//! of the configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::confchange::ConfState;
use super::progress::Progress;
use super::quorum::{JointConfig, MajorityConfig, VoteResult};

/// How far each member has got.
pub type ProgressMap = BTreeMap<u64, Progress>;

/// Who votes and who learns.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// The voters; both the incoming and the outgoing while the configuration is joint.
    pub voters: JointConfig,
    /// Whether the leader leaves the joint configuration of its own accord.
    pub auto_leave: bool,
    /// The learners; never also voters of either half.
    pub learners: BTreeSet<u64>,
    /// Outgoing voters that will be learners once the joint configuration is left.
    pub learners_next: BTreeSet<u64>,
}

/// How much may be in flight to one follower.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// How many append messages.
    pub inflight_msgs_max: u64,
    /// How many bytes of payload; 0 for any number.
    pub inflight_bytes_max: u64,
}

/// A configuration in force, with the progress of its members and the votes of an election.
#[derive(Clone, Debug)]
pub struct Tracker {
    /// Who votes and who learns.
    pub config: Arc<Config>,
    /// How far each has got.
    pub progress: ProgressMap,
    /// The other members in order, to go through them while their progress changes.
    pub peers: Arc<[u64]>,
    /// Who voted how in the election under way.
    pub votes: BTreeMap<u64, bool>,
    /// How much may be in flight.
    pub limits: Limits,
}

/// How many votes were counted, and what follows from them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally {
    /// How many said yes.
    pub granted: usize,
    /// How many said no.
    pub rejected: usize,
    /// What follows.
    pub result: VoteResult,
}

impl Config {
    /// This as a snapshot carries it.
    pub fn conf_state(&self) -> ConfState {
        let list = |set: &BTreeSet<u64>| set.iter().copied().collect();
        ConfState {
            voters: self.voters.incoming.to_vec(),
            voters_outgoing: self.voters.outgoing.to_vec(),
            learners: list(&self.learners),
            learners_next: list(&self.learners_next),
            auto_leave: self.auto_leave,
        }
    }

    /// Whether there is one voter and no change under way.
    pub fn is_singleton(&self) -> bool {
        self.voters.incoming.0.len() == 1 && !self.voters.is_joint()
    }
}

impl Tracker {
    /// An empty configuration.
    pub fn new(limits: Limits) -> Self {
        Self {
            config: Arc::default(),
            progress: ProgressMap::new(),
            peers: Arc::default(),
            votes: BTreeMap::new(),
            limits,
        }
    }

    /// Puts a configuration in force at the node `own`.
    pub fn switch_to(&mut self, own: u64, config: Config, progress: ProgressMap) {
        self.config = Arc::new(config);
        self.peers = progress.keys().copied().filter(|&id| id != own).collect();
        self.progress = progress;
    }

    /// Forgets the progress of every member, each of which is next sent what follows `last_index`;
    /// `own` has everything.
    pub fn reset_progress(&mut self, own: u64, last_index: u64) {
        for (&id, progress) in &mut self.progress {
            let is_learner = progress.is_learner;
            *progress = Progress::new(last_index + 1, self.limits);
            progress.is_learner = is_learner;
            if id == own {
                progress.matched = last_index;
            }
        }
    }

    /// The greatest index that a quorum has.
    pub fn committed(&self) -> u64 {
        let acked = |id| self.progress.get(&id).map(|progress| progress.matched);
        self.config.voters.committed_index(acked)
    }

    /// Whether a quorum was heard from since this was last asked.
    pub fn is_quorum_active(&self) -> bool {
        let active = |id| {
            let progress = self.progress.get(&id)?;
            (!progress.is_learner).then_some(progress.recent_active)
        };
        self.config.voters.vote_result(active) == VoteResult::Won
    }

    /// Notes what `id` said; its first word counts.
    pub fn record_vote(&mut self, id: u64, granted: bool) {
        self.votes.entry(id).or_insert(granted);
    }

    /// Counts the votes.
    pub fn tally_votes(&self) -> Tally {
        let is_voter = |id| self.progress.get(id).is_some_and(|p| !p.is_learner);
        let count = |yes| {
            let votes = self.votes.iter();
            votes.filter(|&(id, &v)| v == yes && is_voter(id)).count()
        };
        Tally {
            granted: count(true),
            rejected: count(false),
            result: self.config.voters.vote_result(|id| self.votes.get(&id).copied()),
        }
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "voters={}", self.voters)?;
        let mut set = |name, set: &BTreeSet<u64>| {
            if set.is_empty() {
                return Ok(());
            }
            write!(f, " {name}={}", MajorityConfig(set.clone()))
        };
        set("learners", &self.learners)?;
        set("learners_next", &self.learners_next)?;
        if self.auto_leave {
            f.write_str(" autoleave")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::etcd::raft::confchange::restore;

    fn tracker(voters: &[u64], learners: &[u64]) -> Tracker {
        let state =
            ConfState { learners: learners.into(), ..ConfState::of_voters(voters.iter().copied()) };
        let mut tracker = Tracker::new(Limits::default());
        let (config, progress) = restore(&state, tracker.limits, 1).unwrap();
        tracker.switch_to(1, config, progress);
        tracker
    }

    #[test]
    fn only_voters_count() {
        let mut tracker = tracker(&[1, 2, 3], &[4, 5]);
        for (id, granted) in [(1, true), (4, true), (5, false), (2, false), (2, true)] {
            tracker.record_vote(id, granted);
        }
        let tally = tracker.tally_votes();
        assert_eq!((tally.granted, tally.rejected), (1, 1));
        assert_eq!(tally.result, VoteResult::Pending);

        for (id, matched) in [(1, 9), (2, 7), (3, 5), (4, 9), (5, 9)] {
            tracker.progress.get_mut(&id).unwrap().matched = matched;
        }
        assert_eq!(tracker.committed(), 7);
    }

    #[test]
    fn a_quorum_is_active_when_most_voters_are() {
        let check = |active: &[u64], expected| {
            let mut tracker = tracker(&[1, 2, 3], &[4]);
            for (id, progress) in &mut tracker.progress {
                progress.recent_active = active.contains(id);
            }
            assert_eq!(tracker.is_quorum_active(), expected, "{active:?}");
        };
        check(&[1, 2, 3], true);
        check(&[1, 3], true);
        check(&[1, 4], false);
        check(&[], false);
    }

    #[test]
    fn resetting_keeps_roles() {
        let mut tracker = tracker(&[1, 2], &[3]);
        tracker.reset_progress(1, 10);
        let shown: Vec<String> =
            tracker.progress.values().map(|progress| progress.view().to_string()).collect();
        assert_eq!(
            shown,
            [
                "StateProbe match=10 next=11 inactive",
                "StateProbe match=0 next=11 inactive",
                "StateProbe match=0 next=11 learner inactive",
            ]
        );
        assert_eq!(tracker.config.to_string(), "voters=(1 2) learners=(3)");
    }
}
