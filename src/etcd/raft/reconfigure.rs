//! How a node takes in a configuration: by applying a change, or with a snapshot.
//!
//! Models etcd-io/raft `raft.go` applyConfChange, switchToConfig, handleSnapshot, restore.
//! Invariant: a configuration is in force from the moment it is applied; a snapshot replaces the
//! log only if the log does not contain it.

use std::sync::Arc;

use super::confchange::{ChangeError, Changer, ConfChangeV2, ConfState, restore};
use super::entry::EntryData;
use super::log_line::Store;
use super::machine::{Raft, Role};
use super::message::{Message, NONE};
use super::storage::Snapshot;
use super::tracker::{Config, ProgressMap, Tracker};

impl<D: EntryData> Raft<D> {
    /// Puts the configuration in force that results from `change`.
    pub fn apply_conf_change(
        &mut self,
        change: &ConfChangeV2<D>,
    ) -> Result<ConfState, ChangeError> {
        let changer = Changer {
            config: Config::clone(&self.tracker.config),
            progress: self.tracker.progress.clone(),
            limits: self.tracker.limits,
            last_index: self.log.last_index(),
        };
        let (config, progress) = if change.leaves_joint() {
            changer.leave_joint()?
        } else if let Some(auto_leave) = change.enters_joint() {
            changer.enter_joint(auto_leave, &change.changes)?
        } else {
            changer.simple(&change.changes)?
        };
        Ok(self.switch_to_config(config, progress))
    }

    /// Puts a configuration in force. A leader goes on from there: what waits may be committed
    /// now, and new members are sent what they lack.
    pub fn switch_to_config(&mut self, config: Config, progress: ProgressMap) -> ConfState {
        self.tracker.switch_to(self.config.id, config, progress);
        let config = Arc::clone(&self.tracker.config);
        self.lines.say(Store::SwitchedConfig { config: Arc::clone(&config) });
        let conf_state = config.conf_state();
        if self.role != Role::Leader {
            return conf_state;
        }
        let own = self.tracker.progress.get(&self.config.id);
        if own.is_none_or(|own| own.is_learner) {
            if self.config.step_down_on_removal {
                self.become_follower(self.term, NONE);
            }
            return conf_state;
        }
        if conf_state.voters.is_empty() {
            return conf_state;
        }
        if self.maybe_commit() {
            self.broadcast_append();
        } else {
            self.broadcast_missing();
        }
        if !config.voters.contains(self.lead_transferee) {
            self.lead_transferee = NONE;
        }
        conf_state
    }

    /// Takes in a leader's snapshot, and tells it from where to go on.
    pub fn on_snapshot(&mut self, message: &Message<D>) {
        let Some(snapshot) = &message.snapshot else {
            return self.acknowledge(message.from, self.log.committed);
        };
        let restored = self.restore(snapshot);
        self.lines.say(Store::Snapshot {
            restored,
            commit: self.log.committed,
            snapshot: snapshot.last,
        });
        let index = match restored {
            true => self.log.last_index(),
            false => self.log.committed,
        };
        self.acknowledge(message.from, index);
    }

    /// Replaces log and configuration by a snapshot, unless that is old or the log contains it.
    fn restore(&mut self, snapshot: &Arc<Snapshot<D>>) -> bool {
        if snapshot.last.index <= self.log.committed {
            return false;
        }
        if self.role != Role::Follower {
            self.lines.say(Store::SnapshotAsLeader);
            self.become_follower(self.term + 1, NONE);
            return false;
        }
        if !snapshot.conf_state.contains(self.config.id) {
            self.lines
                .say(Store::NotInConfState { conf_state: Box::new(snapshot.conf_state.clone()) });
            return false;
        }
        if self.log.matches(snapshot.last) {
            self.lines.say(Store::FastForwarded {
                commit: self.log.committed,
                last: self.log.last_id(),
                snapshot: snapshot.last,
            });
            self.log.committed = snapshot.last.index;
            return false;
        }
        self.log.restore(Arc::clone(snapshot), &mut self.lines);
        let last = self.log.last_id();
        self.tracker = Tracker::new(self.tracker.limits);
        let restored = restore(&snapshot.conf_state, self.tracker.limits, last.index);
        let (config, progress) = restored.expect("a snapshot's configuration was in force");
        self.switch_to_config(config, progress);
        self.lines.say(Store::Restored {
            commit: self.log.committed,
            last,
            snapshot: snapshot.last,
        });
        true
    }
}
