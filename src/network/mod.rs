//! The wires between hosts: what a packet meets on its way.
//!
//! Models no particular network, only what matters to those who use one: delay, order within a
//! connection, refusal, loss, and cables that can be cut. The network has no clock and no queue; it
//! is asked once when a packet leaves and once when it arrives, and answers with a verdict.
//!
//! Invariant: packets of one stream arrive in the order in which they left, or not at all.

mod packet;
mod rule;

use std::sync::Arc;

use crate::sim::{Address, Duration, HostId, Rng, Time};

pub use packet::{Packet, Transport};
pub use rule::{Action, Ends, Rule, RuleId};

/// How long wires take, before any rule makes it worse.
#[derive(Clone, PartialEq, Debug)]
pub struct Costs {
    /// Between processes of one host.
    pub loopback: Duration,
    /// Between hosts, one way. A tenth of a millisecond or two within a rack, up to about one
    /// between zones of a cloud region.
    pub link: Duration,
    /// How much later than that a packet may be.
    pub link_jitter: Duration,
    /// How long a lost packet of a stream takes to be sent again (TCP's least timeout on Linux).
    pub retransmission: Duration,
    /// How long a stream may be stuck before both ends give it up: HTTP/2's idle time and ping
    /// timeout as client-go sets them (30 s and 15 s) come to about this.
    pub stream_timeout: Duration,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            loopback: Duration::from_micros(30),
            link: Duration::from_micros(250),
            link_jitter: Duration::from_micros(50),
            retransmission: Duration::from_millis(200),
            stream_timeout: Duration::from_secs(30),
        }
    }
}

/// What becomes of a packet that leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It arrives then.
    Deliver(Time),
    /// Nobody listens there; the sender learns it then.
    Refused(Time),
    /// It is lost.
    Lost,
    /// Its stream is stuck. Both ends give up at the time given, which is set only by the first
    /// packet that gets stuck.
    Stuck(Option<Time>),
}

/// What a packet finds where it arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrival {
    /// Somebody who listens.
    Accepted,
    /// Nobody, or somebody who knows nothing of its stream; the sender is to learn that.
    Refused,
    /// Nothing: the host is down, or the cable was cut while it was on its way.
    Lost,
    /// As [`Verdict::Stuck`].
    Stuck(Option<Time>),
}

/// Two ends between which a stream broke.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Broken {
    /// Who is told.
    pub end: Address,
    /// With whom the stream was.
    pub peer: Address,
}

/// How one end of a stream learns that the other has gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closed {
    /// It is told.
    Told(Broken),
    /// It hears nothing any more from the second, and gives up if that is still so by then.
    Silent(Address, Address),
}

/// All hosts and the wires between them, with packets of payload `P` that are stuck.
#[derive(Clone, Debug)]
pub struct Network<P> {
    costs: Arc<Costs>,
    hosts: Vec<Arc<Host>>,
    rules: Vec<(RuleId, Rule)>,
    next_rule: u32,
    stuck: Vec<Packet<P>>,
}

#[derive(Clone, Debug)]
struct Host {
    up: bool,
    rng: Rng,
    /// Open ports, sorted, each with how often it has been opened.
    ports: Vec<(u16, Port)>,
    /// Streams that lead away from here, sorted by (own port, peer).
    streams: Vec<((u16, Address), Stream)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Port {
    open: bool,
    incarnation: u16,
}

#[derive(Clone, Copy, Debug)]
struct Stream {
    last_arrival: Time,
    /// The incarnation of the peer that the stream was opened with.
    peer_incarnation: u16,
    /// Whether packets of it are stuck.
    stuck: bool,
    /// Whether the peer has gone without a word.
    silent: bool,
}

impl<P> Network<P> {
    /// A network without hosts.
    pub fn new(costs: Costs) -> Self {
        let costs = Arc::new(costs);
        Self { costs, hosts: Vec::new(), rules: Vec::new(), next_rule: 1, stuck: Vec::new() }
    }

    /// Adds a host that is up and listens nowhere. Hosts are numbered in the order of adding.
    pub fn add_host(&mut self, rng: Rng) -> HostId {
        let host = Host { up: true, rng, ports: Vec::new(), streams: Vec::new() };
        self.hosts.push(Arc::new(host));
        HostId(u16::try_from(self.hosts.len() - 1).expect("there are fewer than 65,536 hosts"))
    }

    /// A process starts to listen at `address`.
    pub fn open(&mut self, address: Address) {
        let port = self.host_mut(address.host).port_mut(address.port);
        port.open = true;
        port.incarnation = port.incarnation.wrapping_add(1);
    }

    /// The process at `address` ends. The kernel closes its streams; the other ends are returned,
    /// with how and when they learn it. Those it cannot tell notice the silence.
    pub fn close(&mut self, now: Time, address: Address) -> Vec<(Time, Closed)> {
        self.host_mut(address.host).port_mut(address.port).open = false;
        let is_up = self.is_up(address.host);
        let mut peers = self.drop_streams(address);
        peers.retain(|peer| self.is_up(peer.host));
        let closed = peers.into_iter().map(|peer| {
            if is_up && self.passes(address.host, peer.host) {
                let at = now + self.base_latency(address.host, peer.host);
                return (at, Closed::Told(Broken { end: peer, peer: address }));
            }
            // As far as the other end can tell, the stream is still there.
            let incarnation =
                self.hosts[usize::from(address.host.0)].port(address.port).incarnation;
            self.host_mut(peer.host).stream_mut(peer.port, address, incarnation).silent = true;
            (now + self.costs.stream_timeout, Closed::Silent(peer, address))
        });
        closed.collect()
    }

    /// Whether a process listens at `address`.
    pub fn is_open(&self, address: Address) -> bool {
        let host = &self.hosts[usize::from(address.host.0)];
        host.up && host.port(address.port).open
    }

    /// Whether `host` has power.
    pub fn is_up(&self, host: HostId) -> bool {
        self.hosts[usize::from(host.0)].up
    }

    /// Gives a host power or takes it away. Its processes are not asked: close them.
    pub fn set_up(&mut self, host: HostId, up: bool) {
        self.host_mut(host).up = up;
    }

    /// Puts a rule in force.
    pub fn add_rule(&mut self, rule: Rule) -> RuleId {
        let id = RuleId(self.next_rule);
        self.next_rule += 1;
        self.rules.push((id, rule));
        id
    }

    /// Lifts the rules for which `lift` says so. Packets that were stuck and are not any longer are
    /// returned, to be sent on.
    pub fn lift_rules(&mut self, lift: impl Fn(RuleId, &Rule) -> bool) -> Vec<Packet<P>> {
        self.rules.retain(|(id, rule)| !lift(*id, rule));
        let stuck = std::mem::take(&mut self.stuck);
        let open = |p: &Packet<P>| self.is_open_way(p.from.host, p.through, p.to.host);
        let (free, stuck) = stuck.into_iter().partition(open);
        self.stuck = stuck;
        free
    }

    /// The rules in force.
    pub fn rules(&self) -> &[(RuleId, Rule)] {
        &self.rules
    }

    /// Whether the way from `from` to `to`, past `through`, is open as far as cables and power go.
    pub fn is_open_way(&self, from: HostId, through: Option<HostId>, to: HostId) -> bool {
        let hop = |from, to| self.is_up(to) && self.passes(from, to);
        match through {
            Some(middle) => hop(from, middle) && hop(middle, to),
            None => hop(from, to),
        }
    }

    /// Whether packets from `from` to `to` get through.
    pub fn passes(&self, from: HostId, to: HostId) -> bool {
        !self.rules.iter().any(|(_, rule)| rule.action == Action::Cut && rule.ends.covers(from, to))
    }

    /// What becomes of `packet`, which leaves at `depart`.
    pub fn send(&mut self, depart: Time, packet: &Packet<P>) -> Verdict {
        let (from, to, through) = (packet.from, packet.to, packet.through);
        let lossy = packet.via == Transport::Messages;
        if !self.is_open_way(from.host, through, to.host) {
            return match lossy {
                true => Verdict::Lost,
                false => Verdict::Stuck(self.mark_stuck(depart, from, to)),
            };
        }
        let latency = match self.latency(from.host, through, to.host) {
            Some(latency) => latency,
            None if lossy => return Verdict::Lost,
            None => self.base_latency(from.host, to.host) + self.costs.retransmission,
        };
        let arrival = depart + latency;
        let port = self.hosts[usize::from(to.host.0)].port(to.port);
        if !port.open {
            return Verdict::Refused(arrival + latency);
        }
        let stream = self.host_mut(from.host).stream_mut(from.port, to, port.incarnation);
        if stream.peer_incarnation != port.incarnation {
            // The peer was restarted in between: it answers with a reset.
            stream.peer_incarnation = port.incarnation;
            stream.silent = false;
            if !lossy {
                return Verdict::Refused(arrival + latency);
            }
        }
        stream.last_arrival = arrival.max(stream.last_arrival);
        Verdict::Deliver(stream.last_arrival)
    }

    /// What `packet` finds where it arrives at `now`.
    pub fn arrive(&mut self, now: Time, packet: &Packet<P>) -> Arrival {
        let (from, to) = (packet.from, packet.to);
        if self.rules.is_empty() && self.is_open(to) {
            return Arrival::Accepted;
        }
        if !self.is_open_way(from.host, packet.through, to.host) {
            return match packet.via {
                Transport::Messages => Arrival::Lost,
                Transport::Stream => Arrival::Stuck(self.mark_stuck(now, from, to)),
            };
        }
        if self.is_open(to) { Arrival::Accepted } else { Arrival::Refused }
    }

    /// Keeps a packet whose stream is stuck.
    pub fn keep(&mut self, packet: Packet<P>) {
        self.stuck.push(packet);
    }

    /// Packets that are stuck.
    pub fn stuck(&self) -> &[Packet<P>] {
        &self.stuck
    }

    /// Ends the stream from `from` to `to` if it is still stuck or silent, and says who is to be
    /// told.
    pub fn give_up(&mut self, from: Address, to: Address) -> Vec<Broken> {
        let is_stuck = self.stuck.iter().any(|packet| (packet.from, packet.to) == (from, to));
        let stream = self.host_mut(from.host).find_stream(from.port, to);
        if !stream.is_some_and(|stream| stream.stuck && is_stuck || stream.silent) {
            return Vec::new();
        }
        self.host_mut(from.host).streams.retain(|(key, _)| *key != (from.port, to));
        self.stuck.retain(|p| (p.from, p.to) != (from, to) && (p.to, p.from) != (from, to));
        self.host_mut(to.host).streams.retain(|(key, _)| *key != (to.port, from));
        vec![Broken { end: from, peer: to }, Broken { end: to, peer: from }]
    }

    /// Says that what was stuck between two ends moves again.
    pub fn unstick(&mut self, from: Address, to: Address) {
        if let Some(stream) = self.host_mut(from.host).find_stream(from.port, to) {
            stream.stuck = false;
        }
    }

    fn mark_stuck(&mut self, now: Time, from: Address, to: Address) -> Option<Time> {
        let incarnation = self.hosts[usize::from(to.host.0)].port(to.port).incarnation;
        let give_up = now + self.costs.stream_timeout;
        let stream = self.host_mut(from.host).stream_mut(from.port, to, incarnation);
        (!std::mem::replace(&mut stream.stuck, true)).then_some(give_up)
    }

    /// Forgets every stream that begins or ends at `address` and returns the other ends.
    fn drop_streams(&mut self, address: Address) -> Vec<Address> {
        let mut peers: Vec<Address> = Vec::new();
        for at in 0..self.hosts.len() {
            let host = HostId(at as u16);
            let is_end = |key: &(u16, Address)| {
                key.1 == address || (host == address.host && key.0 == address.port)
            };
            if !self.hosts[at].streams.iter().any(|(key, _)| is_end(key)) {
                continue;
            }
            let host_state = Arc::make_mut(&mut self.hosts[at]);
            host_state.streams.retain(|(key, _)| {
                let ends = is_end(key);
                if ends {
                    let own = Address::new(host, key.0);
                    peers.push(if own == address { key.1 } else { own });
                }
                !ends
            });
        }
        self.stuck.retain(|packet| packet.from != address && packet.to != address);
        peers.sort_unstable();
        peers.dedup();
        peers
    }

    fn base_latency(&self, from: HostId, to: HostId) -> Duration {
        if from == to { self.costs.loopback } else { self.costs.link }
    }

    /// How long a packet takes; `None` when a rule loses it.
    fn latency(&mut self, from: HostId, through: Option<HostId>, to: HostId) -> Option<Duration> {
        match through {
            Some(middle) => Some(self.hop(from, middle)? + self.hop(middle, to)?),
            None => self.hop(from, to),
        }
    }

    fn hop(&mut self, from: HostId, to: HostId) -> Option<Duration> {
        if from == to {
            return Some(self.costs.loopback);
        }
        let costs = self.costs.clone();
        let host = Arc::make_mut(&mut self.hosts[usize::from(from.0)]);
        let mut latency = costs.link + host.rng.up_to(costs.link_jitter);
        for (_, rule) in self.rules.iter().filter(|(_, rule)| rule.ends.covers(from, to)) {
            match rule.action {
                Action::Cut => {}
                Action::Lose { per_million } if host.rng.chance(per_million) => return None,
                Action::Lose { .. } => {}
                Action::Delay { by, jitter } => latency += by + host.rng.up_to(jitter),
            }
        }
        Some(latency)
    }

    fn host_mut(&mut self, host: HostId) -> &mut Host {
        Arc::make_mut(&mut self.hosts[usize::from(host.0)])
    }
}

impl Host {
    fn port(&self, port: u16) -> Port {
        let at = self.ports.binary_search_by_key(&port, |(p, _)| *p);
        at.map(|at| self.ports[at].1).unwrap_or_default()
    }

    fn port_mut(&mut self, port: u16) -> &mut Port {
        let at = self.ports.binary_search_by_key(&port, |(p, _)| *p).unwrap_or_else(|at| {
            self.ports.insert(at, (port, Port::default()));
            at
        });
        &mut self.ports[at].1
    }

    fn stream_mut(&mut self, port: u16, peer: Address, peer_incarnation: u16) -> &mut Stream {
        let key = (port, peer);
        let at = self.streams.binary_search_by_key(&key, |(k, _)| *k).unwrap_or_else(|at| {
            let stream = Stream {
                last_arrival: Time::default(),
                peer_incarnation,
                stuck: false,
                silent: false,
            };
            self.streams.insert(at, (key, stream));
            at
        });
        &mut self.streams[at].1
    }

    fn find_stream(&mut self, port: u16, peer: Address) -> Option<&mut Stream> {
        let at = self.streams.binary_search_by_key(&(port, peer), |(k, _)| *k).ok()?;
        Some(&mut self.streams[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_hosts() -> (Network<()>, Address, Address) {
        let mut network = Network::new(Costs::default());
        let hosts = [1, 2].map(|seed| network.add_host(Rng::new(seed)));
        let [a, b] = [Address::new(hosts[0], 1), Address::new(hosts[1], 2)];
        network.open(a);
        network.open(b);
        (network, a, b)
    }

    fn packet(from: Address, to: Address, via: Transport) -> Packet<()> {
        let cause = crate::sim::RecordId::NONE;
        Packet { from, to, via, through: None, sent: Time::default(), cause, payload: () }
    }

    /// Whoever only waits for an answer learns of it as well.
    #[test]
    fn silence_is_noticed_in_the_end() {
        let (mut network, a, b) = two_hosts();
        let send = |network: &mut Network<()>| {
            network.send(Time::default(), &packet(a, b, Transport::Stream))
        };
        assert!(matches!(send(&mut network), Verdict::Deliver(_)));
        network.set_up(b.host, false);
        let closed = network.close(Time::default(), b);
        let after = Time::default() + Costs::default().stream_timeout;
        assert_eq!(closed, [(after, Closed::Silent(a, b))]);
        assert_eq!(network.give_up(a, b).first(), Some(&Broken { end: a, peer: b }));
        assert_eq!(network.give_up(a, b), [], "once");
        // One that has been opened anew meanwhile is another.
        network.set_up(b.host, true);
        network.open(b);
        assert!(matches!(send(&mut network), Verdict::Deliver(_)));
        assert_eq!(network.give_up(a, b), []);
    }

    #[test]
    fn streams_and_messages_keep_their_order() {
        for via in [Transport::Stream, Transport::Messages] {
            let (mut network, a, b) = two_hosts();
            let mut last = Time::default();
            for micros in 0..1000 {
                let sent = Time::from_micros(micros);
                let Verdict::Deliver(at) = network.send(sent, &packet(a, b, via)) else {
                    panic!("a healthy wire delivers")
                };
                assert!(at >= last);
                last = at;
            }
        }
    }

    #[test]
    fn nobody_listening_is_a_refusal_and_a_restart_a_reset() {
        let (mut network, a, b) = two_hosts();
        let send = |network: &mut Network<()>| {
            network.send(Time::default(), &packet(a, b, Transport::Stream))
        };
        assert!(matches!(send(&mut network), Verdict::Deliver(_)));
        let told = network.close(Time::default(), b);
        let told: Vec<_> = told.into_iter().map(|(_, closed)| closed).collect();
        assert_eq!(told, [Closed::Told(Broken { end: a, peer: b })]);
        assert!(matches!(send(&mut network), Verdict::Refused(_)));
        network.open(b);
        assert!(matches!(send(&mut network), Verdict::Deliver(_)));
    }

    #[test]
    fn a_cut_stream_is_stuck_until_it_heals_or_is_given_up() {
        let (mut network, a, b) = two_hosts();
        network.add_rule(Rule { ends: Ends::Between(a.host, b.host), action: Action::Cut });
        let send =
            |network: &mut Network<()>, via| network.send(Time::default(), &packet(a, b, via));
        assert_eq!(send(&mut network, Transport::Messages), Verdict::Lost);
        let first = send(&mut network, Transport::Stream);
        assert_eq!(first, Verdict::Stuck(Some(Time::default() + Costs::default().stream_timeout)));
        network.keep(packet(a, b, Transport::Stream));
        assert_eq!(send(&mut network, Transport::Stream), Verdict::Stuck(None));
        let mut healed = network.clone();
        assert_eq!(healed.lift_rules(|_, _| true).len(), 1);
        healed.unstick(a, b);
        assert!(healed.give_up(a, b).is_empty());
        assert_eq!(network.give_up(a, b).len(), 2);
        assert!(network.stuck().is_empty());
    }

    #[test]
    fn loss_makes_streams_late_and_loses_messages() {
        let (mut network, a, b) = two_hosts();
        let all = Action::Lose { per_million: 1_000_000 };
        network.add_rule(Rule { ends: Ends::OneWay(a.host, b.host), action: all });
        let now = Time::from_secs(1);
        assert_eq!(network.send(now, &packet(a, b, Transport::Messages)), Verdict::Lost);
        let Verdict::Deliver(at) = network.send(now, &packet(a, b, Transport::Stream)) else {
            panic!()
        };
        assert!(at.since(now) >= Costs::default().retransmission);
        assert!(matches!(
            network.send(now, &packet(b, a, Transport::Messages)),
            Verdict::Deliver(_)
        ));
    }
}
