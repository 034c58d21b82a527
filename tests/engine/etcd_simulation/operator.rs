//! The operator: replaces members, promotes learners, and starts what was added.

use std::sync::Arc;

use orrery::etcd::raft::Role;
use orrery::etcd::rpc::Request;
use orrery::etcd::{Disk, MemberInfo};
use orrery::sim::{Address, HostId};

use super::world::{PEER_PORT, World};

impl World {
    /// Changes the members in some way, at their leader. Whatever comes of it is seen later.
    pub fn operate(&mut self) {
        let Some(leader) = self.leader() else { return };
        let membership = self.hosts[leader].member().expect("it leads").state().membership.clone();
        let members: Vec<_> = membership.iter().cloned().collect();
        let any = self.rng.below(members.len() as u64) as usize;
        let request = match self.rng.below(4) {
            0 => match members.iter().find(|member| member.is_learner) {
                Some(learner) => Request::MemberPromote { id: learner.id },
                None => return,
            },
            1 if members.len() > 2 => Request::MemberRemove { id: members[any].id },
            2 | 3 => {
                let taken = |host: &usize| {
                    let address = Some(address(*host));
                    members.iter().any(|member| member.address == address)
                };
                let Some(host) = (0..self.hosts.len()).find(|host| !taken(host)) else { return };
                let peer_urls = vec![url(host).into()];
                let is_learner = self.rng.chance(600_000);
                Request::MemberAdd { peer_urls, address: Some(address(host)), is_learner }
            }
            _ => return,
        };
        self.ask_as_operator(leader, Arc::new(request));
    }

    /// Empties the disks of those that were removed, and starts those that were added.
    pub fn tend(&mut self) {
        let states = self.hosts.iter().filter_map(|host| host.member());
        let Some(newest) = states.max_by_key(|member| member.state().applied) else { return };
        let (membership, cluster) = (newest.state().membership.clone(), newest.cluster());
        for at in 0..self.hosts.len() {
            // One that was removed before it heard of anything waits for ever.
            let id = self.hosts[at].member().map(|member| member.node().id());
            if id.is_some_and(|id| membership.is_removed(id)) {
                self.stop(at, false);
            }
            let Some(disk) = self.hosts[at].disk() else { continue };
            if membership.is_removed(disk.id()) {
                let emptied = std::mem::replace(&mut self.hosts[at].state, Err(Box::default()));
                self.graves.extend(emptied.err().map(|disk| *disk));
            }
            let is_blank = self.hosts[at].disk().is_some_and(|disk| disk.id() == 0);
            let mut here = membership.iter().filter(|member| member.address == Some(address(at)));
            let added = here.find(|member| !member.is_started());
            if let Some(added) = added.filter(|_| is_blank) {
                self.known = membership.iter().cloned().collect();
                self.hosts[at].state = Err(Box::new(Disk::joining(added.id, cluster)));
                self.start(at);
            }
        }
    }

    pub fn leader(&self) -> Option<usize> {
        let leads = |at: &usize| {
            let member = self.hosts[*at].member();
            member.is_some_and(|m| m.node().role() == Role::Leader && !m.is_paused())
        };
        let term = |at: &usize| self.hosts[*at].member().map_or(0, |m| m.node().term());
        (0..self.hosts.len()).filter(leads).max_by_key(term)
    }
}

/// Where the member on a host is reached by the others.
pub fn address(host: usize) -> Address {
    Address::new(HostId(host as u16), PEER_PORT)
}

pub fn url(host: usize) -> String {
    format!("https://10.0.0.{host}:{PEER_PORT}")
}

/// A founder.
pub fn founder(host: usize) -> Arc<MemberInfo> {
    Arc::new(MemberInfo {
        id: host as u64 + 1,
        name: format!("m{host}").into(),
        peer_urls: vec![url(host).into()],
        client_urls: Vec::new(),
        address: Some(address(host)),
        is_learner: false,
    })
}
