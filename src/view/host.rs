//! The border between the page and whatever simulates the cluster.
//!
//! Invariant: everything crosses as plain values, intents in one direction and changes in the
//! other, and every call returns within about a millisecond. An engine in a worker fits as well
//! as one in the page.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::sim::Duration;

use super::clock::{BranchId, BranchView, ClockView, Speed};
use super::console::ConsoleChange;
use super::flight::{Flight, StepView};
use super::inspector::InspectorView;
use super::intent::Intent;
use super::lanes::LanesView;
use super::manuscript::{Diagnostic, ExampleGroup, FileView};
use super::picture::PictureChange;
use super::raft::RaftView;
use super::stream::StreamWindow;

/// What one slice of work did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Slice {
    /// Simulated time that passed.
    pub simulated: Duration,
    /// Whether work waits that is not playing: a long seek, a large apply.
    pub busy: bool,
}

/// An engine behind the page.
pub trait Host {
    /// Takes an intent. Its effects come out of [`Host::changes`], now or later.
    fn send(&mut self, intent: Intent);

    /// The speed at which time should run now, or none while it is held.
    fn speed(&self) -> Option<Speed>;

    /// Does about a millisecond of work: runs the simulation for at most `owed`, or gets on with
    /// a seek.
    fn run(&mut self, owed: Duration) -> Slice;

    /// What changed since the last call, in order.
    fn changes(&mut self) -> Vec<Change>;

    /// The cluster as a script that builds it on a real machine.
    fn export(&self) -> String;

    /// What a person would need to report a bug: the seed and the commands, as text.
    fn report(&self) -> String;
}

/// Something the page must show differently.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// One difference of the picture.
    Picture(PictureChange),
    /// The messages in flight, all of them; empty while time runs too fast to see them.
    Flights(Vec<Flight>),
    /// What the last step did.
    Step(StepView),
    /// Where in time the page is.
    Clock(ClockView),
    /// The history as lanes. Engines send it at most a few times a second.
    Lanes(Arc<LanesView>),
    /// The branches, the first one first.
    Branches(Vec<BranchView>),
    /// The selected subject, or nothing.
    Inspector(Option<Arc<InspectorView>>),
    /// The Raft bench, while it is looked at.
    Raft(Arc<RaftView>),
    /// The part of the record that was asked for.
    Stream(StreamWindow),
    /// The terminal.
    Console(ConsoleChange),
    /// What is wrong with a file.
    Diagnostics(SmolStr, Vec<Diagnostic>),
    /// The library of examples.
    Examples(Vec<ExampleGroup>),
    /// A file to open: the first one of a link, or the one `kubectl edit` wants.
    Open(FileView),
    /// The seed and the size of the cluster, for the head of the page.
    Seed(u64),
    /// A short message that goes away by itself.
    Notice(Notice),
}

/// What was read of a real cluster, and what was left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Imported {
    /// How many nodes there are now, if they were among it.
    pub nodes: usize,
    /// How many objects are applied.
    pub objects: usize,
    /// How many objects are left to their controllers.
    pub owned: usize,
    /// How many every cluster has, or are of a kind that is not known here.
    pub other: usize,
}

/// A short message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// A change in the past started this branch.
    Branched(BranchId),
    /// Objects of a real cluster have been read.
    Imported(Imported),
    /// Something in Kubernetes' own words, or in the engine's.
    Text(SmolStr),
}
