//! What an apiserver has to tell: one line a request, as its audit log has it.

use std::fmt;
use std::sync::Arc;

use super::stages::Stages;
use crate::api::rpc::{Call, Part};
use crate::api::{Key, Resource, Str};
use crate::sim::Fingerprint;

/// One entry of what happened in an apiserver.
#[derive(Clone, PartialEq, Debug)]
pub enum Record {
    /// A request was answered.
    Answered {
        /// Who asked.
        user: Str,
        /// What was asked.
        what: What,
        /// The HTTP status code of the answer.
        code: u16,
        /// Why it was refused, if it was.
        refusal: Option<Str>,
        /// What the stages did to a write, if any did something.
        stages: Option<Arc<Stages>>,
    },
    /// The watch cache holds everything, up to this revision.
    CacheReady {
        /// The revision.
        revision: u64,
    },
    /// The store cannot be reached.
    StoreLost,
}

/// What a request asked for, in short.
#[derive(Clone, PartialEq, Debug)]
pub struct What {
    /// The verb.
    pub verb: &'static str,
    /// Of which resource.
    pub resource: Resource,
    /// Which part.
    pub part: Part,
    /// Which object; the name is empty for all of a namespace.
    pub key: Key,
    /// The path, where no resource is asked for.
    pub path: Str,
}

impl What {
    /// What `call` asks for.
    pub fn of(call: &Call) -> Self {
        let part = match call {
            Call::Get { part, .. } | Call::Update { part, .. } | Call::Patch { part, .. } => *part,
            _ => Part::Main,
        };
        let key = Key::new(call.namespace(), call.name());
        let path = match call {
            Call::Http(request) => request.path.clone(),
            _ => Str::default(),
        };
        Self { verb: call.verb(), resource: call.resource(), part, key, path }
    }
}

impl Record {
    /// Adds the record to a hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        match self {
            Self::Answered { user, what, code, .. } => {
                hash.str(user);
                hash.str(what.verb);
                hash.str(what.key.as_str());
                if !what.path.is_empty() {
                    hash.str(&what.path);
                }
                hash.u64(u64::from(*code) << 8 | what.part as u64);
            }
            Self::CacheReady { revision } => hash.u64(*revision),
            Self::StoreLost => hash.u64(1),
        }
    }

    /// What it is about.
    pub fn subject(&self) -> Option<(Resource, Key)> {
        match self {
            Self::Answered { what, .. } if !what.key.name().is_empty() => {
                Some((what.resource, what.key.clone()))
            }
            _ => None,
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match self.part {
            Part::Main => "",
            Part::Status => "/status",
            Part::Scale => "/scale",
            Part::Finalize => "/finalize",
        };
        if !self.path.is_empty() {
            return write!(f, "{} {}", self.verb, self.path);
        }
        write!(f, "{} {}{part} {}", self.verb, self.resource.qualified(), self.key)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { user, what, code, refusal: None, .. } => {
                write!(f, "{what} by {user}: {code}")
            }
            Self::Answered { user, what, code, refusal: Some(refusal), .. } => {
                write!(f, "{what} by {user}: {code} {refusal}")
            }
            Self::CacheReady { revision } => write!(f, "watch cache ready at {revision}"),
            Self::StoreLost => f.write_str("etcd connection lost"),
        }
    }
}
