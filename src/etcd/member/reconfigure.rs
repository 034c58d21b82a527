//! Who is a member: founding, joining, and changes of the configuration.
//!
//! Models etcd's server/etcdserver/server.go AddMember, RemoveMember, PromoteMember, UpdateMember
//! and applyConfChange. Invariant: with strict checks, no change is proposed that could leave the
//! cluster without a quorum of members that are well.

use std::sync::Arc;

use super::{Member, Out, Timer, Waiting};
use crate::etcd::command::{Command, Proposal, State};
use crate::etcd::membership::{MemberChange, MemberInfo, Membership};
use crate::etcd::mvcc::StoredValue;
use crate::etcd::raft::{ConfChangeSingle, ConfChangeType, Entry, RawNode};
use crate::etcd::rpc::{Error, Request};
use crate::sim::{Address, Duration, Time};

/// How long members must have been well before any is added or removed. Models HealthInterval.
const HEALTH_INTERVAL: Duration = Duration::from_secs(5);
/// How long a member that was removed goes on, for the others to learn what it knows.
const FAREWELL: Duration = Duration::from_secs(1);
/// The number of an answer to no question.
pub const NO_QUESTION: u32 = 0;
/// How much of the leader's log a learner must have to become a voter, in percent. Models
/// readyPercentThreshold.
const READY_PERCENT: u64 = 90;

/// Founds a cluster: each founder starts with a log in which all of them are added.
pub fn found<V: StoredValue>(
    node: &mut RawNode<Proposal<V>>,
    state: &mut State<V>,
    founders: &[Arc<MemberInfo>],
) {
    let founder = |member: &Arc<MemberInfo>| {
        let change = Command::Member(MemberChange::Add(member.clone()));
        // Number 0 is no client's: these were decided before there was a cluster to ask.
        (member.id, Some(Proposal::new(member.id, 0, change)))
    };
    node.bootstrap(founders.iter().map(founder).collect()).expect("an empty node can be founded");
    state.membership = Arc::new(Membership::of(founders));
}

/// Puts the changes of the configuration in force again that were applied up to `applied`. The
/// snapshot knows those before it; what came after it would not be applied a second time.
pub fn restore_configuration<V: StoredValue>(node: &mut RawNode<Proposal<V>>, applied: u64) {
    let snapshot = node.storage().snapshot().map_or(0, |snapshot| snapshot.last.index);
    let entries = node.storage().range(snapshot + 1..applied + 1);
    let changes: Vec<_> = entries.filter_map(|entry| entry.payload.conf_change()).collect();
    for change in changes {
        // What could not be made then cannot be made now either.
        let _ = node.apply_conf_change(&change);
    }
}

impl<V: StoredValue> Member<V> {
    /// Where another member is reached.
    pub(super) fn address_of(&self, id: u64) -> Option<Address> {
        let known = || self.known.iter().find(|member| member.id == id);
        match self.state.membership.get(id).or_else(known) {
            Some(member) => member.address,
            None => self.remotes.get(&id).copied(),
        }
    }

    /// The member that is reached at `address`, if it is one.
    pub(super) fn member_at(&self, address: Address) -> Option<u64> {
        let all = self.state.membership.iter().chain(self.known.iter());
        all.into_iter().find(|member| member.address == Some(address)).map(|member| member.id)
    }

    /// Whether this member only learns.
    pub(super) fn is_learner(&self) -> bool {
        self.state.membership.get(self.node.id()).is_some_and(|member| member.is_learner)
    }

    /// Says who it is, once it is known as a member and somebody leads.
    pub(super) fn publish(&mut self, out: &mut Out<V>) {
        let id = self.node.id();
        let waits = self.publishing.is_none_or(|number| self.pending.contains_key(&number));
        if waits || self.node.leader() == 0 || self.state.membership.get(id).is_none() {
            return;
        }
        let (name, client_urls) = (self.own.name.clone(), self.own.client_urls.clone());
        let number = self.propose(None, Command::Publish { id, name, client_urls }, out);
        self.publishing = Some(number);
    }

    /// What of the members a request changes; `None` when it changes nothing of them.
    pub(super) fn change_of(&self, request: &Request<V>) -> Option<MemberChange> {
        Some(match request {
            Request::MemberAdd { peer_urls, address, is_learner } => {
                MemberChange::Add(Arc::new(MemberInfo {
                    id: self.state.membership.next_id(),
                    name: Default::default(),
                    peer_urls: peer_urls.clone(),
                    client_urls: Vec::new(),
                    address: *address,
                    is_learner: *is_learner,
                }))
            }
            Request::MemberPromote { id } => MemberChange::Promote(*id),
            Request::MemberRemove { id } => MemberChange::Remove(*id),
            Request::MemberUpdate { id, peer_urls, address } => {
                let (peer_urls, address) = (peer_urls.clone(), *address);
                MemberChange::Update { id: *id, peer_urls, address }
            }
            _ => return None,
        })
    }

    /// Whether a change of the members may be proposed. The leader judges, for it alone hears from
    /// everyone; in etcd every member does, by the connections that all keep with all.
    pub(super) fn check_change(&self, change: &MemberChange, now: Time) -> Result<(), Error> {
        let membership = &self.state.membership;
        membership.check(change)?;
        let require = |holds: bool, error: Error| if holds { Ok(()) } else { Err(error) };
        if let MemberChange::Promote(id) = change {
            require(self.is_in_sync(*id), Error::LearnerNotReady)?;
        }
        if !self.settings.strict_reconfig {
            return Ok(());
        }
        let well = || membership.voters().filter(|m| self.is_well(m.id, HEALTH_INTERVAL, now));
        let voters = membership.voters().count();
        match change {
            MemberChange::Add(member) => {
                let is_ready = member.is_learner || membership.is_ready_to_add_voter();
                require(is_ready, Error::NotEnoughStarted)?;
                require(well().count() == voters, Error::Unhealthy)
            }
            MemberChange::Promote(_) => {
                require(membership.is_ready_to_promote(), Error::NotEnoughStarted)
            }
            MemberChange::Remove(id) => {
                if membership.get(*id).is_some_and(|member| member.is_learner) {
                    return Ok(());
                }
                require(membership.is_ready_to_remove(*id), Error::NotEnoughStarted)?;
                // Nothing is lost with one that is down.
                let is_down = !self.is_well(*id, Duration::ZERO, now);
                let left = well().count().saturating_sub(1);
                require(is_down || left > (voters - 1) / 2, Error::Unhealthy)
            }
            MemberChange::Update { .. } => Ok(()),
        }
    }

    /// Whether a learner has nearly all that this leader has.
    fn is_in_sync(&self, id: u64) -> bool {
        let matched = |of: u64| {
            let mut progress = self.node.progress();
            progress.find(|(id, _)| *id == of).map_or(0, |(_, progress)| progress.matched)
        };
        matched(id) * 100 >= matched(self.node.id()) * READY_PERCENT
    }

    /// Tells a member that was removed while it was away. Models rafthttp, which answers it with
    /// 410 Gone.
    pub(super) fn dismiss(&self, id: u64, out: &mut Out<V>) {
        if let Some(address) = self.state.membership.removed_from(id) {
            self.respond((address, NO_QUESTION), Err(Error::MemberRemoved(id)), out);
        }
    }

    /// Applies a change of the configuration.
    pub(super) fn apply_change(&mut self, entry: &Entry<Proposal<V>>, out: &mut Out<V>) {
        let Some(mut change) = entry.payload.conf_change() else { return };
        let Some(proposal) = change.context.clone() else { return };
        let Command::Member(wanted) = proposal.command() else { return };
        let is_founding = proposal.number() == 0;
        let checked = if is_founding { Ok(()) } else { self.state.membership.check(wanted) };
        let result = checked.map(|()| self.state.change_members(wanted));
        if result.is_err() {
            let nobody = ConfChangeSingle { kind: ConfChangeType::UpdateNode, node_id: 0 };
            change.changes = vec![nobody];
        }
        // A change that cannot be made has just been made void.
        let _ = self.node.apply_conf_change(&change);
        if result.is_ok() && *wanted == MemberChange::Remove(self.node.id()) {
            out.timer(FAREWELL, Timer::Removed);
        }
        if let Some(Waiting { client: Some(client), .. }) = self.take_pending(&proposal) {
            self.respond(client, result, out);
        }
    }
}
