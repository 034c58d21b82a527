//! What the last step did: a sentence, who took part, and what it changed.

use crate::cluster::rooms::etcd;
use crate::cluster::{Cluster, Record};
use crate::sim::RecordId;
use crate::timeline;
use crate::view::clock::Grain;
use crate::view::flight::StepView;
use crate::view::story::Deed;
use crate::view::stream::RecordKind;
use crate::view::subject::{Place, Subject};

use super::deeds::{Records, kind, tell};
use super::names::stored_at;

/// Records looked at for something worth telling while time runs.
const LATEST_MAX: usize = 200;

type Entry = timeline::Record<Record>;

/// What a step of `grain` did that began before record `from`.
pub fn step(from: RecordId, grain: Grain, records: &Records, cluster: &Cluster) -> StepView {
    let made = || {
        let made = records.from(from).take_while(|(id, _)| *id < cluster.next_record());
        made.map(|(_, record)| record)
    };
    // A step by message is one event; of a longer one, only its last event is what it led to.
    let last = made().last().map(|record| record.position);
    let event = || made().filter(|record| Some(record.position) == last);
    let wanted = |record: &&Entry| match grain {
        Grain::Message | Grain::Tick | Grain::Phase => true,
        Grain::Term => matches!(record.payload, Record::Etcd(_, etcd::Record::Role { .. })),
        Grain::Write => kind(&record.payload) == RecordKind::Write,
        Grain::Action => record.payload.is_action(),
    };
    let main = event().find(wanted).or_else(|| event().next());
    let mut step = StepView::default();
    if let Some(main) = main {
        let told = tell(main, records, cluster);
        step.parts = match &told.deed {
            Deed::Arrived(from, to, _) => vec![from.clone(), to.clone()],
            _ => told.place.into_iter().collect(),
        };
        let outside = |place: &Place| !is_master(place, cluster);
        if step.parts.len() == 2 && step.parts.iter().any(outside) {
            step.parts.push(Place::Balancer);
        }
        step.deed = Some(told.deed);
    }
    step.changed = event().filter_map(|record| changed(record, records, cluster)).collect();
    step
}

/// What the last event did.
pub fn last(records: &Records, cluster: &Cluster) -> StepView {
    match cluster.moment().position.checked_sub(1) {
        Some(position) => step(records.first_at(position), Grain::Message, records, cluster),
        None => StepView::default(),
    }
}

/// The latest thing worth telling while time runs.
pub fn latest(records: &Records, cluster: &Cluster) -> StepView {
    let last = RecordId(cluster.next_record().0.saturating_sub(1));
    let recent = records.back_from(last).take(LATEST_MAX).map(|(_, record)| record);
    let worth = |record: &&Entry| match kind(&record.payload) {
        RecordKind::Command | RecordKind::Action => record.payload.is_action(),
        RecordKind::Write => changed(record, records, cluster).is_some(),
        RecordKind::Raft | RecordKind::Message => false,
    };
    let deed = { recent }.find(worth).map(|record| tell(record, records, cluster).deed);
    StepView { deed, ..StepView::default() }
}

/// What a record tells the changing of, as far as a person sees it.
fn changed(record: &Entry, records: &Records, cluster: &Cluster) -> Option<Subject> {
    match &record.payload {
        Record::Etcd(_, etcd::Record::Written { key, .. }) => {
            let id = stored_at(key)?;
            (id.kind != "Lease" && id.kind != "Event").then(|| id.into())
        }
        Record::Etcd(_, etcd::Record::Role { .. }) => {
            tell(record, records, cluster).place.map(Subject::Place)
        }
        _ => None,
    }
}

fn is_master(place: &Place, cluster: &Cluster) -> bool {
    let Place::Part(host, _) = place else { return false };
    cluster.places().host(host).is_some_and(|host| cluster.places().is_master(host))
}
