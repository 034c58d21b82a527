//! All about the selected thing, worked out when something about it has changed.

mod decision;
mod object;
mod place;
mod summary;
mod why;
mod write;

use std::sync::Arc;

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use crate::cluster::rooms::etcd::raft::{Context, Entry, MessageType};
use crate::cluster::rooms::network::Packet;
use crate::cluster::{Cluster, Payload, Session};
use crate::sim::Time;
use crate::view::inspector::{Field, InspectorView, Value};
use crate::view::node::MasterView;
use crate::view::raft::{MessageField, MessageView};
use crate::view::subject::{ObjectId, Place, Subject};

use super::history::History;
use super::names::instant;
use super::picture::Pictures;
use super::{deeds, flights};

/// What is inspected, and as it was when it was last worked out.
#[derive(Default)]
pub struct Inspector {
    subject: Option<Subject>,
    seen: Option<Seen>,
}

/// What the view of a subject depends on.
#[derive(Clone, PartialEq)]
enum Seen {
    /// Nothing is selected.
    Nothing,
    /// An object: when it was written, and how many events there are about it.
    Object(ObjectId, u64, usize),
    /// A component: how its host is.
    Place(Place, Option<MasterView>),
    /// A message, while it is under way.
    Message(u64, bool),
}

/// What a view is made from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The cluster and its history.
    pub session: &'a Session,
    /// The picture of it.
    pub pictures: &'a Pictures,
    /// What is known of the branch.
    pub history: &'a History,
}

impl Inspector {
    /// Selects something else.
    pub fn select(&mut self, subject: Option<Subject>) {
        self.subject = subject;
        self.seen = None;
    }

    /// The view, if it is another one than when it was last looked at.
    pub fn look(
        &mut self,
        session: &Session,
        pictures: &Pictures,
        history: &History,
    ) -> Option<Option<Arc<InspectorView>>> {
        let source = Source { session, pictures, history };
        let seen = self.seen_now(source);
        if self.seen.as_ref() == Some(&seen) {
            return None;
        }
        self.seen = Some(seen);
        let view = self.subject.as_ref().map(|subject| match subject {
            Subject::Object(id) => object::view(source, id),
            Subject::Place(place) => place::view(source, place),
            Subject::Message(number) => message(source, *number),
        });
        Some(view.map(Arc::new))
    }

    fn seen_now(&self, source: Source<'_>) -> Seen {
        match &self.subject {
            None => Seen::Nothing,
            Some(Subject::Object(id)) => {
                let revision = source.pictures.stored(id).map_or(0, |(kv, _)| kv.mod_revision);
                Seen::Object(id.clone(), revision, source.pictures.events_of(id).count())
            }
            Some(Subject::Place(place)) => {
                let host = if let Place::Part(host, _) = place { host.as_str() } else { "" };
                Seen::Place(place.clone(), source.pictures.shown().masters.get(host).cloned())
            }
            Some(Subject::Message(number)) => {
                let there = flights::find(source.session.cluster(), *number).is_some();
                Seen::Message(*number, there)
            }
        }
    }
}

/// A view with nothing in it but its head.
fn bare(subject: Subject, title: &str, kind: &str, namespace: &str) -> InspectorView {
    InspectorView {
        subject,
        title: title.into(),
        kind: kind.into(),
        namespace: namespace.into(),
        state: None,
        gone: false,
        answer: None,
        decision: None,
        message: None,
        causes: Vec::new(),
        write: None,
        summary: Vec::new(),
        yaml: String::new(),
        events: Vec::new(),
    }
}

fn field(key: &str, value: Value) -> Field {
    Field { key: key.into(), value }
}

fn text(value: impl AsRef<str>) -> Value {
    Value::Text(value.as_ref().into())
}

fn link(id: ObjectId) -> Value {
    Value::Link(id.name.clone(), id.into())
}

/// The fields of a message between members, in the names of etcd.
fn raft_message(
    cluster: &Cluster,
    packet: &Packet<Payload>,
    arrives: Option<Time>,
) -> Option<MessageView> {
    use MessageField as F;
    let Payload::Peer(peer) = &packet.payload else { return None };
    let message = &peer.message;
    let name = |host| cluster.places().name(host).clone();
    let mut fields = vec![
        (F::Type, message.kind.to_smolstr()),
        (F::From, format_smolstr!("{:x} ({})", message.from, name(packet.from.host))),
        (F::To, format_smolstr!("{:x} ({})", message.to, name(packet.to.host))),
        (F::Term, message.term.to_smolstr()),
    ];
    let is_of_log = matches!(
        message.kind,
        MessageType::MsgApp
            | MessageType::MsgVote
            | MessageType::MsgPreVote
            | MessageType::MsgAppResp
    );
    if is_of_log {
        fields.push((F::LogTerm, message.log_term.to_smolstr()));
        fields.push((F::Index, message.index.to_smolstr()));
    }
    if matches!(message.kind, MessageType::MsgApp | MessageType::MsgProp) {
        let entry = |entry: &Entry<_>| format!("{}/{}", entry.term, entry.index);
        let entries: Vec<String> = message.entries.iter().map(entry).collect();
        fields.push((F::Entries, format_smolstr!("[{}]", entries.join(" "))));
    }
    if matches!(message.kind, MessageType::MsgApp | MessageType::MsgHeartbeat) {
        fields.push((F::Commit, message.commit.to_smolstr()));
    }
    if message.kind.promises() {
        fields.push((F::Reject, message.reject.to_smolstr()));
    }
    if message.reject && message.kind == MessageType::MsgAppResp {
        fields.push((F::RejectHint, message.reject_hint.to_smolstr()));
    }
    if message.context != Context::None {
        fields.push((F::Context, format_smolstr!("{:?}", message.context)));
    }
    if let Some(snapshot) = &message.snapshot {
        let (term, index) = (snapshot.last.term, snapshot.last.index);
        fields.push((F::Snapshot, format_smolstr!("{term}/{index}")));
    }
    let when = |at: Time| SmolStr::from(crate::view::format::instant(instant(cluster, at)));
    fields.push((F::Sent, when(packet.sent)));
    fields.extend(arrives.map(|at| (F::Arrives, when(at))));
    Some(MessageView { kind: message.kind.to_smolstr(), fields })
}

/// A message under way.
fn message(source: Source<'_>, number: u64) -> InspectorView {
    let cluster = source.session.cluster();
    let subject = Subject::Message(number);
    let Some(packet) = flights::find(cluster, number) else {
        return InspectorView { gone: true, ..bare(subject, "message", "Message", "") };
    };
    let places = cluster.places();
    let said = crate::cluster::Said::of(&packet.payload);
    let (from, to) =
        (super::names::place_at(packet.from, places), super::names::place_at(packet.to, places));
    let end = |place: Place| Value::Link(place.label().into(), place.into());
    let fields = vec![
        field("From", end(from)),
        field("To", end(to)),
        field("Says", text(said.to_string())),
        field("Transport", text(format!("{:?}", packet.via))),
    ];
    let arrives = flights::arrival(cluster, number);
    InspectorView {
        message: raft_message(cluster, packet, arrives),
        causes: why::chain(source, packet.cause),
        summary: vec![summary::section("", fields)],
        ..bare(subject, &deeds::label(&said), "Message", "")
    }
}
