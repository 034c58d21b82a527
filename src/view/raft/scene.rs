//! Scenes: something to see on the bench, and how far it has been told.
//!
//! Invariant: a scene is played by commands alone, so whatever it shows can be stepped through.

use smol_str::SmolStr;

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
