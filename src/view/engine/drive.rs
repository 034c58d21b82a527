//! What the engine is busy with: playing, stepping, seeking, or nothing.
//!
//! Every kind of work goes in slices of about a millisecond, so that the page never waits for it.

use std::ops::Bound;

use crate::api::Resource;
use crate::api::types::{Pod, Taint};
use crate::cluster::rooms::apiserver::{PREFIX, Stored};
use crate::cluster::rooms::etcd::Member;
use crate::cluster::{Cluster, Limit, Record, Said, Session, Stepped, Style, Timer};
use crate::sim::{Duration, Time};
use crate::timeline;
use crate::view::clock::Grain;
use crate::view::host::Slice;

use super::picture::Keys;
use super::{console, nodes};

/// Events handled in one slice. An event takes three to ten microseconds in a browser.
const SLICE: u64 = 128;
/// How far a step looks for something to happen, …
const STEP_MAX: Duration = Duration::from_secs(600);
/// … and how far for another term, which may never come.
const TERM_MAX: Duration = Duration::from_secs(30);
/// How long a line that is typed while time is held may keep it running.
const LINE_MAX: Duration = Duration::from_secs(2);
/// How long a cluster may take to come up before it is shown as it is.
const BOOT_MAX: Duration = Duration::from_secs(120);

/// What the engine is busy with.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Work {
    /// Nothing: time is held.
    Rest,
    /// The cluster comes up.
    Boot,
    /// Time runs.
    Play,
    /// A line that was typed while time was held runs, until this moment at most.
    Line(Time),
    /// A step, until this moment at most.
    Step(Grain, Time),
    /// A step to the next event that is neither a heartbeat nor a tick, until this moment at most.
    Folded(Time),
    /// A seek that began at this moment.
    Seek(Time),
}

impl Work {
    /// Does a slice of it, with so much simulated time owed. What it is busy with may change.
    pub fn go_on(&mut self, session: &mut Session, owed: Duration) -> Slice {
        match *self {
            Self::Rest => Slice::default(),
            Self::Play => play(session, owed),
            Self::Boot => {
                let start = session.cluster().config().start;
                let now = session.cluster().now();
                if !is_up(session.cluster()) && now.since(start) < BOOT_MAX {
                    session.play(now + Duration::from_millis(250), SLICE);
                } else if settle(session) {
                    *self = Self::Rest;
                }
                Slice { simulated: Duration::ZERO, busy: *self == Self::Boot }
            }
            Self::Line(until) => {
                let next = session.cluster().next_event();
                let ended = !console::is_busy(session.cluster());
                if ended || next.is_none_or(|next| next > until) {
                    *self = Self::Rest;
                } else {
                    // An event at a time near the end, so that time stands where the line ended.
                    session.step(timeline::Grain::Message, limit(1));
                }
                Slice { simulated: Duration::ZERO, busy: *self != Self::Rest }
            }
            Self::Step(grain, until) => {
                let limit = Limit { events: SLICE, time: until.since(session.cluster().now()) };
                if session.step(engine_grain(grain), limit) != Stepped::Underway {
                    *self = Self::Rest;
                }
                Slice { simulated: Duration::ZERO, busy: *self != Self::Rest }
            }
            Self::Folded(until) => {
                for _ in 0..SLICE {
                    let limit = Limit { events: 1, time: until.since(session.cluster().now()) };
                    let stepped = session.step(timeline::Grain::Message, limit);
                    if stepped != Stepped::Arrived || !stands_after_beat(session) {
                        *self = Self::Rest;
                        break;
                    }
                }
                Slice { simulated: Duration::ZERO, busy: *self != Self::Rest }
            }
            Self::Seek(_) => {
                if session.seek_on(SLICE) {
                    *self = Self::Rest;
                }
                Slice { simulated: Duration::ZERO, busy: *self != Self::Rest }
            }
        }
    }

    /// A step from where the cluster stands.
    /// One that folds passes over heartbeats and ticks.
    pub fn step(grain: Grain, folds: bool, cluster: &Cluster) -> Self {
        if folds {
            return Self::Folded(cluster.now() + TERM_MAX);
        }
        let time = if grain == Grain::Term { TERM_MAX } else { STEP_MAX };
        Self::Step(grain, cluster.now() + time)
    }

    /// How far a seek has come, in percent.
    pub fn percent(self, session: &Session) -> Option<u8> {
        let Self::Seek(from) = self else { return None };
        let (gone, left) = (session.cluster().now().since(from), session.seek_left());
        let whole = (gone + left).as_micros().max(1);
        Some((gone.as_micros() * 100 / whole) as u8)
    }

    /// A line was typed: if time is held it runs for as long as the line does.
    pub fn line_typed(&mut self, cluster: &Cluster) {
        if !matches!(self, Self::Play | Self::Boot) {
            *self = Self::Line(cluster.now() + LINE_MAX);
        }
    }
}

/// Whether the last event was a heartbeat, its answer, or a tick from which nothing else came.
pub fn stands_after_beat(session: &Session) -> bool {
    use crate::cluster::rooms::etcd::{self, raft::MessageType};
    let Some(position) = session.cluster().moment().position.checked_sub(1) else { return false };
    let records = session.timeline();
    let made = records.from(records.first_at(position));
    let mut made = made.take_while(|(_, record)| record.position == position).peekable();
    made.peek().is_some()
        && made.all(|(_, record)| match &record.payload {
            Record::Timer(_, Timer::Etcd(timer)) => *timer == etcd::Timer::Tick,
            Record::Message(summary) | Record::Lost(summary) => matches!(
                summary.said,
                Said::Raft { kind: MessageType::MsgHeartbeat | MessageType::MsgHeartbeatResp, .. }
            ),
            _ => false,
        })
}

/// The engine's word for a grain.
pub fn engine_grain(grain: Grain) -> timeline::Grain {
    match grain {
        Grain::Message => timeline::Grain::Message,
        Grain::Write => timeline::Grain::Write,
        Grain::Action => timeline::Grain::Action,
        Grain::Tick => timeline::Grain::Tick,
        Grain::Phase => timeline::Grain::Phase,
        Grain::Term => timeline::Grain::Term,
    }
}

fn play(session: &mut Session, owed: Duration) -> Slice {
    let before = session.cluster().now();
    let handled = session.play(before + owed, SLICE);
    let simulated = session.cluster().now().since(before);
    // Much may happen at one instant.
    Slice { simulated, busy: handled == SLICE && simulated.is_zero() }
}

/// Lets what is under way arrive, so that a first look finds a quiet cluster. Says whether it is.
fn settle(session: &mut Session) -> bool {
    let is_quiet = |cluster: &Cluster| cluster.in_flight().next().is_none();
    for _ in 0..SLICE {
        if is_quiet(session.cluster()) {
            return true;
        }
        session.step(timeline::Grain::Message, limit(1));
    }
    false
}

const fn limit(events: u64) -> Limit {
    Limit { events, time: STEP_MAX }
}

/// Whether the cluster is as a person would find it: every node is ready and takes pods, its own
/// pods run, and the components that need a leader have one.
pub fn is_up(cluster: &Cluster) -> bool {
    if cluster.config().style == Style::Etcd {
        return members_are_up(cluster);
    }
    let masters = || 0..cluster.places().masters();
    cluster
        .store()
        .is_some_and(|store| nodes_are_ready(cluster, store.keys()) && pods_are_ready(store.keys()))
        && masters().any(|at| cluster.scheduler(at).is_some_and(|it| it.is_leading()))
        && masters().any(|at| cluster.controller_manager(at).is_some_and(|it| it.is_leading()))
}

/// Whether all members of etcd have told one another who they are, and have been well for as long
/// as etcd asks before it changes them.
fn members_are_up(cluster: &Cluster) -> bool {
    const WELL: Duration = Duration::from_secs(8);
    let founders = 0..cluster.config().founders();
    let mut members = founders.map(|at| cluster.etcd(at));
    let is_ready = |member: &Member<Stored>| {
        let node = member.node();
        let all_started = member.state().membership.iter().all(|member| member.is_started());
        all_started && node.leader() != 0 && node.applied_index() == node.last_index()
    };
    cluster.now().since(cluster.config().start) > WELL
        && members.all(|member| member.is_some_and(is_ready))
}

fn nodes_are_ready(cluster: &Cluster, keys: &Keys) -> bool {
    let places = cluster.places();
    let machines = places.hosts().take_while(|host| *host < places.balancer());
    // The masters of a bare cluster are no nodes.
    let mut hosts = machines.filter(|host| !places.is_master(*host) || cluster.has_kubelet(*host));
    let waits = |taint: &Taint| taint.key.starts_with("node.kubernetes.io/");
    hosts.all(|host| {
        let node = nodes::node_at(keys, places.name(host));
        node.is_some_and(|node| node.is_ready() && !node.spec.taints.iter().any(waits))
    })
}

fn pods_are_ready(keys: &Keys) -> bool {
    let from = [PREFIX, Resource::PODS.info().storage, "/"].concat();
    let kvs = keys.range::<_, str>((Bound::Included(from.as_str()), Bound::Unbounded));
    let mut pods = kvs.take_while(|(key, _)| key.starts_with(&from));
    pods.all(|(_, kv)| match &kv.value {
        Stored::Object(object) => object.get::<Pod>().is_none_or(Pod::is_ready),
        Stored::Text(_) => true,
    })
}
