//! What the inspector says about the things of the sample.

use smol_str::SmolStr;

use crate::sim::Duration;
use crate::view::inspector::{
    CauseView, Decision, EventView, Field, InspectorView, NodeScore, NodeVerdict, Section, Value,
};
use crate::view::node::{bytes, cores};
use crate::view::object::ObjectView;
use crate::view::picture::Picture;
use crate::view::pod::{PodLook, PodView};
use crate::view::story::{Actor, Answer, Deciding, Deed};
use crate::view::subject::{ObjectId, Part, Place, Subject};

use super::cluster::SET;
use super::history::time_of;

/// Everything about one subject of the picture.
pub(super) fn inspector(picture: &Picture, subject: &Subject) -> InspectorView {
    match subject {
        Subject::Object(id) if id.kind == "Pod" => {
            let mut pods = picture.pods.values();
            match pods.find(|pod| pod.object() == *id) {
                Some(pod) => of_pod(picture, pod),
                None => gone(id),
            }
        }
        Subject::Object(id) if id.kind == "Node" => of_node(picture, id),
        Subject::Object(id) => match picture.objects.get(id) {
            Some(object) => of_object(object),
            None => gone(id),
        },
        Subject::Place(place) => of_place(picture, place),
        Subject::Message(_) => gone(&ObjectId::new("Message", "", "message")),
    }
}

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
        causes: Vec::new(),
        summary: Vec::new(),
        yaml: String::new(),
        events: Vec::new(),
    }
}

fn gone(id: &ObjectId) -> InspectorView {
    InspectorView { gone: true, ..bare(id.clone().into(), &id.name, &id.kind, &id.namespace) }
}

fn field(key: &str, value: Value) -> Field {
    Field { key: key.into(), value }
}

fn text(value: impl Into<SmolStr>) -> Value {
    Value::Text(value.into())
}

fn link(id: &ObjectId) -> Value {
    Value::Link(id.name.clone(), id.clone().into())
}

fn cause(position: u64, deed: Deed) -> CauseView {
    CauseView { at: time_of(position), position, deed }
}

fn of_pod(picture: &Picture, pod: &PodView) -> InspectorView {
    let waits = pod.node.is_none();
    let decision = (pod.owner.id.name == "httpd-frontend").then(|| decision(pod));
    let answer = match &pod.node {
        None => Answer::Unplaced(picture.workers.len() as u32),
        Some(node) => Answer::Placed(node.clone(), 3, Deciding::Emptiest),
    };
    InspectorView {
        state: Some((pod.look, pod.status.clone())),
        answer: Some(answer),
        decision,
        causes: pod_causes(pod),
        summary: pod_summary(pod),
        yaml: pod_yaml(pod),
        events: pod_events(pod, waits),
        ..bare(pod.subject(), &pod.name, "Pod", &pod.namespace)
    }
}

fn decision(pod: &PodView) -> Decision {
    let plugins = [
        "NodeResourcesFit",
        "NodeResourcesBalancedAllocation",
        "PodTopologySpread",
        "ImageLocality",
    ];
    let scores = [
        ("node-3", [72, 88, 200, 0]),
        ("node-1", [41, 79, 133, 23]),
        ("node-2", [30, 84, 133, 23]),
    ];
    let nodes = scores.map(|(node, scores)| NodeScore {
        node: node.into(),
        chosen: pod.node.as_deref() == Some(node),
        verdict: if pod.node.is_none() {
            NodeVerdict::Refused("NodeResourcesFit".into(), "Insufficient cpu".into())
        } else {
            NodeVerdict::Scored(scores.to_vec())
        },
    });
    Decision {
        plugins: plugins.map(SmolStr::from).to_vec(),
        nodes: nodes.to_vec(),
        message: pod.message.clone(),
    }
}

fn pod_causes(pod: &PodView) -> Vec<CauseView> {
    let set = ObjectId::new("ReplicaSet", "default", SET);
    let mut causes = vec![
        cause(210, Deed::Applied("deployment.yaml".into())),
        cause(222, Deed::Created(Actor::Controller("deployment".into()), set, Some(6))),
        cause(230, Deed::Created(Actor::Controller("replicaset".into()), pod.object(), None)),
        cause(236, Deed::Committed(213, 2, 3)),
    ];
    match &pod.node {
        None => causes.push(cause(294, Deed::NotScheduled(pod.message.clone()))),
        Some(node) => {
            causes.push(cause(304, Deed::Scheduled(3, node.clone())));
            causes.push(cause(310, Deed::Pulling(node.clone(), "httpd:2.4-alpine".into())));
        }
    }
    causes
}

fn pod_summary(pod: &PodView) -> Vec<Section> {
    let node = match &pod.node {
        Some(node) => link(&ObjectId::node(node)),
        None => text("<none>"),
    };
    let mut first = vec![
        field("Status", Value::State(pod.look, pod.status.clone())),
        field("Node", node),
        field("IP", text(if pod.node.is_some() { "10.244.3.7" } else { "<none>" })),
        field("QoS Class", text("Burstable")),
        field(
            "Labels",
            Value::Chips(vec!["app=httpd".into(), "pod-template-hash=6d4b8f7c9".into()]),
        ),
    ];
    if let Some(controller) = &pod.controller {
        first.insert(2, field("Controlled By", link(controller)));
    }
    vec![
        Section { title: "".into(), fields: first },
        Section {
            title: "Containers".into(),
            fields: vec![
                field("Image", text("httpd:2.4-alpine")),
                field("Ready", text(format!("{}/{}", pod.ready.0, pod.ready.1))),
                field("Restart Count", text(pod.restarts.to_string())),
                field(
                    "Requests",
                    text(format!(
                        "cpu {}, memory {}",
                        cores(pod.cpu_milli),
                        bytes(pod.memory_bytes)
                    )),
                ),
            ],
        },
        Section {
            title: "Conditions".into(),
            fields: ["PodScheduled", "Initialized", "ContainersReady", "Ready"]
                .map(|name| {
                    let met = match name {
                        "PodScheduled" | "Initialized" => pod.node.is_some(),
                        _ => pod.look == PodLook::Ready,
                    };
                    field(name, text(if met { "True" } else { "False" }))
                })
                .to_vec(),
        },
    ]
}

fn pod_yaml(pod: &PodView) -> String {
    let node = pod.node.as_ref().map_or(String::new(), |node| format!("  nodeName: {node}\n"));
    let phase = if pod.look == PodLook::Ready { "Running" } else { "Pending" };
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  creationTimestamp: \"2026-01-01T00:00:04Z\"\n  \
         generateName: {SET}-\n  labels:\n    app: httpd\n    pod-template-hash: 6d4b8f7c9\n  \
         name: {}\n  namespace: {}\n  ownerReferences:\n  - apiVersion: apps/v1\n    \
         blockOwnerDeletion: true\n    controller: true\n    kind: ReplicaSet\n    name: {SET}\n  \
         resourceVersion: \"214\"\n  uid: 7f3a1c52-9d0e-4b7a-8c11-2f6e5d4c3b2a\nspec:\n  \
         containers:\n  - image: httpd:2.4-alpine\n    imagePullPolicy: IfNotPresent\n    \
         name: httpd\n    resources:\n      requests:\n        cpu: 500m\n        memory: 256Mi\n\
         {node}  restartPolicy: Always\n  schedulerName: default-scheduler\nstatus:\n  \
         phase: {phase}\n  qosClass: Burstable\n",
        pod.name, pod.namespace
    )
}

fn pod_events(pod: &PodView, waits: bool) -> Vec<EventView> {
    let event = |warning, reason: &str, message: String, from: &str, position, count| EventView {
        warning,
        reason: reason.into(),
        message: message.into(),
        from: from.into(),
        at: time_of(position),
        count,
    };
    if waits {
        let message = pod.message.to_string();
        return vec![event(true, "FailedScheduling", message, "default-scheduler", 294, 3)];
    }
    let node = pod.node.clone().unwrap_or_default();
    let assigned = format!("Successfully assigned {}/{} to {node}", pod.namespace, pod.name);
    vec![
        event(
            false,
            "Pulling",
            "Pulling image \"httpd:2.4-alpine\"".to_string(),
            "kubelet",
            310,
            1,
        ),
        event(false, "Scheduled", assigned, "default-scheduler", 306, 1),
    ]
}

fn of_node(picture: &Picture, id: &ObjectId) -> InspectorView {
    let pods = picture.pods.values().filter(|pod| pod.node.as_ref() == Some(&id.name)).count();
    let state = picture.workers.get(&id.name).map(|worker| {
        let look =
            if worker.status().starts_with("Ready") { PodLook::Ready } else { PodLook::Unknown };
        (look, SmolStr::from(worker.status()))
    });
    let capacity = picture.workers.get(&id.name).map(|worker| Section {
        title: "Allocatable".into(),
        fields: vec![
            field("cpu", text(cores(worker.cpu.capacity))),
            field("memory", text(bytes(worker.memory.capacity))),
            field("pods", text(worker.pods_max.to_string())),
        ],
    });
    InspectorView {
        state: state.or(Some((PodLook::Ready, "Ready".into()))),
        answer: Some(Answer::Serving(pods as u32)),
        summary: capacity.into_iter().collect(),
        yaml: format!("apiVersion: v1\nkind: Node\nmetadata:\n  name: {}\n", id.name),
        ..bare(id.clone().into(), &id.name, "Node", "")
    }
}

fn of_object(object: &ObjectView) -> InspectorView {
    let id = &object.id;
    let mut fields = Vec::new();
    if let Some((ready, wanted)) = object.ready {
        fields.push(field("Replicas", text(format!("{wanted} desired, {ready} ready"))));
    }
    if let Some(owner) = &object.owner {
        fields.push(field("Controlled By", link(owner)));
    }
    if !object.note.is_empty() {
        fields.push(field("Type", text(object.note.clone())));
    }
    InspectorView {
        answer: object.ready.map(|(ready, wanted)| Answer::Progress(ready, wanted)),
        causes: vec![cause(210, Deed::Applied("deployment.yaml".into()))],
        summary: vec![Section { title: "".into(), fields }],
        yaml: format!(
            "kind: {}\nmetadata:\n  name: {}\n  namespace: {}\n",
            id.kind, id.name, id.namespace
        ),
        ..bare(id.clone().into(), &id.name, &id.kind, &id.namespace)
    }
}

fn of_place(picture: &Picture, place: &Place) -> InspectorView {
    let Place::Part(host, part) = place else {
        return bare(place.clone().into(), &place.label(), "Host", "");
    };
    let leader = picture.masters.values().find(|master| master.leads());
    let leads = leader.is_some_and(|leader| leader.name == *host);
    let answer = match (part, leader) {
        (Part::Etcd, Some(_)) if leads => Some(Answer::Leads(3, 2, 3)),
        (Part::Etcd, Some(leader)) => Some(Answer::Follows(leader.name.clone(), 3)),
        (Part::Scheduler, _) if host == "master-2" => {
            Some(Answer::HoldsLease("kube-scheduler".into()))
        }
        (Part::Scheduler, _) => Some(Answer::WaitsForLease("master-2".into())),
        (Part::Controllers, _) if host == "master-3" => {
            Some(Answer::HoldsLease("kube-controller-manager".into()))
        }
        (Part::Controllers, _) => Some(Answer::WaitsForLease("master-3".into())),
        _ => None,
    };
    InspectorView {
        answer,
        causes: vec![
            cause(44, Deed::Campaigned("master-2".into(), 3)),
            cause(60, Deed::BecameLeader("master-2".into(), 3)),
        ],
        summary: vec![Section {
            title: "".into(),
            fields: vec![
                field("Host", Value::Link(host.clone(), Subject::node(host))),
                field("Started", text(crate::view::format::instant(Duration::ZERO))),
            ],
        }],
        ..bare(place.clone().into(), &format!("{}-{host}", part.program()), part.program(), "")
    }
}
