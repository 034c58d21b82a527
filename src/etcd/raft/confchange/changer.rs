//! The rules by which one configuration follows another.
//!
//! Models etcd-io/raft `confchange/confchange.go` Changer. Invariant: nobody is voter and learner
//! at once; a voter that is to be a learner waits in `learners_next` until it is no longer an
//! outgoing voter.

use std::fmt;

use super::{ConfChangeSingle, ConfChangeType};
use crate::etcd::raft::progress::Progress;
use crate::etcd::raft::quorum::MajorityConfig;
use crate::etcd::raft::tracker::{Config, Limits, ProgressMap};

/// Why a change cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeError {
    /// A joint configuration is to be entered from a joint one.
    AlreadyJoint,
    /// A joint configuration is to be entered from one without voters.
    NoVotersToJoin,
    /// A joint configuration is to be left, and there is none.
    NotJoint,
    /// A simple change is to be made to a joint configuration.
    SimpleInJoint,
    /// Nobody would be left to vote.
    RemovedAllVoters,
    /// A simple change would change several voters, so that quorums might not intersect.
    SeveralVoters,
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AlreadyJoint => "config is already joint",
            Self::NoVotersToJoin => "can't make a zero-voter config joint",
            Self::NotJoint => "can't leave a non-joint config",
            Self::SimpleInJoint => "can't apply simple config change in joint config",
            Self::RemovedAllVoters => "removed all voters",
            Self::SeveralVoters => "more than one voter changed without entering joint config",
        })
    }
}

/// A configuration about to change, with what is known of its members.
#[derive(Clone, Debug)]
pub struct Changer {
    /// Who votes and who learns.
    pub config: Config,
    /// How far each member has got.
    pub progress: ProgressMap,
    /// How much may be in flight to a new member.
    pub limits: Limits,
    /// Where sending to a new member starts: the last index of the log.
    pub last_index: u64,
}

/// A configuration, and how far each of its members has got.
type Changed = Result<(Config, ProgressMap), ChangeError>;

impl Changer {
    /// Makes changes by which at most one voter comes or goes.
    pub fn simple(mut self, changes: &[ConfChangeSingle]) -> Changed {
        if self.config.voters.is_joint() {
            return Err(ChangeError::SimpleInJoint);
        }
        let before = self.config.voters.incoming.clone();
        self.apply(changes)?;
        let after = &self.config.voters.incoming;
        if before.0.symmetric_difference(&after.0).count() > 1 {
            return Err(ChangeError::SeveralVoters);
        }
        Ok(self.finish())
    }

    /// Makes any changes by entering a joint configuration, in which the voters that were and
    /// those to be must both agree.
    pub fn enter_joint(mut self, auto_leave: bool, changes: &[ConfChangeSingle]) -> Changed {
        if self.config.voters.is_joint() {
            return Err(ChangeError::AlreadyJoint);
        }
        if self.config.voters.incoming.is_empty() {
            return Err(ChangeError::NoVotersToJoin);
        }
        self.config.voters.outgoing = self.config.voters.incoming.clone();
        self.apply(changes)?;
        self.config.auto_leave = auto_leave;
        Ok(self.finish())
    }

    /// Leaves a joint configuration: the voters to be are the voters.
    pub fn leave_joint(mut self) -> Changed {
        if !self.config.voters.is_joint() {
            return Err(ChangeError::NotJoint);
        }
        for id in std::mem::take(&mut self.config.learners_next) {
            self.config.learners.insert(id);
            self.progress_mut(id).is_learner = true;
        }
        let outgoing = std::mem::take(&mut self.config.voters.outgoing);
        for id in outgoing.0 {
            if !self.config.voters.incoming.contains(id) && !self.config.learners.contains(&id) {
                self.progress.remove(&id);
            }
        }
        self.config.auto_leave = false;
        Ok(self.finish())
    }

    fn apply(&mut self, changes: &[ConfChangeSingle]) -> Result<(), ChangeError> {
        for change in changes.iter().filter(|change| change.node_id != 0) {
            match change.kind {
                ConfChangeType::AddNode => self.make_voter(change.node_id),
                ConfChangeType::AddLearnerNode => self.make_learner(change.node_id),
                ConfChangeType::RemoveNode => self.remove(change.node_id),
                ConfChangeType::UpdateNode => {}
            }
        }
        if self.config.voters.incoming.is_empty() {
            return Err(ChangeError::RemovedAllVoters);
        }
        Ok(())
    }

    fn make_voter(&mut self, id: u64) {
        match self.progress.get_mut(&id) {
            None => self.add_progress(id, false),
            Some(progress) => {
                progress.is_learner = false;
                self.config.learners.remove(&id);
                self.config.learners_next.remove(&id);
            }
        }
        self.config.voters.incoming.0.insert(id);
    }

    fn make_learner(&mut self, id: u64) {
        let Some(progress) = self.progress.get_mut(&id) else {
            self.add_progress(id, true);
            self.config.learners.insert(id);
            return;
        };
        if progress.is_learner {
            return;
        }
        let known = progress.clone();
        self.remove(id);
        self.progress.insert(id, known);
        if self.config.voters.outgoing.contains(id) {
            self.config.learners_next.insert(id);
        } else {
            self.progress_mut(id).is_learner = true;
            self.config.learners.insert(id);
        }
    }

    fn remove(&mut self, id: u64) {
        if !self.progress.contains_key(&id) {
            return;
        }
        self.config.voters.incoming.0.remove(&id);
        self.config.learners.remove(&id);
        self.config.learners_next.remove(&id);
        if !self.config.voters.outgoing.contains(id) {
            self.progress.remove(&id);
        }
    }

    fn add_progress(&mut self, id: u64, is_learner: bool) {
        let mut progress = Progress::new(self.last_index.max(1), self.limits);
        progress.is_learner = is_learner;
        // Quorum checks count a member as heard from when it joins: otherwise one that runs
        // before the member could speak would make the leader step down.
        progress.recent_active = true;
        self.progress.insert(id, progress);
    }

    fn progress_mut(&mut self, id: u64) -> &mut Progress {
        let progress = self.progress.get_mut(&id);
        progress.expect("every member's progress is tracked")
    }

    fn finish(self) -> (Config, ProgressMap) {
        self.assert_invariants();
        (self.config, self.progress)
    }

    fn assert_invariants(&self) {
        let Config { voters, learners, learners_next, auto_leave } = &self.config;
        let members = voters.ids().0;
        for id in members.iter().chain(learners).chain(learners_next) {
            assert!(self.progress.contains_key(id), "no progress for {id}");
        }
        for id in learners_next {
            assert!(voters.outgoing.contains(*id), "{id} could be a learner now");
            assert!(!self.progress[id].is_learner, "{id} is a learner already");
        }
        for id in learners {
            assert!(!members.contains(id), "{id} is voter and learner");
            assert!(self.progress[id].is_learner, "{id} is not marked a learner");
        }
        if voters.outgoing == MajorityConfig::default() {
            assert!(learners_next.is_empty(), "learners wait for nothing");
            assert!(!auto_leave, "there is nothing to leave");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(text: &str) -> Vec<ConfChangeSingle> {
        text.split_whitespace().map(|t| t.parse().unwrap()).collect()
    }

    /// Applying changes at once by way of a joint configuration leads to the same configuration
    /// as applying them one by one, whenever the latter is possible at all.
    #[test]
    fn joint_and_simple_changes_agree() {
        let mut rng = crate::sim::Rng::new(11);
        for _ in 0..1000 {
            let start = Changer {
                config: Config::default(),
                progress: ProgressMap::new(),
                limits: Limits::default(),
                last_index: 5,
            };
            let (config, progress) = start.clone().simple(&changes("v1")).unwrap();
            let begin = Changer { config, progress, ..start };
            let draw: Vec<ConfChangeSingle> = (0..1 + rng.below(6))
                .map(|_| {
                    let letter = ["v", "l", "r", "u"][rng.below(4) as usize];
                    format!("{letter}{}", rng.below(5)).parse().unwrap()
                })
                .collect();
            let one_by_one = draw.iter().try_fold(begin.clone(), |at, change| {
                let (config, progress) = at.clone().simple(std::slice::from_ref(change))?;
                Ok::<_, ChangeError>(Changer { config, progress, ..at })
            });
            let at_once = begin.clone().enter_joint(true, &draw).and_then(|joint| {
                let (config, progress) = joint;
                Changer { config, progress, ..begin }.leave_joint()
            });
            if let (Ok(simple), Ok((config, progress))) = (one_by_one, at_once) {
                assert_eq!(simple.config, config, "{draw:?}");
                assert!(simple.progress.keys().eq(progress.keys()), "{draw:?}");
            }
        }
    }

    #[test]
    fn a_joint_configuration_is_entered_and_left_once() {
        let start = Changer {
            config: Config::default(),
            progress: ProgressMap::new(),
            limits: Limits::default(),
            last_index: 0,
        };
        let go_on = |(config, progress): (Config, ProgressMap)| Changer {
            config,
            progress,
            ..start.clone()
        };
        let none = start.clone().enter_joint(false, &changes("v1"));
        assert_eq!(none.unwrap_err(), ChangeError::NoVotersToJoin);
        assert_eq!(start.clone().leave_joint().unwrap_err(), ChangeError::NotJoint);
        let one = go_on(start.clone().simple(&changes("v1")).unwrap());
        let joint = go_on(one.enter_joint(false, &changes("v2 v3")).unwrap());
        let again = joint.clone().enter_joint(true, &[]);
        assert_eq!(again.unwrap_err(), ChangeError::AlreadyJoint);
        let simple = joint.clone().simple(&changes("v4"));
        assert_eq!(simple.unwrap_err(), ChangeError::SimpleInJoint);
        let done = joint.leave_joint().unwrap();
        assert_eq!(done.0.to_string(), "voters=(1 2 3)");
    }
}
