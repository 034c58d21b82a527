//! Messages on their way, and what a step did.

use smol_str::SmolStr;

use super::story::Deed;
use super::subject::{Place, Subject};

/// How a message is drawn: its colour family on the stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlightKind {
    /// A Raft message.
    Raft,
    /// A Raft message about electing: a vote or a pre-vote.
    Vote,
    /// A request to an apiserver or to etcd.
    Request,
    /// An answer, or an event of a watch.
    Response,
}

/// One message in flight.
#[derive(Clone, PartialEq, Debug)]
pub struct Flight {
    /// Its number, the same from leaving to arriving.
    pub id: u64,
    /// Where it left.
    pub from: Place,
    /// Where it goes.
    pub to: Place,
    /// At most about 14 letters: `heartbeat`, `bind c9v2m`.
    pub label: SmolStr,
    /// How it is drawn.
    pub kind: FlightKind,
    /// How much of its way lies behind it, from 0 to 1.
    pub fraction: f64,
    /// Whether it will never arrive: its link is cut or its receiver is off.
    pub lost: bool,
}

/// What the last step did.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct StepView {
    /// What happened, to be told above the stage; none before the first event.
    pub deed: Option<Deed>,
    /// Who took part: tinted.
    pub parts: Vec<Place>,
    /// What it changed: ringed.
    pub changed: Vec<Subject>,
}
