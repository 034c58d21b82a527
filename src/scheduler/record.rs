//! What the scheduler has to tell.

use std::fmt;
use std::sync::Arc;

use super::explain::Decision;
use crate::api::{Key, Resource, Str};
use crate::sim::Fingerprint;

/// One thing the scheduler did or noticed.
#[derive(Clone, PartialEq, Debug)]
pub enum Record {
    /// It decided about a pod.
    Decided(Arc<Decision>),
    /// A pod was bound to the node that was chosen for it.
    Bound(Arc<Binding>),
    /// A pod could not be bound, and will be tried again.
    BindingFailed(Arc<Binding>),
    /// Something happened that may let a pod fit that did not.
    Moved(Arc<Move>),
    /// It was elected to lead, and starts to work.
    Leading(Str),
    /// It does not lead any longer; its process ends.
    Lost(Str),
    /// Its process was started again.
    Restarted,
}

/// A pod and the node it was to go to.
#[derive(Clone, PartialEq, Debug)]
pub struct Binding {
    /// The pod.
    pub pod: Key,
    /// The node.
    pub node: Str,
    /// What went wrong, if something did.
    pub error: Str,
}

/// A pod that leaves those that wait for something to happen.
#[derive(Clone, PartialEq, Debug)]
pub struct Move {
    /// The pod.
    pub pod: Key,
    /// What happened.
    pub event: &'static str,
    /// The queue it is in now: `Active` or `Backoff`.
    pub queue: &'static str,
}

impl Record {
    /// Adds it to the record hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        match self {
            Self::Decided(decision) => {
                hash.u64(1);
                decision.hash_into(hash);
            }
            Self::Bound(binding) | Self::BindingFailed(binding) => {
                hash.u64(if matches!(self, Self::Bound(_)) { 2 } else { 3 });
                hash.str(binding.pod.as_str());
                hash.str(&binding.node);
                hash.str(&binding.error);
            }
            Self::Moved(moved) => {
                hash.u64(4);
                hash.str(moved.pod.as_str());
                hash.str(moved.event);
                hash.str(moved.queue);
            }
            Self::Leading(holder) => {
                hash.u64(5);
                hash.str(holder);
            }
            Self::Lost(holder) => {
                hash.u64(6);
                hash.str(holder);
            }
            Self::Restarted => hash.u64(7),
        }
    }

    /// Whether it counts when stepping from one action of a component to the next.
    pub fn is_action(&self) -> bool {
        matches!(self, Self::Decided(_))
    }

    /// What it is about.
    pub fn subject(&self) -> Option<(Resource, Key)> {
        let pod = match self {
            Self::Decided(decision) => &decision.pod,
            Self::Bound(binding) | Self::BindingFailed(binding) => &binding.pod,
            Self::Moved(moved) => &moved.pod,
            Self::Leading(_) | Self::Lost(_) | Self::Restarted => {
                return Some((Resource::LEASES, Key::new("kube-system", super::LEASE)));
            }
        };
        Some((Resource::PODS, pod.clone()))
    }
}

/// In the words of kube-scheduler's log.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decided(decision) => decision.fmt(f),
            Self::Bound(binding) => {
                let Binding { pod, node, .. } = &**binding;
                write!(f, "Successfully bound pod to node pod=\"{pod}\" node=\"{node}\"")
            }
            Self::BindingFailed(binding) => {
                let Binding { pod, error, .. } = &**binding;
                write!(f, "Error scheduling pod; retrying pod=\"{pod}\" err=\"{error}\"")
            }
            Self::Moved(moved) => {
                let Move { pod, event, queue } = &**moved;
                write!(
                    f,
                    "Pod moved to an internal scheduling queue pod=\"{pod}\" event=\"{event}\" \
                     queue=\"{queue}\""
                )
            }
            Self::Leading(holder) => {
                let lease = super::LEASE;
                write!(f, "{holder} successfully acquired lease kube-system/{lease}")
            }
            Self::Lost(_) => f.write_str("Leaderelection lost"),
            Self::Restarted => f.write_str("Starting Kubernetes Scheduler"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_into_a_few_words_of_memory() {
        assert!(size_of::<Record>() <= 40);
    }

    #[test]
    fn says_what_the_log_says() {
        let binding = |error: &str| {
            Arc::new(Binding { pod: Key::new("d", "p"), node: "n".into(), error: error.into() })
        };
        for (record, text) in [
            (Record::Bound(binding("")), r#"Successfully bound pod to node pod="d/p" node="n""#),
            (
                Record::BindingFailed(binding("gone")),
                r#"Error scheduling pod; retrying pod="d/p" err="gone""#,
            ),
            (
                Record::Leading("m_1".into()),
                "m_1 successfully acquired lease kube-system/kube-scheduler",
            ),
        ] {
            assert_eq!(record.to_string(), text);
        }
    }
}
