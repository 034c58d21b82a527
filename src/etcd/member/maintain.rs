//! How a member is, and what a person does to keep it well.
//!
//! Models etcd's server/etcdserver/api/v3rpc/maintenance.go and quota.go. Invariant: a database
//! grows until it is defragmented; that it is full is an alarm until a person takes it back.

use super::disk::DB_BYTES_MIN;
use super::{Member, Out};
use crate::etcd::alarm::{Alarm, AlarmKind};
use crate::etcd::command::Command;
use crate::etcd::mvcc::StoredValue;
use crate::etcd::rpc::{Error, Reply, Request, Status};
use crate::etcd::snapshot::Backup;
use crate::sim::{Address, Duration};

/// How long a member takes to write a database of so many bytes anew: 200 MB a second.
const fn rewriting(bytes: u64) -> Duration {
    Duration::from_micros(bytes / 200)
}

impl<V: StoredValue> Member<V> {
    /// Answers a request about this member alone.
    pub(super) fn maintain(
        &mut self,
        client: (Address, u32),
        request: &Request<V>,
        out: &mut Out<V>,
    ) {
        let mut takes = Duration::ZERO;
        let result = match request {
            Request::Status => Ok(Reply::Status(Box::new(self.status()))),
            Request::HashKv { revision } => {
                self.state.store.hash_kv(*revision).map(Reply::HashKv).map_err(Error::Range)
            }
            Request::Leases => Ok(Reply::Leases(self.state.lessor.ids().collect())),
            Request::Defragment => {
                self.db_bytes = DB_BYTES_MIN + self.state.store.bytes();
                takes = rewriting(self.db_bytes);
                Ok(Reply::Defragmented)
            }
            Request::Snapshot => {
                takes = rewriting(self.db_bytes);
                Ok(Reply::Snapshot(Box::new(Backup::new(self.state.clone(), self.db_bytes))))
            }
            _ => Ok(self.state.members(None)),
        };
        self.respond_after(takes, client, result, out);
    }

    fn status(&self) -> Status {
        let leader = self.node.leader();
        let mut errors: Vec<String> = self.state.alarms.iter().map(Alarm::to_string).collect();
        if leader == 0 {
            errors.push(Error::NoLeader.to_string());
        }
        Status {
            db_bytes: self.db_bytes,
            db_bytes_in_use: DB_BYTES_MIN + self.state.store.bytes(),
            leader,
            is_learner: self.is_learner(),
            term: self.node.term(),
            index: self.node.commit_index(),
            applied: self.state.applied,
            errors,
        }
    }

    /// Whether the database may grow by so much. If not, everybody shall know.
    pub(super) fn check_quota(&mut self, bytes: u64, out: &mut Out<V>) -> Result<(), Error> {
        if !self.hardware.is_full && self.db_bytes + bytes <= self.settings.quota_bytes {
            return Ok(());
        }
        let alarm = Alarm { member: self.node.id(), kind: AlarmKind::NoSpace };
        if !self.state.alarms.contains(&alarm) {
            self.propose(None, Command::Alarm(alarm), out);
        }
        Err(Error::NoSpace)
    }

    /// The database has what was applied.
    pub(super) fn grow(&mut self) {
        self.db_bytes = self.db_bytes.max(DB_BYTES_MIN + self.state.store.bytes());
    }
}
