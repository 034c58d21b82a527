//! What a node says: the log sentences of etcd, as values that are put into words only when read.
//!
//! Models the `Logger` calls of etcd-io/raft v3.7: levels and wording are its own. Invariant:
//! saying something has no effect on the node, and costs no formatting.

mod election;
mod replication;
mod request;
mod store;

use std::collections::VecDeque;
use std::fmt;

pub use election::{Election, VoteRequest};
pub use replication::Replication;
pub use request::{ChangeRefusal, ChangeRefusalReason, ChangeText, Request};
pub use store::{LogView, Store};

/// How many sentences wait to be read before the oldest are forgotten: more than any one step
/// makes, so that nothing is lost to an owner that reads after every step, and little enough for
/// one that never reads.
const WAITING_MAX: usize = 1024;

/// How much a sentence matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Level {
    /// Detail.
    Debug,
    /// The course of things.
    #[default]
    Info,
    /// Something to look into.
    Warn,
    /// Something went wrong.
    Error,
    /// The node cannot go on: etcd would end its process here.
    Fatal,
    /// No sentence has this level; to ask for it is to ask for silence.
    None,
}

/// One sentence, and who says it.
#[derive(Clone, Debug)]
pub struct Line {
    /// The node that says it.
    pub node: u64,
    /// What it says.
    pub sentence: Sentence,
}

/// Everything a node can say, by subject.
#[derive(Clone, Debug)]
pub enum Sentence {
    /// Of roles, terms and votes.
    Election(Election),
    /// Of a leader's sending to its followers.
    Replication(Replication),
    /// Of what its owner or another node asks for.
    Request(Request),
    /// Of its log, its snapshots and its configuration.
    Store(Store),
}

/// The sentences of one node that wait to be read.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    node: u64,
    level: Level,
    waiting: VecDeque<Line>,
}

impl Lines {
    pub const fn new(node: u64, level: Level) -> Self {
        Self { node, level, waiting: VecDeque::new() }
    }

    pub fn set_level(&mut self, level: Level) {
        self.level = level;
    }

    pub fn say(&mut self, sentence: impl Into<Sentence>) {
        let line = Line { node: self.node, sentence: sentence.into() };
        if line.level() < self.level {
            return;
        }
        if self.waiting.len() == WAITING_MAX {
            self.waiting.pop_front();
        }
        self.waiting.push_back(line);
    }

    pub fn drain(&mut self) -> std::collections::vec_deque::Drain<'_, Line> {
        self.waiting.drain(..)
    }
}

impl Line {
    /// How much it matters.
    pub const fn level(&self) -> Level {
        match &self.sentence {
            Sentence::Election(line) => line.level(),
            Sentence::Replication(line) => line.level(),
            Sentence::Request(line) => line.level(),
            Sentence::Store(line) => line.level(),
        }
    }
}

/// The sentence in etcd's words, without its level.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sentence {
            Sentence::Election(line) => line.write(self.node, f),
            Sentence::Replication(line) => line.write(self.node, f),
            Sentence::Request(line) => line.write(self.node, f),
            Sentence::Store(line) => line.write(self.node, f),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
            Self::None => "NONE",
        })
    }
}

impl From<Election> for Sentence {
    fn from(line: Election) -> Self {
        Self::Election(line)
    }
}

impl From<Replication> for Sentence {
    fn from(line: Replication) -> Self {
        Self::Replication(line)
    }
}

impl From<Request> for Sentence {
    fn from(line: Request) -> Self {
        Self::Request(line)
    }
}

impl From<Store> for Sentence {
    fn from(line: Store) -> Self {
        Self::Store(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_less_is_not_kept() {
        let check = |level, kept: usize| {
            let mut lines = Lines::new(0x1f, level);
            lines.say(Election::AlreadyLeader);
            lines.say(Election::BecameLeader { term: 3 });
            lines.say(Election::Unpromotable);
            let said: Vec<String> =
                lines.drain().map(|line| format!("{} {line}", line.level())).collect();
            let all = [
                "DEBUG 1f ignoring MsgHup because already leader",
                "INFO 1f became leader at term 3",
                "WARN 1f is unpromotable and can not campaign",
            ];
            assert_eq!(said, all[3 - kept..]);
        };
        check(Level::Debug, 3);
        check(Level::Info, 2);
        check(Level::Warn, 1);
        check(Level::None, 0);
    }

    #[test]
    fn an_owner_that_never_reads_is_not_buried() {
        let mut lines = Lines::new(1, Level::Info);
        for term in 0..5000 {
            lines.say(Election::BecameFollower { term });
        }
        let last = lines.drain().next_back().unwrap().to_string();
        assert_eq!(last, "1 became follower at term 4999");
        assert!(lines.waiting.capacity() < 2 * WAITING_MAX);
    }
}
