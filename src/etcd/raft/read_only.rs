//! Reads that wait until a quorum has confirmed that the leader still leads.
//!
//! Models etcd-io/raft v3.7 `read_only.go`. Invariant: reads are numbered in the order in which
//! they arrive, and a quorum that confirms one confirms all before it.

use std::collections::{BTreeMap, VecDeque};

use super::message::Context;
use super::quorum::JointConfig;

/// How a leader makes sure that it still leads before it answers a read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReadOnlyOption {
    /// It asks a quorum.
    #[default]
    Safe,
    /// It relies on its lease: as long as a quorum heard from it, nobody else was elected. Safe
    /// only while clocks run at about the same pace.
    LeaseBased,
}

/// The answer to a read: it may be served as soon as the log is applied up to `index`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadState {
    /// The index.
    pub index: u64,
    /// The number by which the owner knows the read.
    pub request: u64,
}

/// A read, and the commit index when it arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingRead {
    /// Who asked; 0 or the leader itself for its owner.
    pub from: u64,
    /// The number by which the owner knows it.
    pub request: u64,
    /// The commit index.
    pub index: u64,
}

/// The reads of one leader in one term.
#[derive(Clone, Debug)]
pub(super) struct ReadOnly {
    pub option: ReadOnlyOption,
    /// Up to which read each voter has confirmed.
    acks: BTreeMap<u64, u64>,
    unconfirmed: VecDeque<PendingRead>,
    /// How many were confirmed and are no longer in `unconfirmed`.
    confirmed: u64,
}

impl ReadOnly {
    pub const fn new(option: ReadOnlyOption) -> Self {
        Self { option, acks: BTreeMap::new(), unconfirmed: VecDeque::new(), confirmed: 0 }
    }

    pub fn add(&mut self, read: PendingRead) {
        self.unconfirmed.push_back(read);
    }

    /// Takes in that `from` has confirmed the reads that `context` stands for.
    pub fn receive_ack(&mut self, from: u64, context: Context) {
        if let Context::Read(position) = context {
            let ack = self.acks.entry(from).or_default();
            *ack = position.max(*ack);
        }
    }

    /// Takes out the reads that a quorum has confirmed.
    pub fn advance(&mut self, voters: &JointConfig) -> Vec<PendingRead> {
        let position = voters.committed_index(|id| self.acks.get(&id).copied());
        let news = position.saturating_sub(self.confirmed);
        let news = news.min(self.unconfirmed.len() as u64);
        self.confirmed += news;
        self.unconfirmed.drain(..news as usize).collect()
    }

    /// What a heartbeat carries to have all waiting reads confirmed.
    pub fn heartbeat_context(&self) -> Context {
        match self.unconfirmed.len() as u64 {
            0 => Context::None,
            waiting => Context::Read(self.confirmed + waiting),
        }
    }

    /// The reads that wait.
    pub fn waiting(&self) -> impl Iterator<Item = &PendingRead> {
        self.unconfirmed.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quorum_confirms_all_reads_before_it() {
        let voters =
            JointConfig { incoming: [1, 2, 3].into_iter().collect(), ..JointConfig::default() };
        let mut reads = ReadOnly::new(ReadOnlyOption::Safe);
        assert_eq!(reads.heartbeat_context(), Context::None);
        let mut check = |add: &[u64], acks: &[(u64, u64)], confirmed: &[u64], then| {
            for &request in add {
                reads.add(PendingRead { from: 0, request, index: 7 });
            }
            for &(from, position) in acks {
                reads.receive_ack(from, Context::Read(position));
            }
            reads.receive_ack(3, Context::None);
            let found = reads.advance(&voters);
            let found: Vec<u64> = found.iter().map(|read| read.request).collect();
            assert_eq!(found, confirmed);
            assert_eq!(reads.heartbeat_context(), then);
        };
        check(&[10], &[(1, 1)], &[], Context::Read(1));
        check(&[11, 12], &[(1, 3), (2, 1)], &[10], Context::Read(3));
        check(&[13], &[(3, 3)], &[11, 12], Context::Read(4));
        check(&[], &[(2, 3), (3, 2)], &[], Context::Read(4));
        check(&[], &[(2, 4), (1, 4)], &[13], Context::None);
        check(&[14], &[(1, 5)], &[], Context::Read(5));
    }
}
