//! Clusters drawn by hand, for the tests of view models: nothing here is simulated.

use smol_str::{SmolStr, format_smolstr};

use crate::view::node::{
    Bar, Duty, EtcdView, MasterView, NodeCondition, Power, RaftRole, Share, WorkerView,
};
use crate::view::object::ObjectView;
use crate::view::owners::Owners;
use crate::view::picture::Picture;
use crate::view::pod::{Owner, PodId, PodLook, PodView};
use crate::view::subject::ObjectId;

/// Masters `master-1` to `master-N`; the one numbered `leader` leads.
fn masters(picture: &mut Picture, count: usize, leader: Option<usize>, term: u64, commit: u64) {
    for n in 1..=count {
        let name = format_smolstr!("master-{n}");
        let role = match leader {
            Some(leader) if leader == n => RaftRole::Leader,
            _ => RaftRole::Follower,
        };
        let duty = |active: usize| {
            if n == active { Duty::Active } else { Duty::Standby }
        };
        let master = MasterView {
            name: name.clone(),
            power: Power::On,
            condition: NodeCondition::Ready,
            etcd: Some(EtcdView { role, term, commit }),
            apiserver: Some(commit - 17),
            scheduler: Some(duty(2.min(count))),
            controllers: Some(duty(3.min(count))),
        };
        picture.balancer.backends.push((name.clone(), true));
        picture.masters.insert(name, master);
    }
}

/// An empty worker with so many millicores and gibibytes.
fn worker(picture: &mut Picture, name: &str, cpu_milli: u64, memory_gi: u64) {
    let bar = |capacity| Bar { capacity, shares: Vec::new() };
    let view = WorkerView {
        name: name.into(),
        power: Power::On,
        condition: NodeCondition::Ready,
        cordoned: false,
        taints: Vec::new(),
        cpu: bar(cpu_milli),
        memory: bar(memory_gi << 30),
        pods_max: 110,
    };
    picture.workers.insert(name.into(), view);
}

/// A pod to be put into a picture.
struct Sketch<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its node.
    pub node: Option<&'a str>,
    /// Its status.
    pub status: &'a str,
    /// Whether its containers are ready.
    pub ready: bool,
    /// The workload on top, as kind and name.
    pub owner: (&'a str, &'a str),
    /// Its namespace.
    pub namespace: &'a str,
    /// Millicores and mebibytes.
    pub requests: (u64, u64),
}

/// Puts a pod into the picture and its requests onto its node.
fn pod(picture: &mut Picture, owners: &mut Owners, sketch: &Sketch<'_>) {
    let owner = ObjectId::new(sketch.owner.0, sketch.namespace, sketch.owner.1);
    let slot = owners.slot(&owner);
    let controller = match sketch.owner.0 {
        "Deployment" => {
            let set = sketch.name.rsplit_once('-').map_or(sketch.name, |(set, _)| set);
            ObjectId::new("ReplicaSet", sketch.namespace, set)
        }
        _ => owner.clone(),
    };
    let (cpu, memory) = (sketch.requests.0, sketch.requests.1 << 20);
    let waits = sketch.node.is_none();
    let view = PodView {
        id: PodId(format_smolstr!("{}-{}", sketch.namespace, sketch.name)),
        namespace: sketch.namespace.into(),
        name: sketch.name.into(),
        owner: Owner { id: owner, slot },
        controller: Some(controller),
        node: sketch.node.map(SmolStr::from),
        look: PodLook::from_status(sketch.status, sketch.ready),
        status: sketch.status.into(),
        ready: (u16::from(sketch.ready), 1),
        restarts: if sketch.status == "CrashLoopBackOff" { 4 } else { 0 },
        message: if waits {
            let nodes = picture.workers.len();
            format_smolstr!("0/{nodes} nodes are available: {nodes} Insufficient cpu.")
        } else {
            "".into()
        },
        cpu_milli: cpu,
        memory_bytes: memory,
    };
    if let Some(worker) = sketch.node.and_then(|name| picture.workers.get_mut(name)) {
        add(&mut worker.cpu, slot, cpu);
        add(&mut worker.memory, slot, memory);
    }
    picture.pods.insert(view.id.clone(), view);
}

fn add(bar: &mut Bar, slot: u8, amount: u64) {
    match bar.shares.iter_mut().find(|share| share.slot == slot) {
        Some(share) => share.amount += amount,
        None => bar.shares.push(Share { slot, amount }),
    }
}

/// Puts a workload and, for a Deployment, its ReplicaSet into the picture, counting the pods that
/// are there already.
fn workload(picture: &mut Picture, id: &ObjectId, set: Option<&str>, wanted: u32) {
    let mine = || picture.pods.values().filter(|pod| pod.owner.id == *id);
    let ready = mine().filter(|pod| pod.look == PodLook::Ready).count() as u32;
    let slot = mine().next().map(|pod| pod.owner.slot);
    let view = |id: ObjectId, owner, slot| ObjectView {
        id,
        owner,
        ready: Some((ready, wanted)),
        slot,
        note: SmolStr::default(),
    };
    let top = view(id.clone(), None, slot);
    picture.objects.insert(id.clone(), top);
    if let Some(set) = set {
        let set = ObjectId::new("ReplicaSet", &id.namespace, set);
        let below = view(set.clone(), Some(id.clone()), None);
        picture.objects.insert(set, below);
    }
}

/// Three masters, three workers, a Deployment of six of which one pod has no node.
pub fn teaching() -> Picture {
    const PODS: [(&str, Option<&str>, &str, bool); 6] = [
        ("2xk7p", Some("node-1"), "Running", true),
        ("8lq4d", Some("node-2"), "Running", true),
        ("m5t9c", Some("node-1"), "Running", true),
        ("r4n6b", Some("node-2"), "Running", false),
        ("c9v2m", Some("node-3"), "ContainerCreating", false),
        ("w7h5z", None, "Pending", false),
    ];
    let mut picture = Picture::default();
    masters(&mut picture, 3, Some(2), 3, 231);
    for n in 1..=3 {
        worker(&mut picture, &format!("node-{n}"), 2000, 4);
    }
    let (set, mut owners) = ("httpd-frontend-6d4b8f7c9", Owners::default());
    for (tail, node, status, ready) in PODS {
        let sketch = Sketch {
            name: &format!("{set}-{tail}"),
            node,
            status,
            ready,
            owner: ("Deployment", "httpd-frontend"),
            namespace: "default",
            requests: (500, 256),
        };
        pod(&mut picture, &mut owners, &sketch);
    }
    let id = ObjectId::new("Deployment", "default", "httpd-frontend");
    workload(&mut picture, &id, Some(set), 6);
    picture
}

/// Five masters, ten workers with long names, up to sixty pods on each.
pub fn crowded() -> Picture {
    let mut picture = Picture::default();
    masters(&mut picture, 5, Some(3), 12, 48_231);
    for n in 1..=10 {
        worker(&mut picture, &format!("pool-highmem-a1b2-node-{n:02}"), 16_000, 64);
    }
    fill(&mut picture, 34);
    let cordoned = picture.workers.values_mut().nth(4);
    if let Some(worker) = cordoned {
        worker.cordoned = true;
    }
    picture
}

/// Pods of five workloads over all workers, about `about` on each.
fn fill(picture: &mut Picture, about: usize) {
    const KINDS: [(&str, &str, u64); 5] = [
        ("Deployment", "checkout-service", 200),
        ("Deployment", "recommendation-engine-canary", 350),
        ("Deployment", "web", 100),
        ("DaemonSet", "node-exporter", 50),
        ("StatefulSet", "postgres", 500),
    ];
    const STATUSES: [&str; 9] = [
        "Running",
        "Running",
        "Running",
        "Running",
        "Running",
        "ContainerCreating",
        "Running",
        "CrashLoopBackOff",
        "Terminating",
    ];
    let mut owners = Owners::default();
    let nodes: Vec<SmolStr> = picture.workers.keys().cloned().collect();
    let mut serial = 0usize;
    for (index, node) in nodes.iter().enumerate() {
        // Uneven on purpose, and the same every time.
        let count = about * (40 + index * 37 % 60) / 70;
        for _ in 0..count {
            serial += 1;
            let (kind, owner, cpu) = KINDS[serial * 7 % 11 % KINDS.len()];
            let name = format!("{owner}-7c9d8b6f5-{}", tail(serial));
            let status = STATUSES[serial * 5 % 31 % STATUSES.len()];
            let sketch = Sketch {
                name: &name,
                node: Some(node),
                status,
                ready: status == "Running" && !serial.is_multiple_of(17),
                owner: (kind, owner),
                namespace: "shop",
                requests: (cpu, 256),
            };
            pod(picture, &mut owners, &sketch);
        }
    }
    for (kind, owner, cpu) in KINDS {
        let id = ObjectId::new(kind, "shop", owner);
        for _ in 0..if owner == "postgres" { 9 } else { 0 } {
            serial += 1;
            let name = format!("{owner}-{}", tail(serial));
            let sketch = Sketch {
                name: &name,
                node: None,
                status: "Pending",
                ready: false,
                owner: (kind, owner),
                namespace: "shop",
                requests: (cpu, 256),
            };
            pod(picture, &mut owners, &sketch);
        }
        let wanted = picture.pods.values().filter(|pod| pod.owner.id == id).count() as u32;
        let set = format!("{owner}-7c9d8b6f5");
        let set = (kind == "Deployment").then_some(set.as_str());
        workload(picture, &id, set, wanted);
    }
}

/// Five letters as Kubernetes makes them.
fn tail(serial: usize) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut rest = serial * 7_919 + 104_729;
    let mut out = String::new();
    for _ in 0..5 {
        out.push(char::from(LETTERS[rest % LETTERS.len()]));
        rest /= LETTERS.len();
        rest += serial * 31;
    }
    out
}
