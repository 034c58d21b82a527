//! What survives a stop.

use std::sync::Arc;

use super::{Exit, Member};
use crate::etcd::command::{Proposal, State};
use crate::etcd::membership::{MemberInfo, Membership};
use crate::etcd::mvcc::StoredValue;
use crate::etcd::raft::{ConfState, EntryId, HardState, Snapshot, Storage};
use crate::etcd::snapshot::{Backup, BackupError};
use crate::sim::Fingerprint;

/// How large a database is that holds nothing, in bytes.
pub const DB_BYTES_MIN: u64 = 20 * 1024;

/// What survives a stop: the data directory of a member.
#[derive(Clone, Debug)]
pub struct Disk<V: StoredValue> {
    /// Whose it is; 0 while nobody has begun to use it.
    pub(super) id: u64,
    pub(super) cluster: u64,
    /// Whether others founded the cluster.
    pub(super) joins: bool,
    /// How many processes have started from it.
    pub(super) starts: u32,
    pub(super) storage: Storage<Proposal<V>>,
    pub(super) state: State<V>,
    pub(super) db_bytes: u64,
    pub(super) is_corrupt: bool,
}

impl<V: StoredValue> Disk<V> {
    /// An empty disk.
    pub fn new() -> Self {
        Self {
            id: 0,
            cluster: 0,
            joins: false,
            starts: 0,
            storage: Storage::new(),
            state: State::new(),
            db_bytes: DB_BYTES_MIN,
            is_corrupt: false,
        }
    }

    /// The disk of a member that has been added to a cluster and has nothing yet: it is sent what
    /// it lacks.
    pub fn joining(id: u64, cluster: u64) -> Self {
        Self { id, cluster, joins: true, ..Self::new() }
    }

    /// The disk of one of the founders of a new cluster that begins with a copy of an old one's
    /// database. Models etcdutl/snapshot/v3_snapshot.go: the log begins after a snapshot, so that
    /// members who join later are sent it.
    pub fn restored(
        id: u64,
        founders: &[Arc<MemberInfo>],
        backup: &Backup<V>,
    ) -> Result<Self, BackupError> {
        let last = EntryId { term: 1, index: founders.len() as u64 };
        let state = State {
            membership: Arc::new(Membership::of(founders)),
            applied: last.index,
            ..backup.restore()?
        };
        let mut cluster = Fingerprint::resume(cluster_of(founders));
        cluster.u64(u64::from(backup.status().hash));
        let conf_state = ConfState::of_voters(founders.iter().map(|member| member.id));
        let snapshot = Arc::new(Snapshot { last, conf_state, data: state.clone() });
        let mut storage = Storage::from_snapshot(snapshot);
        storage.set_hard_state(HardState { term: 1, vote: 0, commit: last.index });
        let (cluster, db_bytes) = (cluster.finish(), DB_BYTES_MIN + state.store.bytes());
        let (joins, starts, is_corrupt) = (false, 0, false);
        Ok(Self { id, cluster, joins, starts, storage, state, db_bytes, is_corrupt })
    }

    /// Whose it is; 0 while nobody has begun to use it.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// What is stored on it.
    pub fn state(&self) -> &State<V> {
        &self.state
    }

    /// What of the log is stored on it.
    pub const fn storage(&self) -> &Storage<Proposal<V>> {
        &self.storage
    }

    /// Makes its snapshot unreadable: no process starts from it any more.
    pub const fn corrupt(&mut self) {
        self.is_corrupt = true;
    }

    /// Whether a process that starts from it founds a cluster.
    pub(super) fn is_empty(&self) -> bool {
        !self.joins && self.storage.last_index() == 0 && self.storage.hard_state().is_empty()
    }
}

impl<V: StoredValue> Default for Disk<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: StoredValue> Member<V> {
    /// What its disk holds now.
    pub(super) fn disk(self) -> Disk<V> {
        Disk {
            id: self.node.id(),
            cluster: self.cluster,
            joins: self.joins,
            starts: self.starts,
            is_corrupt: self.exit == Some(Exit::Unreadable),
            storage: self.node.into_storage(),
            state: self.state,
            db_bytes: self.db_bytes,
        }
    }
}

/// The id of the cluster that these members found.
pub fn cluster_of(founders: &[Arc<MemberInfo>]) -> u64 {
    let mut hash = Fingerprint::new();
    hash.str("etcd-cluster");
    Membership::of(founders).fingerprint(&mut hash);
    hash.finish()
}
