//! What only the leader knows or may decide: when leases end, who is well, who shall be a member.
//!
//! Models etcd's server/lease/leasehttp, and what server.go passes on to the leader. A member that
//! does not lead hands such requests on, and its answer back. Invariant: a request is passed on
//! once, and only the leader lets leases end.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::reconfigure::NO_QUESTION;
use super::{Exit, Member, Message, Out};
use crate::etcd::command::{Applied, Command};
use crate::etcd::mvcc::StoredValue;
use crate::etcd::raft::Role;
use crate::etcd::rpc::{Error, LeaseStatus, Reply, Request, Response};
use crate::sim::{Address, Duration, Time};

/// How long a leader waits before it proposes again to revoke a lease that has ended. Models
/// expiredLeaseRetryInterval.
const REVOKE_RETRY: Duration = Duration::from_secs(3);
/// How many leases a leader lets end at once. Models leaseRevokeRate, for half a second.
const REVOKES_MAX: usize = 500;

/// What a member does because it leads, or so that the leader does it.
#[derive(Clone, Debug)]
pub struct Leading<V: StoredValue> {
    /// When leases end, as far as a leader knows.
    expiries: BTreeMap<i64, Time>,
    /// Since when others have been heard from without a gap, and when last.
    heard: BTreeMap<u64, (Time, Time)>,
    /// Since when somebody leads, as far as it knows.
    pub elected: Time,
    /// Requests for the leader, by the number they are passed on with.
    forwarded: BTreeMap<u32, Forwarded<V>>,
    /// A client that waits for leadership to go from one to another.
    moving: Option<(Client, Time, u64, u64)>,
    next_number: u32,
}

type Client = (Address, u32);

#[derive(Clone, Debug)]
struct Forwarded<V: StoredValue> {
    client: Client,
    since: Time,
    request: Arc<Request<V>>,
    /// Whether it has been passed on: there may be no leader yet.
    is_sent: bool,
}

impl<V: StoredValue> Default for Leading<V> {
    fn default() -> Self {
        Self {
            expiries: BTreeMap::new(),
            heard: BTreeMap::new(),
            elected: Time::default(),
            forwarded: BTreeMap::new(),
            moving: None,
            next_number: 1,
        }
    }
}

impl<V: StoredValue> Leading<V> {
    /// A number for a question to another member.
    pub fn number(&mut self) -> u32 {
        let number = self.next_number;
        self.next_number = number.wrapping_add(1);
        number
    }
}

impl<V: StoredValue> Member<V> {
    /// A request that only the leader can answer.
    pub(super) fn ask_to_lead(
        &mut self,
        client: Client,
        request: Arc<Request<V>>,
        out: &mut Out<V>,
    ) {
        if self.node.role() == Role::Leader {
            return self.lead(client, &request, out);
        }
        if self.member_at(client.0).is_some() {
            // Whoever passed it on was wrong; passing it on again could go round for ever.
            return self.respond(client, Err(Error::NotLeader), out);
        }
        let number = self.leading.number();
        let forwarded = Forwarded { client, since: out.now(), request, is_sent: false };
        self.leading.forwarded.insert(number, forwarded);
        self.pass_on(out);
    }

    /// Passes on what waits for a leader, as soon as there is one.
    pub(super) fn pass_on(&mut self, out: &mut Out<V>) {
        let (own, leader) = (self.node.id(), self.node.leader());
        if leader == 0 || self.leading.forwarded.values().all(|forwarded| forwarded.is_sent) {
            return;
        }
        if leader == own {
            let (waiting, sent): (BTreeMap<_, _>, _) = std::mem::take(&mut self.leading.forwarded)
                .into_iter()
                .partition(|(_, forwarded)| !forwarded.is_sent);
            self.leading.forwarded = sent;
            for Forwarded { client, request, .. } in waiting.into_values() {
                self.lead(client, &request, out);
            }
            return;
        }
        let Some(to) = self.address_of(leader) else { return };
        for (number, forwarded) in &mut self.leading.forwarded {
            if !std::mem::replace(&mut forwarded.is_sent, true) {
                out.send(to, Message::Forward(*number, forwarded.request.clone()));
            }
        }
    }

    /// The leader has answered, or another member that was asked for its hash.
    pub(super) fn on_forwarded(&mut self, number: u32, response: Response<V>, out: &mut Out<V>) {
        if number == NO_QUESTION {
            if response.result.err() == Some(Error::MemberRemoved(self.node.id())) {
                self.leave(Exit::Removed, out);
            }
        } else if let Some(asked) = self.checks.remove(&number) {
            self.compare(asked, &response, out);
        } else if let Some(forwarded) = self.leading.forwarded.remove(&number) {
            self.respond(forwarded.client, response.result, out);
        }
    }

    /// Does what a leader is asked for.
    fn lead(&mut self, client: Client, request: &Request<V>, out: &mut Out<V>) {
        let now = out.now();
        let reply = match request {
            Request::LeaseKeepAlive { id } => {
                let ttl_secs = self.state.lessor.ttl_secs(*id);
                if let Some(ttl) = ttl_secs {
                    self.leading.expiries.insert(*id, now + Duration::from_secs(ttl));
                }
                Ok(Reply::KeptAlive(ttl_secs))
            }
            Request::LeaseTimeToLive { id, keys } => {
                Ok(Reply::TimeToLive(self.lease_status(*id, *keys, now)))
            }
            _ => match self.change_of(request) {
                Some(change) => match self.check_change(&change, now) {
                    Ok(()) => {
                        self.propose(Some(client), Command::Member(change), out);
                        return;
                    }
                    Err(error) => Err(error),
                },
                None => Err(Error::NotLeader),
            },
        };
        self.respond(client, reply, out);
    }

    fn lease_status(&self, id: i64, keys: bool, now: Time) -> Option<LeaseStatus> {
        let lessor = &self.state.lessor;
        let granted_secs = lessor.ttl_secs(id)?;
        let left = self.leading.expiries.get(&id).map_or(Duration::ZERO, |at| at.since(now));
        let keys = if keys { lessor.keys(id).cloned().collect() } else { Vec::new() };
        Some(LeaseStatus { granted_secs, left_secs: left.as_secs(), keys })
    }

    /// Notes what an applied command means for when leases end.
    pub(super) fn account_lease(&mut self, command: &Command<V>, applied: &Applied<V>, now: Time) {
        match (command, &applied.result) {
            (Command::LeaseGrant { id, .. }, Ok(Reply::Granted { ttl_secs, .. })) => {
                let expiry = now + Duration::from_secs(*ttl_secs);
                self.leading.expiries.insert(*id, expiry);
            }
            (Command::LeaseRevoke { id }, _) => _ = self.leading.expiries.remove(id),
            _ => {}
        }
    }

    /// Lets leases end whose time has come, and proposes it again when nothing came of it.
    pub(super) fn expire_leases(&mut self, out: &mut Out<V>) {
        let now = out.now();
        let expired: Vec<i64> = self
            .leading
            .expiries
            .iter()
            .filter(|(_, at)| **at <= now)
            .map(|(id, _)| *id)
            .take(REVOKES_MAX)
            .collect();
        for id in expired {
            if self.state.lessor.exists(id) {
                self.leading.expiries.insert(id, now + REVOKE_RETRY);
                self.propose(None, Command::LeaseRevoke { id }, out);
            } else {
                self.leading.expiries.remove(&id);
            }
        }
    }

    /// It leads from now on. Nobody knows how old leases are: their lives begin anew, and are
    /// longer by the time in which nobody led.
    pub(super) fn begin_to_lead(&mut self, now: Time) {
        let more = self.settings.election_timeout();
        self.leading.expiries = self.state.lessor.expiries(now, more).collect();
    }

    /// Hands leadership over. Models server.go MoveLeader.
    pub(super) fn move_leader(&mut self, client: Client, to: u64, out: &mut Out<V>) {
        let own = self.node.id();
        let is_voter = self.state.membership.voters().any(|member| member.id == to);
        let reply = match () {
            () if self.node.role() != Role::Leader => Err(Error::NotLeader),
            () if !is_voter => Err(Error::BadTransferee),
            () if to == own => Ok(Reply::Moved { from: own, to }),
            () => {
                self.node.transfer_leader(to);
                self.leading.moving = Some((client, out.now(), own, to));
                return;
            }
        };
        self.respond(client, reply, out);
    }

    /// Tells whoever waits for it where leadership has gone.
    pub(super) fn finish_move(&mut self, out: &mut Out<V>) {
        let Some((client, since, from, to)) = self.leading.moving else { return };
        let is_late = out.now().since(since) > self.settings.election_timeout();
        let reply = match self.node.leader() {
            leader if leader == to => Ok(Reply::Moved { from, to }),
            _ if is_late => Err(Error::TimeoutTransfer),
            _ => return,
        };
        self.leading.moving = None;
        self.respond(client, reply, out);
    }

    /// Refuses what the leader has not answered for too long.
    pub(super) fn time_out_forwarded(&mut self, out: &mut Out<V>) {
        let (now, limit) = (out.now(), self.settings.request_timeout());
        let is_late = |forwarded: &Forwarded<V>| now.since(forwarded.since) > limit;
        if !self.leading.forwarded.values().next().is_some_and(is_late) {
            return;
        }
        let (late, kept): (BTreeMap<_, _>, _) = std::mem::take(&mut self.leading.forwarded)
            .into_iter()
            .partition(|(_, forwarded)| is_late(forwarded));
        self.leading.forwarded = kept;
        for forwarded in late.into_values() {
            self.respond(forwarded.client, Err(Error::Timeout), out);
        }
    }

    /// Another member has been heard from.
    pub(super) fn hear(&mut self, id: u64, now: Time) {
        let silence_max = self.settings.election_timeout();
        let (since, last) = self.leading.heard.entry(id).or_insert((now, now));
        if now.since(*last) > silence_max {
            *since = now;
        }
        *last = now;
    }

    /// Whether a member is heard from, and has been for so long.
    pub(super) fn is_well(&self, id: u64, span: Duration, now: Time) -> bool {
        let silence_max = self.settings.election_timeout();
        id == self.node.id()
            || self.leading.heard.get(&id).is_some_and(|(since, last)| {
                now.since(*last) <= silence_max && now.since(*since) >= span
            })
    }
}
