//! What all pods of a node share: the runtime, the clients, the one who tells events, the queue of
//! image pulls.

use std::collections::VecDeque;
use std::sync::Arc;

use super::cri::Runtime;
use super::{Config, Record, Timer};
use crate::api::rpc::ToServer;
use crate::api::types::{HostIp, ObjectReference, Uid};
use crate::api::{List, Str};
use crate::client::{Client, Identity, Recorder, Source};
use crate::sim::{Address, Duration, Outbox, Rng, Time};

/// How often the kubelet asks the runtime what has changed. Models genericPlegRelistPeriod.
const RELIST: Duration = Duration::from_secs(1);
/// How much longer than planned a wait may be: half as long again.
/// Models pod_workers.go workerBackOffPeriodJitterFactor.
const JITTER: (u32, u32) = (1, 2);

/// Where a kubelet puts its effects.
pub type Out = Outbox<ToServer, Timer, Record>;

/// What a request of a kubelet was for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Token {
    /// The pods of the node.
    Pods,
    /// The node's own object.
    Node,
    /// Registering the node.
    Register,
    /// The status of the node.
    NodeStatus,
    /// The node's lease.
    Lease,
    /// The status of a pod.
    Status(Uid),
    /// The end of a pod.
    Delete(Uid),
    /// The object that stands for a static pod.
    Mirror(Uid),
    /// An event.
    Event,
}

/// What all pods of a node share.
#[derive(Clone, Debug)]
pub struct Host {
    /// What the node is.
    pub config: Arc<Config>,
    /// What runs on it.
    pub runtime: Runtime,
    /// Asks the apiserver.
    pub client: Client<Token>,
    /// Luck.
    pub rng: Rng,
    /// When the kubelet started.
    pub started: Time,
    /// The machine's address, as pods show it.
    pub host_ips: List<HostIp>,
    /// Who pulls an image.
    pub puller: Puller,
    /// Whether the status of some pod is still to be sent with the next heartbeat.
    pub owes_status: bool,
    /// Pods whose turn it has become.
    woken: Vec<Uid>,
    teller: Client<Token>,
    recorder: Recorder,
}

/// The queue of image pulls: one at a time. Models pkg/kubelet/images/puller.go
/// serialImagePuller.
#[derive(Clone, Default, Debug)]
pub struct Puller {
    /// Who pulls, and after it who waits to.
    queue: VecDeque<Uid>,
}

impl Host {
    /// What the pods of a node share when its kubelet starts.
    pub fn new(config: Arc<Config>, server: Address, rng: Rng, runtime: Runtime) -> Self {
        let identity = || Identity {
            user: format!("system:node:{}", config.name).into(),
            agent: Str::new_static("kubelet"),
        };
        let source = Source {
            component: Str::new_static("kubelet"),
            host: config.name.clone(),
            series: false,
        };
        Self {
            host_ips: [HostIp { ip: config.address.clone(), ..HostIp::default() }].into(),
            client: Client::new(server, identity(), (50, 100), 0),
            teller: Client::new(server, identity(), (50, 100), 1),
            recorder: Recorder::new(source),
            puller: Puller::default(),
            owes_status: false,
            woken: Vec::new(),
            started: Time::default(),
            config,
            runtime,
            rng,
        }
    }

    /// The client that tells events.
    pub fn teller(&mut self) -> (&mut Client<Token>, &mut Recorder) {
        (&mut self.teller, &mut self.recorder)
    }

    /// Tells that something of interest happened.
    pub fn normal(
        &mut self,
        out: &mut Out,
        object: &ObjectReference,
        reason: &'static str,
        message: impl Into<Str>,
    ) {
        let told = (reason, message);
        self.recorder.normal(&mut self.teller, out, object, told, Token::Event);
    }

    /// Tells that something went wrong.
    pub fn warning(
        &mut self,
        out: &mut Out,
        object: &ObjectReference,
        reason: &'static str,
        message: impl Into<Str>,
    ) {
        let told = (reason, message);
        self.recorder.warning(&mut self.teller, out, object, told, Token::Event);
    }

    /// When the kubelet next asks the runtime what has changed, after `time`.
    pub fn relist_after(&self, time: Time) -> Time {
        let micros = RELIST.as_micros() as u64;
        let rounds = time.since(self.started).as_micros() as u64 / micros + 1;
        self.started + Duration::from_micros(rounds * micros)
    }

    /// A pod has pulled, or does not want to any longer: it is the next one's turn.
    pub fn leave_puller(&mut self, pod: Uid) {
        self.woken.extend(self.puller.leave(pod));
    }

    /// A pod whose turn it has become.
    pub fn take_woken(&mut self) -> Option<Uid> {
        self.woken.pop()
    }

    /// A wait that is a little longer than planned, so that not everything happens at once.
    pub fn jittered(&mut self, wait: Duration) -> Duration {
        wait + self.rng.up_to(wait * JITTER.0 / JITTER.1)
    }

    /// Whether pods can have addresses at `now`.
    pub fn is_network_ready(&self, now: Time) -> bool {
        self.runtime.network_ready_at().is_some_and(|at| at <= now)
    }
}

impl Puller {
    /// A pod wants to pull; says whether it is its turn at once.
    pub fn join(&mut self, pod: Uid) -> bool {
        self.queue.push_back(pod);
        self.queue.len() == 1
    }

    /// A pod has pulled, or does not want to any longer; whose turn it is now, if that changed.
    pub fn leave(&mut self, pod: Uid) -> Option<Uid> {
        let was_first = self.queue.front() == Some(&pod);
        self.queue.retain(|waiting| *waiting != pod);
        self.queue.front().copied().filter(|_| was_first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pulls_take_turns() {
        let mut puller = Puller::default();
        let pod = |n: u128| Uid(n);
        assert_eq!([1, 2, 3, 4].map(|n| puller.join(pod(n))), [true, false, false, false]);
        assert_eq!(puller.leave(pod(2)), None, "it gave up waiting");
        assert_eq!(puller.leave(pod(1)), Some(pod(3)));
        assert_eq!(puller.leave(pod(9)), None);
        assert_eq!(puller.leave(pod(3)), Some(pod(4)));
        assert_eq!(puller.leave(pod(4)), None);
        assert!(puller.join(pod(5)));
    }
}
