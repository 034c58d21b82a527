//! Faults carried out: what befalls members of etcd, cables and single messages.
//!
//! Models nothing of Kubernetes; see the deeds. Invariant: a fault changes what happens next and
//! never what has happened.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::deed::{MemberDeed, MessageDeed};
use super::event::{Event, Payload};
use super::place::Component;
use super::record::Record;
use super::summary::{Said, Summary};
use super::{Cluster, Sink};
use crate::etcd::{self, Disk, Tuning};
use crate::network::{Action, Ends, Packet, Rule};
use crate::sim::{Causes, Duration, HostId, RecordId, Time};

/// How long a machine that crashed is gone.
const CRASH: Duration = Duration::from_secs(1);
/// How many ticks lie between timers that are spread.
const SPREAD_TICKS: u64 = 3;

impl Cluster {
    /// Messages that a person holds, by number.
    pub fn held(&self) -> impl Iterator<Item = (u64, &Packet<Payload>)> {
        self.held.iter().map(|(number, packet)| (*number, &**packet))
    }

    /// Does something to the member of etcd on a host.
    pub(super) fn befall_member(
        &mut self,
        host: HostId,
        deed: MemberDeed,
        record: RecordId,
        sink: &mut impl Sink,
    ) {
        let Some(at) = u8::try_from(host.0).ok().filter(|_| self.places.is_master(host)) else {
            return;
        };
        let (n, component) = (usize::from(at), Component::Etcd(at));
        let fault = match deed {
            MemberDeed::Pause => etcd::Fault::Pause,
            MemberDeed::Resume => etcd::Fault::Resume,
            MemberDeed::TimeOut => etcd::Fault::TimeOut,
            MemberDeed::CorruptData => etcd::Fault::CorruptData,
            MemberDeed::SlowDisk { micros } => {
                self.stores[n].sync_more = Duration::from_micros(micros);
                etcd::Fault::SlowDisk(self.stores[n].sync_more)
            }
            MemberDeed::FullDisk { is_full } => {
                self.stores[n].is_full = is_full;
                etcd::Fault::FullDisk(is_full)
            }
            MemberDeed::Crash => {
                if self.is_running(component) {
                    self.stores[n].loses_unsynced = true;
                    self.stop(component, record, sink);
                    self.queue.push(self.now + CRASH, Event::Start(component));
                }
                return;
            }
            MemberDeed::CorruptSnapshot => {
                self.stop(component, record, sink);
                if let Some(disk) = &mut self.disks[n] {
                    disk.corrupt();
                }
                return;
            }
            MemberDeed::Wipe => {
                self.stop(component, record, sink);
                self.disks[n] = None;
                self.stores[n].joins = true;
                return;
            }
        };
        if self.is_running(component) {
            self.run_etcd(at, etcd::Input::Fault(fault), record, sink);
        }
    }

    /// Sets the election timers of all members.
    pub(super) fn set_timers(&mut self, aligned: bool, record: RecordId, sink: &mut impl Sink) {
        // All hear of it, and the next tick is that of all.
        let at = self.now + Duration::from_millis(10);
        let ticks = self.tuning.election_ticks();
        for master in 0..self.places.masters() {
            let spread = if aligned { 0 } else { SPREAD_TICKS * u64::from(master) };
            let fault = etcd::Fault::Timers(at, ticks + spread);
            if self.is_running(Component::Etcd(master)) {
                self.run_etcd(master, etcd::Input::Fault(fault), record, sink);
            }
        }
    }

    /// Founds a new cluster of etcd on all masters from a data directory that was restored. The
    /// control plane is started anew: what it remembers is of another history.
    pub(super) fn restore_etcd(&mut self, directory: &str, record: RecordId, sink: &mut impl Sink) {
        let Some(backup) = self.terminal.backup(directory).cloned() else { return };
        let founders = self.founders();
        let disk = |member: &Arc<etcd::MemberInfo>| Disk::restored(member.id, &founders, &backup);
        let Ok(disks) = founders.iter().map(disk).collect::<Result<Vec<_>, _>>() else { return };
        let masters = 0..self.places.masters();
        let of_master = |at| self.processes_on(self.places.master(at));
        let is_kubelet = |component: &Component| matches!(component, Component::Kubelet(_));
        let all: Vec<Component> = masters.flat_map(of_master).filter(|c| !is_kubelet(c)).collect();
        for component in &all {
            self.stop(*component, record, sink);
        }
        self.told = backup.status().revision;
        // Members that were added later belonged to the old cluster.
        for at in usize::from(self.config.founders())..self.disks.len() {
            self.disks[at] = None;
            self.stores[at].joins = true;
        }
        for (at, disk) in disks.into_iter().enumerate() {
            self.disks[at] = Some(Box::new(disk));
            self.stores[at].joins = false;
        }
        for component in all {
            let wait = if matches!(component, Component::Etcd(_)) { 0 } else { 3 };
            self.queue.push(self.now + Duration::from_secs(wait), Event::Start(component));
        }
    }

    /// Makes a cable worse.
    pub(super) fn worsen(
        &mut self,
        (a, b): (HostId, HostId),
        loss_per_million: u32,
        delay: (Duration, Duration),
    ) {
        let ends = Ends::Between(a, b);
        if loss_per_million > 0 {
            let action = Action::Lose { per_million: loss_per_million };
            self.network.add_rule(Rule { ends, action });
        }
        let (by, jitter) = delay;
        if by + jitter > Duration::ZERO {
            self.network.add_rule(Rule { ends, action: Action::Delay { by, jitter } });
        }
    }

    /// Has members run with other flags from now on. Those that cannot work change nothing.
    pub(super) fn tune(&mut self, tuning: Tuning, record: RecordId, sink: &mut impl Sink) {
        if tuning.check().is_err() {
            return;
        }
        self.tuning = tuning;
        for master in 0..self.places.masters() {
            if self.is_running(Component::Etcd(master)) {
                let fault = etcd::Fault::Tune(tuning);
                self.run_etcd(master, etcd::Input::Fault(fault), record, sink);
            }
        }
    }

    /// Cuts every cable between hosts of different groups, and mends what is cut within them.
    pub(super) fn partition(&mut self, groups: &[Vec<String>], sink: &mut impl Sink) {
        let hosts = |group: &Vec<String>| -> BTreeSet<HostId> {
            group.iter().filter_map(|name| self.places.host(name)).collect()
        };
        let groups: Vec<BTreeSet<HostId>> = groups.iter().map(hosts).collect();
        let within = |rule: &Rule| {
            let mut pairs = groups.iter().flat_map(|group| {
                group.iter().flat_map(move |a| group.iter().map(move |b| (*a, *b)))
            });
            pairs.any(|(a, b)| a != b && rule.ends.covers(a, b))
        };
        self.mend(|rule| rule.action == Action::Cut && within(rule), sink);
        for (n, group) in groups.iter().enumerate() {
            for (a, other) in group.iter().flat_map(|a| groups[n + 1..].iter().map(move |g| (a, g)))
            {
                for b in other.iter().filter(|b| *b != a && !group.contains(b)) {
                    let ends = Ends::Between(*a, *b);
                    self.network.add_rule(Rule { ends, action: Action::Cut });
                }
            }
        }
    }

    /// Does something to a message between members.
    pub(super) fn befall_message(
        &mut self,
        number: u64,
        deed: MessageDeed,
        record: RecordId,
        sink: &mut impl Sink,
    ) {
        let Some((at, packet)) = self.take_message(number) else { return };
        match deed {
            MessageDeed::Deliver => self.send_on(self.now, packet),
            MessageDeed::Hold => _ = self.held.insert(number, packet),
            MessageDeed::Drop => {
                let said = Said::of(&packet.payload);
                let summary = Summary { from: packet.from, to: packet.to, said };
                let causes = Causes::with(packet.cause, &[record]);
                self.record(causes, Record::Lost(summary), sink);
            }
            MessageDeed::Duplicate => {
                self.send_on(at, packet.clone());
                self.send_on(at, packet);
            }
            MessageDeed::Delay { micros } => {
                self.send_on(at + Duration::from_micros(micros), packet);
            }
        }
    }

    fn send_on(&mut self, at: Time, packet: Box<Packet<Payload>>) {
        self.queue.push(at.max(self.now), Event::Packet(packet));
    }

    /// Takes a message between members out of the queue, or of those that are held.
    fn take_message(&mut self, number: u64) -> Option<(Time, Box<Packet<Payload>>)> {
        if let Some(packet) = self.held.remove(&number) {
            return Some((self.now, packet));
        }
        let is_it = |event: &Event| match event {
            Event::Packet(packet) => matches!(packet.payload, Payload::Peer(_)),
            _ => false,
        };
        self.queue.iter().find(|(_, seq, event)| *seq == number && is_it(event))?;
        match self.queue.take(number)? {
            (at, Event::Packet(packet)) => Some((at, packet)),
            _ => None,
        }
    }
}
