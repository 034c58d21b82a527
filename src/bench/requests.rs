//! What kubectl takes with 10,000 pods there: a bare cluster of 100 nodes.

use std::fmt::Write;
use std::time::Duration;

use super::deploy::{apply, deployment, play, play_until, running};
use super::{Meter, percentile};
use crate::cluster::{Cluster, Command, Config, Session};

const WORKERS: usize = 100;
const DEPLOYMENTS: usize = 10;
const REPLICAS: usize = 1000;
const PODS: usize = DEPLOYMENTS * REPLICAS;
/// Objects of a manifest.
const OBJECTS: usize = 1000;
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

    /// All pods listed as a table for people, in milliseconds.
    pub fn table_ms(&mut self, meter: Meter) -> f64 {
        let once = |_| self.run(meter, "kubectl get pods".to_owned()) * 1000.0;
        percentile(&mut (0..LISTS).map(once).collect::<Vec<_>>(), 50)
    }

    /// A manifest of 1,000 new objects applied, in seconds.
    pub fn apply_seconds(&mut self, meter: Meter) -> f64 {
        let file = self.write_manifest();
        self.run(meter, format!("kubectl apply -f {file}"))
    }

    /// A file of objects that do not exist yet.
    fn write_manifest(&mut self) -> String {
        self.manifests += 1;
        let (n, mut text) = (self.manifests, String::new());
        for at in 0..OBJECTS {
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
