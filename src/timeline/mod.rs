//! What happened: records with their causes, kept within bounds.
//!
//! The record lives outside the cluster and can be derived again by replay, so it is a bounded
//! cache, except for what a person needs for ever: commands, writes and markers. Branches share the
//! segments of their common past.
//!
//! Invariant: record `n` is the same whenever and wherever it is derived.

mod record;
mod segment;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::sim::{RecordId, Time};
use segment::Segment;

pub use record::{Grain, Payload, Record};

/// The records of one branch, in order.
#[derive(Clone, Debug)]
pub struct Timeline<P> {
    /// Consecutive segments; the last may still grow.
    segments: VecDeque<Arc<Segment<P>>>,
    /// Kept records of segments that have been forgotten, in order.
    kept: Arc<Vec<(RecordId, Record<P>)>>,
    /// Positions at which something of a grain happened, one list a grain, each sorted.
    steps: [Arc<Vec<u64>>; Grain::COUNT],
    /// The record of each write, sorted by revision.
    writes: Arc<Vec<(u64, RecordId)>>,
    next: RecordId,
    bytes: usize,
    bytes_max: usize,
}

impl<P: Payload> Timeline<P> {
    /// An empty timeline that forgets its oldest segments when it takes more than `bytes_max`.
    pub fn new(bytes_max: usize) -> Self {
        Self {
            segments: VecDeque::new(),
            kept: Arc::default(),
            steps: Default::default(),
            writes: Arc::default(),
            next: RecordId(1),
            bytes: 0,
            bytes_max,
        }
    }

    /// The number the next record will have.
    pub fn next_id(&self) -> RecordId {
        self.next
    }

    /// About how many bytes the records take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Appends a record.
    pub fn push(&mut self, record: Record<P>) -> RecordId {
        let id = self.next;
        self.next = RecordId(id.0 + 1);
        self.index(id, &record);
        if self.segments.back().is_none_or(|segment| segment.is_full()) {
            self.segments.push_back(Arc::new(Segment::starting_at(id)));
            self.forget_oldest();
        }
        self.bytes += record.bytes();
        let last = self.segments.back_mut().expect("a segment with room was just made sure of");
        Arc::make_mut(last).push(record);
        id
    }

    /// The record `id`, unless it has been forgotten.
    pub fn get(&self, id: RecordId) -> Option<&Record<P>> {
        let at = self.segments.partition_point(|segment| segment.end() <= id);
        match self.segments.get(at).and_then(|segment| segment.get(id)) {
            Some(record) => Some(record),
            None => {
                let at = self.kept.binary_search_by_key(&id, |(id, _)| *id).ok()?;
                Some(&self.kept[at].1)
            }
        }
    }

    /// The first record that has not been forgotten; everything from it on is there.
    pub fn first_whole(&self) -> RecordId {
        self.segments.front().map_or(self.next, |segment| segment.start())
    }

    /// The first record made at or after `position`, forgotten or not.
    pub fn first_at(&self, position: u64) -> RecordId {
        let at = self.segments.partition_point(|segment| segment.last_position() < position);
        self.segments.get(at).map_or(self.next, |segment| segment.first_at(position))
    }

    /// The records that are there from `from` on, in order.
    pub fn from(&self, from: RecordId) -> impl Iterator<Item = (RecordId, &Record<P>)> {
        let kept_from = self.kept.partition_point(|(id, _)| *id < from);
        let kept = self.kept[kept_from..].iter().map(|(id, record)| (*id, record));
        let first = self.segments.partition_point(|segment| segment.end() <= from);
        let whole = self.segments.range(first..).flat_map(move |segment| segment.from(from));
        kept.chain(whole)
    }

    /// The records that are there up to and including `to`, latest first.
    pub fn back_from(&self, to: RecordId) -> impl Iterator<Item = (RecordId, &Record<P>)> {
        let last = self.segments.partition_point(|segment| segment.start() <= to);
        let whole = self.segments.range(..last).rev().flat_map(move |s| s.back_from(to));
        let kept_to = self.kept.partition_point(|(id, _)| *id <= to);
        whole.chain(self.kept[..kept_to].iter().rev().map(|(id, record)| (*id, record)))
    }

    /// The first position after `after` at which something of `grain` happened.
    pub fn next_step(&self, grain: Grain, after: u64) -> Option<u64> {
        let steps = &self.steps[grain as usize];
        steps.get(steps.partition_point(|&position| position <= after)).copied()
    }

    /// The last position before `before` at which something of `grain` happened.
    pub fn previous_step(&self, grain: Grain, before: u64) -> Option<u64> {
        let steps = &self.steps[grain as usize];
        steps[..steps.partition_point(|&position| position < before)].last().copied()
    }

    /// All positions at which something of `grain` happened.
    pub fn steps(&self, grain: Grain) -> &[u64] {
        &self.steps[grain as usize]
    }

    /// The record of the write that made `revision`.
    pub fn write(&self, revision: u64) -> Option<RecordId> {
        let at = self.writes.binary_search_by_key(&revision, |(revision, _)| *revision).ok()?;
        Some(self.writes[at].1)
    }

    /// Forgets everything from record `id` on: the start of another branch.
    pub fn cut(&mut self, id: RecordId) {
        while self.segments.back().is_some_and(|segment| segment.start() >= id) {
            self.segments.pop_back();
        }
        if let Some(last) = self.segments.back_mut().filter(|segment| segment.end() > id) {
            Arc::make_mut(last).cut(id);
        }
        let kept_to = self.kept.partition_point(|(kept, _)| *kept < id);
        Arc::make_mut(&mut self.kept).truncate(kept_to);
        let writes_to = self.writes.partition_point(|(_, write)| *write < id);
        Arc::make_mut(&mut self.writes).truncate(writes_to);
        let position = self.last_position();
        for steps in &mut self.steps {
            let to = steps.partition_point(|step| position.is_some_and(|p| *step <= p));
            Arc::make_mut(steps).truncate(to);
        }
        self.next = id;
        self.bytes = self.segments.iter().map(|segment| segment.bytes()).sum();
    }

    fn last_position(&self) -> Option<u64> {
        let whole = self.segments.back().map(|segment| segment.last_position());
        whole.or_else(|| self.kept.last().map(|(_, record)| record.position))
    }

    fn index(&mut self, id: RecordId, record: &Record<P>) {
        for grain in record.payload.grains() {
            let steps = Arc::make_mut(&mut self.steps[*grain as usize]);
            if steps.last() != Some(&record.position) {
                steps.push(record.position);
            }
        }
        if let Some(revision) = record.payload.written_revision() {
            // Several members write the same revision; the first to do so is the one told of.
            if self.writes.last().is_none_or(|(last, _)| *last < revision) {
                Arc::make_mut(&mut self.writes).push((revision, id));
            }
        }
    }

    fn forget_oldest(&mut self) {
        while self.bytes > self.bytes_max && self.segments.len() > 2 {
            let Some(oldest) = self.segments.pop_front() else { return };
            self.bytes -= oldest.bytes();
            let kept = oldest.from(oldest.start()).filter(|(_, r)| r.payload.is_kept());
            Arc::make_mut(&mut self.kept).extend(kept.map(|(id, record)| (id, record.clone())));
        }
    }
}

/// When and where something is, in both counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Moment {
    /// Events handled before it.
    pub position: u64,
    /// Its time.
    pub time: Time,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Causes, Fingerprint};

    #[derive(Clone, Debug, PartialEq)]
    enum Sample {
        Message,
        Write(u64),
    }

    impl Payload for Sample {
        fn hash_into(&self, hash: &mut Fingerprint) {
            hash.u64(if let Self::Write(revision) = self { *revision } else { 0 });
        }

        fn grains(&self) -> &'static [Grain] {
            match self {
                Self::Message => &[Grain::Message],
                Self::Write(_) => &[Grain::Write],
            }
        }

        fn written_revision(&self) -> Option<u64> {
            if let Self::Write(revision) = self { Some(*revision) } else { None }
        }

        fn is_kept(&self) -> bool {
            matches!(self, Self::Write(_))
        }
    }

    /// Every third record is a write; two records a position.
    fn filled(n: u64, bytes_max: usize) -> Timeline<Sample> {
        let mut timeline = Timeline::new(bytes_max);
        for i in 0..n {
            let payload = if i % 3 == 0 { Sample::Write(i / 3 + 1) } else { Sample::Message };
            let time = Time::from_micros(i);
            timeline.push(Record { time, position: i / 2, causes: Causes::default(), payload });
        }
        timeline
    }

    #[test]
    fn finds_records_by_number_position_and_revision() {
        let timeline = filled(5000, usize::MAX);
        assert_eq!(timeline.get(RecordId(4)).map(|r| r.time.as_micros()), Some(3));
        assert_eq!(timeline.first_at(2000), RecordId(4001));
        assert_eq!(timeline.write(11), Some(RecordId(31)));
        assert_eq!(timeline.next_step(Grain::Write, 0), Some(1));
        assert_eq!(timeline.previous_step(Grain::Write, 1), Some(0));
        assert_eq!(timeline.from(RecordId(4999)).count(), 2);
        let back: Vec<_> = timeline.back_from(RecordId(3)).map(|(id, _)| id.0).collect();
        assert_eq!(back, [3, 2, 1]);
    }

    #[test]
    fn keeps_what_must_be_kept_when_it_forgets() {
        let one = Record {
            time: Time::default(),
            position: 0,
            causes: Causes::default(),
            payload: Sample::Message,
        };
        let whole = filled(20_000, usize::MAX);
        let bounded = filled(20_000, 8000 * one.bytes());
        assert!(bounded.first_whole() > RecordId(1));
        assert!(bounded.bytes() < 13_000 * one.bytes());
        assert_eq!(bounded.get(RecordId(1)).map(|r| &r.payload), Some(&Sample::Write(1)));
        assert_eq!(bounded.get(RecordId(2)), None);
        let writes =
            |t: &Timeline<Sample>| t.from(RecordId(1)).filter(|(_, r)| r.payload.is_kept()).count();
        assert_eq!(writes(&whole), writes(&bounded));
    }

    #[test]
    fn a_branch_continues_from_where_it_was_cut() {
        let (whole, half) = (filled(9000, usize::MAX), filled(5000, usize::MAX));
        let mut branch = whole.clone();
        branch.cut(RecordId(5001));
        assert_eq!(branch.next_id(), half.next_id());
        assert_eq!(branch.bytes(), half.bytes());
        assert_eq!(branch.steps(Grain::Write), half.steps(Grain::Write));
        assert_eq!(branch.writes, half.writes);
        assert!(branch.from(RecordId(1)).eq(half.from(RecordId(1))));
        assert_eq!(whole.get(RecordId(9000)).map(|r| r.position), Some(4499));
    }
}
