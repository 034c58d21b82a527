//! The members of etcd and the machines beneath them: how they start, join, and are restored.
//!
//! Models what kubeadm writes into the manifest of etcd (names, URLs, `--initial-cluster`), and
//! what a person does on a master by hand. Invariant: a data directory belongs to one member of one
//! cluster; one that was emptied joins only as the member that was added for it.

use std::sync::Arc;

use super::place::{Component, port};
use super::{Cluster, Sink, bootstrap};
use crate::apiserver::Stored;
use crate::etcd::{self, Disk, Identity, Member, MemberInfo};
use crate::sim::{Address, Duration, RecordId, Rng};

/// What is beneath a member of etcd.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StoreHost {
    /// Whether the member starts with `--initial-cluster-state=existing`: its data directory was
    /// emptied after its cluster had been founded.
    pub joins: bool,
    /// How much longer than usual its disk takes to sync.
    pub sync_more: Duration,
    /// Whether its disk is full.
    pub is_full: bool,
    /// Whether its machine has just failed, so that what was not synced is lost.
    pub loses_unsynced: bool,
}

/// The members that one is told of when it starts.
type Known = Arc<[Arc<MemberInfo>]>;

impl Cluster {
    /// Starts the member of etcd on a master, if it can be told who it is.
    pub(super) fn start_etcd(&mut self, at: u8, rng: Rng, record: RecordId, sink: &mut impl Sink) {
        let n = usize::from(at);
        let (disk, known) = match self.disks[n].take() {
            None if self.stores[n].joins => match self.joining(at) {
                Some(joining) => joining,
                None => return,
            },
            disk => (*disk.unwrap_or_default(), self.founders()),
        };
        let id = if disk.id() == 0 { u64::from(at) + 1 } else { disk.id() };
        let own = Identity {
            name: self.places.name(self.places.master(at)).clone(),
            client_urls: vec![self.url(at, port::ETCD_CLIENT)],
        };
        let settings = bootstrap::etcd(&self.config).tuned(&self.tuning);
        let member = Member::new((id, own), settings, known, disk, rng);
        self.etcd[n].start(member);
        self.run_etcd(at, etcd::Input::Start, record, sink);
        let StoreHost { sync_more, is_full, .. } = self.stores[n];
        let slow = (sync_more > Duration::ZERO).then_some(etcd::Fault::SlowDisk(sync_more));
        let full = is_full.then_some(etcd::Fault::FullDisk(true));
        for fault in [slow, full].into_iter().flatten() {
            self.run_etcd(at, etcd::Input::Fault(fault), record, sink);
        }
    }

    /// Whether a master's data directory was emptied and no member has been added for it: etcd does
    /// not find itself among the members it is told of, and ends at once.
    pub(super) fn is_nobody(&self, component: Component) -> bool {
        let Component::Etcd(at) = component else { return false };
        let n = usize::from(at);
        self.stores[n].joins && self.disks[n].is_none() && self.joining(at).is_none()
    }

    /// Ends the process of a member.
    pub(super) fn stop_etcd(&mut self, at: u8, loses_unsynced: bool) {
        let member = self.etcd[usize::from(at)].stop();
        let disk = member.map(|member| Box::new(member.stop(loses_unsynced)));
        self.disks[usize::from(at)] = disk;
    }

    /// Those who found the cluster: one on each master that is no spare.
    pub(super) fn founders(&self) -> Known {
        let founder = |at| {
            Arc::new(MemberInfo {
                id: u64::from(at) + 1,
                name: self.places.name(self.places.master(at)).clone(),
                peer_urls: vec![self.url(at, port::ETCD_PEER)],
                client_urls: Vec::new(),
                address: Some(Address::new(self.places.master(at), port::ETCD_PEER)),
                is_learner: false,
            })
        };
        (0..self.config.founders()).map(founder).collect()
    }

    /// The disk of a member that joins, and the members it will find, if one has been added for
    /// this master. Stands for the request that a starting etcd sends to those it was told of.
    fn joining(&self, at: u8) -> Option<(Disk<Stored>, Known)> {
        let own = Address::new(self.places.master(at), port::ETCD_PEER);
        let running = self.etcd.iter().filter_map(|slot| slot.get());
        let newest = running.max_by_key(|member| member.state().applied)?;
        let membership = &newest.state().membership;
        let mut unstarted = membership.iter().filter(|member| !member.is_started());
        let added = unstarted.find(|member| member.address == Some(own))?;
        let known = membership.iter().cloned().collect();
        Some((Disk::joining(added.id, newest.cluster()), known))
    }

    fn url(&self, at: u8, port: u16) -> etcd::rpc::Text {
        format!("https://{}:{port}", self.places.ip(self.places.master(at))).into()
    }

    /// The master whose member of etcd has this id, if it runs or has run.
    pub fn master_of(&self, member: u64) -> Option<u8> {
        let runs = |n: usize| self.etcd[n].get().is_some_and(|m| m.node().id() == member);
        let ran = |n: usize| self.disks[n].as_ref().is_some_and(|disk| disk.id() == member);
        let at = (0..self.etcd.len()).find(|&n| runs(n) || ran(n))?;
        u8::try_from(at).ok()
    }

    /// Whether a component is a member of etcd that is paused.
    pub fn is_paused(&self, component: Component) -> bool {
        match component {
            Component::Etcd(at) => self.etcd[usize::from(at)].get().is_some_and(Member::is_paused),
            _ => false,
        }
    }
}
