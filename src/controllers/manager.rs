//! The process kube-controller-manager: one of several leads, and runs all controllers.
//!
//! Models cmd/kube-controller-manager/app/controllermanager.go.

use std::sync::Arc;

use super::caches::Caches;
use super::config::Config;
use super::record::Record;
use super::runner::Env;
use super::{Controllers, Name};
use crate::api::rpc::{ToClient, ToServer};
use crate::api::types::Uid;
use crate::api::{Resource, Str};
use crate::client::{Client, Elector, ElectorStep, Identity, Inbound};
use crate::sim::{Address, Duration, Outbox, Rng, Time};

/// Where the process puts what it wants done.
pub type Out = Outbox<ToServer, Timer, Record>;

/// What can happen to the process.
#[derive(Clone, Debug)]
pub enum Input {
    /// It starts.
    Start,
    /// A message from the apiserver came.
    Message(ToClient),
    /// Its connection to the apiserver broke.
    Disconnected,
    /// A timer went off.
    Timer(Timer),
}

/// A timer of the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timer {
    /// Which life of the process it belongs to; those of earlier lives are void.
    pub(super) life: u32,
    /// What to do.
    pub(super) wake: Wake,
}

/// What a timer is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wake {
    /// Claim or renew leadership.
    Elect,
    /// List or watch a resource again.
    Informer(Resource),
    /// Keys of a controller are due.
    Queue(Name),
    /// Start after an end.
    Restart,
}

/// The process kube-controller-manager. Its clone is a checkpoint of it.
#[derive(Clone, Debug)]
pub struct Manager {
    config: Arc<Config>,
    server: Address,
    host: Str,
    /// How often it has been started.
    life: u32,
    rng: Rng,
    lease: Client<()>,
    elector: Elector,
    caches: Caches,
    controllers: Controllers,
}

/// Request numbers: the lease's, the caches', then one space for each controller.
const LEASE_SPACE: u8 = 0;
const CACHES_SPACE: u8 = 1;
const CONTROLLERS_SPACE: u8 = 2;

impl Manager {
    /// The process on `host`, a client of the apiserver at `server`. Nothing happens before
    /// [`Input::Start`].
    pub fn new(config: Arc<Config>, host: &str, server: Address, rng: Rng) -> Self {
        let identity = Identity::component("kube-controller-manager");
        let lease = Client::new(server, identity, (20, 30), LEASE_SPACE);
        let controllers = Controllers::new(server, CONTROLLERS_SPACE, &config, &rng);
        let watches = Controllers::watches();
        let caches = Caches::new(server, CACHES_SPACE, &watches, rng.split("caches"));
        let elector = elector(&config, host, &mut rng.split("holder"));
        let host = host.into();
        Self { config, server, host, life: 0, rng, lease, elector, caches, controllers }
    }

    /// Whether this process leads.
    pub fn is_leading(&self) -> bool {
        self.elector.is_leading()
    }

    /// Who leads as far as this process knows.
    pub fn leader(&self) -> Option<&Str> {
        self.elector.leader()
    }

    /// What its controllers see of the cluster.
    pub fn caches(&self) -> &Caches {
        &self.caches
    }

    /// Handles one input.
    pub fn handle(&mut self, _now: Time, input: Input, out: &mut Out) {
        match input {
            Input::Start => self.elect(out),
            Input::Message(message) => self.receive(message, out),
            Input::Disconnected => self.disconnected(out),
            Input::Timer(Timer { life, wake }) if life == self.life => self.wake(wake, out),
            Input::Timer(_) => {}
        }
    }

    fn wake(&mut self, wake: Wake, out: &mut Out) {
        match wake {
            Wake::Elect | Wake::Restart => self.elect(out),
            Wake::Informer(resource) => self.caches.start_one(resource, out),
            Wake::Queue(name) => {
                let (controllers, mut env) = self.running(out);
                let controller = controllers.at(name);
                controller.wake(&mut env);
                controller.work(&mut env);
            }
        }
    }

    fn elect(&mut self, out: &mut Out) {
        let (step, pause) = self.elector.attempt(&mut self.lease, out, (), &mut self.rng);
        if step == ElectorStep::Lost {
            return self.end(out);
        }
        out.timer(pause, Timer { life: self.life, wake: Wake::Elect });
    }

    fn receive(&mut self, message: ToClient, out: &mut Out) {
        match Client::<()>::space_of(&message) {
            LEASE_SPACE => self.on_lease(message, out),
            CACHES_SPACE => self.on_cache(message, out),
            space => {
                let Some(name) = Name::at(space - CONTROLLERS_SPACE) else { return };
                let (controllers, mut env) = self.running(out);
                let controller = controllers.at(name);
                controller.receive(&mut env, message);
                controller.work(&mut env);
            }
        }
    }

    fn on_lease(&mut self, message: ToClient, out: &mut Out) {
        let Some(Inbound::Response((), response)) = self.lease.receive(message) else { return };
        match self.elector.on_response(&response, &mut self.lease, out, ()) {
            ElectorStep::Unchanged => {}
            ElectorStep::Won => {
                let before =
                    out.record_now(crate::sim::Causes::one(out.current()), Record::Leading);
                // Only the leader looks at the cluster: standbys have nothing to be informed of.
                self.caches.start(out);
                out.resume(before);
            }
            ElectorStep::Lost => self.end(out),
        }
    }

    fn on_cache(&mut self, message: ToClient, out: &mut Out) {
        let Some(heard) = self.caches.receive(message, self.life, out) else { return };
        let (controllers, mut env) = self.running(out);
        for delta in &heard.deltas {
            for name in heard.watchers.iter() {
                controllers.at(*name).on_change(&mut env, delta);
            }
        }
        for name in heard.watchers.iter() {
            let controller = controllers.at(*name);
            if heard.synced {
                controller.start_if_synced(&mut env);
            }
            controller.work(&mut env);
        }
    }

    fn disconnected(&mut self, out: &mut Out) {
        self.lease.disconnected();
        self.caches.disconnected(self.life, out);
        let (controllers, mut env) = self.running(out);
        for name in Name::all() {
            let controller = controllers.at(name);
            controller.disconnected(&mut env);
            controller.work(&mut env);
        }
    }

    /// Leadership is lost: the process ends, and is started again with nothing in its memory.
    /// Upstream exits too, for a leader that lives on without knowing it is none would do harm.
    fn end(&mut self, out: &mut Out) {
        let before = out.record_now(crate::sim::Causes::one(out.current()), Record::LeadershipLost);
        self.life += 1;
        let rng = self.rng.split("restart");
        let client = self.caches.end(out);
        let watches = Controllers::watches();
        self.caches = Caches::new(self.server, CACHES_SPACE, &watches, rng.split("caches"));
        self.caches.adopt(client);
        for name in Name::all() {
            self.controllers.at(name).restart(&self.config, rng.split(name.as_str()), out);
        }
        self.lease.abandon(out, |()| true);
        self.elector = elector(&self.config, &self.host, &mut rng.split("holder"));
        self.rng = rng;
        let timer = Timer { life: self.life, wake: Wake::Restart };
        out.timer(self.config.costs.restart, timer);
        out.resume(before);
    }

    /// The controllers, and what they need of everything else.
    fn running<'a>(&'a mut self, out: &'a mut Out) -> (&'a mut Controllers, Env<'a>) {
        let Self { config, life, caches, controllers, .. } = self;
        (controllers, Env { caches, config, life: *life, out })
    }
}

/// A candidate that no other process can be mistaken for.
fn elector(config: &Config, host: &str, rng: &mut Rng) -> Elector {
    let holder = format!("{host}_{}", Uid::random(rng.next_u64(), rng.next_u64()));
    Elector::new(config.election.clone(), "kube-controller-manager", holder.into())
}

/// The first instant at or after `at` that is a whole number of `period`s after `start`: when a
/// loop that began at `start` looks next.
pub(super) fn next_tick(start: Time, period: Duration, at: Time) -> Time {
    let since_start = Time::from_micros(at.since(start).as_micros() as u64);
    start + since_start.round_up(period).since(Time::default())
}
