//! What members say in etcd's own log lines, and what each kind of line means.

use smol_str::SmolStr;

/// A line of a member's log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Saying {
    /// The member, by its host.
    pub who: SmolStr,
    /// The line, in etcd's words.
    pub line: SmolStr,
    /// What it means; none where it says so itself.
    pub meaning: Option<Meaning>,
}

/// What a line means. The page has a sentence for each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// It follows.
    Follows,
    /// It asks whether it could win.
    AsksFirst,
    /// It stands.
    Stands,
    /// It leads.
    Leads,
    /// Its timer ran out.
    TimerRanOut,
    /// It may not stand.
    MayNotStand,
    /// It asked for a vote.
    Asked,
    /// It got a vote.
    GotVote,
    /// It was refused one.
    WasRefused,
    /// It counted.
    Counted,
    /// It gave its vote.
    GaveVote,
    /// It refused its vote.
    RefusedVote,
    /// It hears a leader, and took no notice of a candidate.
    KeepsToLeader,
    /// Its term was over.
    LaterTerm,
    /// Someone else's was.
    EarlierTerm,
    /// Too few answered its heartbeats.
    NoQuorum,
    /// Entries were refused.
    EntriesRefused,
    /// It goes back in a follower's log.
    GoesBack,
    /// A follower is in step again.
    InStep,
    /// A snapshot was sent.
    SentSnapshot,
    /// What became of it.
    SnapshotReported,
    /// A follower cannot be reached.
    Unreachable,
    /// A proposal had no leader to go to.
    NobodyToAsk,
    /// A change of the members was not taken.
    ChangeIgnored,
    /// Leadership is being handed over.
    HandsOver,
    /// The successor is told to stand.
    TellsHeir,
    /// The hand-over failed.
    HandOverFailed,
    /// It started.
    Started,
    /// The members changed.
    MembersChanged,
    /// Entries do not fit its log.
    DoesNotFit,
    /// Entries of its own are in conflict.
    Conflict,
    /// They are overwritten.
    Overwrites,
    /// A snapshot is taken in.
    Restores,
    /// It has been.
    Restored,
}
