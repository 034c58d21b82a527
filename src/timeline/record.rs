//! One entry of what happened.

use crate::sim::{Causes, Fingerprint, Time};

/// One entry of what happened: when, why and what.
#[derive(Clone, PartialEq, Debug)]
pub struct Record<P> {
    /// When.
    pub time: Time,
    /// How many events had been handled before the one that made it.
    pub position: u64,
    /// Why.
    pub causes: Causes,
    /// What.
    pub payload: P,
}

/// What a record tells.
pub trait Payload: Clone {
    /// Adds it to the record hash.
    fn hash_into(&self, hash: &mut Fingerprint);

    /// The grains of stepping for which it counts as a step.
    fn grains(&self) -> &'static [Grain];

    /// The revision of the store that it tells the writing of.
    fn written_revision(&self) -> Option<u64>;

    /// Whether it is kept when others are forgotten.
    fn is_kept(&self) -> bool;
}

/// How far one step goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grain {
    /// To the next message or timer.
    Message,
    /// To the next tick of a Raft member's clock.
    Tick,
    /// To the next phase of a Raft member: persist, send, apply. Heartbeats are passed over.
    Phase,
    /// To the next member of the store that changes its role or its term.
    Term,
    /// To the next write that the store commits.
    Write,
    /// To the next thing a controller, the scheduler or a kubelet does.
    Action,
    /// To the next thing worth a mark: a command, a fault, another leader.
    Marker,
}

impl Grain {
    /// How many grains there are.
    pub const COUNT: usize = 7;
}

impl<P: Payload> Record<P> {
    /// Adds the record to the record hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        hash.u64(self.position);
        hash.u64(self.time.as_micros());
        self.causes.iter().for_each(|cause| hash.u64(cause.0));
        self.payload.hash_into(hash);
    }

    /// About how many bytes the record takes.
    pub fn bytes(&self) -> usize {
        let also = self.causes.also.as_ref().map_or(0, |also| 16 + 8 * also.len());
        size_of::<Self>() + also
    }
}
