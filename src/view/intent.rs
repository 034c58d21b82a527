//! What a person can ask of the engine: a closed list.
//!
//! The page never changes the cluster. It sends one of these and waits for the changes that come
//! back, so that a remote engine (in a worker, behind an embed) could answer just as well.

use smol_str::SmolStr;

use crate::sim::Duration;

use super::clock::{BranchId, Grain, Speed};
use super::raft::{RaftDeed, Scene, Troupe};
use super::story::Fault;
use super::stream::StreamQuery;
use super::subject::Subject;

/// Where to seek.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeekTo {
    /// Before the first event.
    Start,
    /// After the last known event.
    Now,
    /// After this many events.
    Position(u64),
    /// After the last event at or before this instant.
    Time(Duration),
}

/// Something a person wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Intent {
    /// Let time run.
    Play,
    /// Hold it.
    Pause,
    /// Move by one grain, and hold.
    Step {
        /// Over what.
        grain: Grain,
        /// Whether backwards.
        back: bool,
    },
    /// Show another instant of this branch.
    Seek(SeekTo),
    /// Run faster or slower.
    SetSpeed(Speed),
    /// Choose what a step moves over.
    SetGrain(Grain),
    /// Show another branch, at its end.
    Branch(BranchId),
    /// Say what is wrong with a text while it is being typed.
    Check {
        /// The file.
        file: SmolStr,
        /// Its text.
        text: String,
    },
    /// `kubectl apply -f FILE` with this text.
    Apply {
        /// The file.
        file: SmolStr,
        /// Its text.
        text: String,
    },
    /// Take over what `kubectl get -o yaml` printed of a real cluster.
    Import(String),
    /// Run a line in the terminal.
    Run(String),
    /// Say what a line being typed in the terminal can become (Tab).
    Complete(String),
    /// Stop what runs in the terminal (Ctrl+C).
    Interrupt,
    /// Break or mend something.
    Fault(Fault),
    /// Select something, or nothing.
    Select(Option<Subject>),
    /// Show a part of the record.
    Stream(StreamQuery),
    /// Look at the Raft bench, or no longer.
    Bench(bool),
    /// Play the first beat of a scene on it.
    Scene(Scene),
    /// Play its next beat, or go back to the one before.
    Beat {
        /// Whether back.
        back: bool,
    },
    /// End it.
    EndScene,
    /// Whether steps by message pass over heartbeats and ticks.
    Fold(bool),
    /// Put other members on the bench.
    Troupe(Troupe),
    /// Do something on it.
    Raft(RaftDeed),
}
