//! What kube-controller-manager tells: its log, its events and its fortunes.

use std::fmt;
use std::sync::Arc;

use super::Name;
use crate::api::types::ObjectReference;
use crate::api::{Key, Object, Resource, Str};
use crate::sim::Fingerprint;

/// One thing worth telling.
#[derive(Clone, PartialEq, Debug)]
pub enum Record {
    /// A worker of a controller took a key off the queue, or went on with it, and acted.
    Synced {
        /// Which controller.
        controller: Name,
        /// The resource of the key's object.
        resource: Resource,
        /// The key's object.
        key: Key,
    },
    /// A controller decided something.
    Line(Arc<Line>),
    /// A controller told an event.
    Event(Arc<Told>),
    /// A key could not be brought to its end and will come again.
    Failed(Arc<Failure>),
    /// This process leads from now on.
    Leading,
    /// This process led, could not renew its claim, and ends.
    LeadershipLost,
    /// A controller has seen everything once and starts to work.
    Started(Name),
}

// Records are kept by the million.
const _: () = assert!(size_of::<Record>() <= 40);

/// Which object something is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Subject(pub Resource, pub Key);

/// A line of the log.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// What it is about.
    pub about: Subject,
    /// The message.
    pub message: &'static str,
    /// Numbers that belong to it, with their names.
    pub numbers: Arc<[(&'static str, i64)]>,
}

/// An event.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// What it is about.
    pub object: ObjectReference,
    /// Whether its type is `Warning`.
    pub is_warning: bool,
    /// Its reason.
    pub reason: &'static str,
    /// Its message.
    pub message: Str,
}

/// A failed attempt.
#[derive(Clone, PartialEq, Debug)]
pub struct Failure {
    /// Whose.
    pub controller: Name,
    /// At what.
    pub about: Subject,
    /// Why.
    pub error: Str,
    /// Whether it is given up until something changes.
    pub dropped: bool,
}

impl Record {
    /// Adds it to the record hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        match self {
            Self::Synced { controller, resource, key } => {
                hash.str(controller.as_str());
                hash.str(resource.info().plural);
                hash.str(key.as_str());
            }
            Self::Line(line) => {
                line.about.hash_into(hash);
                hash.str(line.message);
                line.numbers.iter().for_each(|(_, number)| hash.u64(number.cast_unsigned()));
            }
            Self::Event(told) => {
                hash.str(&told.object.name);
                hash.str(told.reason);
                hash.str(&told.message);
            }
            Self::Failed(failure) => {
                failure.about.hash_into(hash);
                hash.str(&failure.error);
            }
            Self::Leading => hash.str("leading"),
            Self::LeadershipLost => hash.str("lost"),
            Self::Started(name) => hash.str(name.as_str()),
        }
    }

    /// Whether it counts as a step by controller action.
    pub fn is_action(&self) -> bool {
        match self {
            // What is about no object is a look around, every few seconds.
            Self::Synced { key, .. } => !key.name().is_empty(),
            Self::Leading | Self::LeadershipLost => true,
            _ => false,
        }
    }

    /// What it is about.
    pub fn subject(&self) -> Option<(Resource, Key)> {
        match self {
            Self::Synced { key, .. } if key.name().is_empty() => None,
            Self::Synced { resource, key, .. } => Some((*resource, key.clone())),
            Self::Line(line) => Some((line.about.0, line.about.1.clone())),
            Self::Event(told) => {
                let object = &told.object;
                let resource = Resource::of_kind(&object.api_version, &object.kind)?;
                Some((resource, Key::new(&object.namespace, &object.name)))
            }
            Self::Failed(failure) => Some((failure.about.0, failure.about.1.clone())),
            Self::Leading | Self::LeadershipLost | Self::Started(_) => None,
        }
    }
}

/// One line in the words of kube-controller-manager's log.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Synced { controller, key, .. } if key.name().is_empty() => {
                write!(f, "{}: looking around", controller.as_str())
            }
            Self::Synced { controller, resource, key } => {
                let kind = resource.info().singular;
                write!(f, "{}: syncing {kind} \"{key}\"", controller.as_str())
            }
            Self::Line(line) => {
                write!(f, "{} {}", line.message, line.about)?;
                line.numbers.iter().try_for_each(|(name, number)| write!(f, " {name}={number}"))
            }
            Self::Event(told) => {
                let Told { object, reason, message, .. } = &**told;
                let kind = if told.is_warning { "Warning" } else { "Normal" };
                let ObjectReference { kind: object_kind, name, .. } = object;
                write!(f, "Event occurred: {object_kind} {name}: {kind} {reason}: {message}")
            }
            Self::Failed(failure) => {
                let verb =
                    if failure.dropped { "Dropping out of the queue" } else { "Error syncing" };
                write!(f, "{verb} {}: {}", failure.about, failure.error)
            }
            Self::Leading => {
                f.write_str("successfully acquired lease kube-system/kube-controller-manager")
            }
            Self::LeadershipLost => f.write_str("leaderelection lost"),
            Self::Started(name) => write!(f, "Started controller {}", name.as_str()),
        }
    }
}

impl Subject {
    fn hash_into(&self, hash: &mut Fingerprint) {
        hash.str(self.0.info().plural);
        hash.str(self.1.as_str());
    }
}

impl From<&Object> for Subject {
    fn from(object: &Object) -> Self {
        Self(object.resource(), object.key())
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\"", self.0.info().singular, self.1)
    }
}
