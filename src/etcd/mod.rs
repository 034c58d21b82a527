//! etcd: the store behind the apiservers, replicated by Raft.
//!
//! [`raft`] is the pure consensus core, [`mvcc`] the key-value store with its history. A
//! [`Member`] puts them to work: it persists, sends and applies what the core says, each in its own
//! time, and answers clients. Models etcd v3.6's server/etcdserver.
//!
//! Invariant: what a member has told anyone is on a quorum of disks.

mod alarm;
mod command;
mod lease;
mod member;
mod membership;
pub mod mvcc;
pub mod raft;
mod record;
pub mod rpc;
mod snapshot;
mod tuning;
mod watch;

pub use alarm::{Alarm, AlarmKind};
pub use command::{Command, Proposal, State};
pub use lease::Lessor;
pub use member::{
    Costs, Disk, Exit, Fault, Identity, Input, Member, Message, Peer, Settings, Timer,
};
pub use membership::{MemberChange, MemberInfo, Membership};
pub use record::{KeyChange, Record};
pub use snapshot::{Backup, BackupError, BackupStatus};
pub use tuning::{Tuning, TuningError};
