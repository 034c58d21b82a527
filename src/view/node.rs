//! Hosts as the page shows them: masters with their components, workers with their room.
//!
//! What a machine is (`power`) and what the cluster believes of it (`condition`) are two things:
//! for fifty seconds a dead node still reads Ready, and that is worth seeing.

use smol_str::SmolStr;

use super::pod::{OwnerSlot, PodLook};

/// Whether the machine runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Power {
    /// It runs.
    On,
    /// It has been stopped.
    Off,
    /// It is starting.
    Starting,
}

/// What the API says of a node: the status of its Ready condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeCondition {
    /// `True`.
    Ready,
    /// `False`: the kubelet says so itself.
    NotReady,
    /// `Unknown`: the kubelet stopped posting.
    Unreachable,
}

impl NodeCondition {
    /// The shape it has on the page: those of pods that are as well.
    pub const fn look(self) -> PodLook {
        match self {
            Self::Ready => PodLook::Ready,
            Self::NotReady => PodLook::NotReady,
            Self::Unreachable => PodLook::Unknown,
        }
    }

    /// The word `kubectl get nodes` prints.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::NotReady | Self::Unreachable => "NotReady",
        }
    }
}

/// One owner's part of a [`Bar`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// Whose colour.
    pub slot: OwnerSlot,
    /// How much, in the unit of the bar.
    pub amount: u64,
}

/// Requests against what is there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bar {
    /// What can be given out: millicores or bytes.
    pub capacity: u64,
    /// Who asked for how much.
    pub shares: Vec<Share>,
}

/// A coloured piece of a drawn bar, in percent of its width.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Segment {
    /// Whose colour.
    pub slot: OwnerSlot,
    /// Where it begins.
    pub from_percent: f64,
    /// How wide it is.
    pub width_percent: f64,
}

impl Bar {
    /// All requests together.
    pub fn used(&self) -> u64 {
        self.shares.iter().map(|share| share.amount).sum()
    }

    /// How full it is, in percent; more than a hundred when it is overcommitted.
    pub fn percent(&self) -> u64 {
        (self.used() * 100).checked_div(self.capacity).unwrap_or(0)
    }

    /// The pieces to draw, left to right. Together they never leave the bar.
    pub fn segments(&self) -> Vec<Segment> {
        let whole = self.capacity.max(self.used()).max(1) as f64;
        let mut from = 0;
        let mut segments = Vec::with_capacity(self.shares.len());
        for share in self.shares.iter().filter(|share| share.amount > 0) {
            segments.push(Segment {
                slot: share.slot,
                from_percent: from as f64 * 100.0 / whole,
                width_percent: share.amount as f64 * 100.0 / whole,
            });
            from += share.amount;
        }
        segments
    }
}

/// A worker.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkerView {
    /// Its name.
    pub name: SmolStr,
    /// Whether the machine runs.
    pub power: Power,
    /// What the cluster believes.
    pub condition: NodeCondition,
    /// Whether new pods stay away (`spec.unschedulable`).
    pub cordoned: bool,
    /// Its taints as `kubectl describe` prints them: `key=value:Effect`.
    pub taints: Vec<SmolStr>,
    /// Cpu requests in millicores.
    pub cpu: Bar,
    /// Memory requests in bytes.
    pub memory: Bar,
    /// How many pods it can take.
    pub pods_max: u32,
}

impl WorkerView {
    /// The word in the STATUS column of `kubectl get nodes`.
    pub const fn status(&self) -> &'static str {
        match (self.condition, self.cordoned) {
            (NodeCondition::Ready, true) => "Ready,SchedulingDisabled",
            (_, true) => "NotReady,SchedulingDisabled",
            (condition, false) => condition.word(),
        }
    }
}

/// What an etcd member is in Raft.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RaftRole {
    /// It follows.
    #[default]
    Follower,
    /// It asks whether it could win.
    PreCandidate,
    /// It asks for votes.
    Candidate,
    /// It leads.
    Leader,
}

/// The etcd member of a master.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EtcdView {
    /// Its role.
    pub role: RaftRole,
    /// Its term.
    pub term: u64,
    /// The last index it knows to be committed.
    pub commit: u64,
}

/// Whether a replica of a leader-elected component works or waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duty {
    /// It holds the lease.
    Active,
    /// It waits for the lease.
    Standby,
}

/// A master. A component that is down is `None`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MasterView {
    /// Its name.
    pub name: SmolStr,
    /// Whether the machine runs.
    pub power: Power,
    /// What the cluster believes of its node.
    pub condition: NodeCondition,
    /// Its etcd member.
    pub etcd: Option<EtcdView>,
    /// The revision its apiserver has seen.
    pub apiserver: Option<u64>,
    /// Its scheduler.
    pub scheduler: Option<Duty>,
    /// Its controller-manager.
    pub controllers: Option<Duty>,
}

impl MasterView {
    /// Whether its etcd member leads.
    pub fn leads(&self) -> bool {
        (self.etcd.as_ref()).is_some_and(|etcd| etcd.role == RaftRole::Leader)
    }
}

/// The load balancer before the apiservers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BalancerView {
    /// Each master and whether the last health check found its apiserver well.
    pub backends: Vec<(SmolStr, bool)>,
}

/// Writes `amount` millicores the short way: `500m`, `1.5`, `2`.
pub fn cores(amount_milli: u64) -> String {
    match (amount_milli / 1000, amount_milli % 1000) {
        (0, 0) => "0".to_string(),
        (0, milli) => format!("{milli}m"),
        (whole, 0) => whole.to_string(),
        (whole, milli) => format!("{whole}.{}", milli / 100),
    }
}

/// Writes `bytes` the short way: `256Mi`, `1.5Gi`.
pub fn bytes(amount: u64) -> String {
    const MI: u64 = 1 << 20;
    const GI: u64 = 1 << 30;
    match amount {
        0 => "0".to_string(),
        small if small < GI => format!("{}Mi", small / MI),
        large if large % GI == 0 => format!("{}Gi", large / GI),
        large => format!("{}.{}Gi", large / GI, large % GI * 10 / GI),
    }
}

/// `0.75/2`: millicores asked for, of those there are, in one unit.
pub fn cores_of(used_milli: u64, capacity_milli: u64) -> String {
    let core = |milli: u64| {
        let text = format!("{}.{:02}", milli / 1000, milli % 1000 / 10);
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    format!("{}/{}", core(used_milli), core(capacity_milli))
}

/// `0.7/4Gi`: bytes asked for, of those there are, in one unit.
pub fn bytes_of(used: u64, capacity: u64) -> String {
    const GI: u64 = 1 << 30;
    if capacity < GI {
        return format!("{}/{}", used >> 20, bytes(capacity));
    }
    let tenths = (used * 10 + GI / 2) / GI;
    let used = match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => format!("{}.{rest}", tenths / 10),
    };
    format!("{used}/{}", bytes(capacity))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(capacity: u64, amounts: &[u64]) -> Bar {
        let shares = amounts.iter().zip(0..);
        Bar { capacity, shares: shares.map(|(&amount, slot)| Share { slot, amount }).collect() }
    }

    #[test]
    fn segments_stay_inside_the_bar() {
        let half = bar(2000, &[500, 0, 500]).segments();
        assert_eq!(half.len(), 2);
        assert_eq!((half[1].from_percent, half[1].width_percent), (25.0, 25.0));
        let over = bar(1000, &[1500, 500]).segments();
        let end = over[1].from_percent + over[1].width_percent;
        assert!((end - 100.0).abs() < 1e-9);
        assert!(bar(0, &[]).segments().is_empty());
    }

    #[test]
    fn amounts_are_short() {
        let check = |milli, text| assert_eq!(cores(milli), text);
        check(0, "0");
        check(500, "500m");
        check(1300, "1.3");
        check(2000, "2");
        assert_eq!(bytes(256 << 20), "256Mi");
        assert_eq!(bytes(3 << 29), "1.5Gi");
        assert_eq!(bytes(4 << 30), "4Gi");
    }

    #[test]
    fn pairs_share_a_unit() {
        assert_eq!(cores_of(750, 2000), "0.75/2");
        assert_eq!(cores_of(0, 16_000), "0/16");
        assert_eq!(bytes_of(682 << 20, 4 << 30), "0.7/4Gi");
        assert_eq!(bytes_of(3 << 30, 4 << 30), "3/4Gi");
        assert_eq!(bytes_of(100 << 20, 512 << 20), "100/512Mi");
    }
}
