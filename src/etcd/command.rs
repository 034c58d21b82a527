//! What goes through the log, and the state it makes.
//!
//! Models etcd's server/etcdserver/apply. Invariant: the state after entry `n` is the same on every
//! member that has applied `n`.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::alarm::{Alarm, AlarmKind};
use super::lease::{Lessor, TTL_SECS_MAX};
use super::membership::{MemberChange, Membership};
use super::mvcc::{EventList, Op, Store, StoredValue, Txn};
use super::raft::EntryData;
use super::rpc::{Error, Reply, Text};
use crate::sim::{Fingerprint, Memo};

/// A command to be applied by every member.
#[derive(Clone, PartialEq, Debug)]
pub enum Command<V> {
    /// A transaction.
    Txn(Txn<V>),
    /// Forgets history up to and including a revision.
    Compact(u64),
    /// Makes a lease.
    LeaseGrant {
        /// Its number.
        id: i64,
        /// How long it lives, in seconds.
        ttl_secs: u64,
    },
    /// Ends a lease.
    LeaseRevoke {
        /// Which.
        id: i64,
    },
    /// Raises an alarm.
    Alarm(Alarm),
    /// Takes alarms back.
    Disarm(Vec<Alarm>),
    /// A member says who it is.
    Publish {
        /// Which member.
        id: u64,
        /// Its name.
        name: Text,
        /// Where clients reach it.
        client_urls: Vec<Text>,
    },
    /// A change of the members. It is the context of a change of the configuration, and applied
    /// with that.
    Member(MemberChange),
}

/// A command on its way through the log. Clones share.
#[derive(Clone, Debug)]
pub struct Proposal<V: StoredValue>(Arc<Inner<V>>);

#[derive(Debug)]
struct Inner<V: StoredValue> {
    member: u64,
    number: u64,
    command: Command<V>,
    memo: Memo<Arc<Applied<V>>>,
}

/// What all members hold alike: keys, leases, alarms, who is a member. Cloned in constant time.
#[derive(Clone, Debug)]
pub struct State<V: StoredValue> {
    /// The keys.
    pub store: Store<V>,
    /// The leases.
    pub lessor: Lessor,
    /// The alarms that are raised.
    pub alarms: Arc<BTreeSet<Alarm>>,
    /// Who is a member.
    pub membership: Arc<Membership>,
    /// The number of the last entry applied.
    pub applied: u64,
    /// 0, unless a failing disk has altered it: then it is no other member's state.
    pub(super) altered: u64,
}

/// What applying a command led to.
#[derive(Debug)]
pub struct Applied<V: StoredValue> {
    /// The state after it.
    pub state: State<V>,
    /// What the one who proposed it is told.
    pub result: Result<Reply<V>, Error>,
    /// What it changed.
    pub events: EventList<V>,
}

impl<V: StoredValue> Proposal<V> {
    /// `command`, proposed by `member` as its `number`th.
    pub fn new(member: u64, number: u64, command: Command<V>) -> Self {
        Self(Arc::new(Inner { member, number, command, memo: Memo::new() }))
    }

    /// Who proposed it.
    pub fn member(&self) -> u64 {
        self.0.member
    }

    /// How many that member had proposed before.
    pub fn number(&self) -> u64 {
        self.0.number
    }

    /// What is to be done.
    pub fn command(&self) -> &Command<V> {
        &self.0.command
    }

    /// What applying it to `state` leads to, it being entry `index`. Members that apply the same
    /// entry to the same state share the outcome.
    pub fn apply(&self, state: &State<V>, index: u64, members: u32) -> Arc<Applied<V>> {
        self.0.memo.follow(state.applied ^ state.altered, members, || {
            let mut state = state.clone();
            state.applied = index;
            Arc::new(state.run(&self.0.command))
        })
    }

    /// Forgets what applying it led to; a member that has not applied it yet works it out again.
    pub fn forget_applied(&self) {
        self.0.memo.forget();
    }
}

impl<V: StoredValue> State<V> {
    /// Nothing stored, nothing applied.
    pub fn new() -> Self {
        Self {
            store: Store::new(),
            lessor: Lessor::default(),
            alarms: Arc::default(),
            membership: Arc::default(),
            applied: 0,
            altered: 0,
        }
    }

    /// Whether an alarm of this kind is raised, whoever's it is.
    pub fn is_raised(&self, kind: AlarmKind) -> bool {
        self.alarms.iter().any(|alarm| alarm.kind == kind)
    }

    fn run(mut self, command: &Command<V>) -> Applied<V> {
        let none: EventList<V> = Arc::from([]);
        if let Err(error) = self.check_alarms(command) {
            return Applied { state: self, result: Err(error), events: none };
        }
        let (result, events) = match command {
            Command::Txn(txn) => match self.check_leases(txn) {
                Err(error) => (Err(error), none),
                Ok(()) => match self.store.apply(txn) {
                    Ok((result, events)) => (Ok(Reply::Txn(result)), events),
                    Err(error) => (Err(Error::Txn(error)), none),
                },
            },
            Command::LeaseRevoke { id } => match self.lessor.revoke(*id) {
                None => (Err(Error::LeaseNotFound), none),
                Some(keys) => (Ok(Reply::Revoked), self.store.delete_keys(&keys)),
            },
            other => (self.run_unseen(other), none),
        };
        events.iter().for_each(|event| self.lessor.observe(event));
        Applied { state: self, result, events }
    }

    /// What changes no key.
    fn run_unseen(&mut self, command: &Command<V>) -> Result<Reply<V>, Error> {
        match command {
            Command::Compact(revision) => {
                self.store.compact(*revision).map(|()| Reply::Compacted).map_err(Error::Range)
            }
            Command::LeaseGrant { ttl_secs, .. } if *ttl_secs > TTL_SECS_MAX => {
                Err(Error::LeaseTtlTooLarge)
            }
            Command::LeaseGrant { id, ttl_secs } => {
                let ttl_secs = self.lessor.grant(*id, *ttl_secs);
                Ok(Reply::Granted { id: *id, ttl_secs })
            }
            Command::Alarm(alarm) => {
                Arc::make_mut(&mut self.alarms).insert(*alarm);
                Ok(Reply::Alarms(vec![*alarm]))
            }
            Command::Disarm(wanted) => {
                let alarms = Arc::make_mut(&mut self.alarms);
                let raised = wanted.iter().copied().filter(|alarm| alarms.remove(alarm));
                Ok(Reply::Alarms(raised.collect()))
            }
            Command::Publish { id, name, client_urls } => {
                Arc::make_mut(&mut self.membership).publish(*id, name, client_urls);
                Ok(self.members(None))
            }
            Command::Member(change) => {
                self.membership.check(change)?;
                Ok(self.change_members(change))
            }
            Command::Txn(_) | Command::LeaseRevoke { .. } => unreachable!("these change keys"),
        }
    }

    /// Makes a change of the members that can be made.
    pub(super) fn change_members(&mut self, change: &MemberChange) -> Reply<V> {
        Arc::make_mut(&mut self.membership).apply(change);
        self.members(matches!(change, MemberChange::Add(_)).then(|| change.id()))
    }

    /// The members, as they are told.
    pub(super) fn members(&self, added: Option<u64>) -> Reply<V> {
        Reply::Members { members: self.membership.iter().cloned().collect(), added }
    }

    /// Refuses what may not be done while an alarm is raised. Models applierV3Capped and
    /// applierV3Corrupt.
    fn check_alarms(&self, command: &Command<V>) -> Result<(), Error> {
        let adds = match command {
            Command::Txn(txn) => txn.adds(),
            Command::LeaseGrant { .. } => true,
            _ => false,
        };
        let asks = matches!(
            command,
            Command::Txn(_)
                | Command::LeaseGrant { .. }
                | Command::LeaseRevoke { .. }
                | Command::Compact(_)
        );
        if asks && self.is_raised(AlarmKind::Corrupt) {
            return Err(Error::Corrupt);
        }
        if adds && self.is_raised(AlarmKind::NoSpace) {
            return Err(Error::NoSpace);
        }
        Ok(())
    }

    fn check_leases(&self, txn: &Txn<V>) -> Result<(), Error> {
        let ops = txn.success.iter().chain(&txn.failure);
        let mut leases = ops.map(Op::lease).filter(|lease| *lease != 0);
        let known = leases.all(|lease| self.lessor.exists(lease));
        known.then_some(()).ok_or(Error::LeaseNotFound)
    }
}

impl<V: StoredValue> Default for State<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: StoredValue> EntryData for Proposal<V> {
    type Snapshot = State<V>;

    fn encoded_len(&self) -> u64 {
        // The header of a request comes to about this much.
        const HEADER: usize = 16;
        let body = match &self.0.command {
            Command::Txn(txn) => txn.encoded_len(),
            _ => 16,
        };
        (HEADER + body) as u64
    }

    fn quote(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The number of the start, and how many that process had proposed before.
        let (start, number) = (self.0.number >> 32, self.0.number as u32);
        write!(f, "\"{}/{start}.{number}\"", self.0.member)
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.u64(self.0.member);
        hash.u64(self.0.number);
    }
}
