//! Raft: how the members of etcd agree on one log.
//!
//! Models etcd-io/raft v3.7, whose names, messages and log sentences it keeps; the reference's own
//! scripts are replayed byte for byte by [`conform`].
//!
//! # How to use it
//!
//! A member is a [`RawNode`], made from a [`Config`], its [`Storage`] and a generator of luck. It
//! does no I/O and reads no clock: whoever owns it lets time pass with [`RawNode::tick`], hands it
//! what arrives with [`RawNode::step`], asks for things with [`RawNode::propose`] and its
//! neighbours, and then does what it wants done:
//!
//! ```text
//! while node.has_ready() {
//!     let ready = node.ready();
//!     // 1. Persist: snapshot, entries and hard state into node.storage_mut(), durably if
//!     //    ready.must_sync. Only what is stored there survives a stop.
//!     // 2. Send: ready.messages. Not before 1: they promise that it is done.
//!     // 3. Apply: the snapshot, then ready.committed_entries. Entries that change the
//!     //    configuration go to node.apply_conf_change.
//!     node.advance();
//! }
//! ```
//!
//! Each of the three may take simulated time; the node takes in ticks and messages meanwhile. An
//! owner that stops the node between them drops everything but [`RawNode::into_storage`] and
//! starts a new node from that.
//!
//! An owner that sends a snapshot must say what became of it, with [`RawNode::report_snapshot`]:
//! until then its leader sends that follower nothing else.
//!
//! With [`Config::async_storage_writes`] there is no `advance`: `Ready` carries messages to
//! [`APPEND_THREAD`] and [`APPLY_THREAD`], each with responses to be delivered when its work is
//! done. Work for one of them is done in order; the two may overlap, and so may several `Ready`.
//!
//! What each message is for stands at [`MessageType`]. What a node says while it works is read
//! with [`RawNode::drain_lines`]; what it knows, with the methods of `status.rs`.
//!
//! # Invariants
//!
//! * Pure: the same calls in the same order give the same node, everywhere. Luck is handed in.
//! * A node is plain data, and cloning one is cheap: log and entries are shared.
//! * Nothing that arrives makes it panic. A contradiction between what a leader says and what the
//!   node has stored, for which etcd ends its process, makes it halt: see [`RawNode::halted`].
//! * What the paper and the TLA+ specification promise is checked by [`invariants`].
//! * It knows nothing but `sim`: entries carry any [`EntryData`].

mod bytes;
mod candidate;
mod confchange;
mod config;
pub mod conform;
mod describe;
mod election;
mod entry;
mod follower;
mod inflights;
pub mod invariants;
mod leader;
mod log;
mod log_line;
mod machine;
mod message;
mod node;
mod progress;
mod quorum;
mod read_only;
mod ready;
mod reconfigure;
mod replication;
mod status;
mod storage;
mod tracker;
mod unstable;

pub use bytes::Bytes;
pub use confchange::{
    ChangeError, ConfChange, ConfChangeSingle, ConfChangeTransition, ConfChangeType, ConfChangeV2,
    ConfState,
};
pub use config::{Config, ConfigError, UNLIMITED};
pub use entry::{Entries, Entry, EntryData, EntryId, Payload};
pub use log::SnapshotSource;
pub use log_line::{
    ChangeRefusal, ChangeRefusalReason, ChangeText, Election, Level, Line, LogView, Replication,
    Request, Sentence, Store, VoteRequest,
};
pub use machine::{Role, StepError};
pub use message::{APPEND_THREAD, APPLY_THREAD, Context, Message, MessageType, NONE, is_storage};
pub use node::RawNode;
pub use progress::{ProgressState, ProgressView};
pub use quorum::{JointConfig, MajorityConfig, VoteResult};
pub use read_only::{PendingRead, ReadOnlyOption, ReadState};
pub use ready::{Ready, SoftState};
pub use storage::{HardState, Snapshot, Storage, StorageError};
pub use tracker::{Config as Members, Limits};
