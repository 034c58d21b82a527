//! A work queue: each key once, never by two workers at a time, again after a while when it failed.
//!
//! Models client-go/util/workqueue.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Limiter;
use crate::sim::{Causes, Duration, Outbox, RecordId, Time};

/// First delay after a failure; it doubles with each. Models default_rate_limiters.go.
const FIRST_RETRY: Duration = Duration::from_millis(5);
/// The longest delay after failures.
const LAST_RETRY: Duration = Duration::from_secs(1000);
/// Reasons remembered a key. Many changes merge into one; nobody reads more of them than this.
const REASONS_MAX: usize = 8;

/// Keys that wait for a worker.
#[derive(Clone, Debug)]
pub struct WorkQueue<K> {
    workers: usize,
    ready: VecDeque<K>,
    /// Keys that have to be worked on, with what put them there.
    dirty: BTreeMap<K, Reasons>,
    processing: BTreeSet<K>,
    later: BTreeMap<K, (Time, Reasons)>,
    failures: BTreeMap<K, u32>,
    retries: Limiter,
    /// When the owner's timer for `later` will go off.
    armed: Option<Time>,
}

/// The records that put a key into the queue, the first of them first.
#[derive(Clone, Debug, Default)]
struct Reasons(Vec<RecordId>);

impl Reasons {
    fn add(&mut self, record: RecordId) {
        if self.0.len() < REASONS_MAX && !self.0.contains(&record) {
            self.0.push(record);
        }
    }

    fn causes(&self) -> Causes {
        match self.0.split_first() {
            Some((trigger, also)) => Causes::with(*trigger, also),
            None => Causes::default(),
        }
    }
}

impl<K: Ord + Clone> WorkQueue<K> {
    /// A queue for `workers` workers.
    pub fn new(workers: usize) -> Self {
        Self {
            workers,
            ready: VecDeque::new(),
            dirty: BTreeMap::new(),
            processing: BTreeSet::new(),
            later: BTreeMap::new(),
            failures: BTreeMap::new(),
            retries: Limiter::new(10, 100),
            armed: None,
        }
    }

    /// Puts `key` in because of `reason`. A key that is there already gets one more reason; one
    /// that is being worked on comes again afterwards.
    pub fn add(&mut self, key: K, reason: RecordId) {
        let reasons = self.dirty.entry(key.clone()).or_default();
        let is_new = reasons.0.is_empty();
        reasons.add(reason);
        if is_new && !self.processing.contains(&key) {
            self.ready.push_back(key);
        }
    }

    /// Puts `key` in at `at` because of `reason`, or earlier if that has been asked for.
    pub fn add_at(&mut self, key: K, at: Time, reason: RecordId) {
        let (due, reasons) = self.later.entry(key).or_insert((at, Reasons::default()));
        *due = (*due).min(at);
        reasons.add(reason);
    }

    /// Puts `key` in again after the delay its failures have earned.
    pub fn retry(&mut self, key: K, now: Time, reason: RecordId) {
        let failures = self.failures.entry(key.clone()).or_default();
        let delay = FIRST_RETRY.saturating_mul(1 << (*failures).min(30)).min(LAST_RETRY);
        *failures += 1;
        let delay = delay.max(self.retries.reserve(now));
        self.add_at(key, now + delay, reason);
    }

    /// How often `key` has failed in a row.
    pub fn failures(&self, key: &K) -> u32 {
        self.failures.get(key).copied().unwrap_or_default()
    }

    /// Forgets that `key` ever failed.
    pub fn forget(&mut self, key: &K) {
        self.failures.remove(key);
    }

    /// The next key for a worker who is free, and why it is there.
    pub fn take(&mut self) -> Option<(K, Causes)> {
        if self.processing.len() >= self.workers {
            return None;
        }
        let key = self.ready.pop_front()?;
        let reasons = self.dirty.remove(&key).unwrap_or_default();
        self.processing.insert(key.clone());
        Some((key, reasons.causes()))
    }

    /// A worker is done with `key`.
    pub fn done(&mut self, key: &K) {
        if self.processing.remove(key) && self.dirty.contains_key(key) {
            self.ready.push_back(key.clone());
        }
    }

    /// Moves what is due at `now` to those who wait for a worker.
    pub fn wake(&mut self, now: Time) {
        self.armed = self.armed.filter(|at| *at > now);
        let due: Vec<K> =
            self.later.iter().filter(|(_, (at, _))| *at <= now).map(|(k, _)| k.clone()).collect();
        for key in due {
            let (_, reasons) = self.later.remove(&key).unwrap_or_default();
            for reason in reasons.0 {
                self.add(key.clone(), reason);
            }
        }
    }

    /// Sees to it that the owner is woken with `token` when the next key is due.
    pub fn arm<M, T, R>(&mut self, out: &mut Outbox<M, T, R>, token: T) {
        let Some(next) = self.later.values().map(|(at, _)| *at).min() else { return };
        if self.armed.is_none_or(|at| next < at) {
            self.armed = Some(next);
            out.timer_at(next, token);
        }
    }

    /// How many keys wait for a worker.
    pub fn len(&self) -> usize {
        self.ready.len()
    }

    /// Whether no key waits for a worker.
    pub fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// How many keys are being worked on.
    pub fn processing_len(&self) -> usize {
        self.processing.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(workers: usize) -> WorkQueue<&'static str> {
        WorkQueue::new(workers)
    }

    #[test]
    fn merges_reasons_and_never_works_twice_at_once() {
        let mut queue = queue(2);
        queue.add("a", RecordId(1));
        queue.add("a", RecordId(2));
        let (key, causes) = queue.take().unwrap();
        assert_eq!((key, causes), ("a", Causes::with(RecordId(1), &[RecordId(2)])));
        queue.add("a", RecordId(3));
        assert!(queue.take().is_none(), "it is being worked on");
        queue.done(&"a");
        assert_eq!(queue.take().map(|(key, _)| key), Some("a"));
    }

    #[test]
    fn has_only_so_many_workers() {
        let mut queue = queue(1);
        queue.add("a", RecordId(1));
        queue.add("b", RecordId(1));
        assert!(queue.take().is_some() && queue.take().is_none());
    }

    #[test]
    fn failures_wait_longer_each_time() {
        let mut queue = queue(1);
        let mut now = Time::from_secs(1);
        let mut waits = Vec::new();
        for _ in 0..4 {
            queue.retry("a", now, RecordId(1));
            let due = queue.later["a"].0;
            waits.push(due.since(now).as_millis());
            now = due;
            queue.wake(now);
            assert!(queue.take().is_some());
            queue.done(&"a");
        }
        assert_eq!(waits, [5, 10, 20, 40]);
        queue.forget(&"a");
        assert_eq!(queue.failures(&"a"), 0);
    }

    #[test]
    fn asks_to_be_woken_once_for_the_earliest() {
        let mut queue = queue(1);
        let mut out: Outbox<(), u8, ()> = Outbox::new();
        out.open(Time::from_secs(1), RecordId(1));
        queue.add_at("a", Time::from_secs(9), RecordId(1));
        queue.arm(&mut out, 1);
        queue.add_at("b", Time::from_secs(5), RecordId(1));
        queue.arm(&mut out, 2);
        queue.arm(&mut out, 3);
        assert_eq!(out.drain().count(), 2);
        queue.wake(Time::from_secs(5));
        assert_eq!(queue.take().map(|(key, _)| key), Some("b"));
    }
}
