//! A stretch of consecutive records, shared by the branches that have it in common.

use super::{Payload, Record};
use crate::sim::RecordId;

/// Records a segment holds: few enough that a branch that cuts one copies little.
const CAPACITY: usize = 2048;

/// Consecutive records.
#[derive(Clone, Debug)]
pub struct Segment<P> {
    start: RecordId,
    records: Vec<Record<P>>,
    bytes: usize,
}

impl<P: Payload> Segment<P> {
    pub fn starting_at(start: RecordId) -> Self {
        Self { start, records: Vec::with_capacity(CAPACITY), bytes: 0 }
    }

    pub fn start(&self) -> RecordId {
        self.start
    }

    /// One past the last record.
    pub fn end(&self) -> RecordId {
        RecordId(self.start.0 + self.records.len() as u64)
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn is_full(&self) -> bool {
        self.records.len() >= CAPACITY
    }

    pub fn last_position(&self) -> u64 {
        self.records.last().map_or(0, |record| record.position)
    }

    pub fn push(&mut self, record: Record<P>) {
        self.bytes += record.bytes();
        self.records.push(record);
    }

    pub fn get(&self, id: RecordId) -> Option<&Record<P>> {
        self.records.get(id.0.checked_sub(self.start.0)? as usize)
    }

    /// The first record at or after `position`; the end when there is none.
    pub fn first_at(&self, position: u64) -> RecordId {
        let at = self.records.partition_point(|record| record.position < position);
        RecordId(self.start.0 + at as u64)
    }

    pub fn from(&self, from: RecordId) -> impl Iterator<Item = (RecordId, &Record<P>)> {
        let skip = from.0.saturating_sub(self.start.0) as usize;
        self.numbered().skip(skip)
    }

    pub fn back_from(&self, to: RecordId) -> impl Iterator<Item = (RecordId, &Record<P>)> {
        let keep = (to.0 + 1).saturating_sub(self.start.0) as usize;
        self.numbered().take(keep).rev()
    }

    /// Removes record `id` and all after it.
    pub fn cut(&mut self, id: RecordId) {
        self.records.truncate(id.0.saturating_sub(self.start.0) as usize);
        self.bytes = self.records.iter().map(Record::bytes).sum();
    }

    fn numbered(
        &self,
    ) -> impl DoubleEndedIterator<Item = (RecordId, &Record<P>)> + ExactSizeIterator {
        let start = self.start.0;
        self.records.iter().enumerate().map(move |(at, r)| (RecordId(start + at as u64), r))
    }
}
