//! What can happen to a program that runs.
//!
//! Models what a process finds on its sockets and timers. Invariant: each is heard by the one
//! program it is for, or by none.

use crate::api::rpc::ToClient;
use crate::api::{Stored, Str};
use crate::etcd::rpc::{Cancelled, Events, Response};
use crate::sim::Address;

/// What can happen to a program.
#[derive(Clone, Debug)]
pub enum Event {
    /// The API server says something.
    Message(ToClient),
    /// The connection to it is gone.
    Disconnected,
    /// A member of etcd answers.
    Answer(u32, Box<Response<Stored>>),
    /// A member of etcd tells of changes.
    Changes(u32, Result<Events<Stored>, Cancelled>),
    /// The connection to a member of etcd is gone.
    StoreGone(Address),
    /// A person has edited the text they were shown.
    Edited(Str),
    /// The editor of this name could not be run.
    EditorFailed(Str),
    /// The timer of this number has gone off.
    Timer(u64),
}
