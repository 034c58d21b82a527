//! What a viewer may ask a node.
//!
//! Models etcd-io/raft `status.go`, and more: everything the page shows of a node. Invariant:
//! asking changes nothing.

use super::confchange::ConfState;
use super::config::Config;
use super::entry::{Entry, EntryData, EntryId};
use super::log_line::{Line, LogView};
use super::machine::Role;
use super::node::RawNode;
use super::progress::ProgressView;
use super::read_only::PendingRead;
use super::storage::HardState;
use super::tracker;

impl<D: EntryData> RawNode<D> {
    /// Who the node is.
    pub const fn id(&self) -> u64 {
        self.raft.config.id
    }

    /// How it is set up.
    pub const fn config(&self) -> &Config {
        &self.raft.config
    }

    /// What it is in its term.
    pub const fn role(&self) -> Role {
        self.raft.role
    }

    /// Its term.
    pub const fn term(&self) -> u64 {
        self.raft.term
    }

    /// For whom it voted in its term; 0 for nobody.
    pub const fn vote(&self) -> u64 {
        self.raft.vote
    }

    /// Who leads; 0 when it does not know.
    pub const fn leader(&self) -> u64 {
        self.raft.lead
    }

    /// Term, vote and commit index.
    pub const fn hard_state(&self) -> HardState {
        self.raft.hard_state()
    }

    /// Up to where it knows the log to be committed.
    pub const fn commit_index(&self) -> u64 {
        self.raft.log.committed
    }

    /// Up to where its owner has applied the log.
    pub const fn applied_index(&self) -> u64 {
        self.raft.log.applied()
    }

    /// Up to where it has handed the log out to be applied.
    pub const fn applying_index(&self) -> u64 {
        self.raft.log.applying()
    }

    /// The first index it can read.
    pub fn first_index(&self) -> u64 {
        self.raft.log.first_index()
    }

    /// The last index of its log.
    pub fn last_index(&self) -> u64 {
        self.raft.log.last_index()
    }

    /// The last entry of its log.
    pub fn last_id(&self) -> EntryId {
        self.raft.log.last_id()
    }

    /// Up to where its log is known to be stored.
    pub fn stable_index(&self) -> u64 {
        self.raft.log.unstable.offset() - 1
    }

    /// All limits of its log.
    pub fn log_view(&self) -> LogView {
        self.raft.log.view()
    }

    /// The term of the entry at `index`, also of the one before the first, if that is known.
    pub fn term_at(&self, index: u64) -> Option<u64> {
        self.raft.log.term(index).ok()
    }

    /// The entry at `index`, if it can be read.
    pub fn entry(&self, index: u64) -> Option<&Entry<D>> {
        self.raft.log.entry(index)
    }

    /// The entries from `from` up to and not including `to` that can be read, in order.
    pub fn entries(&self, from: u64, to: u64) -> impl Iterator<Item = &Entry<D>> {
        self.raft.log.range(from, to)
    }

    /// How many ticks it has not heard from a leader; how many a leader has not checked its
    /// quorum.
    pub const fn election_elapsed(&self) -> u64 {
        self.raft.election_elapsed
    }

    /// In how many ticks without a leader it stands for election.
    pub const fn randomized_election_timeout(&self) -> u64 {
        self.raft.randomized_election_timeout
    }

    /// How many ticks a leader has sent no heartbeat.
    pub const fn heartbeat_elapsed(&self) -> u64 {
        self.raft.heartbeat_elapsed
    }

    /// Who has voted how in the election it stands for.
    pub fn votes(&self) -> impl Iterator<Item = (u64, bool)> {
        self.raft.tracker.votes.iter().map(|(&id, &vote)| (id, vote))
    }

    /// What it knows of each member. Means something only while it leads.
    pub fn progress(&self) -> impl Iterator<Item = (u64, ProgressView)> {
        let all = self.raft.tracker.progress.iter();
        all.map(|(&id, progress)| (id, progress.view()))
    }

    /// To whom it is handing leadership over; 0 for nobody.
    pub const fn lead_transferee(&self) -> u64 {
        self.raft.lead_transferee
    }

    /// The configuration in force, with its halves and learners.
    pub fn members(&self) -> &tracker::Config {
        &self.raft.tracker.config
    }

    /// The configuration in force, as a snapshot carries it.
    pub fn conf_state(&self) -> ConfState {
        self.raft.tracker.config.conf_state()
    }

    /// The reads that wait: for a quorum, or for this leader's first commit.
    pub fn waiting_reads(&self) -> impl Iterator<Item = &PendingRead> {
        self.raft.read_only.waiting().chain(&self.raft.pending_reads)
    }

    /// How many bytes of payload a leader has appended that are not applied.
    pub const fn uncommitted_size(&self) -> u64 {
        self.raft.uncommitted_size
    }

    /// Why the node cannot go on, if it cannot: what a leader says contradicts what the node has
    /// stored. etcd's process ends here; the owner does best to stop the node.
    pub fn halted(&self) -> Option<&Line> {
        self.raft.halted.as_deref()
    }
}
