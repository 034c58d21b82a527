//! One event at a time: who gets it, and what becomes of what they want done.

use super::event::{Event, Payload, Process, Timer};
use super::place::{Component, port};
use super::record::Record;
use super::summary::{Said, Summary};
use super::{Cluster, Sink, balancer};
use crate::network::{Arrival, Broken, Packet};
use crate::sim::{Causes, RecordId, Time};
use crate::{apiserver, controllers, etcd, kubelet, scheduler, terminal};

impl Cluster {
    /// Handles the next event, if there is one that happens not after `until`.
    pub fn step(&mut self, until: Time, sink: &mut impl Sink) -> bool {
        if self.queue.next_time().is_none_or(|next| next > until) {
            return false;
        }
        let Some((now, _, event)) = self.queue.pop() else { return false };
        self.now = now;
        match event {
            Event::Packet(packet) => self.on_packet(*packet, sink),
            Event::Timer(process, timer, cause) => self.on_timer(process, timer, cause, sink),
            Event::Broken(broken, cause) => self.on_broken(broken, cause, sink),
            Event::GiveUp(from, to) => {
                for broken in self.network.give_up(from, to) {
                    self.break_stream(now, broken, RecordId::NONE);
                }
            }
            Event::Start(component) => self.start(component, RecordId::NONE, sink),
        }
        self.position += 1;
        true
    }

    fn on_packet(&mut self, packet: Packet<Payload>, sink: &mut impl Sink) {
        let summary = Summary { from: packet.from, to: packet.to, said: Said::of(&packet.payload) };
        let cause = Causes::one(packet.cause);
        match self.network.arrive(self.now, &packet) {
            Arrival::Accepted => {
                let record = self.record(cause, Record::Message(summary), sink);
                self.receive(packet, record, sink);
            }
            Arrival::Refused => {
                let record = self.record(cause, Record::Lost(summary), sink);
                self.break_stream(self.now, Broken { end: packet.from, peer: packet.to }, record);
            }
            Arrival::Lost => _ = self.record(cause, Record::Lost(summary), sink),
            Arrival::Stuck(give_up) => self.hold(packet, give_up),
        }
    }

    /// Hands a packet to whoever listens where it arrived.
    fn receive(&mut self, packet: Packet<Payload>, record: RecordId, sink: &mut impl Sink) {
        let Some(component) = self.places.component(packet.to) else { return };
        let from = packet.from;
        match (component, packet.payload) {
            (Component::Etcd(at), Payload::Peer(peer)) => {
                self.run_etcd(at, etcd::Input::Peer(peer), record, sink);
            }
            (Component::Etcd(at), Payload::StoreRequest(id, request)) => {
                self.run_etcd(at, etcd::Input::Request(from, id, request), record, sink);
            }
            (Component::Etcd(at), Payload::StoreResponse(id, response)) => {
                self.run_etcd(at, etcd::Input::Response(id, response), record, sink);
            }
            (Component::Etcd(at), Payload::StoreCancel(id)) => {
                self.run_etcd(at, etcd::Input::Cancel(from, id), record, sink);
            }
            (Component::Apiserver(at), Payload::ToServer(message)) => {
                self.run_apiserver(at, apiserver::Input::Client(from, message), record, sink);
            }
            (Component::Apiserver(at), Payload::Probe) => {
                self.run_apiserver(at, apiserver::Input::Probe(from), record, sink);
            }
            (Component::Apiserver(at), Payload::StoreResponse(id, response)) => {
                self.run_apiserver(at, apiserver::Input::Response(id, response), record, sink);
            }
            (Component::Apiserver(at), Payload::StoreEvents(_, events)) => {
                self.run_apiserver(at, apiserver::Input::Events(events), record, sink);
            }
            (Component::LoadBalancer, Payload::Probed(ready)) => {
                self.run_balancer(&balancer::Input::Probed(from, ready), record, sink);
            }
            (Component::Scheduler(at), Payload::ToClient(message)) => {
                self.run_scheduler(at, scheduler::Input::Message(message), record, sink);
            }
            (Component::ControllerManager(at), Payload::ToClient(message)) => {
                self.run_controllers(at, controllers::Input::Message(message), record, sink);
            }
            (Component::Kubelet(host), Payload::ToClient(message)) => {
                self.run_kubelet(host, kubelet::Input::Message(message), record, sink);
            }
            (Component::StandIns, Payload::ToClient(message)) => {
                self.run_stand_ins(kubelet::standin::Input::Message(message), record, sink);
            }
            (Component::Terminal, Payload::ToClient(message)) => {
                self.run_terminal(terminal::Input::Message(message), record, sink);
            }
            (Component::Terminal, Payload::StoreResponse(id, response)) => {
                self.run_terminal(terminal::Input::Answer(id, response), record, sink);
            }
            (Component::Terminal, Payload::StoreEvents(id, events)) => {
                self.run_terminal(terminal::Input::Changes(id, events), record, sink);
            }
            (Component::Outside, Payload::ToClient(message)) => {
                self.hear_outside(packet.to, message);
            }
            // Nobody sends anything else anywhere.
            _ => {}
        }
    }

    fn on_timer(&mut self, process: Process, timer: Timer, cause: RecordId, sink: &mut impl Sink) {
        let component = process.component;
        if process.incarnation != self.incarnation(component) || !self.is_running(component) {
            return;
        }
        let record = self.record(Causes::one(cause), Record::Timer(component, timer.clone()), sink);
        match (component, timer) {
            (Component::Etcd(at), Timer::Etcd(timer)) => {
                self.run_etcd(at, etcd::Input::Timer(timer), record, sink);
            }
            (Component::Apiserver(at), Timer::Apiserver(timer)) => {
                self.run_apiserver(at, apiserver::Input::Timer(timer), record, sink);
            }
            (Component::Scheduler(at), Timer::Scheduler(timer)) => {
                self.run_scheduler(at, scheduler::Input::Timer(timer), record, sink);
            }
            (Component::ControllerManager(at), Timer::Controllers(timer)) => {
                self.run_controllers(at, controllers::Input::Timer(timer), record, sink);
            }
            (Component::Kubelet(host), Timer::Kubelet(timer)) => {
                self.run_kubelet(host, kubelet::Input::Timer(timer), record, sink);
            }
            (Component::StandIns, Timer::StandIns(timer)) => {
                self.run_stand_ins(kubelet::standin::Input::Timer(timer), record, sink);
            }
            (Component::LoadBalancer, Timer::LoadBalancer(_)) => {
                self.run_balancer(&balancer::Input::Check, record, sink);
            }
            (Component::Terminal, Timer::Terminal(timer)) => {
                self.run_terminal(terminal::Input::Timer(timer), record, sink);
            }
            _ => {}
        }
    }

    /// One end of a stream will learn at `at` that it broke; once, however many packets show it.
    pub(super) fn break_stream(&mut self, at: Time, broken: Broken, cause: RecordId) {
        if !self.breaking.contains(&broken) {
            self.breaking.push(broken);
            self.queue.push(at, Event::Broken(broken, cause));
        }
    }

    /// One end of a stream learns that it broke.
    fn on_broken(&mut self, broken: Broken, cause: RecordId, sink: &mut impl Sink) {
        let Broken { end, peer } = broken;
        self.breaking.retain(|pending| *pending != broken);
        let Some(component) = self.places.component(end) else { return };
        let record = self.record(Causes::one(cause), Record::Broken { end, peer }, sink);
        self.balancer_mut().disconnected(end);
        match component {
            Component::Etcd(at) => {
                self.run_etcd(at, etcd::Input::Disconnected(peer), record, sink);
            }
            Component::Apiserver(at) => {
                self.run_apiserver(at, apiserver::Input::Disconnected(peer), record, sink);
            }
            Component::Scheduler(at) => {
                self.run_scheduler(at, scheduler::Input::Disconnected, record, sink);
            }
            Component::ControllerManager(at) => {
                self.run_controllers(at, controllers::Input::Disconnected, record, sink);
            }
            Component::Kubelet(host) => {
                self.run_kubelet(host, kubelet::Input::Disconnected, record, sink);
            }
            Component::StandIns => {
                self.run_stand_ins(kubelet::standin::Input::Disconnected, record, sink);
            }
            Component::LoadBalancer => {
                self.run_balancer(&balancer::Input::Unreachable(peer), record, sink);
            }
            Component::Terminal => {
                let input = match peer.port {
                    port::ETCD_CLIENT => terminal::Input::StoreGone(peer),
                    _ => terminal::Input::Disconnected,
                };
                self.run_terminal(input, record, sink);
            }
            Component::Outside => self.cut_outside(end, record),
        }
    }
}
