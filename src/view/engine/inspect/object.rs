//! All about one object of the API.

use std::sync::Arc;

use crate::api::{Body, Object};
use crate::cluster::Record;
use crate::cluster::rooms::apiserver::Stored;
use crate::cluster::rooms::etcd::mvcc::KeyValue;
use crate::cluster::rooms::manifest;
use crate::cluster::rooms::scheduler::{self, explain};
use crate::sim::{Duration, RecordId, Time};
use crate::view::engine::nodes;
use crate::view::engine::pods::pod_id;
use crate::view::inspector::{CauseView, EventView, InspectorView};
use crate::view::node::Power;
use crate::view::story::{Actor, Answer, Deed};
use crate::view::subject::ObjectId;

use super::{Source, bare, decision, summary, why, write};

/// All about `id`.
pub fn view(source: Source<'_>, id: &ObjectId) -> InspectorView {
    let cluster = source.session.cluster();
    let Some((kv, object)) = source.pictures.stored(id) else { return gone(source, id) };
    let explained = match object.body() {
        Body::Pod(_) => decided(source, &object),
        _ => None,
    };
    let causes = why::chain(source, start(source, kv, &object));
    let view = bare(id.clone().into(), &id.name, &id.kind, &id.namespace);
    InspectorView {
        state: state(source, id, &object),
        answer: answer(source, id, &object, explained, &causes),
        decision: explained.map(decision::table),
        causes,
        write: write::of(source, kv, &object),
        summary: summary::sections(&object, cluster.now()),
        yaml: yaml(&object),
        events: events(source, id),
        ..view
    }
}

/// The object as kubectl prints it: without the notes on who manages which field.
fn yaml(object: &Object) -> String {
    let mut value = object.to_value();
    value.entry("metadata").make_map().remove("managedFields");
    manifest::to_yaml(&value)
}

/// What is still known of an object that is gone: its events.
fn gone(source: Source<'_>, id: &ObjectId) -> InspectorView {
    let view = bare(id.clone().into(), &id.name, &id.kind, &id.namespace);
    InspectorView { gone: true, events: events(source, id), ..view }
}

/// The write from which the chain of causes goes back: of pods the last, since what became of
/// them matters; of others the first, since that is why they are there.
fn start(source: Source<'_>, kv: &Arc<KeyValue<Stored>>, object: &Object) -> RecordId {
    let lost = matches!(object.body(), Body::Node(node) if !node.is_ready());
    let latest = matches!(object.body(), Body::Pod(_)) || lost;
    let revision = if latest { kv.mod_revision } else { kv.create_revision };
    source.session.timeline().write(revision).unwrap_or(RecordId::NONE)
}

/// The scheduler's last decision about a pod, at the instant shown.
fn decided<'a>(source: Source<'a>, object: &Object) -> Option<&'a explain::Decision> {
    let session = source.session;
    let record = source.history.decision(session, object.uid())?;
    match &session.timeline().get(record)?.payload {
        Record::Scheduler(_, scheduler::Record::Decided(decision)) => Some(decision),
        _ => None,
    }
}

fn state(
    source: Source<'_>,
    id: &ObjectId,
    object: &Object,
) -> Option<(crate::view::pod::PodLook, smol_str::SmolStr)> {
    let shown = source.pictures.shown();
    match object.body() {
        Body::Pod(_) => {
            let pod = shown.pods.get(&pod_id(object))?;
            Some((pod.look, pod.status.clone()))
        }
        Body::Node(node) => {
            let condition = nodes::condition(node);
            let status = shown.workers.get(&id.name).map_or(condition.word(), |it| it.status());
            Some((condition.look(), status.into()))
        }
        _ => None,
    }
}

fn answer(
    source: Source<'_>,
    id: &ObjectId,
    object: &Object,
    explained: Option<&explain::Decision>,
    causes: &[CauseView],
) -> Option<Answer> {
    let shown = source.pictures.shown();
    match (object.body(), explained) {
        (Body::Pod(_), Some(explained)) => Some(decision::answer(explained)),
        (Body::Pod(pod), None) if pod.is_assigned() => {
            Some(Answer::Named(pod.spec.node_name.clone()))
        }
        (Body::Node(_), _) => {
            let worker = shown.workers.get(&id.name).map(|worker| worker.power);
            let master = shown.masters.get(&id.name).map(|master| master.power);
            match worker.or(master) {
                Some(Power::Off) => Some(Answer::StoppedByYou),
                _ => Some(Answer::Serving(source.pictures.pods_on(&id.name) as u32)),
            }
        }
        _ => match shown.objects.get(id).and_then(|object| object.ready) {
            Some((ready, wanted)) => Some(Answer::Progress(ready, wanted)),
            None => because(causes),
        },
    }
}

/// What a person did that made it, or who else made it.
fn because(causes: &[CauseView]) -> Option<Answer> {
    let made = || {
        let made = causes.last().map(|cause| &cause.deed);
        made.filter(|deed| !matches!(deed, Deed::Created(Actor::Client(_), ..)))
    };
    let deed = why::first_deed(causes).or_else(made)?;
    Some(Answer::Because(Box::new(deed.clone())))
}

/// The events about an object, the newest first.
fn events(source: Source<'_>, id: &ObjectId) -> Vec<EventView> {
    let start = source.session.cluster().config().start;
    let since = |time: Time| time.since(start);
    let mut events: Vec<(u64, EventView)> = source
        .pictures
        .events_of(id)
        .filter_map(|object| {
            let Body::Event(event) = object.body() else { return None };
            let event = &event.body;
            let series = event.series.as_ref();
            let last = series.and_then(|series| series.last_observed_time).or(event.event_time);
            let last = last.map(|time| time.time()).or(event.last_timestamp.map(|t| t.time()));
            let from = match event.source.component.as_str() {
                "" => &event.reporting_component,
                _ => &event.source.component,
            };
            let view = EventView {
                warning: event.kind == "Warning",
                reason: event.reason.clone(),
                message: event.message.clone(),
                from: from.clone(),
                at: last.map_or(Duration::ZERO, since),
                count: series.map_or(event.count.max(1), |series| series.count).cast_unsigned(),
            };
            Some((object.revision, view))
        })
        .collect();
    // Their times are whole seconds mostly; the store knows better what came last.
    events.sort_by_key(|(revision, _)| std::cmp::Reverse(*revision));
    events.into_iter().map(|(_, view)| view).collect()
}
