//! What the API and kubectl take with 10,000 pods there: a bare cluster of 100 nodes.

use std::fmt::Write;
use std::time::Duration;

use super::deploy::{apply, deployment, play, play_until, running};
use super::{Meter, percentile};
use crate::cluster::{Cluster, Command, Config, Resource, Session};

const WORKERS: usize = 100;
const DEPLOYMENTS: usize = 10;
const REPLICAS: usize = 1000;
const PODS: usize = DEPLOYMENTS * REPLICAS;
/// How many requests are made to know how long one takes.
const REQUESTS: usize = 1000;
const LISTS: usize = 10;

/// The cluster once all its pods run.
#[derive(Clone, Debug)]
pub struct Busy {
    session: Session,
    /// How many manifests have been made.
    manifests: usize,
}

impl Busy {
    pub fn new() -> Self {
        let mut config = Config { masters: 3, ..Config::bare(1, WORKERS) };
        config.costs.controllers.rate_factor = 50;
        config.costs.scheduler.rate = (5000, 5000);
        let mut session = Session::new(config);
        play(&mut session, Duration::from_secs(60));
        for n in 1..=DEPLOYMENTS {
            let name = format!("web-{n}");
            apply(&mut session, &name, &deployment(&name, REPLICAS, "nginx:1.28"));
        }
        let all_run = |cluster: &Cluster| running(cluster) == PODS;
        play_until(&mut session, Duration::from_secs(3600), all_run);
        play(&mut session, Duration::from_secs(60));
        Self { session, manifests: 0 }
    }

    /// Single pods asked for, in a second of a real clock.
    pub fn gets_per_second(&mut self, meter: Meter) -> f64 {
        let pods = self.session.cluster().collection(Resource::PODS);
        let pods = pods.into_iter().flat_map(|pods| pods.in_namespace("default"));
        let names: Vec<String> = pods.take(REQUESTS).map(|pod| pod.name().to_string()).collect();
        assert_eq!(names.len(), REQUESTS);
        REQUESTS as f64 / self.run(meter, format!("kubectl get pods -o name {}", names.join(" ")))
    }

    /// All pods listed for a program, in milliseconds.
    pub fn list_ms(&mut self, meter: Meter) -> f64 {
        self.median_ms(meter, "kubectl get pods -o name")
    }

    /// All pods listed as a table for people, in milliseconds.
    pub fn table_ms(&mut self, meter: Meter) -> f64 {
        self.median_ms(meter, "kubectl get pods")
    }

    /// Objects created, in a second of a real clock.
    pub fn creates_per_second(&mut self, meter: Meter) -> f64 {
        let file = self.write_manifest();
        REQUESTS as f64 / self.run(meter, format!("kubectl create -f {file}"))
    }

    /// A manifest of 1,000 new objects applied, in seconds.
    pub fn apply_seconds(&mut self, meter: Meter) -> f64 {
        let file = self.write_manifest();
        self.run(meter, format!("kubectl apply -f {file}"))
    }

    fn median_ms(&mut self, meter: Meter, line: &str) -> f64 {
        let once = |_| self.run(meter, line.to_owned()) * 1000.0;
        percentile(&mut (0..LISTS).map(once).collect::<Vec<_>>(), 50)
    }

    /// A file of objects that do not exist yet.
    fn write_manifest(&mut self) -> String {
        self.manifests += 1;
        let (n, mut text) = (self.manifests, String::new());
        for at in 0..REQUESTS {
            let _ = write!(
                text,
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop-{n}-{at}\ndata:\n  at: \
                 \"{at}\"\n---\n"
            );
        }
        let name = format!("shop-{n}.yaml");
        self.session.execute(Command::Write { name: name.clone(), text });
        name
    }

    /// Types a line; how many seconds of a real clock it takes until its last word is printed.
    fn run(&mut self, meter: Meter, line: String) -> f64 {
        let session = &mut self.session;
        let ((), seconds) = meter.time(|| {
            session.execute(Command::Type { line });
            play_until(session, Duration::from_secs(600), |cluster| !cluster.terminal().busy());
        });
        let screen = session.cluster().terminal().screen();
        let command = screen.command(screen.commands_end() - 1).expect("the line was run");
        let exit = command.ended.map(|(_, exit)| exit);
        assert_eq!(exit, Some(0), "what fails is not worth measuring");
        seconds
    }
}
