//! Why a member refuses, in etcd's words.
//!
//! Models etcd's api/v3rpc/rpctypes/error.go.

use std::fmt;

use crate::etcd::mvcc::{RangeError, TxnError};

/// Why a member refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// It took too long.
    Timeout,
    /// It took too long, and the leader was lost in the meantime.
    TimeoutLeaderLost,
    /// It took too long, and the connection to the leader was lost in the meantime.
    TimeoutConnectionLost,
    /// It took too long to hand leadership over.
    TimeoutTransfer,
    /// Nobody leads.
    NoLeader,
    /// Only the leader can do this, and this member does not lead.
    NotLeader,
    /// Somebody else leads by now.
    LeaderChanged,
    /// Leadership cannot go to that member.
    BadTransferee,
    /// The member is being stopped.
    Stopped,
    /// Too much waits to be applied.
    TooManyRequests,
    /// The request is larger than any may be.
    RequestTooLarge,
    /// A key is empty.
    EmptyKey,
    /// There is no such lease.
    LeaseNotFound,
    /// A lease cannot live so long.
    LeaseTtlTooLarge,
    /// The quota of the database is used up.
    NoSpace,
    /// Members hold different data.
    Corrupt,
    /// There is such a member already.
    MemberExists,
    /// Another member is reached there.
    PeerUrlExists,
    /// Too few members would be left that have ever started.
    NotEnoughStarted,
    /// Too few members are well.
    Unhealthy,
    /// There is no such member.
    MemberNotFound,
    /// This member has been removed: said to itself.
    MemberRemoved(u64),
    /// The member is a voter already.
    NotLearner,
    /// The learner is too far behind.
    LearnerNotReady,
    /// There are as many learners as there may be.
    TooManyLearners,
    /// A learner does not do this.
    LearnerUnsupported,
    /// The transaction cannot be done.
    Txn(TxnError),
    /// The revision cannot be read.
    Range(RangeError),
}

/// Why a watch ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancelled {
    /// The reason.
    pub error: Error,
    /// The revision up to which history is forgotten: a watch from there on can be had.
    pub compacted: u64,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Timeout => "request timed out",
            Self::TimeoutLeaderLost => "request timed out, possibly due to previous leader failure",
            Self::TimeoutConnectionLost => "request timed out, possibly due to connection lost",
            Self::TimeoutTransfer => "request timed out, leader transfer took too long",
            Self::NoLeader => "no leader",
            Self::NotLeader => "not leader",
            Self::LeaderChanged => "leader changed",
            Self::BadTransferee => "bad leader transferee",
            Self::Stopped => "server stopped",
            Self::TooManyRequests => "too many requests",
            Self::RequestTooLarge => "request is too large",
            Self::EmptyKey => "key is not provided",
            Self::LeaseNotFound => "requested lease not found",
            Self::LeaseTtlTooLarge => "too large lease TTL",
            Self::NoSpace => "mvcc: database space exceeded",
            Self::Corrupt => "corrupt cluster",
            Self::MemberExists => "member ID already exist",
            Self::PeerUrlExists => "Peer URLs already exists",
            Self::NotEnoughStarted => "re-configuration failed due to not enough started members",
            Self::Unhealthy => "unhealthy cluster",
            Self::MemberNotFound => "member not found",
            Self::MemberRemoved(_) => "the member has been permanently removed from the cluster",
            Self::NotLearner => "can only promote a learner member",
            Self::LearnerNotReady => {
                "can only promote a learner member which is in sync with leader"
            }
            Self::TooManyLearners => "too many learner members in cluster",
            Self::LearnerUnsupported => "rpc not supported for learner",
            Self::Txn(error) => return error.fmt(f),
            Self::Range(error) => return error.fmt(f),
        };
        write!(f, "etcdserver: {text}")
    }
}
