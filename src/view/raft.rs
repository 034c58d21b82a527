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
    /// Members that cannot reach one another, by their places in the list, the smaller first.
    pub cuts: Vec<(usize, usize)>,
    /// How bad the worst cable is that is not cut.
    pub cables: Cables,
    /// How long followers wait for a leader at least, in milliseconds.
    pub election_ms: u64,
    /// What must always hold, and whether it does.
    pub lamps: Vec<(Lamp, bool)>,
    /// What the members said last, in etcd's words, the latest first: who, and what.
    pub said: Vec<(SmolStr, SmolStr)>,
}

/// A member.
#[derive(Clone, PartialEq, Debug)]
pub struct RaftMember {
    /// The host it runs on.
    pub name: SmolStr,
    /// Whether it runs. Of one that does not, only what it has stored is shown.
    pub runs: bool,
    /// What it is in its term.
    pub role: RaftRole,
    /// Whether it receives the log and does not vote.
    pub is_learner: bool,
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

    /// Whether a leader can hardly last with followers that wait `election_ms`: heartbeats or
    /// their answers come too late too often.
    pub const fn unsettles(&self, election_ms: u64) -> bool {
        2 * (self.delay_ms + self.jitter_ms) * 2 > election_ms || self.loss_percent >= 40
    }
}

/// Something to see, played out on the cluster as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scene {
    /// The start of the history.
    FirstElection,
    /// The leader's process ends, and comes back.
    LeaderCrash,
    /// The leader is cut off, another is elected, and the old one returns with entries that were
    /// never committed.
    OldLeaderReturns,
    /// A follower is cut off and returns; its term has not risen.
    PreVote,
    /// Most members stop, and come back.
    QuorumLost,
    /// The leader stops and all timers go off at once: nobody gets a majority at first.
    SplitVote,
    /// The leader hands over.
    Transfer,
}

impl Scene {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::FirstElection,
        Self::SplitVote,
        Self::LeaderCrash,
        Self::OldLeaderReturns,
        Self::PreVote,
        Self::QuorumLost,
        Self::Transfer,
    ];

    /// Its name in tests and addresses.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::FirstElection => "first-election",
            Self::LeaderCrash => "leader-crash",
            Self::OldLeaderReturns => "old-leader-returns",
            Self::PreVote => "pre-vote",
            Self::QuorumLost => "quorum-lost",
            Self::SplitVote => "split-vote",
            Self::Transfer => "transfer",
        }
    }
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
    /// Whether the way between two members is cut.
    pub fn is_cut(&self, a: usize, b: usize) -> bool {
        self.cuts.contains(&(a.min(b), a.max(b)))
    }

    /// How many members make a quorum.
    pub fn quorum(&self) -> usize {
        self.members.len() / 2 + 1
    }
}

/// The width and height of the ring's drawing.
pub const RING: (f64, f64) = (720.0, 400.0);
/// The radius of a member on it.
pub const MEMBER_RADIUS: f64 = 46.0;

/// Where member `at` of `count` stands on the ring: the first at the top, the others clockwise.
pub fn seat(at: usize, count: usize) -> Point {
    // The corners of regular polygons, since a simulation in a browser needs no sine.
    const TRIANGLE: [(f64, f64); 3] = [(0.0, -1.0), (0.92, 0.86), (-0.92, 0.86)];
    const PENTAGON: [(f64, f64); 5] =
        [(0.0, -1.0), (0.98, -0.27), (0.62, 0.93), (-0.62, 0.93), (-0.98, -0.27)];
    let (x, y) = match count {
        0 | 1 => (0.0, 0.0),
        2 | 3 => TRIANGLE[at % 3],
        _ => PENTAGON[at % 5],
    };
    let (width, height) = RING;
    let room = MEMBER_RADIUS + 22.0;
    Point {
        x: width / 2.0 + x * (width * 0.36 - room / 2.0),
        y: height / 2.0 + y * (height / 2.0 - room),
    }
}

/// Where a message is that has `fraction` of its way behind it, from the edge of one member to the
/// edge of the other. It keeps to the right, so that question and answer do not hide each other.
pub fn on_way(from: Point, to: Point, fraction: f64) -> Point {
    const ASIDE: f64 = 12.0;
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = (dx * dx + dy * dy).sqrt().max(1.0);
    let gap = (MEMBER_RADIUS + 32.0) / length;
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
    fn cables_may_be_too_bad_for_a_leader() {
        assert!(!Cables::default().unsettles(1000));
        assert!(!Cables { delay_ms: 100, ..Cables::default() }.unsettles(1000));
        assert!(Cables { delay_ms: 200, jitter_ms: 100, loss_percent: 0 }.unsettles(1000));
        assert!(Cables { loss_percent: 40, ..Cables::default() }.unsettles(1000));
    }

    #[test]
    fn members_have_room_on_the_ring() {
        for count in [1, 3, 5] {
            let seats: Vec<Point> = (0..count).map(|at| seat(at, count)).collect();
            for (at, one) in seats.iter().enumerate() {
                let inside =
                    |value: f64, end: f64| value >= MEMBER_RADIUS && value <= end - MEMBER_RADIUS;
                assert!(inside(one.x, RING.0) && inside(one.y, RING.1), "{one:?}");
                for other in &seats[..at] {
                    let apart = ((one.x - other.x).powi(2) + (one.y - other.y).powi(2)).sqrt();
                    assert!(apart > 3.0 * MEMBER_RADIUS, "{one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn messages_go_from_edge_to_edge_and_keep_right() {
        let (a, b) = (Point { x: 100.0, y: 100.0 }, Point { x: 500.0, y: 100.0 });
        let (start, end) = (on_way(a, b, 0.0), on_way(a, b, 1.0));
        assert!(start.x > a.x + MEMBER_RADIUS && end.x < b.x - MEMBER_RADIUS);
        assert!(start.y > a.y, "to the right of one who looks ahead");
        assert!(on_way(b, a, 0.5).y < a.y);
    }
}
