//! One cluster from its first moment to its last, and what was done to it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use orrery::api::Resource;
use orrery::apiserver::Stored;
use orrery::cluster::{Cluster, Command, Config, Machine, Style, Time};
use orrery::etcd::mvcc::Store;
use orrery::sim::Rng;

use super::deeds::Deeds;
use super::rules::{Rules, are_caches_equal, objects, unfinished};

/// How long a life lasts before everything is mended.
const LIFE: Duration = Duration::from_secs(400);
/// Within how long a mended cluster must come to what was asked of it: a node that was lost is
/// given up after 50 s, its pods after 300 s more, and images back off for up to 300 s.
const REST: Duration = Duration::from_secs(900);
/// How many events may pass until no write is on its way to a cache.
const QUIET_EVENTS_MAX: u32 = 200_000;

pub struct Life {
    cluster: Cluster,
    rng: Rng,
    deeds: Deeds,
    rules: Rules,
    done: Vec<(Time, Command)>,
}

pub type Step = Result<(), String>;

impl Life {
    pub fn new(style: Style, seed: u64) -> Self {
        let mut rng = Rng::new(seed).split(&format!("{style:?}"));
        let masters = [1, 3, 3, 3, 5][rng.below(5) as usize];
        let workers = (1..=2 + rng.below(4)).map(|n| Machine::new(format!("node-{n}"))).collect();
        let config = Config { workers, ..Config::new(rng.next_u64(), masters, style) };
        Self {
            cluster: Cluster::new(config, &mut ()),
            rng,
            deeds: Deeds::default(),
            rules: Rules::default(),
            done: Vec::new(),
        }
    }

    /// Lives on, with something happening every few seconds.
    pub fn live(&mut self) -> Step {
        let end = self.cluster.now() + LIFE;
        self.pass(Duration::from_secs(15))?;
        while self.cluster.now() < end {
            if let Some(command) = self.deeds.draw(&self.cluster, &mut self.rng) {
                self.execute(command)?;
            }
            let pause = self.rng.up_to(Duration::from_secs(8));
            self.pass(pause)?;
        }
        Ok(())
    }

    /// Mends everything, and waits until the cluster is as it was asked to be.
    pub fn settle(&mut self) -> Step {
        for command in Deeds::amends(&self.cluster) {
            self.execute(command)?;
        }
        let end = self.cluster.now() + REST;
        while let Some(missing) = unfinished(&self.cluster) {
            if self.cluster.now() >= end {
                return Err(format!("the cluster does not come to rest: {missing}"));
            }
            self.pass(Duration::from_secs(5))?;
        }
        // Leases are renewed for ever; there are moments when no cache is behind.
        for _ in 0..QUIET_EVENTS_MAX {
            if are_caches_equal(&self.cluster)? {
                return Ok(());
            }
            self.step(self.cluster.now() + Duration::from_secs(60))?;
        }
        Err("some cache never catches up with the store".to_owned())
    }

    fn execute(&mut self, command: Command) -> Step {
        self.done.push((self.cluster.now(), command.clone()));
        self.cluster.execute(&Arc::new(command), &mut ());
        self.rules.check(&self.cluster)
    }

    fn pass(&mut self, span: Duration) -> Step {
        let until = self.cluster.now() + span;
        while self.step(until)? {}
        self.cluster.run_until(until, 1, &mut ());
        Ok(())
    }

    fn step(&mut self, until: Time) -> Result<bool, String> {
        let stepped = self.cluster.step(until, &mut ());
        self.rules.check(&self.cluster)?;
        Ok(stepped)
    }
}

/// What was done, as a person would tell it.
impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.cluster.config().start;
        writeln!(f, "after {:?}:", self.cluster.now().since(start))?;
        for (at, command) in &self.done {
            writeln!(f, "  {:>10.3?} {command}", at.since(start))?;
        }
        self.cluster.store().map_or(Ok(()), |store| show(store, f))
    }
}

/// Writes what everything that was asked for is like.
fn show(store: &Store<Stored>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for resource in [Resource::DEPLOYMENTS, Resource::REPLICASETS, Resource::PODS, Resource::NODES]
    {
        for object in objects(store, resource) {
            let value = object.to_value();
            let (spec, status) = (value.at("spec"), value.at("status"));
            let shown = [spec.at("replicas"), spec.at("nodeName"), status];
            let shown: String = shown.iter().map(|value| format!(" {}", value.to_json())).collect();
            writeln!(f, "{resource:?} {} {}{shown}", object.key(), object.revision)?;
        }
    }
    Ok(())
}
