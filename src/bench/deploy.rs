//! A Deployment of 1,000 pods on 3 masters and 100 whole kubelets, and the same cluster at rest.

use std::time::Duration;

use super::Meter;
use crate::cluster::{Cluster, Command, Config, Machine, Resource, Session, Style};

const WORKERS: usize = 100;
const REPLICAS: usize = 1000;

/// The cluster once all its pods run.
#[derive(Clone, Debug)]
pub struct Deployed {
    session: Session,
    /// How many seconds of a real clock it took, from `apply` on.
    pub seconds: f64,
}

impl Deployed {
    pub fn new(meter: Meter) -> Self {
        let workers = (1..=WORKERS).map(|n| Machine::new(format!("node-{n}"))).collect();
        let mut session = Session::new(Config { workers, ..Config::new(1, 3, Style::Kubeadm) });
        play(&mut session, Duration::from_secs(60));
        let ((), seconds) = meter.time(|| {
            apply(&mut session, "web", &deployment("web", REPLICAS, "nginx:1.28"));
            let all_run = |cluster: &Cluster| running(cluster) == REPLICAS;
            play_until(&mut session, Duration::from_secs(600), all_run);
        });
        Self { session, seconds }
    }

    /// How many simulated seconds pass in one of a real clock, while nobody does anything.
    pub fn idle(&mut self, meter: Meter) -> f64 {
        // What the deployment leaves to be done is over by then.
        play(&mut self.session, Duration::from_secs(60));
        let span = Duration::from_secs(600);
        let ((), seconds) = meter.time(|| play(&mut self.session, span));
        span.as_secs_f64() / seconds
    }
}

/// Lets time pass.
pub fn play(session: &mut Session, span: Duration) {
    session.play(session.cluster().now() + span, u64::MAX);
}

/// Lets time pass until something is so. Panics when it is not within `limit`: a figure of
/// something that did not happen would be worth nothing.
pub fn play_until(session: &mut Session, limit: Duration, is_so: impl Fn(&Cluster) -> bool) {
    let end = session.cluster().now() + limit;
    while !is_so(session.cluster()) {
        assert!(session.cluster().now() < end, "the cluster does not come to what is measured");
        play(session, Duration::from_millis(100));
    }
}

/// Writes a manifest down and applies it.
pub fn apply(session: &mut Session, name: &str, manifest: &str) {
    let name = format!("{name}.yaml");
    let line = format!("kubectl apply -f {name}");
    session.execute(Command::Write { name, text: manifest.to_owned() });
    session.execute(Command::Type { line });
}

/// How many pods of the namespace `default` run.
pub fn running(cluster: &Cluster) -> usize {
    let pods = cluster.collection(Resource::PODS);
    let pods = pods.into_iter().flat_map(|pods| pods.in_namespace("default"));
    pods.filter(|pod| pod.field("status.phase").is_some_and(|phase| phase == "Running")).count()
}

/// The manifest of a Deployment.
pub fn deployment(name: &str, replicas: usize, image: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
    spec:
      containers:
      - name: web
        image: {image}
        ports:
        - containerPort: 80
"
    )
}
