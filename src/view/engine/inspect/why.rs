//! Why something is as it is: the chain of causes, back to what a person did.
//!
//! Records know what set them off, message by message. A watch event, though, comes out of a store
//! that writes many things at once; what matters then is who wrote the object it tells of. The
//! chain therefore goes from a watch event to that write. A node that falls silent sends nothing
//! that could be a cause; there the chain goes to what was done to its host.

use crate::api::Resource;
use crate::cluster::rooms::etcd::{self, KeyChange};
use crate::cluster::rooms::kubelet::{self, ContainerRecord, PodRecord};
use crate::cluster::rooms::{apiserver, scheduler};
use crate::cluster::{Command, Record, Said};
use crate::sim::RecordId;
use crate::timeline;
use crate::view::engine::deeds::{self, tell};
use crate::view::engine::names::{instant, object_id, stored_at};
use crate::view::inspector::CauseView;
use crate::view::story::{Actor, Deed};

use super::Source;

type Entry = timeline::Record<Record>;

/// Hops from one record to its cause at most.
const HOPS_MAX: usize = 600;
/// Records searched for one write at most.
const SEARCH_MAX: usize = 20_000;
/// Causes shown at most; of a longer chain the middle is left out.
const CAUSES_MAX: usize = 16;

/// The chain that led to `end`, the first cause first.
pub fn chain(source: Source<'_>, end: RecordId) -> Vec<CauseView> {
    let records = source.session.timeline();
    let mut causes = Vec::new();
    let mut at = end;
    for _ in 0..HOPS_MAX {
        let Some(record) = records.get(at) else { break };
        if let Some(deed) = worth_telling(record, source) {
            let when = instant(source.session.cluster(), record.time);
            let cause = CauseView { at: when, position: record.position + 1, deed };
            if causes.last().is_none_or(|last: &CauseView| last.deed != cause.deed) {
                causes.push(cause);
            }
        }
        if matches!(record.payload, Record::Command(_)) {
            break;
        }
        at = before(at, record, source);
    }
    causes.reverse();
    if causes.len() > CAUSES_MAX {
        let excess = causes.len() - CAUSES_MAX;
        causes.drain(4..4 + excess);
    }
    causes
}

/// What a person did at the start of a chain.
pub fn first_deed(causes: &[CauseView]) -> Option<&Deed> {
    let first = causes.first().map(|cause| &cause.deed);
    first.filter(|deed| matches!(deed, Deed::Applied(_) | Deed::Ran(_) | Deed::Fault(_)))
}

/// The record that led to `record`.
fn before(id: RecordId, record: &Entry, source: Source<'_>) -> RecordId {
    let trigger = record.causes.trigger;
    let found = match &record.payload {
        Record::Message(summary) => match &summary.said {
            Said::Events(_, resource, key) => {
                let key = apiserver::key_of(*resource, key);
                last(id, source, |record| is_write_of(record, &key))
            }
            _ => None,
        },
        Record::Etcd(_, etcd::Record::Written { key, .. }) => {
            silenced(id, record, key, source).or_else(|| reported(id, record, key, source))
        }
        Record::Kubelet(_, record) => lived(id, record, source),
        _ => None,
    };
    found.unwrap_or(trigger)
}

/// The last record before `id` of which `is` holds.
fn last(id: RecordId, source: Source<'_>, is: impl Fn(&Entry) -> bool) -> Option<RecordId> {
    let before = RecordId(id.0.saturating_sub(1));
    let earlier = source.session.timeline().back_from(before).take(SEARCH_MAX);
    { earlier }.find(|(_, record)| is(record)).map(|(id, _)| id)
}

fn is_write_of(record: &Entry, wanted: &str) -> bool {
    let Record::Etcd(_, etcd::Record::Written { key, .. }) = &record.payload else { return false };
    key == wanted
}

/// What a kubelet did with the pod before: what wakes it, a timer mostly, tells nothing.
fn lived(id: RecordId, record: &kubelet::Record, source: Source<'_>) -> Option<RecordId> {
    let about = match record {
        kubelet::Record::Node(..) => return None,
        // It heard of the pod because somebody had written it there.
        kubelet::Record::Pod(about, PodRecord::Added) => {
            let key = apiserver::key_of(Resource::PODS, &about.pod);
            return last(id, source, |record| is_write_of(record, &key));
        }
        kubelet::Record::Pod(about, _) | kubelet::Record::Container(about, ..) => about,
    };
    last(id, source, |record| match &record.payload {
        Record::Kubelet(
            _,
            kubelet::Record::Pod(other, _) | kubelet::Record::Container(other, ..),
        ) => other.uid == about.uid,
        _ => false,
    })
}

/// What a kubelet had done with a pod when it wrote the pod's status.
fn reported(id: RecordId, record: &Entry, key: &str, source: Source<'_>) -> Option<RecordId> {
    let pod = stored_at(key).filter(|id| id.kind == "Pod")?;
    let writer =
        deeds::writer(record, source.session.timeline(), source.session.cluster().places());
    let Actor::Kubelet(_) = writer else { return None };
    last(id, source, |record| {
        let Record::Kubelet(..) = &record.payload else { return false };
        let about = record.payload.subject();
        about.is_some_and(|(resource, key)| object_id(resource, &key) == pod)
    })
}

/// What was done to the host of a node that the control plane writes off.
fn silenced(id: RecordId, record: &Entry, key: &str, source: Source<'_>) -> Option<RecordId> {
    let node = stored_at(key).filter(|id| id.kind == "Node")?.name;
    let places = source.session.cluster().places();
    let writer = deeds::writer(record, source.session.timeline(), places);
    if writer != Actor::Controller("node-lifecycle".into()) {
        return None;
    }
    let given = |record: &Entry| {
        let Record::Command(command) = &record.payload else { return false };
        match &**command {
            Command::PowerOff { host } | Command::Isolate { host } => *host == node.as_str(),
            Command::Stop { component } => places.name(places.address(*component).host) == &node,
            Command::Cut { a, b } => *a == node.as_str() || *b == node.as_str(),
            _ => false,
        }
    };
    last(id, source, given)
}

/// A record as one step of a chain; `None` for what only carries it on.
fn worth_telling(record: &Entry, source: Source<'_>) -> Option<Deed> {
    let told = || tell(record, source.session.timeline(), source.session.cluster()).deed;
    match &record.payload {
        Record::Command(_) | Record::Scheduler(_, scheduler::Record::Decided(_)) => Some(told()),
        Record::Power(..) | Record::Started(_) | Record::Stopped(_) => Some(told()),
        Record::Kubelet(_, kubelet::Record::Container(_, _, record)) => {
            let told_of = matches!(
                record,
                ContainerRecord::Pulling(_)
                    | ContainerRecord::PullFailed(_)
                    | ContainerRecord::Started
                    | ContainerRecord::Exited(_)
            );
            told_of.then(told)
        }
        Record::Etcd(_, etcd::Record::Written { change, .. }) => match (told(), change) {
            // What they decided or did has been told already.
            (Deed::Updated(Actor::Scheduler | Actor::Kubelet(_), _), KeyChange::Updated) => None,
            (Deed::Created(_, id, _) | Deed::Updated(_, id), _)
                if id.kind == "Event" || id.kind == "Lease" =>
            {
                None
            }
            (deed, _) => Some(deed),
        },
        Record::Etcd(_, etcd::Record::Role { .. }) => Some(told()),
        _ => None,
    }
}
