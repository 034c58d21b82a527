//! Records of the engine as deeds of the page.
//!
//! What Kubernetes says itself stays in its own words; everything else becomes a deed, which has
//! words in every language.

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use crate::cluster::rooms::etcd::KeyChange;
use crate::cluster::rooms::etcd::raft::MessageType;
use crate::cluster::rooms::etcd::{self, raft::Role};
use crate::cluster::rooms::kubelet::{self, ContainerRecord};
use crate::cluster::rooms::scheduler::explain::{Decided, Decision};
use crate::cluster::rooms::{controllers, scheduler};
use crate::cluster::{Cluster, Command, Component, Places, Record, Said, StoreVerb, Timer};
use crate::sim::RecordId;
use crate::timeline::{self, Timeline};
use crate::view::story::{Actor, Deed, Fault};
use crate::view::stream::RecordKind;
use crate::view::subject::{ObjectId, Place, Subject};

use super::names::{object_id, place_at, place_of, stored_at, subject};

/// The record of a session.
pub type Records = Timeline<Record>;

/// A record as the page tells it.
pub struct Told {
    /// What it is about.
    pub kind: RecordKind,
    /// Who tells it; none for the person.
    pub place: Option<Place>,
    /// What happened.
    pub deed: Deed,
    /// What a click selects.
    pub subject: Option<Subject>,
}

/// Tells `record`.
pub fn tell(record: &timeline::Record<Record>, records: &Records, cluster: &Cluster) -> Told {
    let places = cluster.places();
    let place = teller(record, places);
    let deed = deed(record, place.as_ref(), records, places);
    let subject = match &record.payload {
        Record::Etcd(_, etcd::Record::Written { key, .. }) => stored_at(key).map(Subject::Object),
        other => subject(other.subject(), place.as_ref()),
    };
    Told { kind: kind(&record.payload), place, deed, subject }
}

/// What a record is about.
pub fn kind(record: &Record) -> RecordKind {
    match record {
        Record::Command(_) => RecordKind::Command,
        Record::Message(_) | Record::Lost(_) | Record::Timer(..) | Record::Broken { .. } => {
            RecordKind::Message
        }
        Record::Apiserver(..) => RecordKind::Message,
        Record::Etcd(_, etcd::Record::Written { .. }) => RecordKind::Write,
        Record::Etcd(..) => RecordKind::Raft,
        _ => RecordKind::Action,
    }
}

/// Who tells a record.
fn teller(record: &timeline::Record<Record>, places: &Places) -> Option<Place> {
    let component = match &record.payload {
        Record::Command(_) => return None,
        Record::Message(summary) | Record::Lost(summary) => {
            return Some(place_at(summary.to, places));
        }
        Record::Broken { end, .. } => return Some(place_at(*end, places)),
        Record::Timer(component, _) | Record::Started(component) | Record::Stopped(component) => {
            *component
        }
        Record::Power(host, _) | Record::Kubelet(host, _) => Component::Kubelet(*host),
        Record::Apiserver(at, _) => Component::Apiserver(*at),
        Record::Scheduler(at, _) => Component::Scheduler(*at),
        Record::Controllers(at, _) => Component::ControllerManager(*at),
        Record::LoadBalancer(_) => Component::LoadBalancer,
        Record::Terminal(_) => Component::Terminal,
        Record::Etcd(at, _) => Component::Etcd(*at),
    };
    Some(place_of(component, places))
}

fn deed(
    record: &timeline::Record<Record>,
    place: Option<&Place>,
    records: &Records,
    places: &Places,
) -> Deed {
    let here = || place.cloned().unwrap_or(Place::Terminal);
    let said = |text: SmolStr| Deed::Said(speaker(place), text);
    let text = || record.payload.to_smolstr();
    match &record.payload {
        Record::Command(command) => command_deed(command, places),
        Record::Message(summary) => {
            let (from, to) = (place_at(summary.from, places), place_at(summary.to, places));
            Deed::Arrived(from, to, label(&summary.said))
        }
        Record::Lost(summary) => {
            let (from, to) = (place_at(summary.from, places), place_at(summary.to, places));
            Deed::Lost(from, to, label(&summary.said))
        }
        Record::Timer(_, timer) => Deed::TimerFired(here(), timer_name(timer)),
        Record::Broken { peer, .. } => Deed::Broke(here(), place_at(*peer, places)),
        Record::Started(_) => Deed::Began(here()),
        Record::Stopped(_) => Deed::Ended(here()),
        Record::Power(host, on) => Deed::Powered(places.name(*host).clone(), *on),
        Record::Etcd(_, etcd::Record::Role { role, term, leader_name, .. }) => {
            role_deed(*role, *term, leader_name, &here())
        }
        Record::Etcd(_, etcd::Record::Written { key, change, .. }) => {
            match (stored_at(key), writer(record, records, places)) {
                (Some(id), actor) => written(actor, id, *change),
                (None, _) => said(key.clone()),
            }
        }
        Record::Scheduler(_, scheduler::Record::Decided(decision)) => decided(decision),
        Record::Kubelet(_, kubelet::Record::Container(about, at, record)) => match record {
            ContainerRecord::Pulling(image) => {
                Deed::Pulling(about.node.clone(), image.to_smolstr())
            }
            ContainerRecord::Started => {
                let name = about.containers.get(usize::from(*at)).cloned();
                Deed::Started(about.node.clone(), name.unwrap_or_default())
            }
            _ => said(text()),
        },
        Record::Controllers(_, controllers::Record::Synced { controller, .. }) => {
            // The line begins with the name of the controller.
            let text = text();
            let line = text.split_once(": ").map_or(text.as_str(), |(_, line)| line);
            Deed::Said(controller_actor(controller.as_str()), line.into())
        }
        _ => said(text()),
    }
}

/// Who speaks at a place.
pub fn speaker(place: Option<&Place>) -> Actor {
    use crate::view::subject::Part;
    match place {
        None => Actor::Person,
        Some(Place::Balancer) => Actor::Balancer,
        Some(Place::Terminal) => Actor::Client("kubectl".into()),
        Some(Place::Part(host, part)) => match part {
            Part::Etcd => Actor::Etcd(host.clone()),
            Part::Apiserver => Actor::Apiserver(host.clone()),
            Part::Scheduler => Actor::Scheduler,
            Part::Controllers => Actor::Client("kube-controller-manager".into()),
            Part::Kubelet => Actor::Kubelet(host.clone()),
        },
    }
}

/// The controller of this name, without the word that all of them end in.
pub fn controller_actor(name: &str) -> Actor {
    let short = name.strip_suffix("-controller").unwrap_or(name);
    Actor::Controller(short.into())
}

/// What became of an object.
pub fn written(actor: Actor, id: ObjectId, change: KeyChange) -> Deed {
    match change {
        KeyChange::Created => Deed::Created(actor, id, None),
        KeyChange::Updated => Deed::Updated(actor, id),
        KeyChange::Deleted => Deed::Deleted(actor, id),
    }
}

/// Who had a write done: whoever sent the request that an apiserver passed on to the store.
pub fn writer(record: &timeline::Record<Record>, records: &Records, places: &Places) -> Actor {
    /// From a write back to its request it is two messages; through a retry, a few more.
    const STEPS_MAX: usize = 12;
    let mut cause = record.causes.trigger;
    let mut server = None;
    for _ in 0..STEPS_MAX {
        let Some(found) = records.get(cause) else { break };
        if let Record::Message(summary) = &found.payload {
            match &summary.said {
                Said::Request(_) => {
                    return requester(found.causes.trigger, summary.from, records, places);
                }
                Said::Store(..) => server = Some(place_at(summary.from, places)),
                _ => {}
            }
        }
        cause = found.causes.trigger;
    }
    speaker(server.as_ref())
}

/// Who sent a request: of the controller manager, which controller.
fn requester(
    cause: RecordId,
    from: crate::sim::Address,
    records: &Records,
    places: &Places,
) -> Actor {
    let told = records.get(cause).map(|record| &record.payload);
    if let Some(Record::Controllers(_, controllers::Record::Synced { controller, .. })) = told {
        return controller_actor(controller.as_str());
    }
    speaker(Some(&place_at(from, places)))
}

fn role_deed(role: Role, term: u64, leader: &SmolStr, place: &Place) -> Deed {
    let Place::Part(host, _) = place else {
        return Deed::TimerFired(place.clone(), role.to_smolstr());
    };
    match role {
        Role::Leader => Deed::BecameLeader(host.clone(), term),
        Role::Candidate | Role::PreCandidate => Deed::Campaigned(host.clone(), term),
        Role::Follower => {
            let leader = (!leader.is_empty()).then(|| leader.clone());
            Deed::Follows(host.clone(), leader, term)
        }
    }
}

/// What the scheduler decided about a pod.
pub fn decided(decision: &Decision) -> Deed {
    match &decision.result {
        Decided::Chosen(node) => Deed::Scheduled(decision.feasible, node.clone()),
        Decided::Unschedulable(message, _) => Deed::NotScheduled(message.clone()),
    }
}

/// What a person did.
pub fn command_deed(command: &Command, places: &Places) -> Deed {
    let name = |host: &str| SmolStr::from(host);
    match command {
        Command::Type { line } => match line.strip_prefix("kubectl apply -f ") {
            Some(file) if !file.contains(' ') => Deed::Applied(file.into()),
            _ => Deed::Ran(line.into()),
        },
        Command::Write { name, .. } => Deed::Wrote(name.into()),
        Command::Interrupt => Deed::Ran("^C".into()),
        Command::PowerOff { host } => Deed::Fault(Fault::StopHost(name(host))),
        Command::PowerOn { host } => Deed::Fault(Fault::StartHost(name(host))),
        Command::Stop { component } => Deed::Fault(Fault::StopPart(place_of(*component, places))),
        Command::Start { component } => Deed::Fault(Fault::StartPart(place_of(*component, places))),
        Command::Cut { a, b } => Deed::Fault(Fault::CutLink(name(a), name(b))),
        Command::Mend { a, b } => Deed::Fault(Fault::HealLink(name(a), name(b))),
        Command::Isolate { host } => Deed::Fault(Fault::Isolate(name(host))),
        Command::MendAll => Deed::Fault(Fault::HealAll),
        Command::Finish { .. }
        | Command::CutOneWay { .. }
        | Command::Worsen { .. }
        | Command::Partition { .. }
        | Command::Member { .. }
        | Command::Timers { .. }
        | Command::Tune { .. }
        | Command::Restore { .. }
        | Command::Message { .. }
        | Command::Http { .. }
        | Command::HangUp { .. } => Deed::Ran(command.to_smolstr()),
    }
}

/// What a message says, in at most a dozen letters or so.
pub fn label(said: &Said) -> SmolStr {
    let word = |verb: &'static str| SmolStr::new_static(verb);
    match said {
        Said::Raft { kind, index, entries, reject, term } => {
            raft_label(*kind, *index, *entries, *reject, *term)
        }
        Said::Store(verb, key) => {
            let verb = match verb {
                StoreVerb::Range => "read",
                StoreVerb::Put => "put",
                StoreVerb::Delete => "delete",
                StoreVerb::Compact => "compact",
                StoreVerb::Lease => "lease",
                StoreVerb::Watch => "watch",
                StoreVerb::Status => "status",
                StoreVerb::Maintain => "maintain",
                StoreVerb::Members => "members",
            };
            match stored_at(key) {
                Some(id) => format_smolstr!("{verb} {}", named(&id)),
                None => word(verb),
            }
        }
        Said::Request(what) if what.key.name().is_empty() => {
            format_smolstr!("{} {}", what.verb, what.resource.info().plural)
        }
        Said::Request(what) => {
            format_smolstr!("{} {}", what.verb, named(&object_id(what.resource, &what.key)))
        }
        Said::Stored(revision, true) => format_smolstr!("revision {revision}"),
        Said::Changes(_, revision) => format_smolstr!("up to {revision}"),
        Said::Events(1, resource, key) => {
            format_smolstr!("watch {}", named(&object_id(*resource, key)))
        }
        Said::Events(count, resource, _) => {
            format_smolstr!("{count} {}", resource.info().plural)
        }
        Said::Bookmark(_) => word("bookmark"),
        Said::Cancel => word("cancel"),
        Said::WatchClosed => word("watch ends"),
        Said::Probe => word("readyz?"),
        Said::Probed(true) => word("ready"),
        other => other.to_smolstr(),
    }
}

/// An object in a word. What an event or a lease is called tells nothing.
fn named(id: &ObjectId) -> SmolStr {
    match id.kind.as_str() {
        "Event" => "event".into(),
        "Lease" => "lease".into(),
        _ => short(&id.name).into(),
    }
}

/// What tells a generated name from its siblings: its last five letters.
fn short(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((_, end)) if name.len() > 12 && end.len() >= 3 => end,
        _ => name.char_indices().nth(14).map_or(name, |(at, _)| &name[..at]),
    }
}

fn raft_label(kind: MessageType, index: u64, entries: u32, reject: bool, term: u64) -> SmolStr {
    use MessageType::*;
    let no = if reject { "no" } else { "yes" };
    match kind {
        MsgHeartbeat => "heartbeat".into(),
        MsgHeartbeatResp => "heartbeat ok".into(),
        MsgApp if entries == 0 => format_smolstr!("commit {index}"),
        MsgApp => format_smolstr!("append {}", index + u64::from(entries)),
        MsgAppResp if reject => format_smolstr!("reject {index}"),
        MsgAppResp => format_smolstr!("ok {index}"),
        MsgVote => format_smolstr!("vote? {term}"),
        MsgVoteResp => format_smolstr!("{no} {term}"),
        MsgPreVote => format_smolstr!("pre-vote? {term}"),
        MsgPreVoteResp => format_smolstr!("{no} {term}"),
        MsgProp => "propose".into(),
        MsgReadIndex => "read index?".into(),
        MsgReadIndexResp => format_smolstr!("read {index}"),
        MsgSnap => "snapshot".into(),
        other => other.to_smolstr(),
    }
}

/// What a timer is for, in one word: the innermost name that it has.
fn timer_name(timer: &Timer) -> SmolStr {
    let text = format!("{timer:?}");
    let inside = text.split_once('(').map_or(text.as_str(), |(_, inside)| inside);
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    inside[..end].into()
}
