//! Whether members hold the same: hashes are asked for and compared.
//!
//! Models etcd's server/etcdserver/corrupt.go. A member that starts compares itself with the
//! others and does not stay when it differs; a leader compares the others with itself from time
//! to time and raises an alarm for one that differs. Invariant: only hashes of one revision, from
//! one compaction on, are compared.

use super::{Exit, Member, Message, Out};
use crate::etcd::alarm::{Alarm, AlarmKind};
use crate::etcd::command::Command;
use crate::etcd::mvcc::{KeyHash, StoredValue};
use crate::etcd::rpc::{Reply, Request, Response};

/// Why a hash was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// This member has just started.
    Start,
    /// This member leads.
    Lead,
}

impl<V: StoredValue> Member<V> {
    /// Asks all others for their hash of what this member holds.
    pub(super) fn ask_hashes(&mut self, purpose: Purpose, out: &mut Out<V>) {
        let Ok(own) = self.state.store.hash_kv(0) else { return };
        let id = self.node.id();
        let others: Vec<_> = self.state.membership.iter().filter(|other| other.id != id).collect();
        let addresses: Vec<_> = others.iter().filter_map(|other| other.address).collect();
        let request = std::sync::Arc::new(Request::HashKv { revision: own.revision });
        for to in addresses {
            let number = self.leading.number();
            self.checks.insert(number, (purpose, own));
            out.send(to, Message::Forward(number, request.clone()));
        }
    }

    /// Compares, when it is time for a leader to do so.
    pub(super) fn check_others(&mut self, out: &mut Out<V>) {
        let now = out.now();
        let is_due = |interval| now.since(self.checked) >= interval;
        if self.settings.corrupt_check.is_some_and(is_due) {
            self.checked = now;
            // Whoever has not answered until now will not.
            self.checks.clear();
            self.ask_hashes(Purpose::Lead, out);
        }
    }

    /// Another member tells its hash.
    pub(super) fn compare(
        &mut self,
        (purpose, own): (Purpose, KeyHash),
        response: &Response<V>,
        out: &mut Out<V>,
    ) {
        let Ok(Reply::HashKv(their)) = &response.result else { return };
        let is_comparable = their.revision == own.revision && their.compacted == own.compacted;
        if !is_comparable || their.hash == own.hash {
            return;
        }
        match purpose {
            Purpose::Start => self.leave(Exit::Inconsistent, out),
            Purpose::Lead => {
                let alarm = Alarm { member: response.member, kind: AlarmKind::Corrupt };
                if !self.state.alarms.contains(&alarm) {
                    self.propose(None, Command::Alarm(alarm), out);
                }
            }
        }
    }
}
