//! The Raft bench as plain values: members, their logs, what they say, what must always hold.
//!
//! Invariant: everything is drawn from this alone. Members keep their place on the ring whoever
//! leads, so that an eye that follows one does not lose it.

mod dials;
mod message;
mod ring;
mod saying;
mod scene;

use std::sync::Arc;

use smol_str::SmolStr;

use super::flight::FlightKind;
use super::node::RaftRole;

pub use dials::{Cables, Timing, Unrest};
pub use message::{MessageField, MessageView};
pub use ring::{RING, member_radius, on_way, seat};
pub use saying::{Meaning, Saying};
pub use scene::{Scene, SceneView};

/// The bench at one instant.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RaftView {
    /// The members in their order.
    pub members: Vec<RaftMember>,
    /// The indexes of the log that are shown, first and last.
    pub window: (u64, u64),
    /// What is on its way between members.
    pub messages: Vec<RaftMessage>,
    /// Ways that are cut, by places in the list: nothing gets from the first to the second.
    pub cuts: Vec<(usize, usize)>,
    /// Which members these are.
    pub troupe: Troupe,
    /// How many of them vote.
    pub voters: usize,
    /// Whether steps by message pass over heartbeats and ticks.
    pub folds: bool,
    /// The scene that is told, if one is.
    pub scene: Option<SceneView>,
    /// How bad the worst cable is that is not cut.
    pub cables: Cables,
    /// How patient the members are.
    pub timing: Timing,
    /// What must always hold, and whether it does.
    pub lamps: Vec<(Lamp, bool)>,
    /// What the members said last, the latest first.
    pub said: Vec<Saying>,
}

/// A member.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RaftMember {
    /// The host it runs on.
    pub name: SmolStr,
    /// Whether it runs. Of one that does not, only what it has stored is shown.
    pub runs: bool,
    /// What it is in its term.
    pub role: RaftRole,
    /// Whether it receives the log and does not vote.
    pub is_learner: bool,
    /// Whether the others take it for a member.
    pub belongs: bool,
    /// Its term.
    pub term: u64,
    /// For whom it has voted in its term.
    pub vote: Option<SmolStr>,
    /// In the election it stands for, who has answered how.
    pub votes: Vec<(SmolStr, bool)>,
    /// How much of its election timeout has passed without a leader, in percent; none while it
    /// leads or is stopped.
    pub timer_percent: Option<u8>,
    /// Whether it is busy storing, and applying.
    pub busy: (bool, bool),
    /// The limits of its log.
    pub log: LogEdges,
    /// What the leader knows of it.
    pub known: Option<Known>,
    /// Its entries within the window.
    pub cells: Arc<[LogCell]>,
}

/// How far a log has come. Each is an index.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LogEdges {
    /// Its last entry.
    pub last: u64,
    /// The last that is on disk.
    pub durable: u64,
    /// The last that it knows to be committed.
    pub committed: u64,
    /// The last that it has applied.
    pub applied: u64,
}

/// What a leader keeps of a follower.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Known {
    /// The last entry that the follower is known to have.
    pub matched: u64,
    /// The first entry that it is sent next.
    pub next: u64,
}

/// An entry of a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogCell {
    /// Its index.
    pub index: u64,
    /// The term it was made in.
    pub term: u64,
    /// What it is, in about seven letters: `pods`, `leases`.
    pub label: SmolStr,
    /// The same at full length: `put /registry/pods/default/web-…`.
    pub tells: SmolStr,
}

/// How an entry stands in the log of one member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is in memory alone.
    Volatile,
    /// It is on disk.
    Durable,
    /// It is known to be committed.
    Committed,
    /// It has been applied.
    Applied,
}

/// A message between two members.
#[derive(Clone, PartialEq, Debug)]
pub struct RaftMessage {
    /// Its number, the same from leaving to arriving.
    pub id: u64,
    /// The sender, by its place in the list of members.
    pub from: usize,
    /// The receiver.
    pub to: usize,
    /// At most about 14 letters.
    pub label: SmolStr,
    /// How it is drawn.
    pub kind: FlightKind,
    /// How much of its way lies behind it, from 0 to 1.
    pub fraction: f64,
    /// Whether it never arrives.
    pub lost: bool,
    /// Whether a person holds it.
    pub held: bool,
}

/// What must always hold, in groups that can be told in a sentence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Lamp {
    /// In one term one member leads.
    OneLeader,
    /// Logs that agree at an entry agree before it.
    LogsMatch,
    /// What is committed stays.
    CommittedStays,
    /// A leader has all that was committed.
    LeaderComplete,
    /// What is applied is on the disks of a quorum.
    OnQuorumDisks,
    /// One vote a term.
    OneVote,
}

impl Lamp {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::OneLeader,
        Self::OneVote,
        Self::LogsMatch,
        Self::LeaderComplete,
        Self::CommittedStays,
        Self::OnQuorumDisks,
    ];
}

/// Something done on the bench.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RaftDeed {
    /// To a message that is on its way or held, by its number.
    Message(u64, MessageDeed),
    /// To a member, by the name of its host.
    Member(SmolStr, MemberDeed),
    /// All election timers are set: to go off at once, or each after another.
    Timers {
        /// At once.
        aligned: bool,
    },
    /// All cables between members become this bad.
    Cables(Cables),
    /// All members become this patient.
    Timing(Timing),
    /// Members can reach only those of their own group, by the names of their hosts.
    Groups(Vec<Vec<SmolStr>>),
    /// Nothing gets from one member to another any more, one way only.
    CutOneWay(SmolStr, SmolStr),
    /// Whatever is cut or bad between two members is mended.
    Mend(SmolStr, SmolStr),
    /// A member is cut off from everyone, its clients too.
    Isolate(SmolStr),
}

/// Something done to a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageDeed {
    /// It arrives now.
    Deliver,
    /// It waits until it is delivered or dropped.
    Hold,
    /// It is lost.
    Drop,
    /// It arrives twice.
    Duplicate,
    /// It arrives a second later.
    Delay,
}

impl MessageDeed {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] =
        [Self::Deliver, Self::Hold, Self::Drop, Self::Duplicate, Self::Delay];
}

/// Something done to a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemberDeed {
    /// Its election timer goes off.
    TimeOut,
    /// Its process stands still.
    Pause,
    /// It goes on.
    Resume,
    /// Its machine fails and comes back; what was not on disk is lost.
    Crash,
}

impl MemberDeed {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::TimeOut, Self::Pause, Self::Resume, Self::Crash];
}

/// Which members are on the bench.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Troupe {
    /// Those of the cluster, with Kubernetes around them.
    #[default]
    Cluster,
    /// So many, alone: nobody writes but the person.
    Alone(u8),
}

impl Troupe {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] =
        [Self::Cluster, Self::Alone(3), Self::Alone(5), Self::Alone(7), Self::Alone(9)];
    /// The most members there may be.
    pub const MEMBERS_MAX: u8 = 9;
}

impl LogEdges {
    /// How the entry at `index` stands.
    pub const fn standing(self, index: u64) -> Standing {
        if index <= self.applied {
            Standing::Applied
        } else if index <= self.committed {
            Standing::Committed
        } else if index <= self.durable {
            Standing::Durable
        } else {
            Standing::Volatile
        }
    }
}

impl Standing {
    /// The end of its class on the page.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Volatile => "volatile",
            Self::Durable => "durable",
            Self::Committed => "committed",
            Self::Applied => "applied",
        }
    }
}

impl RaftView {
    /// Whether nothing gets from one member to another.
    pub fn is_cut(&self, from: usize, to: usize) -> bool {
        self.cuts.contains(&(from, to))
    }

    /// How many members make a quorum.
    pub fn quorum(&self) -> usize {
        self.voters / 2 + 1
    }

    /// The group of each member: those of one can reach one another, at least by way of others.
    /// Groups are numbered in the order of their first members.
    pub fn groups(&self) -> Vec<usize> {
        let count = self.members.len();
        let mut groups = vec![usize::MAX; count];
        let mut next = 0;
        for first in 0..count {
            if groups[first] != usize::MAX {
                continue;
            }
            let mut reached = vec![first];
            while let Some(at) = reached.pop() {
                groups[at] = next;
                let whole = |other: &usize| !self.is_cut(at, *other) && !self.is_cut(*other, at);
                let others = (0..count).filter(|other| groups[*other] == usize::MAX);
                reached.extend(others.filter(whole));
            }
            next += 1;
        }
        groups
    }

    /// The groups after member `at` has gone to group `group`; a number that is none yet makes one.
    pub fn regrouped(&self, at: usize, group: usize) -> Vec<Vec<SmolStr>> {
        let mut groups = self.groups();
        groups[at] = group;
        let named = |of: usize| {
            let members = self.members.iter().zip(&groups).filter(|(_, group)| **group == of);
            members.map(|(member, _)| member.name.clone()).collect::<Vec<_>>()
        };
        let last = groups.iter().copied().max().unwrap_or(0);
        (0..=last).map(named).filter(|group| !group.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stand_as_the_edges_say() {
        let log = LogEdges { last: 9, durable: 8, committed: 6, applied: 5 };
        let slugs = [5, 6, 7, 8, 9].map(|index| log.standing(index).slug());
        assert_eq!(slugs, ["applied", "committed", "durable", "durable", "volatile"]);
    }

    #[test]
    fn those_who_reach_one_another_are_a_group() {
        let member = |name: &str| RaftMember { name: name.into(), ..RaftMember::default() };
        let mut raft =
            RaftView { members: ["m1", "m2", "m3"].map(member).to_vec(), ..RaftView::default() };
        assert_eq!(raft.groups(), [0, 0, 0]);
        assert_eq!(raft.regrouped(1, 1), [vec!["m1", "m3"], vec!["m2"]]);
        raft.cuts = vec![(0, 1), (1, 0), (1, 2)];
        assert_eq!(raft.groups(), [0, 1, 0]);
        assert_eq!(raft.regrouped(1, 0), [["m1", "m2", "m3"]]);
    }
}
