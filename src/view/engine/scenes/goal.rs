//! What a scene waits for, asked after every event.

use crate::cluster::rooms::apiserver::Stored;
use crate::cluster::rooms::etcd::Member;
use crate::cluster::rooms::etcd::raft::{MessageType, Role};
use crate::cluster::{Cluster, Payload};

/// What a scene waits for. Members go by the number of their master.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Goal {
    /// This one leads.
    Leads(u8),
    /// Somebody leads.
    AnyLeads,
    /// Somebody else leads, in a later term.
    AnotherLeads(u8),
    /// This one does not lead.
    LeadsNot(u8),
    /// Nobody leads.
    NobodyLeads,
    /// So many stand for election.
    Stand(usize),
    /// This one stands for election.
    Stands(u8),
    /// This one follows the leader in its term.
    Follows(u8),
    /// The log of this one is longer than it was.
    Longer(u8),
    /// All of these have stored what the first of them has.
    SameLogs(Vec<u8>),
    /// Every entry of this one is committed and applied.
    AllApplied(u8),
    /// A leader knows that another has all but its last entry.
    MatchedButOne(u8, u8),
    /// So many have refused this one their votes.
    Refused(u8, usize),
    /// A leader no longer has the entries that another lacks.
    Compacted(u8, u8),
    /// A snapshot is on its way.
    SnapshotSent,
    /// Nothing runs in the terminal.
    Free,
}

impl Goal {
    /// Whether it has come about. `lengths` are those of the logs when the wait began.
    pub fn is_met(&self, cluster: &Cluster, lengths: &[u64]) -> bool {
        let leads = |at: u8| role(cluster, at) == Some(Role::Leader);
        match self {
            Self::Leads(at) => leads(*at),
            Self::AnyLeads => leader(cluster).is_some(),
            Self::AnotherLeads(at) => leader(cluster).is_some_and(|leader| leader != *at),
            Self::LeadsNot(at) => !leads(*at),
            Self::NobodyLeads => leader(cluster).is_none(),
            Self::Stand(count) => {
                seats(cluster).filter(|at| stands(cluster, *at)).count() >= *count
            }
            Self::Stands(at) => stands(cluster, *at),
            Self::Follows(at) => leader(cluster).is_some_and(|leader| {
                let id = |at| cluster.etcd(at).map(|member| member.node().id());
                cluster.etcd(*at).is_some_and(|member| Some(member.node().leader()) == id(leader))
            }),
            Self::Longer(at) => length(cluster, *at) > lengths[usize::from(*at)],
            Self::SameLogs(all) => same_logs(cluster, all),
            Self::AllApplied(at) => cluster
                .etcd(*at)
                .is_some_and(|member| member.node().applied_index() == member.node().last_index()),
            Self::MatchedButOne(at, other) => cluster.etcd(*at).is_some_and(|leader| {
                matched(cluster, leader, *other) + 1 >= leader.node().last_index()
            }),
            Self::Refused(at, count) => cluster.etcd(*at).is_some_and(|member| {
                member.node().votes().filter(|(_, granted)| !granted).count() >= *count
            }),
            Self::Compacted(at, other) => cluster.etcd(*at).is_some_and(|leader| {
                leader.node().storage().first_index() > length(cluster, *other) + 1
            }),
            Self::SnapshotSent => cluster.in_flight().any(|(_, _, packet)| match &packet.payload {
                Payload::Peer(peer) => peer.message.kind == MessageType::MsgSnap,
                _ => false,
            }),
            Self::Free => !cluster.terminal().busy(),
        }
    }
}

fn seats(cluster: &Cluster) -> std::ops::Range<u8> {
    0..cluster.places().masters()
}

fn role(cluster: &Cluster, at: u8) -> Option<Role> {
    cluster.etcd(at).map(|member| member.node().role())
}

fn stands(cluster: &Cluster, at: u8) -> bool {
    matches!(role(cluster, at), Some(Role::Candidate | Role::PreCandidate))
}

fn matched(cluster: &Cluster, leader: &Member<Stored>, other: u8) -> u64 {
    let id = cluster.etcd(other).map_or(0, |member| member.node().id());
    let mut progress = leader.node().progress();
    progress.find(|(of, _)| *of == id).map_or(0, |(_, progress)| progress.matched)
}

fn same_logs(cluster: &Cluster, all: &[u8]) -> bool {
    let last = |at: u8| {
        let node = cluster.etcd(at)?.node();
        Some((node.last_index(), node.term_at(node.last_index())?, node.stable_index()))
    };
    let wanted = all.first().and_then(|at| last(*at));
    let Some((index, term, _)) = wanted else { return false };
    all.iter().all(|at| last(*at) == Some((index, term, index)))
}

/// The member that leads; of several that think so, the one of the latest term.
pub fn leader(cluster: &Cluster) -> Option<u8> {
    let leaders = seats(cluster).filter(|at| role(cluster, *at) == Some(Role::Leader));
    leaders.max_by_key(|at| cluster.etcd(*at).map_or(0, |member| member.node().term()))
}

/// How long the log of a member is, running or not.
pub fn length(cluster: &Cluster, at: u8) -> u64 {
    match cluster.etcd(at) {
        Some(member) => member.node().last_index(),
        None => cluster.etcd_disk(at).map_or(0, |disk| disk.storage().last_index()),
    }
}
