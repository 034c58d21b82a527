//! What a packet says, in short: for the record, for labels on wires, and for hashes.

use std::fmt;

use super::event::Payload;
use crate::api::rpc::{Answer, ToClient, ToServer};
use crate::api::{Key, Resource};
use crate::apiserver::{Stored, What};
use crate::etcd::mvcc::{self, Op, Txn};
use crate::etcd::raft::MessageType;
use crate::etcd::rpc;
use crate::sim::{Address, Fingerprint};

/// Who said what to whom.
#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    /// The sender.
    pub from: Address,
    /// The receiver.
    pub to: Address,
    /// What was said.
    pub said: Said,
}

/// What a packet says.
#[derive(Clone, PartialEq, Debug)]
pub enum Said {
    /// A member of etcd to another.
    Raft {
        /// What for.
        kind: MessageType,
        /// The sender's term.
        term: u64,
        /// A place in the log.
        index: u64,
        /// How many entries it carries.
        entries: u32,
        /// Whether it refuses.
        reject: bool,
    },
    /// A client to a member of etcd.
    Store(StoreVerb, mvcc::Key),
    /// Back: the revision, and whether it was done.
    Stored(u64, bool),
    /// Changes of the store: how many, and up to which revision.
    Changes(u32, u64),
    /// A client to an apiserver.
    Request(What),
    /// A client has lost interest in a watch.
    Cancel,
    /// Back: the HTTP status code.
    Response(u16),
    /// Events of a watch: how many, of what, and the first object.
    Events(u32, Resource, Key),
    /// How far the store has come.
    Bookmark(u64),
    /// A watch has ended.
    WatchClosed,
    /// Is it ready?
    Probe,
    /// Whether it is.
    Probed(bool),
}

/// What is asked of the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoreVerb {
    /// To read.
    Range,
    /// To write.
    Put,
    /// To delete.
    Delete,
    /// To forget history.
    Compact,
    /// To make or end a lease.
    Lease,
    /// To be told of changes.
    Watch,
    /// How it is.
    Status,
    /// To keep it well: alarms, hashes, copies.
    Maintain,
    /// Who is a member, or shall be, or shall lead.
    Members,
}

impl Said {
    /// What `payload` says.
    pub fn of(payload: &Payload) -> Self {
        match payload {
            Payload::Peer(peer) => {
                let message = &peer.message;
                Self::Raft {
                    kind: message.kind,
                    term: message.term,
                    index: message.index,
                    entries: message.entries.len() as u32,
                    reject: message.reject,
                }
            }
            Payload::StoreRequest(_, request) => Self::of_store(request),
            Payload::StoreResponse(_, response) => {
                Self::Stored(response.revision, response.result.is_ok())
            }
            Payload::StoreEvents(_, Ok(events)) => {
                Self::Changes(events.events.len() as u32, events.revision)
            }
            Payload::StoreEvents(_, Err(_)) => Self::Changes(0, 0),
            Payload::ToServer(ToServer::Request(_, request)) => {
                Self::Request(What::of(&request.call))
            }
            Payload::ToServer(ToServer::Cancel(_)) | Payload::StoreCancel(_) => Self::Cancel,
            Payload::ToClient(ToClient::Response(_, response)) => match &response.result {
                Ok(Answer::Http(response)) => Self::Response(response.code),
                Ok(_) => Self::Response(200),
                Err(status) => Self::Response(status.code),
            },
            Payload::ToClient(ToClient::Events(_, events) | ToClient::Frames(_, events, _)) => {
                Self::of_events(events)
            }
            Payload::ToClient(ToClient::WatchClosed(..)) => Self::WatchClosed,
            Payload::Probe => Self::Probe,
            Payload::Probed(ready) => Self::Probed(*ready),
        }
    }

    fn of_store(request: &rpc::Request<Stored>) -> Self {
        let none = mvcc::Key::default;
        match request {
            rpc::Request::Range { range, .. } => Self::Store(StoreVerb::Range, range.start.clone()),
            rpc::Request::Txn(txn) => Self::of_txn(txn),
            rpc::Request::Compact { .. } => Self::Store(StoreVerb::Compact, none()),
            rpc::Request::Watch { range, .. } => Self::Store(StoreVerb::Watch, range.start.clone()),
            rpc::Request::WatchProgress { .. } => Self::Store(StoreVerb::Watch, none()),
            rpc::Request::LeaseGrant { .. }
            | rpc::Request::LeaseRevoke { .. }
            | rpc::Request::LeaseKeepAlive { .. }
            | rpc::Request::LeaseTimeToLive { .. }
            | rpc::Request::Leases => Self::Store(StoreVerb::Lease, none()),
            rpc::Request::Status => Self::Store(StoreVerb::Status, none()),
            rpc::Request::HashKv { .. }
            | rpc::Request::Alarms
            | rpc::Request::Disarm(_)
            | rpc::Request::Defragment
            | rpc::Request::Snapshot => Self::Store(StoreVerb::Maintain, none()),
            rpc::Request::Members { .. }
            | rpc::Request::MemberAdd { .. }
            | rpc::Request::MemberPromote { .. }
            | rpc::Request::MemberRemove { .. }
            | rpc::Request::MemberUpdate { .. }
            | rpc::Request::MoveLeader { .. } => Self::Store(StoreVerb::Members, none()),
        }
    }

    /// A transaction is told by its last operation: what comes before is bookkeeping.
    fn of_txn(txn: &Txn<Stored>) -> Self {
        match txn.success.last() {
            Some(Op::Put { key, .. } | Op::Rewrite { key, .. }) => {
                Self::Store(StoreVerb::Put, key.clone())
            }
            Some(Op::Delete { range }) => Self::Store(StoreVerb::Delete, range.start.clone()),
            Some(Op::Range { range, .. }) => Self::Store(StoreVerb::Range, range.start.clone()),
            None => Self::Store(StoreVerb::Range, mvcc::Key::default()),
        }
    }

    fn of_events(events: &[crate::api::rpc::WatchEvent]) -> Self {
        let Some(first) = events.first() else { return Self::Bookmark(0) };
        match first.change() {
            Some(change) => {
                let object = change.object();
                Self::Events(events.len() as u32, object.resource(), object.key())
            }
            None => Self::Bookmark(first.revision()),
        }
    }

    /// Adds it to a hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        match self {
            Self::Raft { kind, term, index, entries, reject } => {
                hash.u64(*kind as u64 | u64::from(*reject) << 8 | u64::from(*entries) << 16);
                hash.u64(*term);
                hash.u64(*index);
            }
            Self::Store(verb, key) => {
                hash.u64(*verb as u64);
                hash.str(key);
            }
            Self::Stored(revision, ok) => hash.u64(revision << 1 | u64::from(*ok)),
            Self::Changes(count, revision) => {
                hash.u64((*count).into());
                hash.u64(*revision);
            }
            Self::Request(what) => {
                hash.str(what.verb);
                hash.str(what.key.as_str());
                if !what.path.is_empty() {
                    hash.str(&what.path);
                }
            }
            Self::Response(code) => hash.u64((*code).into()),
            Self::Events(count, _, key) => {
                hash.u64((*count).into());
                hash.str(key.as_str());
            }
            Self::Bookmark(revision) => hash.u64(*revision),
            Self::Cancel => hash.u64(1),
            Self::WatchClosed => hash.u64(2),
            Self::Probe => hash.u64(3),
            Self::Probed(ready) => hash.u64(4 + u64::from(*ready)),
        }
    }

    /// The object it is about, if it is about one.
    pub fn subject(&self) -> Option<(Resource, Key)> {
        match self {
            Self::Request(what) if !what.key.name().is_empty() => {
                Some((what.resource, what.key.clone()))
            }
            Self::Events(_, resource, key) => Some((*resource, key.clone())),
            _ => None,
        }
    }
}

impl Summary {
    /// Adds it to a hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        for address in [self.from, self.to] {
            hash.u64(u64::from(address.host.0) << 16 | u64::from(address.port));
        }
        self.said.hash_into(hash);
    }
}

/// Writes it as briefly as a label on a wire has to be.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raft { kind, entries: 0, reject, .. } => {
                write!(f, "{kind}{}", if *reject { " (rejected)" } else { "" })
            }
            Self::Raft { kind, entries, .. } => write!(f, "{kind} ×{entries}"),
            Self::Store(verb, key) => {
                let verb = format!("{verb:?}").to_lowercase();
                write!(f, "{verb} {}", key.strip_prefix("/registry/").unwrap_or(key))
            }
            Self::Stored(revision, true) => write!(f, "rev {revision}"),
            Self::Stored(_, false) => f.write_str("refused"),
            Self::Changes(count, revision) => write!(f, "{count} changes, rev {revision}"),
            Self::Request(what) => what.fmt(f),
            Self::Cancel => f.write_str("cancel watch"),
            Self::Response(code) => write!(f, "{code}"),
            Self::Events(1, resource, key) => write!(f, "{} {key}", resource.info().kind),
            Self::Events(count, resource, _) => write!(f, "{count} {}", resource.info().plural),
            Self::Bookmark(revision) => write!(f, "bookmark {revision}"),
            Self::WatchClosed => f.write_str("watch closed"),
            Self::Probe => f.write_str("GET /readyz"),
            Self::Probed(true) => f.write_str("ok"),
            Self::Probed(false) => f.write_str("not ready"),
        }
    }
}
