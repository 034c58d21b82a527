//! kube-scheduler: decides which node every pod runs on.
//!
//! Models pkg/scheduler and cmd/kube-scheduler of Kubernetes v1.36 with the default profile:
//!
//! ```text
//!  apiserver ──▶ caches ──▶ handlers ──▶ cache (nodes, pods on them) ──┐
//!                              │                                      ▼
//!                              └──────▶ queue ── a pod ──▶ cycle (framework, plugins)
//!                                         ▲                           │ decision
//!                                         └── cannot be bound ── work ┴──▶ bind, event, condition
//! ```
//!
//! Read [`framework`] for the points at which plugins take part, [`plugins`] for the plugins,
//! [`cycle`] for how one pod is decided about, [`queue`] for who is next, [`cache`] for what is
//! known of nodes, and [`explain`] for what is kept of a decision.
//!
//! Of several schedulers one leads. The others keep their caches warm, which costs next to nothing
//! because caches share what they hold, and count nothing until they are elected.
//!
//! Invariant: it talks to the apiserver only, and decides from what its caches say, which lags.

pub mod cache;
mod caches;
pub mod conform;
pub mod cycle;
pub mod explain;
mod failure;
#[cfg(test)]
mod fake;
pub mod framework;
mod handlers;
pub mod node_info;
pub mod nominations;
pub mod plugins;
pub mod pod;
pub mod queue;
mod record;
pub mod resources;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod work;

pub use caches::Watched;
pub use record::{Binding, Move, Record};
pub use work::Work;

use std::sync::Arc;

use crate::api::rpc::{Response, ToClient, ToServer};
use crate::api::{Str, Uid};
use crate::client::{
    Client, Delta, Election, Elector, ElectorStep, Identity, Inbound, Progress, Recorder, Source,
};
use crate::sim::{Address, Duration, Outbox, Rng, Time};

use caches::Caches;
use work::Desk;

/// The Lease in kube-system by which schedulers elect their leader.
pub const LEASE: &str = "kube-scheduler";

/// The pods it schedules are those that name it. Models api/core/v1/types.go DefaultSchedulerName.
pub const NAME: &str = "default-scheduler";

/// As kube-scheduler, it has one client for its work, one for events and one for its Lease, so
/// that they do not wait for each other.
const CLIENTS: u8 = 3;

/// So many lives of a process pass before request numbers come again.
const LIVES_APART: u32 = 80;

/// How a scheduler is set up.
#[derive(Clone, PartialEq, Debug)]
pub struct Config {
    /// The machine it is on, for telling schedulers apart.
    pub host: Str,
    /// How many feasible nodes are enough, in percent of all; 0 lets the number of nodes decide.
    pub percentage_of_nodes_to_score: u8,
    /// How the leader is elected.
    pub election: Election,
    /// How long its work takes.
    pub costs: Costs,
}

/// How long the work of a scheduler takes, in simulated time.
#[derive(Clone, PartialEq, Debug)]
pub struct Costs {
    /// A scheduling cycle, whatever the size of the cluster.
    pub cycle: Duration,
    /// What each node that is looked at adds.
    pub per_node: Duration,
    /// From the end of its process to the next.
    pub restart: Duration,
    /// Requests a second, and how many at once.
    pub rate: (u32, u32),
}

/// Something happens to a scheduler.
#[derive(Clone, Debug)]
pub enum Input {
    /// Its process starts.
    Start,
    /// The apiserver says something.
    Message(ToClient),
    /// The connection broke.
    Disconnected,
    /// What it waited for has come.
    Timer(Timer),
}

/// What a scheduler waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timer {
    /// The life of the process that waits: a later one is not woken by it.
    life: u32,
    wake: Wake,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wake {
    /// To try to lead, or to go on leading.
    Elect,
    /// The cycle has taken its time.
    CycleDone,
    /// Pods have waited out their failures.
    Flush,
    /// Pods may have waited too long.
    Sweep,
    /// A cache may try again.
    Relist(Watched),
    /// The process may start again.
    Restart,
}

/// What a request was for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token {
    /// A cache.
    Watch(Watched),
    /// Binding a pod.
    Bind(Uid),
    /// Something whose outcome changes nothing.
    Aside,
}

type Out = Outbox<ToServer, Timer, Record>;

/// A kube-scheduler.
#[derive(Clone, Debug)]
pub struct Scheduler {
    config: Arc<Config>,
    /// How often its process has been started again.
    life: u32,
    rng: Rng,
    /// Who it is among schedulers.
    holder: Str,
    /// The first of the spaces from which its clients number their requests.
    space: u8,
    api: Client<Token>,
    events: Client<()>,
    leases: Client<()>,
    recorder: Recorder,
    elector: Elector,
    caches: Caches,
    /// What the leader works on; none while standing by.
    work: Option<Work>,
}

impl Default for Costs {
    fn default() -> Self {
        // kube-scheduler's own benchmark asks for 810 pods a second on 5,000 nodes, of which it
        // looks at 500 a pod (test/integration/scheduler_perf/misc SchedulingBasic): 1.2 ms a pod.
        Self {
            cycle: Duration::from_micros(200),
            per_node: Duration::from_micros(2),
            // A static pod's container that has ended is started again by the next kubelet sync.
            restart: Duration::from_secs(1),
            // Models apis/config/v1/defaults.go ClientConnection.
            rate: (50, 100),
        }
    }
}

impl Config {
    /// The defaults for a scheduler on `host`.
    pub fn on(host: impl Into<Str>) -> Self {
        Self {
            host: host.into(),
            percentage_of_nodes_to_score: 0,
            election: Election::default(),
            costs: Costs::default(),
        }
    }
}

impl Scheduler {
    /// A scheduler that talks to `server` and has not been started.
    pub fn new(config: Config, server: Address, rng: Rng) -> Self {
        Self::in_life(0, config.into(), server, rng)
    }

    /// Handles what happens at `now`.
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Out) {
        debug_assert_eq!(now, out.now());
        match input {
            Input::Start => self.start(out),
            Input::Message(message) => self.on_message(message, out),
            Input::Disconnected => self.on_disconnected(out),
            Input::Timer(timer) if timer.life == self.life => self.on_timer(timer.wake, out),
            Input::Timer(_) => {}
        }
        let life = self.life;
        if let Some(work) = &mut self.work {
            work.arm(out, |wake| Timer { life, wake });
        }
    }

    /// Whether it leads.
    pub fn is_leading(&self) -> bool {
        self.elector.is_leading()
    }

    /// Who it is among schedulers.
    pub fn identity(&self) -> &Str {
        &self.holder
    }

    /// What it works on while it leads.
    pub fn work(&self) -> Option<&Work> {
        self.work.as_ref()
    }

    fn in_life(life: u32, config: Arc<Config>, server: Address, mut rng: Rng) -> Self {
        // Answers to the requests of an earlier life carry numbers that nobody asks with now.
        let space = (life % LIVES_APART) as u8 * CLIENTS;
        let (identity, rate) = (Identity::component("kube-scheduler"), config.costs.rate);
        let holder = format!("{}_{}", config.host, Uid::random(rng.next_u64(), rng.next_u64()));
        let holder = Str::from(holder);
        let source = Source {
            component: Str::new_static(NAME),
            host: format!("{NAME}-{}", config.host).into(),
            series: true,
        };
        Self {
            life,
            space,
            api: Client::new(server, identity.clone(), rate, space),
            events: Client::new(server, identity.clone(), rate, space + 1),
            leases: Client::new(server, identity, rate, space + 2),
            recorder: Recorder::new(source),
            elector: Elector::new(config.election.clone(), LEASE, holder.clone()),
            holder,
            caches: Caches::new(),
            work: None,
            config,
            rng,
        }
    }

    fn start(&mut self, out: &mut Out) {
        for watched in Watched::ALL {
            self.caches.start(watched, &mut self.api, out);
        }
        self.elect(out);
    }

    fn on_message(&mut self, message: ToClient, out: &mut Out) {
        match Client::<()>::space_of(&message).checked_sub(self.space) {
            Some(0) => self.on_answer(message, out),
            Some(1) => {
                if let Some(Inbound::Response((), response)) = self.events.receive(message) {
                    self.recorder.on_response(&response);
                }
            }
            Some(2) => {
                if let Some(Inbound::Response((), response)) = self.leases.receive(message) {
                    let step = self.elector.on_response(&response, &mut self.leases, out, ());
                    self.on_election(step, out);
                }
            }
            _ => {}
        }
    }

    fn on_answer(&mut self, message: ToClient, out: &mut Out) {
        match self.api.receive(message) {
            Some(Inbound::Response(token, response)) => self.on_response(token, &response, out),
            Some(Inbound::Events(Token::Watch(watched), events)) => {
                let deltas = self.caches.on_events(watched, &events);
                self.on_deltas(watched, &deltas, out);
            }
            Some(Inbound::WatchClosed(Token::Watch(watched), status)) => {
                let status = status.as_deref();
                let progress = self.caches.on_watch_closed(watched, status, &mut self.rng);
                self.on_progress(watched, progress, out);
            }
            _ => {}
        }
    }

    fn on_response(&mut self, token: Token, response: &Response, out: &mut Out) {
        match token {
            Token::Watch(watched) => {
                let Self { caches, api, rng, .. } = self;
                let progress = caches.on_response(watched, response, api, out, rng);
                self.on_progress(watched, progress, out);
            }
            Token::Bind(uid) => {
                let result = response.result.as_ref().map(drop).map_err(|s| s.message.clone());
                self.while_leading(out, |work, desk| work.on_binding(uid, result, desk));
            }
            Token::Aside => {}
        }
    }

    fn on_progress(&mut self, watched: Watched, progress: Progress, out: &mut Out) {
        match progress {
            Progress::Changed(deltas) => {
                self.on_deltas(watched, &deltas, out);
                self.begin_if_ready(out);
            }
            Progress::Retry(after) => self.wake_after(after, Wake::Relist(watched), out),
            Progress::Nothing => {}
        }
    }

    fn on_deltas(&mut self, watched: Watched, deltas: &[Delta], out: &mut Out) {
        self.while_leading(out, |work, desk| {
            deltas.iter().for_each(|delta| work.on_delta(watched, delta, desk));
            work.schedule(desk);
        });
    }

    fn on_disconnected(&mut self, out: &mut Out) {
        self.events.disconnected();
        self.leases.disconnected();
        for token in self.api.disconnected() {
            match token {
                Token::Watch(watched) => {
                    let progress = self.caches.on_failure(watched, &mut self.rng);
                    self.on_progress(watched, progress, out);
                }
                Token::Bind(uid) => {
                    let lost = Err(Str::new_static("http2: client connection lost"));
                    self.while_leading(out, |work, desk| work.on_binding(uid, lost, desk));
                }
                Token::Aside => {}
            }
        }
    }

    fn on_timer(&mut self, wake: Wake, out: &mut Out) {
        match wake {
            Wake::Elect => self.elect(out),
            Wake::Relist(watched) => self.caches.start(watched, &mut self.api, out),
            Wake::Restart => {
                out.record(Record::Restarted);
                self.start(out);
            }
            Wake::CycleDone => self.while_leading(out, |work, desk| work.finish_cycle(desk)),
            Wake::Flush => self.while_leading(out, |work, desk| work.flush(desk)),
            Wake::Sweep => self.while_leading(out, |work, desk| work.sweep(desk)),
        }
    }

    fn elect(&mut self, out: &mut Out) {
        let Self { elector, leases, rng, .. } = self;
        let (step, pause) = elector.attempt(leases, out, (), rng);
        self.wake_after(pause, Wake::Elect, out);
        self.on_election(step, out);
    }

    fn on_election(&mut self, step: ElectorStep, out: &mut Out) {
        match step {
            ElectorStep::Unchanged => {}
            ElectorStep::Won => {
                out.record(Record::Leading(self.identity().clone()));
                self.begin_if_ready(out);
            }
            ElectorStep::Lost => {
                out.record(Record::Lost(self.identity().clone()));
                self.end(out);
            }
        }
    }

    /// Starts to work once it leads and its caches have held the whole truth.
    fn begin_if_ready(&mut self, out: &mut Out) {
        if self.work.is_some() || !self.is_leading() || !self.caches.are_synced() {
            return;
        }
        let percentage = self.config.percentage_of_nodes_to_score;
        self.work = Some(Work::new(&self.caches, percentage, out));
        self.while_leading(out, |work, desk| work.schedule(desk));
    }

    /// The process ends, as it does when it has lost its lease: whatever it was doing, another
    /// may be doing by now. Models cmd/kube-scheduler/app/server.go OnStoppedLeading.
    fn end(&mut self, out: &mut Out) {
        self.api.abandon(out, |_| true);
        let (config, server) = (self.config.clone(), self.api.server());
        let restart = config.costs.restart;
        *self = Self::in_life(self.life + 1, config, server, self.rng.clone());
        self.wake_after(restart, Wake::Restart, out);
    }

    fn wake_after(&self, after: Duration, wake: Wake, out: &mut Out) {
        out.timer(after, Timer { life: self.life, wake });
    }

    /// Works, if it leads.
    fn while_leading(&mut self, out: &mut Out, what: impl FnOnce(&mut Work, &mut Desk<'_>)) {
        let Some(work) = &mut self.work else { return };
        let mut desk = Desk {
            api: &mut self.api,
            events: &mut self.events,
            recorder: &mut self.recorder,
            caches: &self.caches,
            rng: &mut self.rng,
            costs: &self.config.costs,
            life: self.life,
            out,
        };
        what(work, &mut desk);
    }
}
