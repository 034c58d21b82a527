//! Sentences of what the owner or another node asks for: proposals, changes of configuration,
//! transfers of leadership, reads.
//!
//! Models the log calls of etcd-io/raft `raft.go` stepLeader, stepCandidate, stepFollower.

use std::fmt;
use std::sync::Arc;

use super::Level;
use crate::etcd::raft::confchange::{ConfChangeSingle, ConfChangeTransition};
use crate::etcd::raft::entry::{EntryData, Payload};
use crate::etcd::raft::machine::{Role, StepError};
use crate::etcd::raft::tracker::Config;

/// What a node says of what it is asked for.
#[derive(Clone, Debug)]
pub enum Request {
    /// A proposal, and nobody leads.
    NoLeaderForProposal {
        /// The term.
        term: u64,
    },
    /// A proposal, and followers are not to pass them on.
    NotForwarding {
        /// Who leads.
        leader: u64,
        /// The term.
        term: u64,
    },
    /// A proposal, while leadership is being handed over.
    TransferInProgress {
        /// The term.
        term: u64,
        /// To whom.
        to: u64,
    },
    /// A proposal, while too much waits to be committed.
    TooMuchUncommitted,
    /// A change of configuration that does not fit.
    ConfChangeIgnored(Box<ChangeRefusal>),
    /// A joint configuration is to be left.
    LeavingJoint {
        /// The joint configuration.
        config: Arc<Config>,
        /// Why it is not, if it is not.
        refused: Option<StepError>,
    },
    /// A transfer of leadership, and nobody leads.
    NoLeaderForTransfer {
        /// The term.
        term: u64,
    },
    /// A transfer to a learner.
    TransferToLearner,
    /// A transfer that is under way already.
    TransferRepeated {
        /// The term.
        term: u64,
        /// To whom.
        to: u64,
    },
    /// A transfer takes the place of another.
    TransferAborted {
        /// The term.
        term: u64,
        /// To whom the other was.
        to: u64,
    },
    /// A transfer to the leader itself.
    TransferToSelf,
    /// A transfer begins.
    TransferStarted {
        /// The term.
        term: u64,
        /// To whom.
        to: u64,
    },
    /// The one to lead has the whole log, and is told to stand.
    TimeoutNowAtOnce {
        /// Who.
        to: u64,
    },
    /// The one to lead has caught up, and is told to stand.
    TimeoutNowCaughtUp {
        /// Who.
        to: u64,
    },
    /// The leader tells this node to stand.
    TimeoutNow {
        /// The term.
        term: u64,
        /// The leader.
        from: u64,
    },
    /// A leader tells this node to stand, and it does already.
    TimeoutNowIgnored {
        /// The term.
        term: u64,
        /// Its role.
        role: Role,
        /// The leader.
        from: u64,
    },
    /// The leader is to be forgotten.
    ForgettingLeader {
        /// The leader.
        leader: u64,
        /// The term.
        term: u64,
    },
    /// The leader is to be forgotten, which its lease forbids.
    NotForgettingLeader,
    /// A read, and nobody leads.
    NoLeaderForRead {
        /// The term.
        term: u64,
    },
    /// An answer to a read that does not say to which.
    InvalidReadResponse {
        /// From whom.
        from: u64,
    },
}

/// A change of configuration that was refused.
#[derive(Clone, Debug)]
pub struct ChangeRefusal {
    /// The change.
    pub change: ChangeText,
    /// The configuration in force.
    pub config: Arc<Config>,
    /// Why.
    pub reason: ChangeRefusalReason,
}

/// Why a change of configuration was refused.
#[derive(Clone, Debug)]
pub enum ChangeRefusalReason {
    /// Another may still have to be applied.
    Pending {
        /// Its index, or one after it.
        index: u64,
        /// Up to where the log was applied.
        applied: u64,
    },
    /// The configuration is joint, and this does not leave it.
    IsJoint,
    /// This would leave a joint configuration, and there is none.
    NotJoint,
}

/// What a change of configuration consists of, but for what its owner attached.
#[derive(Clone, Debug)]
pub struct ChangeText {
    /// How it uses joint consensus; absent in the older form and in changes without content.
    transition: Option<ConfChangeTransition>,
    changes: Vec<ConfChangeSingle>,
    /// The number by which its owner knows it; the older form alone has one.
    id: u64,
}

impl ChangeText {
    /// What `payload`, a change of configuration, consists of.
    pub(in crate::etcd::raft) fn of<D: EntryData>(payload: &Payload<D>) -> Self {
        let (transition, changes, id) = match payload {
            Payload::ConfChange(change) => (None, vec![change.change], change.id),
            Payload::ConfChangeV2(Some(change)) => {
                (Some(change.transition), change.changes.clone(), 0)
            }
            _ => (None, Vec::new(), 0),
        };
        Self { transition, changes, id }
    }
}

impl Request {
    pub(super) const fn level(&self) -> Level {
        match self {
            Self::TooMuchUncommitted => Level::Warn,
            Self::TransferInProgress { .. }
            | Self::LeavingJoint { refused: Some(_), .. }
            | Self::TransferToLearner
            | Self::TransferToSelf
            | Self::TimeoutNowIgnored { .. } => Level::Debug,
            Self::NotForgettingLeader | Self::InvalidReadResponse { .. } => Level::Error,
            _ => Level::Info,
        }
    }

    pub(super) fn write(&self, node: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLeaderForProposal { term } => {
                write!(f, "{node:x} no leader at term {term}; dropping proposal")
            }
            Self::NotForwarding { leader, term } => write!(
                f,
                "{node:x} not forwarding to leader {leader:x} at term {term}; dropping proposal"
            ),
            Self::TooMuchUncommitted => write!(
                f,
                "{node:x} appending new entries to log would exceed uncommitted entry size limit; \
                 dropping proposal"
            ),
            Self::ConfChangeIgnored(refusal) => write!(
                f,
                "{node:x} ignoring conf change {} at config {}: {}",
                refusal.change, refusal.config, refusal.reason
            ),
            Self::LeavingJoint { config, refused: None } => {
                write!(f, "initiating automatic transition out of joint configuration {config}")
            }
            Self::LeavingJoint { config, refused: Some(error) } => write!(
                f,
                "not initiating automatic transition out of joint configuration {config}: {error}"
            ),
            Self::ForgettingLeader { leader, term } => {
                write!(f, "{node:x} forgetting leader {leader:x} at term {term}")
            }
            Self::NotForgettingLeader => {
                f.write_str("ignoring MsgForgetLeader due to ReadOnlyLeaseBased")
            }
            Self::NoLeaderForRead { term } => {
                write!(f, "{node:x} no leader at term {term}; dropping index reading msg")
            }
            Self::InvalidReadResponse { from } => write!(
                f,
                "{node:x} invalid format of MsgReadIndexResp from {from:x}, entries count: 0"
            ),
            _ => self.write_transfer(node, f),
        }
    }

    fn write_transfer(&self, node: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{node:x} ")?;
        match self {
            Self::TransferInProgress { term, to } => write!(
                f,
                "[term {term}] transfer leadership to {to:x} is in progress; dropping proposal"
            ),
            Self::NoLeaderForTransfer { term } => {
                write!(f, "no leader at term {term}; dropping leader transfer msg")
            }
            Self::TransferToLearner => f.write_str("is learner. Ignored transferring leadership"),
            Self::TransferRepeated { term, to } => write!(
                f,
                "[term {term}] transfer leadership to {to:x} is in progress, ignores request to \
                 same node {to:x}"
            ),
            Self::TransferAborted { term, to } => {
                write!(f, "[term {term}] abort previous transferring leadership to {to:x}")
            }
            Self::TransferToSelf => {
                f.write_str("is already leader. Ignored transferring leadership to self")
            }
            Self::TransferStarted { term, to } => {
                write!(f, "[term {term}] starts to transfer leadership to {to:x}")
            }
            Self::TimeoutNowAtOnce { to } => write!(
                f,
                "sends MsgTimeoutNow to {to:x} immediately as {to:x} already has up-to-date log"
            ),
            Self::TimeoutNowCaughtUp { to } => {
                write!(f, "sent MsgTimeoutNow to {to:x} after received MsgAppResp")
            }
            Self::TimeoutNow { term, from } => write!(
                f,
                "[term {term}] received MsgTimeoutNow from {from:x} and starts an election to get \
                 leadership."
            ),
            Self::TimeoutNowIgnored { term, role, from } => {
                write!(f, "[term {term} state {role}] ignored MsgTimeoutNow from {from:x}")
            }
            _ => unreachable!("the other sentences were written before"),
        }
    }
}

impl fmt::Display for ChangeRefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pending { index, applied } => {
                write!(f, "possible unapplied conf change at index {index} (applied to {applied})")
            }
            Self::IsJoint => f.write_str("must transition out of joint config first"),
            Self::NotJoint => f.write_str("not in joint state; refusing empty conf change"),
        }
    }
}

/// As Go prints the protocol buffer.
impl fmt::Display for ChangeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let single = |one: &ConfChangeSingle| format!("type:{} node_id:{}", one.kind, one.node_id);
        let Some(transition) = self.transition else {
            let mut fields: Vec<String> = self.changes.iter().map(single).collect();
            if self.id != 0 {
                fields.push(format!("id:{}", self.id));
            }
            return f.write_str(&fields.join(" "));
        };
        write!(f, "transition:{transition}")?;
        for one in &self.changes {
            write!(f, " changes:{{{}}}", single(one))?;
        }
        Ok(())
    }
}
