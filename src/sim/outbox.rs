//! What a component wants done: messages, timers, records. It does nothing itself.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Duration, Time};

/// A machine of the simulation.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
pub struct HostId(pub u16);

/// Where a component listens: a host and a port, as on a real network.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
pub struct Address {
    /// The machine.
    pub host: HostId,
    /// The port on it.
    pub port: u16,
}

impl Address {
    /// The address `host:port`.
    pub const fn new(host: HostId, port: u16) -> Self {
        Self { host, port }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host.0, self.port)
    }
}

/// The number of a record, counted from 1 over the whole history.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
pub struct RecordId(pub u64);

impl RecordId {
    /// No record: the cause of what has none.
    pub const NONE: Self = Self(0);
}

/// Why something happened: one trigger, and whatever else contributed (a work queue merges many
/// reasons into one key, one append carries many writes).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Causes {
    /// What set it off.
    pub trigger: RecordId,
    /// What else contributed; absent in most cases, and then takes no room.
    pub also: Option<Arc<[RecordId]>>,
}

impl Causes {
    /// One cause.
    pub const fn one(trigger: RecordId) -> Self {
        Self { trigger, also: None }
    }

    /// A trigger and contributing causes.
    pub fn with(trigger: RecordId, also: &[RecordId]) -> Self {
        Self { trigger, also: (!also.is_empty()).then(|| also.into()) }
    }

    /// All causes, the trigger first.
    pub fn iter(&self) -> impl Iterator<Item = RecordId> + '_ {
        let also = self.also.iter().flat_map(|ids| ids.iter().copied());
        std::iter::once(self.trigger).chain(also).filter(|&id| id != RecordId::NONE)
    }
}

/// One thing a component wants done.
#[derive(Clone, Debug)]
pub enum Effect<M, T, R> {
    /// Hand `message` to the network `after` a while.
    Send {
        /// The receiver.
        to: Address,
        /// How long the sender works on it before it leaves.
        after: Duration,
        /// What is sent.
        message: M,
        /// The record that caused it.
        cause: RecordId,
    },
    /// Wake the component up.
    Timer {
        /// When.
        at: Time,
        /// What the component will be told.
        token: T,
        /// The record that caused it.
        cause: RecordId,
    },
    /// Something worth telling happened.
    Record {
        /// Why.
        causes: Causes,
        /// What.
        payload: R,
    },
}

/// Where a component puts the effects of handling one input: messages `M`, timer tokens `T`,
/// records `R`.
///
/// Every effect knows the record that caused it: at first the record of the input being handled,
/// and after [`Outbox::record_now`] the record made there, until [`Outbox::resume`].
#[derive(Clone, Debug)]
pub struct Outbox<M, T, R> {
    now: Time,
    current: RecordId,
    next: RecordId,
    effects: Vec<Effect<M, T, R>>,
}

impl<M, T, R> Outbox<M, T, R> {
    /// An outbox to be [opened](Outbox::open) for each input.
    pub const fn new() -> Self {
        Self {
            now: Time::from_micros(0),
            current: RecordId::NONE,
            next: RecordId(1),
            effects: Vec::new(),
        }
    }

    /// Makes the outbox ready for an input handled at `now` and recorded as `input`.
    pub fn open(&mut self, now: Time, input: RecordId) {
        debug_assert!(self.effects.is_empty(), "effects of the last input were left behind");
        self.now = now;
        self.current = input;
        self.next = RecordId(input.0 + 1);
    }

    /// The time of the input being handled.
    pub const fn now(&self) -> Time {
        self.now
    }

    /// The record that effects are caused by at the moment.
    pub const fn current(&self) -> RecordId {
        self.current
    }

    /// Sends `message` at once.
    pub fn send(&mut self, to: Address, message: M) {
        self.send_after(Duration::ZERO, to, message);
    }

    /// Sends `message` when `after` has passed: the time the sender works on it.
    pub fn send_after(&mut self, after: Duration, to: Address, message: M) {
        let cause = self.current;
        self.effects.push(Effect::Send { to, after, message, cause });
    }

    /// Asks to be woken with `token` when `after` has passed.
    pub fn timer(&mut self, after: Duration, token: T) {
        self.timer_at(self.now + after, token);
    }

    /// Asks to be woken with `token` at `at`, or now if that is past.
    pub fn timer_at(&mut self, at: Time, token: T) {
        let cause = self.current;
        self.effects.push(Effect::Timer { at: at.max(self.now), token, cause });
    }

    /// Records `payload` as caused by the current record.
    pub fn record(&mut self, payload: R) -> RecordId {
        self.record_with(Causes::one(self.current), payload)
    }

    /// Records `payload` with causes of its own.
    pub fn record_with(&mut self, causes: Causes, payload: R) -> RecordId {
        let id = self.next;
        self.next = RecordId(id.0 + 1);
        self.effects.push(Effect::Record { causes, payload });
        id
    }

    /// Records `payload` with causes of its own and makes it the cause of what follows. Returns
    /// what was current before, for [`Outbox::resume`].
    pub fn record_now(&mut self, causes: Causes, payload: R) -> RecordId {
        let before = self.current;
        self.current = self.record_with(causes, payload);
        before
    }

    /// Makes `record` the cause of what follows, and returns what was before.
    pub fn resume(&mut self, record: RecordId) -> RecordId {
        std::mem::replace(&mut self.current, record)
    }

    /// Takes the effects out, in the order in which they were put in.
    pub fn drain(&mut self) -> std::vec::Drain<'_, Effect<M, T, R>> {
        self.effects.drain(..)
    }
}

impl<M, T, R> Default for Outbox<M, T, R> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_know_their_cause() {
        let mut out: Outbox<&str, (), &str> = Outbox::new();
        out.open(Time::from_secs(1), RecordId(10));
        out.send(Address::default(), "first");
        let before = out.record_now(Causes::one(RecordId(3)), "reconcile");
        out.send(Address::default(), "second");
        out.resume(before);
        out.send(Address::default(), "third");
        let causes: Vec<_> = out
            .drain()
            .map(|effect| match effect {
                Effect::Send { cause, .. } | Effect::Timer { cause, .. } => cause.0,
                Effect::Record { causes, .. } => causes.trigger.0,
            })
            .collect();
        assert_eq!(causes, [10, 3, 11, 10]);
    }
}
