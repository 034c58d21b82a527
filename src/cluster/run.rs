//! Letting components handle their inputs, and doing what they want done.

use std::sync::Arc;

use super::balancer::{self, Attempt};
use super::event::{Event, Payload, Process, Timer};
use super::place::{Component, port};
use super::record::Record;
use super::summary::{Said, Summary};
use super::{Cluster, Sink};
use crate::api::rpc::ToServer;
use crate::apiserver::{self, Stored};
use crate::network::{Broken, Packet, Transport, Verdict};
use crate::sim::{Address, Causes, Duration, Effect, HostId, Outbox, RecordId, Time};
use crate::{controllers, etcd, kubelet, scheduler, terminal};

/// How the effects of one kind of component become the cluster's.
struct Wrap<M, T, R> {
    /// What a message is on the wire: its payload, how it travels, and from which port.
    packet: fn(M) -> (Payload, Transport, u16),
    timer: fn(T) -> Timer,
    record: fn(Component, R) -> Record,
}

/// Defines how one kind of component is run: where it is, what holds its effects, and how they
/// are wrapped.
macro_rules! run {
    ($run:ident, $outbox:ident, $at:tt: $At:ty, $Input:ty, $component:expr,
     |$cluster:ident, $input:ident, $out:ident| $handle:expr, $wrap:expr) => {
        pub(super) fn $run(
            &mut self,
            $at: $At,
            $input: $Input,
            record: RecordId,
            sink: &mut impl Sink,
        ) {
            let mut out = std::mem::take(&mut self.outboxes.$outbox);
            out.open(self.now, record);
            {
                let ($cluster, $out) = (&mut *self, &mut out);
                $handle;
            }
            self.carry_out($component, &mut out, &$wrap, sink);
            self.outboxes.$outbox = out;
        }
    };
}

/// The outboxes of all kinds of components, emptied after each event and used again.
#[derive(Default)]
pub struct Outboxes {
    etcd: Outbox<etcd::Message<Stored>, etcd::Timer, etcd::Record>,
    apiserver: Outbox<apiserver::Message, apiserver::Timer, apiserver::Record>,
    scheduler: Outbox<ToServer, scheduler::Timer, scheduler::Record>,
    controllers: Outbox<ToServer, controllers::Timer, controllers::Record>,
    kubelet: Outbox<ToServer, kubelet::Timer, kubelet::Record>,
    stand_ins: Outbox<ToServer, kubelet::standin::Timer, kubelet::Record>,
    balancer: Outbox<balancer::Probe, balancer::Check, balancer::Record>,
    terminal: Outbox<terminal::Message, terminal::Timer, terminal::Record>,
    /// Packets of the event being handled, sent when all its records have been made.
    packets: Vec<(Time, Packet<Payload>)>,
}

/// Nothing is ever left in them between two events, so a copy is a fresh set.
impl Clone for Outboxes {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl std::fmt::Debug for Outboxes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outboxes")
    }
}

impl Cluster {
    run!(run_etcd_at, etcd, at: u8, etcd::Input<Stored>, Component::Etcd(at),
    |cluster, input, out| {
        let told = &mut cluster.told;
        if let Some(member) = cluster.etcd[usize::from(at)].get_mut() {
            member.handle(input, told, out);
        }
    },
    Wrap {
        packet: |message| match message {
            etcd::Message::Peer(peer) => {
                (Payload::Peer(peer), Transport::Messages, port::ETCD_PEER)
            }
            etcd::Message::Forward(id, request) => {
                (Payload::StoreRequest(id, request), Transport::Stream, port::ETCD_PEER)
            }
            etcd::Message::Response(id, response) => {
                (Payload::StoreResponse(id, response), Transport::Stream, port::ETCD_CLIENT)
            }
            etcd::Message::Events(id, events) => {
                (Payload::StoreEvents(id, events), Transport::Stream, port::ETCD_CLIENT)
            }
        },
        timer: Timer::Etcd,
        record: |component, record| match component {
            Component::Etcd(at) => Record::Etcd(at, record),
            _ => unreachable!("a member's records are its own"),
        },
    });

    run!(run_apiserver, apiserver, at: u8, apiserver::Input, Component::Apiserver(at),
    |cluster, input, out| {
        if let Some(apiserver) = cluster.apiservers[usize::from(at)].get_mut() {
            apiserver.handle(input, out);
        }
    },
    Wrap {
        packet: |message| {
            let payload = match message {
                apiserver::Message::Store(id, request) => Payload::StoreRequest(id, request),
                apiserver::Message::Client(message) => Payload::ToClient(message),
                apiserver::Message::Probed(ready) => Payload::Probed(ready),
            };
            (payload, Transport::Stream, port::APISERVER)
        },
        timer: Timer::Apiserver,
        record: |component, record| match component {
            Component::Apiserver(at) => Record::Apiserver(at, record),
            _ => unreachable!("an apiserver's records are its own"),
        },
    });

    run!(run_scheduler, scheduler, at: u8, scheduler::Input, Component::Scheduler(at),
    |cluster, input, out| {
        let now = cluster.now;
        if let Some(scheduler) = cluster.schedulers[usize::from(at)].get_mut() {
            scheduler.handle(now, input, out);
        }
    },
    Wrap {
        packet: |message| (Payload::ToServer(message), Transport::Stream, port::SCHEDULER),
        timer: Timer::Scheduler,
        record: |component, record| match component {
            Component::Scheduler(at) => Record::Scheduler(at, record),
            _ => unreachable!("a scheduler's records are its own"),
        },
    });

    run!(run_controllers, controllers, at: u8, controllers::Input,
    Component::ControllerManager(at),
    |cluster, input, out| {
        let now = cluster.now;
        if let Some(manager) = cluster.managers[usize::from(at)].get_mut() {
            manager.handle(now, input, out);
        }
    },
    Wrap {
        packet: |message| {
            (Payload::ToServer(message), Transport::Stream, port::CONTROLLER_MANAGER)
        },
        timer: Timer::Controllers,
        record: |component, record| match component {
            Component::ControllerManager(at) => Record::Controllers(at, record),
            _ => unreachable!("a controller manager's records are its own"),
        },
    });

    run!(run_kubelet, kubelet, host: HostId, kubelet::Input, Component::Kubelet(host),
    |cluster, input, out| {
        let now = cluster.now;
        if let Some(kubelet) = cluster.kubelets[usize::from(host.0)].get_mut() {
            kubelet.handle(now, input, out);
        }
    },
    Wrap {
        packet: |message| (Payload::ToServer(message), Transport::Stream, port::KUBELET),
        timer: Timer::Kubelet,
        record: |component, record| match component {
            Component::Kubelet(host) => Record::Kubelet(host, record),
            _ => unreachable!("a kubelet's records are its own"),
        },
    });

    run!(run_stand_ins_at, stand_ins, _: (), kubelet::standin::Input, Component::StandIns,
    |cluster, input, out| {
        let now = cluster.now;
        if let Some(stand_ins) = cluster.stand_ins.get_mut() {
            stand_ins.handle(now, input, out);
        }
    },
    Wrap {
        packet: |message| (Payload::ToServer(message), Transport::Stream, port::STAND_INS),
        timer: Timer::StandIns,
        record: |_, record| Record::Kubelet(HostId::default(), record),
    });

    run!(run_balancer_at, balancer, _: (), &balancer::Input, Component::LoadBalancer,
    |cluster, input, out| cluster.balancer_mut().handle(input, out),
    Wrap {
        packet: |_| (Payload::Probe, Transport::Stream, port::CHECKS),
        timer: Timer::LoadBalancer,
        record: |_, record| Record::LoadBalancer(record),
    });

    run!(run_terminal_at, terminal, _: (), terminal::Input, Component::Terminal,
    |cluster, input, out| {
        let now = cluster.now;
        Arc::make_mut(&mut cluster.terminal).handle(now, input, out);
    },
    Wrap {
        packet: |message| {
            let payload = match message {
                terminal::Message::Server(message) => Payload::ToServer(message),
                terminal::Message::Store(id, request) => Payload::StoreRequest(id, request),
                terminal::Message::CancelStore(id) => Payload::StoreCancel(id),
            };
            (payload, Transport::Stream, port::TERMINAL)
        },
        timer: Timer::Terminal,
        record: |_, record| Record::Terminal(record),
    });

    /// Runs a member of etcd, whose process may end by that.
    pub(super) fn run_etcd(
        &mut self,
        at: u8,
        input: etcd::Input<Stored>,
        record: RecordId,
        sink: &mut impl Sink,
    ) {
        self.run_etcd_at(at, input, record, sink);
        let member = self.etcd[usize::from(at)].get();
        if member.is_some_and(|member| member.exit().is_some()) {
            self.stop(Component::Etcd(at), record, sink);
        }
    }

    pub(super) fn run_stand_ins(
        &mut self,
        input: kubelet::standin::Input,
        record: RecordId,
        sink: &mut impl Sink,
    ) {
        self.run_stand_ins_at((), input, record, sink);
    }

    pub(super) fn run_balancer(
        &mut self,
        input: &balancer::Input,
        record: RecordId,
        sink: &mut impl Sink,
    ) {
        self.run_balancer_at((), input, record, sink);
    }

    pub(super) fn run_terminal(
        &mut self,
        input: terminal::Input,
        record: RecordId,
        sink: &mut impl Sink,
    ) {
        let processes = self.terminal.processes();
        self.run_terminal_at((), input, record, sink);
        if self.terminal.processes() != processes {
            // A new process makes a connection of its own.
            let address = self.places.address(Component::Terminal);
            self.balancer_mut().disconnected(address);
        }
    }

    /// Does what a component wants done.
    fn carry_out<M, T, R>(
        &mut self,
        component: Component,
        out: &mut Outbox<M, T, R>,
        wrap: &Wrap<M, T, R>,
        sink: &mut impl Sink,
    ) {
        let process = self.process(component);
        let host = self.places.address(component).host;
        let mut packets = std::mem::take(&mut self.outboxes.packets);
        for effect in out.drain() {
            match effect {
                Effect::Record { causes, payload } => {
                    self.record(causes, (wrap.record)(component, payload), sink);
                }
                Effect::Timer { at, token, cause } => {
                    let event = Event::Timer(process, (wrap.timer)(token), cause);
                    self.queue.push(at, event);
                }
                Effect::Send { to, after, message, cause } => {
                    let (payload, via, port) = (wrap.packet)(message);
                    let (from, sent) = (Address::new(host, port), self.now + after);
                    let through = None;
                    packets.push((sent, Packet { from, to, via, through, sent, cause, payload }));
                }
            }
        }
        for (sent, packet) in packets.drain(..) {
            self.transmit(sent, packet, sink);
        }
        self.outboxes.packets = packets;
    }

    /// Sends a packet on its way.
    pub(super) fn transmit(
        &mut self,
        sent: Time,
        mut packet: Packet<Payload>,
        sink: &mut impl Sink,
    ) {
        let mut sent = sent;
        if packet.to == self.balancer_address {
            match self.route(packet.from) {
                Ok((backend, after)) => (packet.to, sent) = (backend, sent + after),
                Err(after) => {
                    let broken = Broken { end: packet.from, peer: packet.to };
                    return self.break_stream(sent + after, broken, packet.cause);
                }
            }
        }
        packet.through = self.places.between(packet.from, packet.to);
        match self.network.send(sent, &packet) {
            Verdict::Deliver(at) => _ = self.queue.push(at, Event::Packet(Box::new(packet))),
            Verdict::Refused(at) => {
                let broken = Broken { end: packet.from, peer: packet.to };
                self.break_stream(at, broken, packet.cause);
            }
            Verdict::Lost => {
                let said = Said::of(&packet.payload);
                let summary = Summary { from: packet.from, to: packet.to, said };
                self.record(Causes::one(packet.cause), Record::Lost(summary), sink);
            }
            Verdict::Stuck(give_up) => self.hold(packet, give_up),
        }
    }

    /// The backend behind the load balancer that takes a client's packets; see
    /// [`balancer::LoadBalancer::route`].
    fn route(&mut self, client: Address) -> Result<(Address, Duration), Duration> {
        let (network, middle) = (&self.network, self.places.balancer());
        Arc::make_mut(&mut self.balancer).route(client, |backend| {
            if !network.is_open_way(middle, None, backend.host) {
                Attempt::Silent
            } else if network.is_open(backend) {
                Attempt::Connected
            } else {
                Attempt::Refused
            }
        })
    }

    /// Keeps a packet whose stream is stuck.
    pub(super) fn hold(&mut self, packet: Packet<Payload>, give_up: Option<Time>) {
        if let Some(at) = give_up {
            self.queue.push(at, Event::GiveUp(packet.from, packet.to));
        }
        self.network.keep(packet);
    }

    fn process(&self, component: Component) -> Process {
        Process { component, incarnation: self.incarnation(component) }
    }
}
