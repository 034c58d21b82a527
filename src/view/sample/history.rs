//! One short history: a Deployment of six is applied, and five pods find a node.

use crate::sim::Duration;
use crate::view::clock::{BranchId, BranchView, Grain};
use crate::view::flight::{Flight, FlightKind, StepView};
use crate::view::lanes::{LanesView, Marker, MarkerKind, ReadyPoint, TermBand};
use crate::view::owners::Owners;
use crate::view::picture::Picture;
use crate::view::story::{Actor, Deed};
use crate::view::stream::{RecordKind, StreamRow};
use crate::view::subject::{ObjectId, Part, Place, Subject};

use super::cluster::{self, SET, Sketch};

/// Where the sample opens.
pub(super) const NOW: u64 = 312;
/// Where it ends.
pub(super) const END: u64 = 340;

/// Position and milliseconds, to be read as a line through these points.
const TIMES: [(u64, u64); 7] =
    [(0, 0), (40, 1_700), (60, 1_790), (200, 3_900), (210, 4_210), (312, 4_301), (END, 5_000)];

/// The pods of the Deployment: the end of the name, node, bound at, running from, ready from.
const PODS: [(&str, &str, u64, u64, u64); 6] = [
    ("2xk7p", "node-1", 240, 262, 270),
    ("8lq4d", "node-2", 246, 264, 274),
    ("m5t9c", "node-1", 258, 280, 288),
    ("r4n6b", "node-2", 266, 290, 330),
    ("c9v2m", "node-3", 306, 322, 334),
    ("w7h5z", "", 0, 0, 0),
];

/// The instant of a position.
pub(super) fn time_of(position: u64) -> Duration {
    let after = TIMES.partition_point(|point| point.0 <= position);
    let (p0, t0) = TIMES[after.saturating_sub(1)];
    let (p1, t1) = TIMES[after.min(TIMES.len() - 1)];
    let share = (position - p0) * 1000 * (t1 - t0) / (p1 - p0).max(1);
    Duration::from_micros(t0 * 1000 + share)
}

/// The last position at or before an instant.
pub(super) fn position_at(time: Duration) -> u64 {
    let all: Vec<u64> = (0..=END).collect();
    all.partition_point(|&position| time_of(position) <= time).saturating_sub(1) as u64
}

/// What the sample shows as selected.
pub(super) fn subject() -> Subject {
    ObjectId::pod("default", &format!("{SET}-c9v2m")).into()
}

/// The positions at which a step of this grain stops.
pub(super) fn stops(grain: Grain) -> Vec<u64> {
    let every = match grain {
        Grain::Message => 1,
        Grain::Write => 6,
        Grain::Action => 14,
    };
    (0..=END).filter(|position| position % every == 0).collect()
}

/// The cluster at a position.
pub(super) fn picture_at(position: u64) -> Picture {
    let mut picture = Picture::default();
    let (leader, term) = match position {
        0..40 => (Some(1), 2),
        40..60 => (None, 3),
        _ => (Some(2), 3),
    };
    cluster::masters(&mut picture, 3, leader, term, position.max(110) - 81);
    for n in 1..=3 {
        cluster::worker(&mut picture, &format!("node-{n}"), 2000, 4);
    }
    if let Some(lagging) = picture.masters.get_mut("master-3") {
        lagging.apiserver = lagging.apiserver.map(|revision| revision - 1);
    }
    let mut owners = Owners::default();
    if position >= 210 {
        frontend(&mut picture, &mut owners, position);
    }
    others(&mut picture, &mut owners, position);
    objects(&mut picture, position);
    picture
}

fn frontend(picture: &mut Picture, owners: &mut Owners, position: u64) {
    for (end, node, bound, running, ready) in PODS {
        let name = format!("{SET}-{end}");
        let here = !node.is_empty() && position >= bound;
        let status = match position {
            _ if !here => "Pending",
            at if at >= running => "Running",
            _ => "ContainerCreating",
        };
        let sketch = Sketch {
            name: &name,
            node: here.then_some(node),
            status,
            ready: here && position >= ready,
            owner: ("Deployment", "httpd-frontend"),
            namespace: "default",
            requests: (500, 256),
        };
        cluster::pod(picture, owners, &sketch);
    }
}

fn others(picture: &mut Picture, owners: &mut Owners, position: u64) {
    let going = if position < 305 { "Running" } else { "Terminating" };
    let fixed = [
        (
            "coredns-7d764666f9-4xk2v",
            "node-1",
            "Running",
            ("Deployment", "coredns"),
            "kube-system",
            (250, 170),
        ),
        (
            "coredns-7d764666f9-9pl7q",
            "node-3",
            "Running",
            ("Deployment", "coredns"),
            "kube-system",
            (250, 170),
        ),
        ("redis-0", "node-2", "Running", ("StatefulSet", "redis"), "default", (500, 1024)),
        ("batch-7", "node-2", "Error", ("Pod", "batch-7"), "default", (0, 0)),
        ("old-6f5d-q8k2f", "node-3", going, ("Deployment", "old"), "default", (0, 0)),
    ];
    for (name, node, status, owner, namespace, requests) in fixed {
        if status == "Terminating" && position >= 336 {
            continue;
        }
        let sketch = Sketch {
            name,
            node: Some(node),
            status,
            ready: status == "Running",
            owner,
            namespace,
            requests,
        };
        cluster::pod(picture, owners, &sketch);
    }
}

fn objects(picture: &mut Picture, position: u64) {
    let deployment = |name: &str| ObjectId::new("Deployment", "default", name);
    if position >= 210 {
        cluster::workload(picture, &deployment("httpd-frontend"), Some(SET), 6);
        let service = ObjectId::new("Service", "default", "httpd-frontend");
        let slice = ObjectId::new("EndpointSlice", "default", "httpd-frontend-8kz4n");
        cluster::plain(picture, service.clone(), None, "NodePort 10.96.114.7  80:30007/TCP");
        cluster::plain(picture, slice, Some(service), "4 endpoints");
    }
    let coredns = ObjectId::new("Deployment", "kube-system", "coredns");
    cluster::workload(picture, &coredns, Some("coredns-7d764666f9"), 2);
    let redis = ObjectId::new("StatefulSet", "default", "redis");
    cluster::workload(picture, &redis, None, 1);
    cluster::workload(picture, &deployment("old"), Some("old-6f5d"), 0);
    let root = ObjectId::new("ConfigMap", "default", "kube-root-ca.crt");
    cluster::plain(picture, root, None, "1 key");
    let api = ObjectId::new("Service", "default", "kubernetes");
    cluster::plain(picture, api, None, "ClusterIP 10.96.0.1  443/TCP");
}

fn part(host: usize, part: Part) -> Place {
    Place::part(&format!("master-{host}"), part)
}

fn node(name: &str) -> Place {
    Place::part(name, Part::Kubelet)
}

/// The messages of the last stretch: from, to, label, kind, leaves at, arrives at.
fn script() -> Vec<(Place, Place, &'static str, FlightKind, u64, u64)> {
    use FlightKind::{Raft, Request, Response};
    use Part::{Apiserver, Etcd, Scheduler};
    vec![
        (part(2, Scheduler), part(2, Apiserver), "bind c9v2m", Request, 301, 302),
        (part(2, Apiserver), part(2, Etcd), "put pod", Request, 302, 303),
        (part(2, Etcd), part(1, Etcd), "append 231", Raft, 303, 305),
        (part(2, Etcd), part(3, Etcd), "append 231", Raft, 303, 306),
        (part(1, Etcd), part(2, Etcd), "ok 231", Raft, 305, 307),
        (part(3, Etcd), part(2, Etcd), "ok 231", Raft, 306, 308),
        (part(2, Etcd), part(2, Apiserver), "revision 214", Response, 308, 309),
        (part(2, Apiserver), part(2, Scheduler), "201", Response, 309, 310),
        (part(2, Apiserver), node("node-3"), "bind c9v2m", Response, 309, 314),
        (node("node-3"), part(3, Apiserver), "status c9v2m", Request, 316, 320),
        (part(3, Apiserver), Place::Terminal, "watch pods", Response, 321, 325),
    ]
}

/// The messages in the air at an instant.
pub(super) fn flights_at(time: Duration, playing: bool) -> Vec<Flight> {
    let mut flights = Vec::new();
    for (id, (from, to, label, kind, leaves, arrives)) in (1..).zip(script()) {
        let (start, end) = (time_of(leaves), time_of(arrives));
        let inside =
            if playing { start <= time && time < end } else { start <= time && time <= end };
        if inside {
            let length = end.saturating_sub(start).as_secs_f64();
            let fraction = time.saturating_sub(start).as_secs_f64() / length;
            flights.push(Flight { id, from, to, label: label.into(), kind, fraction, lost: false });
        }
    }
    flights
}

/// A leader's heartbeats to everybody at once, and a vote that is lost.
pub(super) fn broadcast() -> Vec<Flight> {
    let pairs = [(3, 1), (3, 2), (3, 4), (3, 5)];
    let mut flights: Vec<Flight> = (pairs.into_iter().zip(1..))
        .map(|((from, to), id)| Flight {
            id,
            from: part(from, Part::Etcd),
            to: part(to, Part::Etcd),
            label: "heartbeat".into(),
            kind: FlightKind::Raft,
            fraction: 0.6,
            lost: false,
        })
        .collect();
    flights.push(Flight {
        id: 9,
        from: part(1, Part::Etcd),
        to: part(3, Part::Etcd),
        label: "pre-vote?".into(),
        kind: FlightKind::Vote,
        fraction: 0.45,
        lost: true,
    });
    flights
}

/// A candidate's request that does not get through.
pub(super) fn election() -> Vec<Flight> {
    vec![Flight {
        id: 1,
        from: part(3, Part::Etcd),
        to: part(1, Part::Etcd),
        label: "vote? 4".into(),
        kind: FlightKind::Vote,
        fraction: 0.3,
        lost: true,
    }]
}

/// What the step to a position did.
pub(super) fn step_at(position: u64) -> StepView {
    let pod: Subject = subject();
    let leaving = script().into_iter().rev().find(|message| message.4 < position.max(1));
    match leaving {
        Some((from, to, label, _, leaves, arrives)) if position > leaves && position <= arrives => {
            let deed = if position == arrives {
                Deed::Arrived(from.clone(), to.clone(), label.into())
            } else {
                Deed::Sent(from.clone(), to.clone(), label.into())
            };
            let mut parts = vec![from, to];
            if parts.iter().any(|place| matches!(place, Place::Part(_, Part::Kubelet))) {
                parts.push(Place::Balancer);
            }
            StepView { deed: Some(deed), parts, changed: vec![pod] }
        }
        _ => StepView {
            deed: (position >= 210).then(|| Deed::Committed(position - 98, 2, 3)),
            parts: Vec::new(),
            changed: Vec::new(),
        },
    }
}

/// The branches: one, or two of which the second left the first while pods were being placed.
pub(super) fn branches(two: bool) -> Vec<BranchView> {
    let branch = |id: u32, position| BranchView {
        id: BranchId(id),
        name: "".into(),
        from: time_of(position),
    };
    let mut branches = vec![branch(0, 0)];
    if two {
        branches.push(branch(1, 294));
    }
    branches
}

/// The history as lanes.
pub(super) fn lanes() -> LanesView {
    let band = |position, term, leader: Option<&str>| TermBand {
        from: time_of(position),
        term,
        leader: leader.map(Into::into),
    };
    let marker = |position, kind, deed| Marker { at: time_of(position), position, kind, deed };
    let writes = [4, 12, 13, 14, 46, 70, 110, 150].into_iter();
    let writes = writes.chain((211..END).step_by(6));
    let mut ready = Vec::new();
    for position in (0..=END).step_by(2) {
        let picture = picture_at(position);
        let set = ObjectId::new("Deployment", "default", "httpd-frontend");
        let (now, wanted) = picture.objects.get(&set).and_then(|o| o.ready).unwrap_or((0, 0));
        ready.push(ReadyPoint { at: time_of(position), ready: now + 3, wanted: wanted + 3 });
    }
    LanesView {
        end: time_of(END),
        terms: vec![band(0, 2, Some("master-1")), band(40, 3, None), band(60, 3, Some("master-2"))],
        writes: writes.map(time_of).collect(),
        decisions: [236, 244, 256, 264, 292, 304].map(time_of).to_vec(),
        ready,
        markers: vec![
            marker(60, MarkerKind::Leader, Deed::BecameLeader("master-2".into(), 3)),
            marker(210, MarkerKind::Command, Deed::Applied("deployment.yaml".into())),
            marker(
                294,
                MarkerKind::Trouble,
                Deed::NotScheduled("0/3 nodes are available: 3 Insufficient cpu.".into()),
            ),
            marker(304, MarkerKind::Command, Deed::Ran("kubectl delete deployment old".into())),
        ],
        ghost: None,
    }
}

/// The whole record.
pub(super) fn record() -> Vec<StreamRow> {
    let mut rows: Vec<StreamRow> = (0..=END).map(filler).collect();
    let set = ObjectId::new("ReplicaSet", "default", SET);
    let deployment: Actor = Actor::Controller("deployment".into());
    let mut put = |position: u64, kind, place: Option<Place>, deed, subject: Option<Subject>| {
        rows[position as usize] =
            StreamRow { position, at: time_of(position), kind, place, deed, subject };
    };
    put(210, RecordKind::Command, None, Deed::Applied("deployment.yaml".into()), None);
    put(
        222,
        RecordKind::Action,
        Some(part(3, Part::Controllers)),
        Deed::Created(deployment, set.clone(), Some(6)),
        Some(set.into()),
    );
    put(
        60,
        RecordKind::Raft,
        Some(part(2, Part::Etcd)),
        Deed::BecameLeader("master-2".into(), 3),
        Some(part(2, Part::Etcd).into()),
    );
    for (end, on, bound, running, _) in PODS {
        let pod = ObjectId::pod("default", &format!("{SET}-{end}"));
        let scheduler = Some(part(2, Part::Scheduler));
        if on.is_empty() {
            let message = "0/3 nodes are available: 3 Insufficient cpu.".into();
            let deed = Deed::NotScheduled(message);
            put(294, RecordKind::Action, scheduler, deed, Some(pod.into()));
            continue;
        }
        let chosen = Deed::Scheduled(3, on.into());
        put(bound - 2, RecordKind::Action, scheduler, chosen, Some(pod.clone().into()));
        let started = Deed::Started(on.into(), "httpd".into());
        put(running, RecordKind::Action, Some(node(on)), started, Some(pod.into()));
    }
    rows
}

fn filler(position: u64) -> StreamRow {
    let (a, b) = (1 + position as usize % 3, 1 + (position as usize + 1) % 3);
    let (kind, place, deed) = match position % 3 {
        0 => (
            RecordKind::Message,
            part(2, Part::Etcd),
            Deed::Sent(part(2, Part::Etcd), part(1, Part::Etcd), "MsgHeartbeat".into()),
        ),
        1 => (
            RecordKind::Message,
            part(a, Part::Etcd),
            Deed::Arrived(part(a, Part::Etcd), part(b, Part::Etcd), "MsgHeartbeatResp".into()),
        ),
        _ => (
            RecordKind::Write,
            part(2, Part::Apiserver),
            Deed::Updated(
                Actor::Kubelet("node-1".into()),
                ObjectId::new("Lease", "kube-node-lease", "node-1"),
            ),
        ),
    };
    StreamRow {
        position,
        at: time_of(position),
        kind,
        subject: Some(place.clone().into()),
        place: Some(place),
        deed,
    }
}
