//! Clients: each does one thing after another, and remembers when it asked and what it heard.

use std::sync::Arc;
use std::time::Duration;

use orrery::etcd::mvcc::{Compare, CompareOp, CompareTarget, KeyRange, Op, OpResult, Txn};
use orrery::etcd::rpc::{Reply, Request, Response};
use orrery::sim::{Rng, Time};

use super::linear::{Deed, OPERATIONS_MAX, Operation, is_linearizable};
use super::world::Text;

/// How many keys clients use.
pub const KEYS: usize = 2;
/// How long a client waits for an answer: longer than members do.
pub const PATIENCE: Duration = Duration::from_secs(8);

/// One client.
#[derive(Default)]
pub struct Client {
    /// The number of the request under way, what it is, and its place among the operations.
    pub waiting: Option<u32>,
    asked: Option<(usize, usize)>,
    next_number: u32,
    /// The last value it saw of each key.
    known: [u64; KEYS],
}

/// Everything clients did, key by key, with the revisions they heard.
#[derive(Default)]
pub struct Deeds {
    operations: [Vec<Operation>; KEYS],
    /// When a revision was heard of, and when whoever heard it had asked.
    heard: Vec<(Time, Time, u64)>,
    next_value: u64,
    pub answered: u64,
}

impl Client {
    /// Asks for something; `None` when enough has been done.
    pub fn ask(
        &mut self,
        now: Time,
        deeds: &mut Deeds,
        rng: &mut Rng,
    ) -> Option<(u32, Arc<Request<Text>>)> {
        let key = rng.below(KEYS as u64) as usize;
        if deeds.operations[key].len() >= OPERATIONS_MAX {
            return None;
        }
        deeds.next_value += 1;
        let (name, value) = (name(key), deeds.next_value);
        let put = Op::Put { key: name.clone().into(), value: Text(value), lease: 0 };
        let range = KeyRange::one(name.as_str());
        let (deed, request) = match rng.below(10) {
            0..4 => (Deed::Put(value), Request::Txn(Txn::of(vec![put]))),
            4..8 => {
                let request = Request::Range { range, revision: 0, limit: 0, serializable: false };
                (Deed::Get(0), request)
            }
            _ => {
                let from = self.known[key];
                let target = match from {
                    0 => CompareTarget::Version(0),
                    from => CompareTarget::Value(Text(from)),
                };
                let compare = Compare { key: name.into(), op: CompareOp::Equal, target };
                let txn = Txn { compare: vec![compare], success: vec![put], failure: Vec::new() };
                (Deed::Replace(from, value, false), Request::Txn(txn))
            }
        };
        self.next_number += 1;
        self.waiting = Some(self.next_number);
        self.asked = Some((key, deeds.operations[key].len()));
        deeds.operations[key].push(Operation { start: now, end: None, deed });
        Some((self.next_number, Arc::new(request)))
    }

    /// Hears an answer.
    pub fn hear(&mut self, now: Time, number: u32, response: &Response<Text>, deeds: &mut Deeds) {
        if self.waiting != Some(number) {
            return;
        }
        self.waiting = None;
        let Some((key, at)) = self.asked.take() else { return };
        // What was refused may have happened all the same.
        let Ok(reply) = &response.result else { return };
        let operation = &mut deeds.operations[key][at];
        operation.end = Some(now);
        deeds.heard.push((operation.start, now, response.revision));
        deeds.answered += 1;
        match (&mut operation.deed, reply) {
            (Deed::Get(seen), Reply::Ranged(found)) => {
                *seen = found.kvs.first().map_or(0, |kv| kv.value.0);
                self.known[key] = *seen;
            }
            (Deed::Put(value), Reply::Txn(_)) => self.known[key] = *value,
            (Deed::Replace(_, to, done), Reply::Txn(result)) => {
                *done = result.succeeded;
                assert!(!result.succeeded || matches!(result.results[0], OpResult::Put(_)));
                if *done {
                    self.known[key] = *to;
                }
            }
            (deed, reply) => panic!("{deed:?} was answered by {reply:?}"),
        }
    }

    /// Gives up waiting.
    pub fn give_up(&mut self, number: u32) {
        if self.waiting == Some(number) {
            (self.waiting, self.asked) = (None, None);
        }
    }
}

impl Deeds {
    /// Whether everything could have happened one after another.
    pub fn check(&self) -> Result<(), String> {
        for (key, operations) in self.operations.iter().enumerate() {
            if !is_linearizable(operations) {
                return Err(format!("{} is not linearizable: {operations:#?}", name(key)));
            }
        }
        // Whoever asks after an answer hears of no earlier revision.
        let mut by_end = self.heard.clone();
        by_end.sort_by_key(|(_, end, _)| *end);
        for (start, _, revision) in &self.heard {
            let before = by_end.iter().take_while(|(_, end, _)| end < start);
            if let Some((.., newer)) =
                before.max_by_key(|(.., r)| *r).filter(|(.., r)| r > revision)
            {
                return Err(format!("revision {revision} was heard after {newer}"));
            }
        }
        Ok(())
    }
}

/// The name of a key.
pub fn name(key: usize) -> String {
    format!("k/{key}")
}
