//! What of the terminal is worth telling, beside its messages and what is typed.
//!
//! Models nothing of Kubernetes. Invariant: a record is small and says one thing.

use std::fmt;

use crate::api::{Key, Resource, Str};
use crate::sim::Fingerprint;

/// Something the terminal did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Record {
    /// A program began.
    Started {
        /// What was typed of it.
        words: Str,
    },
    /// The line that was typed has been run.
    Ended {
        /// The exit code of its last command.
        code: i32,
    },
}

impl Record {
    /// Adds what it says to a hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        match self {
            Self::Started { words } => hash.str(words),
            Self::Ended { code } => hash.u64(*code as u64),
        }
    }

    /// Whether it counts as a step of a controller: never, a person is none.
    pub fn is_action(&self) -> bool {
        false
    }

    /// What it is about: no single object.
    pub fn subject(&self) -> Option<(Resource, Key)> {
        None
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { words } => write!(f, "started {words}"),
            Self::Ended { code: 0 } => f.write_str("done"),
            Self::Ended { code } => write!(f, "exit status {code}"),
        }
    }
}
