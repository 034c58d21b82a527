//! Commands carried out: processes that start and stop, hosts that lose power, cables that break.

use std::sync::Arc;

use super::command::Command;
use super::config::Style;
use super::event::Event;
use super::place::{Component, port};
use super::record::Record;
use super::{Cluster, Sink, bootstrap};
use crate::api::Str;
use crate::apiserver::{self, Apiserver};
use crate::network::{Action, Closed, Ends, Rule};
use crate::scheduler::Scheduler;
use crate::sim::{Address, Causes, Duration, HostId, RecordId};
use crate::{controllers, kubelet, scheduler, terminal};

/// How long a machine takes from power to its first process.
const BOOT: Duration = Duration::from_secs(3);

impl Cluster {
    /// Does what a person wants done.
    pub fn execute(&mut self, command: &Arc<Command>, sink: &mut impl Sink) {
        let record = self.record(Causes::default(), Record::Command(command.clone()), sink);
        match &**command {
            Command::Type { line } => {
                self.run_terminal(terminal::Input::Line(line.as_str().into()), record, sink);
            }
            Command::Write { name, text } => {
                let (name, text) = (name.as_str().into(), text.as_str().into());
                self.run_terminal(terminal::Input::File { name, text }, record, sink);
            }
            Command::Interrupt => self.run_terminal(terminal::Input::Interrupt, record, sink),
            Command::PowerOff { host } => {
                self.on_host(host, |c, host| c.power_off(host, record, sink))
            }
            Command::PowerOn { host } => {
                self.on_host(host, |c, host| c.power_on(host, record, sink))
            }
            Command::Stop { component } => self.stop(*component, record, sink),
            Command::Start { component } => {
                if self.network.is_up(self.places.address(*component).host) {
                    self.start(*component, record, sink);
                }
            }
            Command::Cut { a, b } => self.cut(a, b),
            Command::CutOneWay { from, to } => {
                if let Some((from, to)) = self.ends(from, to) {
                    let ends = Ends::OneWay(from, to);
                    self.network.add_rule(Rule { ends, action: Action::Cut });
                }
            }
            Command::Worsen { a, b, loss_per_million, delay_micros, jitter_micros } => {
                let delay = [*delay_micros, *jitter_micros].map(Duration::from_micros);
                if let Some(ends) = self.ends(a, b) {
                    self.worsen(ends, *loss_per_million, delay.into());
                }
            }
            Command::Partition { groups } => self.partition(groups, sink),
            Command::Tune { tuning } => self.tune(*tuning, record, sink),
            Command::Member { host, deed } => {
                self.on_host(host, |c, host| c.befall_member(host, *deed, record, sink));
            }
            Command::Timers { aligned } => self.set_timers(*aligned, record, sink),
            Command::Restore { directory } => self.restore_etcd(directory, record, sink),
            Command::Message { number, deed } => {
                self.befall_message(*number, *deed, record, sink);
            }
            Command::Mend { a, b } => {
                let ends = self.ends(a, b);
                self.mend(|rule| ends.is_some_and(|(a, b)| is_between(rule, a, b)), sink);
            }
            Command::Isolate { host } => self.on_host(host, |cluster, host| {
                cluster.network.add_rule(Rule { ends: Ends::Around(host), action: Action::Cut });
            }),
            Command::MendAll => self.mend(|_| true, sink),
            Command::Finish { prefix, code } => self.finish(prefix, *code, record, sink),
            Command::Http { line, number, user, groups, request } => {
                let (line, who) = ((*line, *number), (user.as_str(), groups.as_slice()));
                self.call_from_outside(line, who, request, record, sink);
            }
            Command::HangUp { line } => self.hang_up(*line, record),
        }
    }

    /// Starts a process, unless it runs.
    pub(super) fn start(&mut self, component: Component, cause: RecordId, sink: &mut impl Sink) {
        let is_up = self.network.is_up(self.places.address(component).host);
        if self.is_running(component) || !is_up || self.is_nobody(component) {
            return;
        }
        let record = self.record(Causes::one(cause), Record::Started(component), sink);
        self.ports(component).into_iter().for_each(|address| self.network.open(address));
        let rng = self.rng.split(&format!("{component} {}", self.incarnation(component)));
        match component {
            Component::Etcd(at) => self.start_etcd(at, rng, record, sink),
            Component::Apiserver(at) => {
                let settings = bootstrap::apiserver(&self.config, &self.places, at);
                self.apiservers[usize::from(at)].start(Apiserver::new(settings, rng));
                self.run_apiserver(at, apiserver::Input::Start, record, sink);
            }
            Component::Scheduler(at) => {
                let config = bootstrap::scheduler(&self.config, &self.places, at);
                let server = self.places.address(Component::Apiserver(at));
                self.schedulers[usize::from(at)].start(Scheduler::new(config, server, rng));
                self.run_scheduler(at, scheduler::Input::Start, record, sink);
            }
            Component::ControllerManager(at) => {
                let config = bootstrap::controllers(&self.config);
                let server = self.places.address(Component::Apiserver(at));
                let host = self.places.name(self.places.master(at)).clone();
                let manager = controllers::Manager::new(config.into(), &host, server, rng);
                self.managers[usize::from(at)].start(manager);
                self.run_controllers(at, controllers::Input::Start, record, sink);
            }
            Component::Kubelet(host) => self.start_kubelet(host, rng, record, sink),
            Component::StandIns => {
                let profiles = bootstrap::profiles(&self.config, &self.places);
                let stand_ins = kubelet::StandIns::new(profiles, self.balancer_address, rng);
                self.stand_ins.start(stand_ins);
                self.run_stand_ins(kubelet::standin::Input::Start, record, sink);
            }
            Component::LoadBalancer => {
                self.run_balancer(&super::balancer::Input::Start, record, sink);
            }
            Component::Terminal => self.run_terminal(terminal::Input::Start, record, sink),
            // It is always there.
            Component::Outside => {}
        }
        // It may have ended already.
        self.tell_kubelet(component, self.is_running(component), record, sink);
    }

    fn start_kubelet(
        &mut self,
        host: HostId,
        rng: crate::sim::Rng,
        record: RecordId,
        sink: &mut impl Sink,
    ) {
        let config = bootstrap::kubelet(&self.config, &self.places, host);
        let at = usize::from(host.0);
        let mut runtime = self.runtimes[at]
            .take()
            .map_or_else(|| bootstrap::runtime(&config), |runtime| *runtime);
        for component in self.processes_on(host) {
            if let Some(name) = component.static_pod() {
                runtime.set_process(Str::new_static(name), self.is_running(component));
            }
        }
        // Those of a master use its own apiserver's neighbourhood, as everyone outside does: the
        // load balancer.
        let kubelet = kubelet::Kubelet::new(config, self.balancer_address, rng, runtime);
        self.kubelets[at].start(kubelet);
        self.run_kubelet(host, kubelet::Input::Start, record, sink);
    }

    /// Stops a process. What it had not stored is lost.
    pub(super) fn stop(&mut self, component: Component, cause: RecordId, sink: &mut impl Sink) {
        if !self.is_running(component) {
            return;
        }
        let record = self.record(Causes::one(cause), Record::Stopped(component), sink);
        match component {
            Component::Etcd(at) => {
                // A machine without power loses what its disk has not synced.
                let fails = std::mem::take(&mut self.stores[usize::from(at)].loses_unsynced);
                let loses_unsynced = fails || !self.network.is_up(self.places.master(at));
                self.stop_etcd(at, loses_unsynced);
            }
            Component::Apiserver(at) => _ = self.apiservers[usize::from(at)].stop(),
            Component::Scheduler(at) => _ = self.schedulers[usize::from(at)].stop(),
            Component::ControllerManager(at) => _ = self.managers[usize::from(at)].stop(),
            Component::Kubelet(host) => {
                let kubelet = self.kubelets[usize::from(host.0)].stop();
                self.runtimes[usize::from(host.0)] = kubelet.map(|k| Box::new(k.stop()));
            }
            // These are not for a person to stop.
            Component::StandIns
            | Component::LoadBalancer
            | Component::Terminal
            | Component::Outside => {}
        }
        for address in self.ports(component) {
            for (at, closed) in self.network.close(self.now, address) {
                match closed {
                    Closed::Told(broken) => self.break_stream(at, broken, record),
                    Closed::Silent(end, gone) => {
                        self.queue.push(at, Event::GiveUp(end, gone));
                    }
                }
            }
        }
        self.tell_kubelet(component, false, record, sink);
    }

    fn power_off(&mut self, host: HostId, cause: RecordId, sink: &mut impl Sink) {
        if !self.network.is_up(host) {
            return;
        }
        let record = self.record(Causes::one(cause), Record::Power(host, false), sink);
        if self.stands_in(host) {
            return self.stand_in(host, false, record, sink);
        }
        // Without power nobody can say goodbye.
        self.network.set_up(host, false);
        for component in self.processes_on(host) {
            self.stop(component, record, sink);
        }
        if let Some(runtime) = &mut self.runtimes[usize::from(host.0)] {
            runtime.power_off(self.now);
        }
    }

    fn power_on(&mut self, host: HostId, cause: RecordId, sink: &mut impl Sink) {
        let stands_in = self.stands_in(host);
        if self.network.is_up(host) && !stands_in {
            return;
        }
        let record = self.record(Causes::one(cause), Record::Power(host, true), sink);
        if stands_in {
            return self.stand_in(host, true, record, sink);
        }
        self.network.set_up(host, true);
        for (n, component) in self.processes_on(host).into_iter().enumerate() {
            let at = self.now + BOOT + Duration::from_millis(200) * n as u32;
            self.queue.push(at, Event::Start(component));
        }
    }

    /// Whether a stand-in plays the kubelet of a host: that of any worker of a bare cluster.
    fn stands_in(&self, host: HostId) -> bool {
        self.stand_ins.get().is_some() && !self.places.is_master(host)
    }

    /// The kubelet of a bare cluster's node stops, or starts again.
    fn stand_in(&mut self, host: HostId, on: bool, record: RecordId, sink: &mut impl Sink) {
        let name = self.places.name(host).clone();
        let input = match on {
            true => kubelet::standin::Input::StartNode(name),
            false => kubelet::standin::Input::StopNode(name),
        };
        self.run_stand_ins(input, record, sink);
    }

    fn finish(&mut self, prefix: &str, code: i32, record: RecordId, sink: &mut impl Sink) {
        let prefix = Str::from(prefix);
        if self.stand_ins.get().is_some() {
            let input = kubelet::standin::Input::Finish { prefix: prefix.clone(), code };
            self.run_stand_ins(input, record, sink);
        }
        for host in self.places.hosts().collect::<Vec<_>>() {
            if self.is_running(Component::Kubelet(host)) {
                let input = kubelet::Input::Finish { prefix: prefix.clone(), code };
                self.run_kubelet(host, input, record, sink);
            }
        }
    }

    fn cut(&mut self, a: &str, b: &str) {
        if let Some((a, b)) = self.ends(a, b) {
            self.network.add_rule(Rule { ends: Ends::Between(a, b), action: Action::Cut });
        }
    }

    /// Lifts the rules for which `lift` says so, and sends on what was stuck.
    pub(super) fn mend(&mut self, lift: impl Fn(&Rule) -> bool, sink: &mut impl Sink) {
        for packet in self.network.lift_rules(|_, rule| lift(rule)) {
            self.network.unstick(packet.from, packet.to);
            self.transmit(self.now, packet, sink);
        }
    }

    /// Tells the kubelet of a master that the process behind a static pod runs, or does not.
    fn tell_kubelet(
        &mut self,
        component: Component,
        running: bool,
        record: RecordId,
        sink: &mut impl Sink,
    ) {
        let Some(name) = component.static_pod() else { return };
        let host = self.places.address(component).host;
        if self.is_running(Component::Kubelet(host)) {
            let input = kubelet::Input::Process { name: Str::new_static(name), running };
            self.run_kubelet(host, input, record, sink);
        }
    }

    /// Whether a process runs.
    pub fn is_running(&self, component: Component) -> bool {
        match component {
            Component::Etcd(at) => self.etcd[usize::from(at)].get().is_some(),
            Component::Apiserver(at) => self.apiservers[usize::from(at)].get().is_some(),
            Component::Scheduler(at) => self.schedulers[usize::from(at)].get().is_some(),
            Component::ControllerManager(at) => self.managers[usize::from(at)].get().is_some(),
            Component::Kubelet(host) => self.kubelets[usize::from(host.0)].get().is_some(),
            Component::StandIns => self.stand_ins.get().is_some(),
            Component::LoadBalancer | Component::Terminal => {
                self.network.is_open(self.places.address(component))
            }
            Component::Outside => true,
        }
    }

    /// The processes that do not run although their host has power.
    pub fn stopped(&self) -> impl Iterator<Item = Component> {
        let up = self.places.hosts().filter(|host| self.network.is_up(*host));
        let machines = up.filter(|host| *host < self.places.balancer());
        let processes = machines.flat_map(|host| self.processes_on(host));
        processes.filter(|component| !self.is_running(*component))
    }

    /// How often a process has been started.
    pub(super) fn incarnation(&self, component: Component) -> u16 {
        match component {
            Component::Etcd(at) => self.etcd[usize::from(at)].incarnation(),
            Component::Apiserver(at) => self.apiservers[usize::from(at)].incarnation(),
            Component::Scheduler(at) => self.schedulers[usize::from(at)].incarnation(),
            Component::ControllerManager(at) => self.managers[usize::from(at)].incarnation(),
            Component::Kubelet(host) => self.kubelets[usize::from(host.0)].incarnation(),
            Component::StandIns => self.stand_ins.incarnation(),
            Component::LoadBalancer | Component::Terminal | Component::Outside => 0,
        }
    }

    /// What runs on a host when it has power, in the order in which it starts.
    pub(super) fn processes_on(&self, host: HostId) -> Vec<Component> {
        let has_kubelet = bootstrap::has_kubelet(&self.config, &self.places, host);
        let mut processes = Vec::new();
        if let Ok(at) = u8::try_from(host.0)
            && self.places.is_master(host)
        {
            processes.push(Component::Etcd(at));
            if self.config.style != Style::Etcd {
                processes.extend([
                    Component::Apiserver(at),
                    Component::Scheduler(at),
                    Component::ControllerManager(at),
                ]);
            }
        }
        processes.extend(has_kubelet.then_some(Component::Kubelet(host)));
        processes
    }

    fn ports(&self, component: Component) -> Vec<Address> {
        let main = self.places.address(component);
        match component {
            Component::Etcd(_) => vec![main, Address::new(main.host, port::ETCD_PEER)],
            _ => vec![main],
        }
    }

    fn ends(&self, a: &str, b: &str) -> Option<(HostId, HostId)> {
        Some((self.places.host(a)?, self.places.host(b)?))
    }

    /// Does something to the host called `name`, if there is one.
    fn on_host(&mut self, name: &str, act: impl FnOnce(&mut Self, HostId)) {
        if let Some(host) = self.places.host(name) {
            act(self, host);
        }
    }
}

fn is_between(rule: &Rule, a: HostId, b: HostId) -> bool {
    rule.ends.covers(a, b) || rule.ends.covers(b, a)
}
