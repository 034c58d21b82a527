//! Scripts of what a person does and what comes of it: lessons, tests and bug reports share them.
//!
//! Models the transcripts that were recorded of real kubectl, and adds what a recording cannot do:
//! faults, steps, several masters. A [`Script`] is read once, with every mistake told by line and
//! column; a [`Runner`] plays it on a session of its own. Invariant: what a script comes to depends
//! on its text alone, and whether an output is as expected on the two texts alone.

mod directive;
mod manifests;
mod normalise;
mod parse;
mod run;
mod transcript;
mod words;

use std::time::Duration;

use crate::cluster::{Command, Config, Grain};

pub use manifests::{Manifests, Verdict as ManifestVerdict};
pub use normalise::{first_difference, normalise};
pub use run::{Runner, run};
pub use transcript::{Played, Transcript, Verdict};

/// A script, ready to be played.
#[derive(Clone, Debug)]
pub struct Script {
    /// What it shows: its first line, when that is a comment.
    pub title: String,
    /// The cluster it is played on.
    pub config: Config,
    /// What is done, in order.
    pub steps: Vec<Step>,
}

/// One thing that is done, or said.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Where it stands, counted from 1.
    pub line: usize,
    /// As it is written, without the output that is expected of it.
    pub source: String,
    /// What is done.
    pub action: Action,
}

/// What a step does.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// Nothing: words for the reader, or what the cluster is made of.
    Tell,
    /// Types a line into the terminal and waits until it has run.
    Run {
        /// The line.
        line: String,
        /// What it should print; `None` where nothing is said of it.
        expected: Option<String>,
    },
    /// Does something else a person can do.
    Do(Command),
    /// Lets time pass.
    Wait(Duration),
    /// Goes on, or back, by steps of a grain.
    Go {
        /// Whether back.
        back: bool,
        /// How many steps.
        count: u32,
        /// How far one goes.
        grain: Grain,
    },
    /// Asks whether the last output has a text in it.
    Expect {
        /// The text.
        text: String,
        /// Whether it should be there.
        present: bool,
    },
}

/// A mistake in a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where, counted from 1.
    pub line: usize,
    /// Where in the line, in characters, counted from 1.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl Script {
    /// Reads a script. With problems, what could be read of it is there all the same.
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        parse::parse(text)
    }
}
