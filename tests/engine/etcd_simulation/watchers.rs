//! Watchers: each follows one member at a time, and goes on with another where it was.

use std::collections::BTreeMap;

use orrery::etcd::mvcc::{EventList, KeyRange};
use orrery::etcd::rpc::{Cancelled, Error, Events, Request, WatchOptions};

use super::world::Text;

/// One watcher.
pub struct Watcher {
    pub range: KeyRange,
    /// The number of its watch and the member's host, while it has one.
    pub open: Option<(u32, usize)>,
    next_number: u32,
    /// The first revision it has not heard of.
    next: u64,
    /// What it heard: by revision, how many events. Where it had to leave out some, they are
    /// missing up to the revision noted.
    heard: BTreeMap<u64, usize>,
    gaps: Vec<(u64, u64)>,
}

impl Watcher {
    pub fn new(range: KeyRange) -> Self {
        Self {
            range,
            open: None,
            next_number: 0,
            next: 2,
            heard: BTreeMap::new(),
            gaps: Vec::new(),
        }
    }

    /// Asks the member on a host to go on where it was.
    pub fn resume(&mut self, host: usize) -> (u32, Request<Text>) {
        self.next_number += 1;
        self.open = Some((self.next_number, host));
        let (range, from) = (self.range.clone(), self.next);
        (self.next_number, Request::Watch { range, from, options: WatchOptions::default() })
    }

    /// Hears events, or why there will be no more.
    pub fn hear(
        &mut self,
        number: u32,
        events: Result<Events<Text>, Cancelled>,
    ) -> Result<(), String> {
        if self.open.is_none_or(|(open, _)| open != number) {
            return Ok(());
        }
        let events = match events {
            Ok(events) => events,
            Err(Cancelled { error: Error::Range(_), compacted }) => {
                self.open = None;
                self.gaps.push((self.next, compacted));
                self.next = compacted + 1;
                return Ok(());
            }
            Err(other) => return Err(format!("a watch was cancelled: {other:?}")),
        };
        let mut by_revision: BTreeMap<u64, usize> = BTreeMap::new();
        let mut last = 0;
        for event in events.events.iter() {
            if event.revision < last {
                return Err(format!("{} came after {last}", event.revision));
            }
            last = event.revision;
            *by_revision.entry(last).or_default() += 1;
        }
        for (revision, count) in by_revision {
            if revision < self.next || self.heard.insert(revision, count).is_some() {
                return Err(format!("revision {revision} was told twice, or in parts"));
            }
        }
        self.next = self.next.max(events.revision + 1);
        Ok(())
    }

    /// Whether it heard all of `history` up to where it came, and nothing else.
    pub fn check(&self, history: &BTreeMap<u64, EventList<Text>>) -> Result<(), String> {
        let in_gap = |revision: u64| self.gaps.iter().any(|(a, b)| (*a..=*b).contains(&revision));
        for (revision, events) in history.range(2..self.next) {
            let wanted = events.iter().filter(|event| self.range.contains(event.key())).count();
            let heard = self.heard.get(revision).copied().unwrap_or(0);
            if heard != wanted && !(in_gap(*revision) && heard == 0) {
                return Err(format!(
                    "of revision {revision}, {heard} of {wanted} events were told"
                ));
            }
        }
        match self.heard.keys().find(|revision| !history.contains_key(revision)) {
            Some(revision) => Err(format!("revision {revision} never happened")),
            None => Ok(()),
        }
    }
}
