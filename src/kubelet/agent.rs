//! The kubelet itself: what it hears, and whom it hands that to.
//!
//! Models pkg/kubelet/kubelet.go (syncLoop, HandlePodAdditions, HandlePodReconcile …).

use std::sync::Arc;

use super::admission;
use super::config::Config;
use super::cri::Runtime;
use super::host::{Host, Out, Token};
use super::node::NodeAgent;
use super::record::{PodRecord, Record};
use super::static_pods;
use super::status;
use super::worker::{PodWorker, Stage};
use crate::api::labels::FieldSelector;
use crate::api::rpc::{Response, Selection, ToClient};
use crate::api::types::{Node, Pod, PodSpec, Uid};
use crate::api::{Key, Resource, Str, Typed};
use crate::client::{Client, Delta, Inbound, Informer, Progress};
use crate::sim::{Address, Duration, Map, Rng, Time};

/// What a kubelet hears.
#[derive(Clone, Debug)]
pub enum Input {
    /// Its process starts.
    Start,
    /// An apiserver says something.
    Message(ToClient),
    /// The connection to the apiserver is gone.
    Disconnected,
    /// Something it asked to be reminded of.
    Timer(Timer),
    /// The process behind a static pod, by the name of its manifest, runs now or does so no
    /// longer.
    Process {
        /// Which.
        name: Str,
        /// Whether it runs.
        running: bool,
    },
    /// The containers of running pods whose names begin so end with this code.
    Finish {
        /// How the names begin.
        prefix: Str,
        /// The code.
        code: i32,
    },
    /// The containers of pods whose names begin so fail their probes, or do so no longer.
    Sicken {
        /// How the names begin.
        prefix: Str,
        /// Whether they fail.
        sick: bool,
    },
}

/// What a kubelet asks to be reminded of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timer {
    /// To renew the lease.
    Heartbeat,
    /// To register again.
    Register,
    /// That the pod network works now.
    Network,
    /// To list or watch pods again.
    Pods,
    /// To list or watch the node again.
    Node,
    /// To look after a pod.
    Pod(Uid),
}

/// The agent of one node.
#[derive(Clone, Debug)]
pub struct Kubelet {
    pub(super) host: Host,
    pub(super) agent: NodeAgent,
    pub(super) workers: Map<Uid, Arc<PodWorker>>,
    pub(super) pods: Informer,
    nodes: Informer,
    /// Static pods, and whether the object of each is being made.
    pub(super) statics: Vec<(Uid, bool)>,
}

impl Kubelet {
    /// A kubelet that has not started yet, on a machine with this runtime.
    pub fn new(config: Config, server: Address, rng: Rng, runtime: Runtime) -> Self {
        let on_node = FieldSelector::equal("spec.nodeName", config.name.clone());
        let own = FieldSelector::equal("metadata.name", config.name.clone());
        let pods = Selection { fields: on_node, ..Selection::all(Resource::PODS) };
        let nodes = Selection { fields: own, ..Selection::all(Resource::NODES) };
        let host = Host::new(Arc::new(config), server, rng, runtime);
        Self {
            agent: NodeAgent::new(&host),
            host,
            workers: Map::new(),
            pods: Informer::new(pods, &[]),
            nodes: Informer::new(nodes, &[]),
            statics: Vec::new(),
        }
    }

    /// What runs on the machine.
    pub fn runtime(&self) -> &Runtime {
        &self.host.runtime
    }

    /// What the node is.
    pub fn config(&self) -> &Config {
        &self.host.config
    }

    /// Stops the kubelet. What runs goes on: another kubelet can be made from the runtime.
    pub fn stop(self) -> Runtime {
        self.host.runtime
    }

    /// Does what `input` asks for.
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Out) {
        debug_assert_eq!(now, out.now(), "the outbox was opened for another time");
        match input {
            Input::Start => self.start(out),
            Input::Message(message) => self.on_message(message, out),
            Input::Disconnected => self.on_disconnected(out),
            Input::Timer(timer) => self.on_timer(timer, out),
            Input::Process { name, running } => self.on_process(&name, running, out),
            Input::Finish { prefix, code } => {
                self.each_named(&prefix, out, |worker, host, out| worker.finish(code, host, out));
            }
            Input::Sicken { prefix, sick } => {
                self.each_named(&prefix, out, |worker, host, out| worker.sicken(sick, host, out));
            }
        }
        while let Some(uid) = self.host.take_woken() {
            self.work(uid, out, PodWorker::on_turn);
        }
    }

    fn start(&mut self, out: &mut Out) {
        let now = out.now();
        self.host.started = now;
        let setup = self.host.config.costs.network_setup;
        let ready_at = self.host.runtime.set_up_network(now + setup);
        if ready_at > now {
            out.timer_at(ready_at, Timer::Network);
        }
        self.agent.announce(&mut self.host, out);
        self.agent.register(&mut self.host, out);
        self.pods.start(&mut self.host.client, out, Token::Pods);
        self.nodes.start(&mut self.host.client, out, Token::Node);
        self.add_static_pods(out);
        out.timer(Duration::ZERO, Timer::Heartbeat);
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Out) {
        match timer {
            Timer::Heartbeat => {
                let again = self.agent.beat(&mut self.host, out);
                out.timer(again, Timer::Heartbeat);
                self.send_owed(out);
                self.make_mirrors(out);
            }
            Timer::Register => self.agent.register(&mut self.host, out),
            Timer::Network => self.agent.update_status(&mut self.host, out),
            Timer::Pods => self.pods.start(&mut self.host.client, out, Token::Pods),
            Timer::Node => self.nodes.start(&mut self.host.client, out, Token::Node),
            Timer::Pod(uid) => self.work(uid, out, PodWorker::on_wake),
        }
    }

    fn on_message(&mut self, message: ToClient, out: &mut Out) {
        let inbound = match Client::<Token>::space_of(&message) {
            0 => self.host.client.receive(message),
            1 => self.host.teller().0.receive(message),
            _ => self.agent.client().receive(message),
        };
        match inbound {
            Some(Inbound::Response(token, response)) => self.on_response(token, &response, out),
            Some(Inbound::Events(Token::Pods, events)) => {
                let deltas = self.pods.on_events(&events);
                self.on_pods(deltas, out);
            }
            Some(Inbound::Events(_, events)) => {
                let deltas = self.nodes.on_events(&events);
                self.on_nodes(deltas, out);
            }
            Some(Inbound::WatchClosed(Token::Pods, status)) => {
                let progress = self.pods.on_watch_closed(status.as_deref(), &mut self.host.rng);
                self.on_pods_progress(progress, out);
            }
            Some(Inbound::WatchClosed(_, status)) => {
                let progress = self.nodes.on_watch_closed(status.as_deref(), &mut self.host.rng);
                self.on_nodes_progress(progress, out);
            }
            None => {}
        }
    }

    fn on_response(&mut self, token: Token, response: &Response, out: &mut Out) {
        match token {
            Token::Pods => {
                let Host { client, rng, .. } = &mut self.host;
                let progress = self.pods.on_response(response, client, out, Token::Pods, rng);
                self.on_pods_progress(progress, out);
            }
            Token::Node => {
                let Host { client, rng, .. } = &mut self.host;
                let progress = self.nodes.on_response(response, client, out, Token::Node, rng);
                self.on_nodes_progress(progress, out);
            }
            Token::Event => self.host.teller().1.on_response(response),
            other => self.on_outcome(other, Some(response), out),
        }
    }

    /// The answer to a request came; none when the connection broke.
    fn on_outcome(&mut self, token: Token, response: Option<&Response>, out: &mut Out) {
        let Self { agent, host, .. } = self;
        match token {
            Token::Register => {
                if let Some(again) = agent.on_register_response(response, host, out) {
                    out.timer(again, Timer::Register);
                }
                self.make_mirrors(out);
            }
            Token::NodeStatus => agent.on_status_response(response, host, out),
            Token::Lease => agent.on_lease_response(response, host, out),
            Token::Status(uid) => self.work(uid, out, |worker, host, out| {
                worker.on_status_response(response, host, out);
            }),
            Token::Delete(uid) => self.work(uid, out, |worker, host, _| {
                worker.on_delete_response(response, host);
            }),
            Token::Mirror(uid) => {
                // Should it have failed, the next heartbeat tries again.
                if let Some(entry) = self.statics.iter_mut().find(|(known, _)| *known == uid) {
                    entry.1 = false;
                }
            }
            Token::Pods | Token::Node | Token::Event => {}
        }
    }

    fn on_disconnected(&mut self, out: &mut Out) {
        let mut lost = self.host.client.disconnected();
        lost.extend(self.host.teller().0.disconnected());
        lost.extend(self.agent.client().disconnected());
        for token in lost {
            match token {
                Token::Pods => {
                    let progress = self.pods.on_failure(None, &mut self.host.rng);
                    self.on_pods_progress(progress, out);
                }
                Token::Node => {
                    let progress = self.nodes.on_failure(None, &mut self.host.rng);
                    self.on_nodes_progress(progress, out);
                }
                other => self.on_outcome(other, None, out),
            }
        }
    }

    fn on_pods_progress(&mut self, progress: Progress, out: &mut Out) {
        match progress {
            Progress::Changed(mut deltas) => {
                // Those that have been here longest have the first claim to the node.
                deltas.sort_by_key(|delta| delta.object().meta().creation_timestamp);
                self.on_pods(deltas, out);
                self.clean_up(out);
                self.make_mirrors(out);
            }
            Progress::Retry(after) => out.timer(after, Timer::Pods),
            Progress::Nothing => {}
        }
    }

    fn on_nodes_progress(&mut self, progress: Progress, out: &mut Out) {
        match progress {
            Progress::Changed(deltas) => self.on_nodes(deltas, out),
            Progress::Retry(after) => out.timer(after, Timer::Node),
            Progress::Nothing => {}
        }
    }

    fn on_nodes(&mut self, deltas: Vec<Delta>, out: &mut Out) {
        for delta in deltas {
            let node = delta.after.and_then(|object| object.typed::<Node>());
            self.agent.on_node(node, &mut self.host, out);
        }
    }

    fn on_pods(&mut self, deltas: Vec<Delta>, out: &mut Out) {
        for delta in deltas {
            let typed =
                |object: Option<_>| object.and_then(|o: crate::api::Object| o.typed::<Pod>());
            let (before, after) = (typed(delta.before), typed(delta.after));
            let is_mirror = before
                .as_ref()
                .or(after.as_ref())
                .is_some_and(|pod| static_pods::is_mirror(pod.meta()));
            if is_mirror {
                let key = delta_key(before.as_ref(), after.as_ref());
                self.on_mirror(&key, after, out);
                continue;
            }
            let is_other = before.as_ref().map(Typed::uid) != after.as_ref().map(Typed::uid);
            if let Some(before) = before.filter(|_| is_other) {
                self.work(before.uid(), out, PodWorker::on_removed);
            }
            let Some(pod) = after else { continue };
            if self.workers.contains_key(&pod.uid()) {
                self.work(pod.uid(), out, |worker, host, out| worker.on_update(pod, host, out));
            } else {
                self.add(pod, out);
            }
        }
    }

    /// Models HandlePodAdditions.
    fn add(&mut self, pod: Typed<Pod>, out: &mut Out) {
        let refusal = self.refusal(&pod);
        let uid = pod.uid();
        let worker = PodWorker::new(&self.host.config.name, pod, false);
        self.workers.insert(uid, Arc::new(worker));
        self.work(uid, out, |worker, host, out| {
            worker.say(out, PodRecord::Added);
            match refusal {
                None => worker.begin(host, out),
                Some((reason, message)) => worker.reject(reason, &message, host, out),
            }
        });
    }

    /// Why the node does not take a pod. What has run here before is not asked again.
    fn refusal(&self, pod: &Typed<Pod>) -> Option<admission::Refusal> {
        let node = self.agent.node()?;
        let is_known = self.host.runtime.pod(pod.uid()).is_some();
        if is_known || pod.meta().is_deleting() || status::is_terminal(&pod.status.phase) {
            return None;
        }
        let active = self.workers.values().filter(|worker| worker.is_active());
        let others: Vec<&PodSpec> = active.map(|worker| &*worker.pod.spec).collect();
        admission::check(&pod.spec, (node.meta(), node), &others).err()
    }

    /// What is left in the runtime of pods that are gone for good.
    /// Models HandlePodCleanups.
    fn clean_up(&mut self, out: &mut Out) {
        let is_orphan = |uid: &Uid| !self.workers.contains_key(uid);
        let orphans: Vec<Uid> = self.host.runtime.pods().filter(is_orphan).collect();
        for uid in orphans {
            self.host.runtime.remove(uid);
            let about = Arc::new(super::About {
                node: self.host.config.name.clone(),
                pod: Key::default(),
                uid,
                containers: Box::default(),
            });
            out.record(Record::Pod(about, PodRecord::Removed));
        }
    }

    /// Sends what could not be sent. Models status_manager.go syncBatch.
    fn send_owed(&mut self, out: &mut Out) {
        if !std::mem::take(&mut self.host.owes_status) {
            return;
        }
        let uids: Vec<Uid> = self.workers.keys().copied().collect();
        for uid in uids {
            self.work(uid, out, |worker, host, out| {
                worker.send_status(host, out);
                worker.settle_report(host, out);
            });
        }
    }

    /// Lets the workers of running pods whose names begin so do something.
    fn each_named(
        &mut self,
        prefix: &str,
        out: &mut Out,
        work: impl Fn(&mut PodWorker, &mut Host, &mut Out),
    ) {
        let is_meant = |worker: &&Arc<PodWorker>| {
            worker.about.pod.name().starts_with(prefix) && worker.stage == Stage::Running
        };
        let uids: Vec<Uid> = self.workers.values().filter(is_meant).map(|w| w.uid()).collect();
        for uid in uids {
            self.work(uid, out, &work);
        }
    }

    /// Lets the worker of a pod do something; forgets it when nothing is left of the pod.
    pub(super) fn work(
        &mut self,
        uid: Uid,
        out: &mut Out,
        work: impl FnOnce(&mut PodWorker, &mut Host, &mut Out),
    ) {
        let Some(worker) = self.workers.get_mut(&uid) else { return };
        let before = out.current();
        work(Arc::make_mut(worker), &mut self.host, out);
        out.resume(before);
        if worker.is_gone && worker.stage == Stage::Stopped {
            self.workers.remove(&uid);
            self.host.runtime.remove(uid);
        }
    }
}

fn delta_key(before: Option<&Typed<Pod>>, after: Option<&Typed<Pod>>) -> Key {
    before.or(after).expect("a delta has an object before or after it").key()
}
