//! Watches: following the store, and telling those who follow us.

use std::sync::Arc;

use super::jobs::{Job, in_form};
use super::storage::{PREFIX, Stored};
use super::watchers::{Watch, WatchId};
use super::{Apiserver, FOLLOW, LOAD, Message, Out, Phase, RECONNECT, Record, Timer, WatchCache};
use crate::api::rpc::{Answer, Response, Selection, ToClient, WatchEvent};
use crate::api::{Change, List, Status};
use crate::etcd::mvcc::KeyRange;
use crate::etcd::rpc as etcd;
use crate::sim::{Causes, Duration};

/// How often watchers that want them get bookmarks. Models cacher.go bookmarkFrequency.
pub const BOOKMARK_INTERVAL: Duration = Duration::from_secs(60);
/// The least time a watch stays open; it is ended after once to twice that.
/// Models --min-request-timeout.
const WATCH_TIME: Duration = Duration::from_secs(30 * 60);

impl Apiserver {
    /// Asks the store for everything.
    pub(super) fn load_cache(&mut self, out: &mut Out) {
        self.phase = Phase::Loading;
        let range = KeyRange::prefix(PREFIX);
        let request = etcd::Request::Range { range, revision: 0, limit: 0, serializable: false };
        self.ask_store(LOAD, request, Duration::ZERO, out);
    }

    pub(super) fn on_loaded(&mut self, response: etcd::Response<Stored>, out: &mut Out) {
        let Ok(etcd::Reply::Ranged(found)) = response.result else {
            return out.timer(RECONNECT, Timer::Reconnect);
        };
        self.cache = WatchCache::load(&found.kvs, response.revision);
        out.record(Record::CacheReady { revision: response.revision });
        self.follow_store(out);
        self.tend_all_definitions(out);
    }

    pub(super) fn on_store_lost(&mut self, out: &mut Out) {
        if self.phase == Phase::Following {
            self.phase = Phase::Lost;
        }
        let cause = Causes::one(out.current());
        let before = out.record_now(cause, Record::StoreLost);
        self.fail_jobs(out);
        out.timer(RECONNECT, Timer::Reconnect);
        out.resume(before);
    }

    /// Tries the store again: goes on where it stopped, or begins anew.
    pub(super) fn reconnect(&mut self, out: &mut Out) {
        match self.phase {
            Phase::Loading => self.load_cache(out),
            Phase::Lost | Phase::Following => self.follow_store(out),
        }
    }

    pub(super) fn on_events(
        &mut self,
        events: Result<etcd::Events<Stored>, etcd::Cancelled>,
        out: &mut Out,
    ) {
        let Ok(events) = events else {
            // What happened in between has been compacted away: everyone begins anew.
            self.close_watches(out);
            return self.load_cache(out);
        };
        let changes = self.cache.follow(&events.events, events.revision);
        self.tell(&changes, out);
        self.tend_definitions(&changes, out);
        self.release_waiting(out);
    }

    pub(super) fn open_watch(
        &mut self,
        job: &Job,
        selection: Selection,
        from: u64,
        bookmarks: bool,
        out: &mut Out,
    ) {
        let Some(id) = job.client else { return };
        let events: Vec<WatchEvent> = if from == 0 {
            let now = self.cache.revision();
            let added = |object| WatchEvent::Added(Change::new(now, None, Some(object)));
            self.selected(&selection).into_iter().map(added).collect()
        } else {
            let Some(changes) = self.cache.since(from) else {
                let oldest = self.cache.oldest();
                let text = format!("too old resource version: {from} ({oldest})");
                return self.finish(job.clone(), Err(Status::expired(text)), out);
            };
            let resource = selection.resource;
            let ours = changes.filter(|change| change.object().resource() == resource);
            ours.filter_map(|change| WatchEvent::of(change, &selection)).collect()
        };
        let form = job.form().cloned();
        let opened = Response { result: Ok(Answer::Watching), warnings: List::default() };
        self.reply(id, in_form(form.as_deref(), opened), out);
        self.watchers.add(id, Watch { selection, bookmarks, form: form.clone() });
        self.send_events(id, events, out);
        let wanted = form.as_ref().and_then(|form| form.watch_time());
        if let Some(form) = form.filter(|form| form.marks_initial()) {
            let revision = self.cache.revision();
            let frame = form.end_of_initial(revision);
            self.send_frames(id, [WatchEvent::Bookmark(revision)].into(), frame, out);
        }
        let time = wanted.unwrap_or_else(|| WATCH_TIME + self.rng.up_to(WATCH_TIME));
        out.timer(time, Timer::EndWatch(id));
    }

    pub(super) fn end_watch(&mut self, id: WatchId, out: &mut Out) {
        if self.watchers.of(id.0).iter().any(|(watch, _)| *watch == id) {
            self.watchers.remove(id);
            out.send(id.0, Message::Client(ToClient::WatchClosed(id.1, None)));
        }
    }

    pub(super) fn tell_bookmarks(&mut self, out: &mut Out) {
        let bookmark = WatchEvent::Bookmark(self.cache.revision());
        if self.phase == Phase::Following {
            for (id, _) in self.watchers.iter().filter(|(_, watch)| watch.bookmarks) {
                self.send_events(*id, vec![bookmark.clone()], out);
            }
        }
        out.timer(BOOKMARK_INTERVAL, Timer::Bookmarks);
    }

    fn follow_store(&mut self, out: &mut Out) {
        self.phase = Phase::Following;
        // All keys, not only Kubernetes' own: then every revision is heard of, and the cache knows
        // how far the store has come.
        let (from, options) = (self.cache.revision() + 1, etcd::WatchOptions::default());
        let request = etcd::Request::Watch { range: KeyRange::prefix(""), from, options };
        self.ask_store(FOLLOW, request, Duration::ZERO, out);
    }

    fn tell(&self, changes: &[Arc<Change>], out: &mut Out) {
        if let [change] = changes {
            return self.watchers.tell(change, |id, event| self.send_events(id, vec![event], out));
        }
        let mut events: Vec<(WatchId, Vec<WatchEvent>)> = Vec::new();
        for change in changes {
            self.watchers.tell(change, |id, event| {
                match events.iter_mut().find(|(other, _)| *other == id) {
                    Some((_, events)) => events.push(event),
                    None => events.push((id, vec![event])),
                }
            });
        }
        for (id, events) in events {
            self.send_events(id, events, out);
        }
    }

    fn send_events(&self, id: WatchId, events: Vec<WatchEvent>, out: &mut Out) {
        if events.is_empty() {
            return;
        }
        let events: List<WatchEvent> = events.into();
        if let Some(form) = self.watchers.get(id).and_then(|watch| watch.form.as_ref()) {
            let frame = |event: &WatchEvent| {
                let object = event.change().filter(|_| form.is_table()).map(|c| c.object());
                let table = object.map(|o| self.table(o.resource(), [o], out.now()));
                form.frame(event, table)
            };
            let frames: String = events.iter().map(frame).collect();
            return self.send_frames(id, events, frames, out);
        }
        let message = Message::Client(ToClient::Events(id.1, events));
        out.send_after(self.settings.costs.notify, id.0, message);
    }

    fn send_frames(
        &self,
        (client, id): WatchId,
        events: List<WatchEvent>,
        frames: String,
        out: &mut Out,
    ) {
        let message = Message::Client(ToClient::Frames(id, events, frames.into()));
        out.send_after(self.settings.costs.notify, client, message);
    }

    fn close_watches(&mut self, out: &mut Out) {
        let ids: Vec<WatchId> = self.watchers.iter().map(|(id, _)| *id).collect();
        for id in ids {
            let form = self.watchers.get(id).and_then(|watch| watch.form.clone());
            self.watchers.remove(id);
            let status =
                Arc::new(Status::expired("The resourceVersion for the provided watch is too old."));
            if let Some(form) = form {
                let (none, frame) = (List::default(), form.error(&status));
                self.send_frames(id, none, frame, out);
            }
            out.send(id.0, Message::Client(ToClient::WatchClosed(id.1, Some(status))));
        }
    }
}
