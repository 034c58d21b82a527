//! The Raft bench as plain values: members, their logs, what they say, what must always hold.
//!
//! Invariant: everything is drawn from this alone. Members keep their place on the ring whoever
//! leads, so that an eye that follows one does not lose it.

use smol_str::SmolStr;

use super::flight::FlightKind;
use super::node::RaftRole;
use super::stage::Point;

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
    /// The scene that is told, if one is.
    pub scene: Option<SceneView>,
    /// How bad the worst cable is that is not cut.
    pub cables: Cables,
    /// How patient the members are.
    pub timing: Timing,
    /// What must always hold, and whether it does.
    pub lamps: Vec<(Lamp, bool)>,
    /// What the members said last, in etcd's words, the latest first: who, and what.
    pub said: Vec<(SmolStr, SmolStr)>,
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
    pub cells: Vec<LogCell>,
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

/// The timeouts of the members, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// From one heartbeat to the next.
    pub heartbeat_ms: u32,
    /// How long a follower waits for its leader at least.
    pub election_ms: u32,
    /// Up to how much longer, by luck.
    pub spread_ms: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self { heartbeat_ms: 100, election_ms: 1000, spread_ms: 1000 }
    }
}

impl Timing {
    /// The stops of the dial for heartbeats.
    pub const HEARTBEAT_STOPS: [u64; 8] = [10, 20, 50, 100, 200, 300, 500, 1000];
    /// The stops of the dial for the election timeout.
    pub const ELECTION_STOPS: [u64; 8] = [100, 200, 500, 1000, 2000, 5000, 10_000, 50_000];
    /// The stops of the dial for the spread.
    pub const SPREAD_STOPS: [u64; 8] = [0, 100, 200, 500, 1000, 2000, 5000, 10_000];
}

/// Why a leader can hardly last, or be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unrest {
    /// A heartbeat and its answer take longer than a follower waits.
    TooSlow(u64, u32),
    /// They take longer than from one heartbeat to the next.
    SlowerThanBeats(u64, u32),
    /// So many of a hundred messages are lost that followers give up now and then.
    Lossy(u32),
    /// All followers give up at once, and split the vote.
    Alike,
}

/// How bad the cables between members are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cables {
    /// How much longer than usual a message takes, in milliseconds.
    pub delay_ms: u64,
    /// And up to how much more.
    pub jitter_ms: u64,
    /// How many of a hundred messages are lost.
    pub loss_percent: u32,
}

impl Cables {
    /// The stops of the dials, in the units of the fields.
    pub const STOPS: [u64; 8] = [0, 1, 5, 20, 50, 100, 200, 500];
    /// The stops of the dial for loss.
    pub const LOSS_STOPS: [u64; 8] = [0, 1, 2, 5, 10, 20, 40, 80];

    /// Why a leader can hardly last with members that are so patient, the worst first.
    pub fn unrest(&self, timing: Timing) -> Option<Unrest> {
        let round_ms = 2 * (self.delay_ms + self.jitter_ms);
        let Timing { heartbeat_ms, election_ms, spread_ms } = timing;
        // How often a follower may miss a heartbeat before it gives up.
        let beats = election_ms / heartbeat_ms.max(1);
        if 2 * round_ms > election_ms.into() {
            Some(Unrest::TooSlow(round_ms, election_ms))
        } else if self.loss_percent >= 40 || self.loss_percent >= 10 && beats <= 5 {
            Some(Unrest::Lossy(self.loss_percent))
        } else if spread_ms < 2 * heartbeat_ms {
            Some(Unrest::Alike)
        } else if round_ms > heartbeat_ms.into() {
            Some(Unrest::SlowerThanBeats(round_ms, heartbeat_ms))
        } else {
            None
        }
    }
}

/// Something to see, told beat by beat.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scene {
    /// The start of the history.
    FirstElection,
    /// The leader stops and all timers go off at once: nobody gets a majority at first.
    SplitVote,
    /// The leader's process ends, and comes back.
    LeaderCrash,
    /// The leader is cut off, another is elected, and the old one returns with entries that were
    /// never committed.
    OldLeaderReturns,
    /// A follower is cut off and returns; its term has not risen.
    PreVote,
    /// The leader hands over.
    Transfer,
    /// Most members stop, and come back.
    QuorumLost,
    /// Five members are split in two and three.
    Partition,
    /// Figure 7 of the paper: six ways in which a log can differ, all repaired.
    Figure7,
    /// Figure 8 of the paper: why only entries of a leader's own term count.
    Figure8,
    /// A member is added, learns, is promoted, and another is replaced.
    Membership,
    /// A follower that is too far behind is sent a snapshot.
    Snapshot,
    /// Two disks of three are lost, and a backup is restored.
    Restore,
}

impl Scene {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 13] = [
        Self::FirstElection,
        Self::SplitVote,
        Self::LeaderCrash,
        Self::OldLeaderReturns,
        Self::PreVote,
        Self::Transfer,
        Self::QuorumLost,
        Self::Partition,
        Self::Figure7,
        Self::Figure8,
        Self::Membership,
        Self::Snapshot,
        Self::Restore,
    ];

    /// Its name in tests and addresses.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::FirstElection => "first-election",
            Self::SplitVote => "split-vote",
            Self::LeaderCrash => "leader-crash",
            Self::OldLeaderReturns => "old-leader-returns",
            Self::PreVote => "pre-vote",
            Self::Transfer => "transfer",
            Self::QuorumLost => "quorum-lost",
            Self::Partition => "partition",
            Self::Figure7 => "figure-7",
            Self::Figure8 => "figure-8",
            Self::Membership => "membership",
            Self::Snapshot => "snapshot",
            Self::Restore => "restore",
        }
    }

    /// The members it needs, if it is not played on the cluster as it is: founders, and machines
    /// for members that are added.
    pub const fn members(self) -> Option<(u8, u8)> {
        match self {
            Self::Partition | Self::Figure8 => Some((5, 0)),
            Self::Figure7 => Some((7, 0)),
            Self::Membership => Some((3, 2)),
            Self::Snapshot | Self::Restore => Some((3, 0)),
            _ => None,
        }
    }
}

/// How far a scene has been told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SceneView {
    /// Which.
    pub scene: Scene,
    /// The beat that is told, counted from 0.
    pub beat: usize,
    /// How many there are.
    pub beats: usize,
    /// Whether it is still under way.
    pub under_way: bool,
    /// The members it is about, in the order of the story.
    pub cast: Vec<SmolStr>,
    /// Who leads now.
    pub leader: SmolStr,
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

/// The width and height of the ring's drawing.
pub const RING: (f64, f64) = (720.0, 400.0);
/// Where member `at` of `count` stands on the ring: the first at the top, the others clockwise.
pub fn seat(at: usize, count: usize) -> Point {
    // The corners of regular polygons in thousandths, since a simulation needs no sine. Those of
    // the triangle and the pentagon are stretched to make the most of the room.
    const TRIANGLE: [(i16, i16); 3] = [(0, -1000), (920, 860), (-920, 860)];
    const SQUARE: [(i16, i16); 4] = [(0, -1000), (1000, 0), (0, 1000), (-1000, 0)];
    const PENTAGON: [(i16, i16); 5] =
        [(0, -1000), (980, -270), (620, 930), (-620, 930), (-980, -270)];
    const HEXAGON: [(i16, i16); 6] =
        [(0, -1000), (900, -500), (900, 500), (0, 1000), (-900, 500), (-900, -500)];
    const HEPTAGON: [(i16, i16); 7] = [
        (0, -1000),
        (820, -660),
        (1100, 210),
        (510, 950),
        (-510, 950),
        (-1100, 210),
        (-820, -660),
    ];
    const OCTAGON: [(i16, i16); 8] = [
        (0, -1000),
        (830, -760),
        (1180, 0),
        (830, 760),
        (0, 1000),
        (-830, 760),
        (-1180, 0),
        (-830, -760),
    ];
    const NONAGON: [(i16, i16); 9] = [
        (0, -1000),
        (720, -860),
        (1200, -200),
        (1060, 540),
        (420, 1000),
        (-420, 1000),
        (-1060, 540),
        (-1200, -200),
        (-720, -860),
    ];
    let corners: &[(i16, i16)] = match count {
        0 | 1 => &[(0, 0)],
        2 | 3 => &TRIANGLE,
        4 => &SQUARE,
        5 => &PENTAGON,
        6 => &HEXAGON,
        7 => &HEPTAGON,
        8 => &OCTAGON,
        _ => &NONAGON,
    };
    let (x, y) = corners[at % corners.len()];
    let (x, y) = (f64::from(x) / 1000.0, f64::from(y) / 1000.0);
    let (width, height) = RING;
    let radius = member_radius(count);
    let room = radius + 22.0;
    Point {
        x: width / 2.0 + x * (width * 0.36 - room / 2.0),
        y: height / 2.0 + y * (height / 2.0 - room),
    }
}

/// The radius of a member where there are `count`: the more, the smaller.
pub const fn member_radius(count: usize) -> f64 {
    match count {
        0..=5 => 46.0,
        6 | 7 => 37.0,
        _ => 31.0,
    }
}

/// Where a message is that has `fraction` of its way behind it, from the edge of one member to the
/// edge of the other. It keeps to the right, so that question and answer do not hide each other.
pub fn on_way((from, to): (Point, Point), radius: f64, fraction: f64) -> Point {
    const ASIDE: f64 = 12.0;
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = (dx * dx + dy * dy).sqrt().max(1.0);
    let gap = ((radius + 32.0) / length).min(0.45);
    let along = gap + fraction.clamp(0.0, 1.0) * (1.0 - 2.0 * gap);
    let (aside_x, aside_y) = (-dy / length * ASIDE, dx / length * ASIDE);
    Point { x: from.x + dx * along + aside_x, y: from.y + dy * along + aside_y }
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
    fn cables_and_timeouts_may_be_too_bad_for_a_leader() {
        let check = |delay_ms, loss_percent, timing, expected| {
            let cables = Cables { delay_ms, jitter_ms: 0, loss_percent };
            assert_eq!(cables.unrest(timing), expected);
        };
        let timing = Timing::default();
        check(0, 0, timing, None);
        check(100, 0, timing, Some(Unrest::SlowerThanBeats(200, 100)));
        check(300, 0, timing, Some(Unrest::TooSlow(600, 1000)));
        check(0, 40, timing, Some(Unrest::Lossy(40)));
        check(0, 0, Timing { spread_ms: 100, ..timing }, Some(Unrest::Alike));
        check(0, 10, Timing { heartbeat_ms: 200, ..timing }, Some(Unrest::Lossy(10)));
    }

    #[test]
    fn members_have_room_on_the_ring() {
        for count in 1..=9 {
            let radius = member_radius(count);
            let seats: Vec<Point> = (0..count).map(|at| seat(at, count)).collect();
            for (at, one) in seats.iter().enumerate() {
                let inside = |value: f64, end: f64| value >= radius && value <= end - radius;
                assert!(inside(one.x, RING.0) && inside(one.y, RING.1), "{count}: {one:?}");
                for other in &seats[..at] {
                    let apart = ((one.x - other.x).powi(2) + (one.y - other.y).powi(2)).sqrt();
                    assert!(apart > 3.0 * radius, "{count}: {one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn messages_go_from_edge_to_edge_and_keep_right() {
        let (a, b) = (Point { x: 100.0, y: 100.0 }, Point { x: 500.0, y: 100.0 });
        let (start, end) = (on_way((a, b), 46.0, 0.0), on_way((a, b), 46.0, 1.0));
        assert!(start.x > a.x + 46.0 && end.x < b.x - 46.0);
        assert!(start.y > a.y, "to the right of one who looks ahead");
        assert!(on_way((b, a), 46.0, 0.5).y < a.y);
    }

    #[test]
    fn those_who_reach_one_another_are_a_group() {
        let member = |name: &str| RaftMember { name: name.into(), ..RaftMember::default() };
        let mut raft = RaftView {
            members: ["m1", "m2", "m3"].map(member).to_vec(),
            ..RaftView::default()
        };
        assert_eq!(raft.groups(), [0, 0, 0]);
        assert_eq!(raft.regrouped(1, 1), [vec!["m1", "m3"], vec!["m2"]]);
        raft.cuts = vec![(0, 1), (1, 0), (1, 2)];
        assert_eq!(raft.groups(), [0, 1, 0]);
        assert_eq!(raft.regrouped(1, 0), [["m1", "m2", "m3"]]);
    }
}
