//! The record as a list: which records a filter lets through, and the part of them on screen.
//!
//! Invariant: `rows` are the numbers of the records that the filter lets through among those read
//! so far, in order. Reading goes in slices, since a filter by text must put every record into
//! words.

use crate::cluster::{BranchId, Session};
use crate::sim::RecordId;
use crate::view::stream::{StreamFilter, StreamQuery, StreamRow, StreamWindow};
use crate::view::words::Lang;

use super::deeds::{kind, tell};
use super::names::instant;

/// Records read in one slice.
const SLICE: usize = 2000;
/// Records read in one slice when each is put into words.
const SLICE_WORDS: usize = 200;

/// The list.
#[derive(Default)]
pub struct Stream {
    query: StreamQuery,
    branch: BranchId,
    next: RecordId,
    /// Records before this one have been forgotten, but for those that are kept.
    whole: RecordId,
    rows: Vec<RecordId>,
}

impl Stream {
    /// Begins with another session.
    pub fn forget(&mut self) {
        let query = std::mem::take(&mut self.query);
        *self = Self { query, ..Self::default() };
    }

    /// Asks for another part, or another filter.
    pub fn ask(&mut self, query: StreamQuery) {
        if query.filter != self.query.filter {
            self.restart();
        }
        self.query = query;
    }

    /// Whether there is something to read.
    pub fn is_behind(&self, session: &Session) -> bool {
        session.active() != self.branch || self.next < session.timeline().next_id()
    }

    /// Reads on.
    pub fn follow(&mut self, session: &Session) {
        let records = session.timeline();
        if session.active() != self.branch {
            self.branch = session.active();
            self.restart();
        }
        if records.first_whole() != self.whole {
            self.whole = records.first_whole();
            self.rows.retain(|id| records.get(*id).is_some());
        }
        let filter = &self.query.filter;
        let slice = if needs_words(filter) { SLICE_WORDS } else { SLICE };
        for (id, record) in records.from(self.next).take(slice) {
            self.next = RecordId(id.0 + 1);
            let kind = kind(&record.payload);
            let cheap = filter.kinds.is_empty() || filter.kinds.contains(&kind);
            let wanted = cheap
                && (!needs_words(filter) || {
                    let told = tell(record, records, session.cluster());
                    let text = crate::view::story::plain(&Lang::En.deed(&told.deed));
                    filter.admits(kind, told.place.as_ref(), &text)
                });
            if wanted {
                self.rows.push(id);
            }
        }
    }

    /// The part that was asked for.
    pub fn window(&self, session: &Session) -> StreamWindow {
        let records = session.timeline();
        let cluster = session.cluster();
        let first = self.query.first.min(self.rows.len());
        let last = (first + self.query.count).min(self.rows.len());
        let row = |id: &RecordId| {
            let record = records.get(*id)?;
            let told = tell(record, records, cluster);
            Some(StreamRow {
                position: record.position + 1,
                at: instant(cluster, record.time),
                kind: told.kind,
                place: told.place,
                deed: told.deed,
                subject: told.subject,
            })
        };
        let passed = self.rows.partition_point(|id| *id < cluster.next_record());
        let places = cluster.places();
        let hosts = places.hosts().take_while(|host| *host < places.balancer());
        StreamWindow {
            total: self.rows.len(),
            first,
            rows: self.rows[first..last].iter().filter_map(row).collect(),
            hosts: hosts.map(|host| places.name(host).clone()).collect(),
            current: passed.checked_sub(1),
        }
    }

    fn restart(&mut self) {
        self.next = RecordId(1);
        self.rows.clear();
    }
}

fn needs_words(filter: &StreamFilter) -> bool {
    filter.host.is_some() || !filter.text.trim().is_empty()
}
