//! The history of a branch as lanes, kept up as records are made.
//!
//! Invariant: what is known of a branch is what its records tell, up to the last one read; a
//! branch that is shown for the first time is read from its start.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::api::Uid;
use crate::cluster::rooms::controllers;
use crate::cluster::rooms::etcd::raft::log_line::{Sentence, Store};
use crate::cluster::rooms::etcd::{self, raft::Role};
use crate::cluster::rooms::scheduler::{self, explain::Decided};
use crate::cluster::{BranchId, Command, Component, Record, Session};
use crate::sim::{Duration, RecordId};
use crate::timeline;
use crate::view::clock::{self, BranchView};
use crate::view::lanes::{LanesView, Marker, MarkerKind, ReadyPoint, TermBand};
use crate::view::picture::Picture;
use crate::view::pod::PodLook;
use crate::view::story::Deed;

use super::deeds;
use super::names::instant;

/// The lanes of every branch that has been shown.
#[derive(Default)]
pub struct History {
    branches: BTreeMap<BranchId, Lanes>,
}

/// What is known of one branch.
#[derive(Clone, Default)]
struct Lanes {
    /// The first record that has not been read.
    next: RecordId,
    view: LanesView,
    /// The scheduler's decisions about each pod, oldest first.
    decisions: BTreeMap<Uid, Vec<RecordId>>,
    /// What each component went through: starts, ends, roles, terms of office.
    turns: BTreeMap<Component, Vec<RecordId>>,
}

/// Turns of a component that are told.
const TURNS_MAX: usize = 8;

impl History {
    /// Reads what has happened on the active branch since.
    pub fn follow(&mut self, session: &Session) {
        let records = session.timeline();
        let lanes = self.lanes(session);
        for (id, record) in records.from(lanes.next) {
            let at = instant(session.cluster(), record.time);
            lanes.view.read(record, at, session);
            if let Record::Scheduler(_, scheduler::Record::Decided(decision)) = &record.payload {
                lanes.decisions.entry(decision.uid).or_default().push(id);
            }
            if let Some(component) = turn_of(&record.payload) {
                lanes.turns.entry(component).or_default().push(id);
            }
        }
        lanes.next = records.next_id();
        lanes.view.end = instant(session.cluster(), session.head().time);
    }

    /// Notes how many pods are ready now, at the head of the active branch. Those of the cluster
    /// itself do not count: the lane is about what people asked for.
    pub fn count(&mut self, session: &Session, picture: &Picture) {
        let at = instant(session.cluster(), session.cluster().now());
        let asked_for = || picture.pods.values().filter(|pod| pod.namespace != "kube-system");
        let ready = asked_for().filter(|pod| pod.look == PodLook::Ready).count() as u32;
        let wanted = asked_for().filter(|pod| pod.look != PodLook::Succeeded).count();
        let point = ReadyPoint { at, ready, wanted: wanted as u32 };
        let points = &mut self.lanes(session).view.ready;
        let same = |last: &ReadyPoint| (last.ready, last.wanted) == (point.ready, point.wanted);
        if !points.last().is_some_and(same) {
            points.push(point);
        }
    }

    /// The scheduler's last decision about a pod, at the instant shown.
    pub fn decision(&self, session: &Session, pod: Uid) -> Option<RecordId> {
        let decisions = self.branches.get(&session.active())?.decisions.get(&pod)?;
        let known = decisions.partition_point(|id| *id < session.cluster().next_record());
        decisions[..known].last().copied()
    }

    /// The last things a component went through, oldest first, at the instant shown.
    pub fn turns(&self, session: &Session, component: Component) -> Vec<RecordId> {
        let lanes = self.branches.get(&session.active());
        let turns = lanes.and_then(|lanes| lanes.turns.get(&component));
        let turns = turns.map_or(&[][..], Vec::as_slice);
        let known = turns.partition_point(|id| *id < session.cluster().next_record());
        turns[known.saturating_sub(TURNS_MAX)..known].to_vec()
    }

    /// The lanes of the active branch.
    pub fn view(&mut self, session: &Session) -> Arc<LanesView> {
        let ghost = session.branches()[session.active()].parent().map(|(parent, from)| {
            let end = session.branches()[parent].head().time;
            (instant(session.cluster(), from.time), instant(session.cluster(), end))
        });
        Arc::new(LanesView { ghost, ..self.lanes(session).view.clone() })
    }

    /// What is known of the active branch. A new one begins with what its parent knew.
    fn lanes(&mut self, session: &Session) -> &mut Lanes {
        let active = session.active();
        if !self.branches.contains_key(&active) {
            let parent = session.branches()[active].parent();
            let lanes = parent.map_or_else(Lanes::default, |(parent, from)| {
                let at = instant(session.cluster(), from.time);
                let ready = self.branches.get(&parent).map(|lanes| lanes.view.ready.clone());
                let mut ready = ready.unwrap_or_default();
                ready.retain(|point| point.at <= at);
                Lanes { view: LanesView { ready, ..LanesView::default() }, ..Lanes::default() }
            });
            self.branches.insert(active, lanes);
        }
        self.branches.entry(active).or_default()
    }
}

impl LanesView {
    /// Takes in one record.
    fn read(&mut self, record: &timeline::Record<Record>, at: Duration, session: &Session) {
        let places = session.cluster().places();
        let mut mark = |kind, deed| {
            self.markers.push(Marker { at, position: record.position, kind, deed });
        };
        match &record.payload {
            Record::Command(command) => {
                if let Some(kind) = command_kind(command) {
                    mark(kind, deeds::command_deed(command, places));
                }
            }
            Record::Etcd(_, etcd::Record::Role { role: Role::PreCandidate, .. }) => {
                self.elections.push(at);
            }
            Record::Stopped(Component::Etcd(_)) => self.upheavals.push(at),
            Record::Etcd(_, etcd::Record::Said(line))
                if matches!(line.sentence, Sentence::Store(Store::Restored { .. })) =>
            {
                self.upheavals.push(at);
            }
            Record::Etcd(at_master, etcd::Record::Role { role: Role::Leader, term, .. }) => {
                let host = places.name(places.master(*at_master)).clone();
                mark(MarkerKind::Leader, Deed::BecameLeader(host.clone(), *term));
                self.terms.push(TermBand { from: at, term: *term, leader: Some(host) });
            }
            Record::Etcd(_, etcd::Record::Role { role: Role::Candidate, term, .. }) => {
                self.elections.push(at);
                if self.terms.last().is_some_and(|band| band.term >= *term) {
                    return;
                }
                self.terms.push(TermBand { from: at, term: *term, leader: None });
            }
            Record::Etcd(_, etcd::Record::Written { .. }) if self.writes.last() != Some(&at) => {
                self.writes.push(at);
            }
            Record::Scheduler(_, scheduler::Record::Decided(decision)) => {
                if let Decided::Unschedulable(..) = &decision.result
                    && decision.attempt == 1
                {
                    mark(MarkerKind::Trouble, deeds::decided(decision));
                }
                self.decisions.push(at);
            }
            _ => {}
        }
    }
}

/// The component for which a record is a turn.
fn turn_of(record: &Record) -> Option<Component> {
    match record {
        Record::Started(component) | Record::Stopped(component) => Some(*component),
        Record::Etcd(at, etcd::Record::Role { .. }) => Some(Component::Etcd(*at)),
        Record::Scheduler(at, scheduler::Record::Leading(_) | scheduler::Record::Lost(_)) => {
            Some(Component::Scheduler(*at))
        }
        Record::Controllers(
            at,
            controllers::Record::Leading | controllers::Record::LeadershipLost,
        ) => Some(Component::ControllerManager(*at)),
        Record::LoadBalancer(_) => Some(Component::LoadBalancer),
        _ => None,
    }
}

/// What kind of a mark a command leaves; saving a file leaves none.
fn command_kind(command: &Command) -> Option<MarkerKind> {
    match command {
        Command::Write { .. } | Command::Interrupt => None,
        Command::Type { .. } => Some(MarkerKind::Command),
        _ => Some(MarkerKind::Fault),
    }
}

/// The branches of a session.
pub fn branches(session: &Session) -> Vec<BranchView> {
    let numbered = session.branches().iter().zip(0..);
    let view = |(branch, number): (&crate::cluster::Branch, u32)| BranchView {
        id: clock::BranchId(number),
        name: branch_name(branch),
        from: branch
            .parent()
            .map_or(Duration::ZERO, |(_, from)| instant(session.cluster(), from.time)),
    };
    numbered.map(view).collect()
}

/// A branch is called after what was done where it left its parent.
fn branch_name(branch: &crate::cluster::Branch) -> SmolStr {
    let Some((_, from)) = branch.parent() else { return SmolStr::default() };
    let own = branch.commands().iter().filter(|given| given.at >= from);
    let mut named = own.filter(|given| !matches!(*given.command, Command::Write { .. }));
    named.next().map_or_else(SmolStr::default, |given| given.command.to_string().into())
}
