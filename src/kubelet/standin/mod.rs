//! The kubelets of a bare cluster: half a second after it is bound a pod runs and is ready, a
//! deleted pod goes at once, leases are renewed, and nothing else happens.
//!
//! One component plays all nodes, with one cache of all pods, as kwok does; a request comes from
//! the user of the node it is for. Models no code of Kubernetes; the recordings of
//! bare clusters were made with kubelets like these.
//!
//! Invariant: of a pod nothing is remembered beside the cache; what has to be done for it can be
//! read off its object at any time.

mod nodes;
mod pods;
mod statuses;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::statuses::Recent;
use super::record::Record;
use crate::api::rpc::{Call, FieldValidation, Request, Response, Selection, ToClient, ToServer};
use crate::api::types::{HostIp, Lease, ResourceList, Taint};
use crate::api::{Key, List, Resource, Str, StrMap, Typed};
use crate::client::{Client, Identity, Inbound, Informer, Progress};
use crate::sim::{Address, Duration, Map, Outbox, Rng, Time};

/// The program that kubelets say they are.
const AGENT: Str = Str::new_static("kubelet");
/// How often leases are renewed.
const RENEWAL: Duration = Duration::from_secs(10);
/// In how many groups leases are renewed, spread over that time.
const GROUPS: usize = 100;
/// How long to wait before trying again what a server refused.
const RETRY: Duration = Duration::from_secs(1);

/// What a node of a bare cluster is.
#[derive(Clone, PartialEq, Debug)]
pub struct Profile {
    /// Its name.
    pub name: Str,
    /// Its number, from 1; its pods have addresses in 10.244.NUMBER.
    pub number: u32,
    /// Its address, the only one.
    pub host_ips: List<HostIp>,
    /// Labels beside those that every node has.
    pub labels: StrMap,
    /// Its taints.
    pub taints: List<Taint>,
    /// What pods may ask for: `cpu`, `memory`, `ephemeral-storage`, `pods`.
    pub allocatable: ResourceList,
}

/// What stand-ins hear.
#[derive(Clone, Debug)]
pub enum Input {
    /// The cluster begins.
    Start,
    /// An apiserver says something.
    Message(ToClient),
    /// The connection to the apiserver is gone.
    Disconnected,
    /// Something they asked to be reminded of.
    Timer(Timer),
    /// The kubelet of a node stops.
    StopNode(Str),
    /// The kubelet of a node starts again.
    StartNode(Str),
    /// The containers of running pods whose names begin so end with this code.
    Finish {
        /// How the names begin.
        prefix: Str,
        /// The code.
        code: i32,
    },
}

/// What stand-ins ask to be reminded of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Timer {
    /// To look after a pod.
    Pod(Key),
    /// To renew a group of leases.
    Renew(u16),
    /// To look after a node, by its place in the list, that is not registered or not ready.
    Node(u32),
    /// To list or watch pods again.
    Pods,
    /// To list or watch nodes again.
    Nodes,
}

/// All kubelets of a bare cluster.
#[derive(Clone, Debug)]
pub struct StandIns {
    profiles: Arc<[Profile]>,
    /// The user of each.
    users: Arc<[Str]>,
    by_name: Arc<BTreeMap<Str, u32>>,
    nodes: Map<u32, State>,
    client: Client<Token>,
    pods: Informer,
    objects: Informer,
    recent: Recent,
    rng: Rng,
}

/// How a node is.
#[derive(Clone, Debug)]
struct State {
    is_running: bool,
    is_registered: bool,
    lease: Option<Typed<Lease>>,
    /// The addresses of its pods that are taken, and the last one given.
    used: [u64; 4],
    last: u8,
}

/// What a request was for; nodes by their place in the list.
#[derive(Clone, Debug)]
enum Token {
    Pods,
    Nodes,
    Register(u32),
    Lease(u32),
    NodeStatus(u32),
    /// A pod comes up, with an address of this node that ends so.
    Up(Key, u32, u8),
    /// Something else is told of a pod, or it is deleted.
    Other(Key),
}

type Out = Outbox<ToServer, Timer, Record>;

impl Profile {
    /// Its address.
    pub fn host_ip(&self) -> &Str {
        &self.host_ips.first().expect("a node has an address").ip
    }

    /// The address of a pod on it that ends in `octet`. Numbers beyond 255 carry over, so that
    /// 5,000 nodes have addresses of their own.
    fn pod_address(&self, octet: u8) -> Str {
        let (high, low) = (self.number / 256, self.number % 256);
        format!("10.{}.{low}.{octet}", 244 + high).into()
    }
}

impl StandIns {
    /// The kubelets of these nodes, before the cluster begins.
    pub fn new(profiles: Vec<Profile>, server: Address, rng: Rng) -> Self {
        let by_name = profiles.iter().zip(0..).map(|(profile, at)| (profile.name.clone(), at));
        let identity = Identity { user: Str::new_static("system:node"), agent: AGENT };
        let state =
            State { is_running: true, is_registered: false, lease: None, used: [0; 4], last: 1 };
        let user = |profile: &Profile| format!("system:node:{}", profile.name).into();
        Self {
            users: profiles.iter().map(user).collect(),
            by_name: Arc::new(by_name.collect()),
            nodes: (0..profiles.len() as u32).map(|at| (at, state.clone())).collect(),
            profiles: profiles.into(),
            // Each kubelet has a limit of its own that it does not reach.
            client: Client::new(server, identity, (1_000_000, 1_000_000), 0),
            pods: Informer::new(Selection::all(Resource::PODS), &[]),
            objects: Informer::new(Selection::all(Resource::NODES), &[]),
            recent: Recent::default(),
            rng,
        }
    }

    /// What the nodes are.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// Whether the kubelet of a node runs.
    pub fn is_running(&self, node: &str) -> bool {
        let at = self.by_name.get(node);
        at.is_some_and(|at| self.runs(*at))
    }

    /// Does what `input` asks for.
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Out) {
        debug_assert_eq!(now, out.now(), "the outbox was opened for another time");
        match input {
            Input::Start => self.start(out),
            Input::Message(message) => self.on_message(message, out),
            Input::Disconnected => self.on_disconnected(out),
            Input::Timer(timer) => self.on_timer(timer, out),
            Input::StopNode(name) => self.stop_node(&name, out),
            Input::StartNode(name) => self.start_node(&name, out),
            Input::Finish { prefix, code } => self.finish(&prefix, code, out),
        }
    }

    fn start(&mut self, out: &mut Out) {
        self.pods.start(&mut self.client, out, Token::Pods);
        self.objects.start(&mut self.client, out, Token::Nodes);
        (0..self.profiles.len() as u32).for_each(|at| self.register(at, out));
        let groups = GROUPS.min(self.profiles.len());
        for at in 0..self.profiles.len() as u32 {
            self.renew(at, out);
        }
        for group in 0..groups as u16 {
            let offset = RENEWAL * (u32::from(group) + 1) / groups as u32;
            out.timer(offset, Timer::Renew(group));
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Out) {
        match timer {
            Timer::Pod(key) => self.look_after(&key, out),
            Timer::Renew(group) => {
                out.timer(RENEWAL, Timer::Renew(group));
                for at in (usize::from(group)..self.profiles.len()).step_by(GROUPS) {
                    self.renew(at as u32, out);
                }
            }
            Timer::Node(at) => self.look_after_node(at, out),
            Timer::Pods => self.pods.start(&mut self.client, out, Token::Pods),
            Timer::Nodes => self.objects.start(&mut self.client, out, Token::Nodes),
        }
    }

    fn on_message(&mut self, message: ToClient, out: &mut Out) {
        match self.client.receive(message) {
            Some(Inbound::Response(token, response)) => self.on_response(token, &response, out),
            Some(Inbound::Events(Token::Pods, events)) => {
                let deltas = self.pods.on_events(&events);
                deltas.iter().for_each(|delta| self.on_pod(delta, out));
            }
            Some(Inbound::Events(_, events)) => {
                let deltas = self.objects.on_events(&events);
                deltas.iter().for_each(|delta| self.on_node(delta, out));
            }
            Some(Inbound::WatchClosed(Token::Pods, status)) => {
                let progress = self.pods.on_watch_closed(status.as_deref(), &mut self.rng);
                self.on_pods_progress(progress, out);
            }
            Some(Inbound::WatchClosed(_, status)) => {
                let progress = self.objects.on_watch_closed(status.as_deref(), &mut self.rng);
                self.on_nodes_progress(progress, out);
            }
            None => {}
        }
    }

    fn on_response(&mut self, token: Token, response: &Response, out: &mut Out) {
        let Self { client, rng, .. } = self;
        match token {
            Token::Pods => {
                let progress = self.pods.on_response(response, client, out, Token::Pods, rng);
                self.on_pods_progress(progress, out);
            }
            Token::Nodes => {
                let progress = self.objects.on_response(response, client, out, Token::Nodes, rng);
                self.on_nodes_progress(progress, out);
            }
            other => self.on_outcome(other, Some(response), out),
        }
    }

    fn on_disconnected(&mut self, out: &mut Out) {
        for token in self.client.disconnected() {
            match token {
                Token::Pods => {
                    let progress = self.pods.on_failure(None, &mut self.rng);
                    self.on_pods_progress(progress, out);
                }
                Token::Nodes => {
                    let progress = self.objects.on_failure(None, &mut self.rng);
                    self.on_nodes_progress(progress, out);
                }
                other => self.on_outcome(other, None, out),
            }
        }
    }

    /// The answer to a request came; none when the connection broke.
    fn on_outcome(&mut self, token: Token, response: Option<&Response>, out: &mut Out) {
        let result = response.map(|response| &response.result);
        // What is refused because the object is another by now will be told by the watch.
        let is_settled = match &result {
            Some(Ok(_)) => true,
            Some(Err(status)) => {
                status.is_not_found() || status.is_conflict() || status.is_already_exists()
            }
            None => false,
        };
        match token {
            Token::Register(at) if is_settled => {
                if let Some(state) = self.nodes.get_mut(&at) {
                    state.is_registered = true;
                }
            }
            Token::Register(at) => out.timer(RETRY, Timer::Node(at)),
            Token::NodeStatus(at) if !matches!(result, Some(Ok(_))) => {
                out.timer(RETRY, Timer::Node(at));
            }
            Token::Lease(at) => self.on_lease(at, result, out),
            Token::Up(key, at, octet) => {
                if !matches!(result, Some(Ok(_))) {
                    self.release(at, octet);
                }
                if !is_settled {
                    out.timer(RETRY, Timer::Pod(key));
                }
            }
            Token::Other(key) if !is_settled => out.timer(RETRY, Timer::Pod(key)),
            Token::Other(_) | Token::NodeStatus(_) | Token::Pods | Token::Nodes => {}
        }
    }

    fn on_pods_progress(&mut self, progress: Progress, out: &mut Out) {
        match progress {
            Progress::Changed(deltas) => deltas.iter().for_each(|delta| self.on_pod(delta, out)),
            Progress::Retry(after) => out.timer(after, Timer::Pods),
            Progress::Nothing => {}
        }
    }

    fn on_nodes_progress(&mut self, progress: Progress, out: &mut Out) {
        match progress {
            Progress::Changed(deltas) => deltas.iter().for_each(|delta| self.on_node(delta, out)),
            Progress::Retry(after) => out.timer(after, Timer::Nodes),
            Progress::Nothing => {}
        }
    }

    /// Asks as the user of a node.
    fn ask(&mut self, at: u32, call: Call, token: Token, out: &mut Out) {
        let request = Request {
            user: self.users[at as usize].clone(),
            agent: AGENT,
            groups: List::default(),
            manager: Str::default(),
            call,
            dry_run: false,
            field_validation: FieldValidation::Ignore,
            as_table: false,
        };
        self.client.send(out, request, token);
    }

    fn runs(&self, at: u32) -> bool {
        self.nodes.get(&at).is_some_and(|state| state.is_running)
    }
}

#[cfg(test)]
mod tests;
