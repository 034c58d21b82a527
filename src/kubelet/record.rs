//! What a kubelet and its runtime have to tell, in their own words.

use std::fmt;
use std::sync::Arc;

use super::probe::ProbeKind;
use crate::api::types::Uid;
use crate::api::{Key, Resource, Str, quote};
use crate::sim::Fingerprint;

/// Which pod on which node a record is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    /// The node.
    pub node: Str,
    /// The pod.
    pub pod: Key,
    /// Which pod exactly.
    pub uid: Uid,
    /// The names of its containers, init containers first.
    pub containers: Box<[Str]>,
}

/// Something worth telling.
#[derive(Clone, PartialEq, Debug)]
pub enum Record {
    /// Of a node.
    Node(Str, NodeRecord),
    /// Of a pod.
    Pod(Arc<About>, PodRecord),
    /// Of the container of this number, init containers first.
    Container(Arc<About>, u8, ContainerRecord),
}

/// Something worth telling of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // Their texts say what they are.
pub enum NodeRecord {
    Starting,
    Registering,
    Registered,
    AlreadyRegistered,
    Ready,
    NotReady,
    LeaseFailed,
    Stopped,
}

/// Something worth telling of a pod.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // Their texts say what they are.
pub enum PodRecord {
    Added,
    Updated,
    Deleting,
    Removed,
    Rejected(Arc<str>),
    NetworkNotReady,
    Mounted,
    SandboxChanged,
    SandboxCreated,
    SandboxFailed(Arc<str>),
    SandboxStopped,
    /// With its phase.
    StatusChanged(&'static str),
    Deleted,
    DeadlineExceeded,
    Started,
    Finished(i32),
}

/// Something worth telling of a container.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // Their texts say what they are.
pub enum ContainerRecord {
    Pulling(Arc<str>),
    Pulled(Arc<str>),
    PullFailed(Arc<str>),
    Created,
    Started,
    /// Why not, as its status will tell.
    NotStarted(&'static str),
    /// With how many seconds of grace.
    Killing(u32),
    /// With which code.
    Exited(i32),
    /// Which probe, and whether it went well.
    Probed(ProbeKind, bool),
}

impl Record {
    /// Adds it to a hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        match self {
            Self::Node(node, record) => {
                hash.str(node);
                hash.u64(*record as u64);
            }
            Self::Pod(about, record) => {
                about.hash_into(hash);
                record.hash_into(hash);
            }
            Self::Container(about, container, record) => {
                about.hash_into(hash);
                hash.u64(256 + u64::from(*container));
                record.hash_into(hash);
            }
        }
    }

    /// Whether it counts as something a kubelet did.
    pub fn is_action(&self) -> bool {
        match self {
            Self::Node(_, record) => *record != NodeRecord::LeaseFailed,
            Self::Pod(_, record) => !matches!(
                record,
                PodRecord::Added | PodRecord::Updated | PodRecord::Deleting | PodRecord::Removed
            ),
            Self::Container(_, _, record) => !matches!(record, ContainerRecord::Probed(_, true)),
        }
    }

    /// The object it is about.
    pub fn subject(&self) -> Option<(Resource, Key)> {
        Some(match self {
            Self::Node(node, _) => (Resource::NODES, Key::new("", node)),
            Self::Pod(about, _) | Self::Container(about, ..) => (Resource::PODS, about.pod.clone()),
        })
    }

    /// The node that tells it.
    pub fn node(&self) -> &Str {
        match self {
            Self::Node(node, _) => node,
            Self::Pod(about, _) | Self::Container(about, ..) => &about.node,
        }
    }
}

impl About {
    fn hash_into(&self, hash: &mut Fingerprint) {
        hash.u64(self.uid.0 as u64);
        hash.u64((self.uid.0 >> 64) as u64);
    }
}

impl PodRecord {
    fn hash_into(&self, hash: &mut Fingerprint) {
        let (kind, text, code): (u64, &str, i32) = match self {
            Self::Added => (1, "", 0),
            Self::Updated => (2, "", 0),
            Self::Deleting => (3, "", 0),
            Self::Removed => (4, "", 0),
            Self::Rejected(reason) => (5, reason, 0),
            Self::NetworkNotReady => (6, "", 0),
            Self::Mounted => (7, "", 0),
            Self::SandboxChanged => (8, "", 0),
            Self::SandboxCreated => (9, "", 0),
            Self::SandboxFailed(why) => (10, why, 0),
            Self::SandboxStopped => (11, "", 0),
            Self::StatusChanged(phase) => (12, phase, 0),
            Self::Deleted => (13, "", 0),
            Self::DeadlineExceeded => (14, "", 0),
            Self::Started => (15, "", 0),
            Self::Finished(code) => (16, "", *code),
        };
        hash.u64(kind);
        hash.str(text);
        hash.u64(code as u64);
    }
}

impl ContainerRecord {
    fn hash_into(&self, hash: &mut Fingerprint) {
        let (kind, text, number): (u64, &str, u64) = match self {
            Self::Pulling(image) => (1, image, 0),
            Self::Pulled(image) => (2, image, 0),
            Self::PullFailed(why) => (3, why, 0),
            Self::Created => (4, "", 0),
            Self::Started => (5, "", 0),
            Self::NotStarted(why) => (6, why, 0),
            Self::Killing(grace) => (7, "", u64::from(*grace)),
            Self::Exited(code) => (8, "", *code as u64),
            Self::Probed(kind, good) => (9, kind.name(), u64::from(*good)),
        };
        hash.u64(kind);
        hash.str(text);
        hash.u64(number);
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(node, record) => record.write(f, node),
            Self::Pod(about, record) => record.write(f, &about.pod),
            Self::Container(about, at, record) => {
                let name = about.containers.get(usize::from(*at)).map_or("", Str::as_str);
                record.write(f, &about.pod, name)
            }
        }
    }
}

impl NodeRecord {
    fn write(self, f: &mut fmt::Formatter<'_>, node: &str) -> fmt::Result {
        match self {
            Self::Starting => write!(f, "Starting kubelet on {node}"),
            Self::Registering => write!(f, "Attempting to register node {node}"),
            Self::Registered => write!(f, "Successfully registered node {node}"),
            Self::AlreadyRegistered => write!(f, "Node {node} was previously registered"),
            Self::Ready => {
                write!(f, "Fast updating node status of {node} as it just became ready")
            }
            Self::NotReady => write!(f, "Node {node} became not ready"),
            Self::LeaseFailed => write!(f, "Failed to update lease of {node}, will retry"),
            Self::Stopped => write!(f, "Kubelet on {node} stopped"),
        }
    }
}

impl PodRecord {
    fn write(&self, f: &mut fmt::Formatter<'_>, pod: &Key) -> fmt::Result {
        match self {
            Self::Added => write!(f, "SyncLoop ADD {pod}"),
            Self::Updated => write!(f, "SyncLoop UPDATE {pod}"),
            Self::Deleting => write!(f, "SyncLoop DELETE {pod}"),
            Self::Removed => write!(f, "SyncLoop REMOVE {pod}"),
            Self::Rejected(reason) => write!(f, "Pod {pod} was rejected: {reason}"),
            Self::NetworkNotReady => write!(f, "Error syncing pod {pod}: network is not ready"),
            Self::Mounted => write!(f, "All volumes are attached and mounted for pod {pod}"),
            Self::SandboxChanged => write!(f, "Sandbox of {pod} changed, need to start a new one"),
            Self::SandboxCreated => write!(f, "RunPodSandbox for {pod} returned a sandbox"),
            Self::SandboxFailed(why) => write!(f, "RunPodSandbox for {pod} failed: {why}"),
            Self::SandboxStopped => write!(f, "StopPodSandbox for {pod} returned successfully"),
            Self::StatusChanged(phase) => write!(f, "Status of {pod} changed, phase {phase}"),
            Self::Deleted => write!(f, "Pod {pod} fully terminated and removed from etcd"),
            Self::DeadlineExceeded => {
                write!(f, "Pod {pod} was active on the node longer than the specified deadline")
            }
            Self::Started => write!(f, "Pod {pod} is Running"),
            Self::Finished(code) => write!(f, "Containers of {pod} exited with {code}"),
        }
    }
}

impl ContainerRecord {
    fn write(&self, f: &mut fmt::Formatter<'_>, pod: &Key, name: &str) -> fmt::Result {
        match self {
            Self::Pulling(image) => write!(f, "PullImage {} for {pod}", quote(image)),
            Self::Pulled(image) => write!(f, "PullImage {} returned successfully", quote(image)),
            Self::PullFailed(why) => write!(f, "PullImage for {name} of {pod} failed: {why}"),
            Self::Created => write!(f, "CreateContainer {name} within sandbox of {pod}"),
            Self::Started => write!(f, "StartContainer {name} of {pod} returned successfully"),
            Self::NotStarted(why) => write!(f, "Container {name} of {pod} was not started: {why}"),
            Self::Killing(grace) => {
                write!(f, "Killing container {name} of {pod} with a grace period of {grace}s")
            }
            Self::Exited(code) => write!(f, "Container {name} of {pod} exited with {code}"),
            Self::Probed(kind, good) => {
                let result = if *good { "succeeded" } else { "failed" };
                write!(f, "{} probe of {name} of {pod} {result}", kind.name())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_small_and_speak() {
        assert!(size_of::<Record>() <= 40, "{}", size_of::<Record>());
        let about = Arc::new(About {
            node: "node-1".into(),
            pod: Key::new("default", "web"),
            uid: Uid(1),
            containers: ["nginx".into()].into(),
        });
        let record = Record::Container(about.clone(), 0, ContainerRecord::Exited(137));
        assert_eq!(record.to_string(), "Container nginx of default/web exited with 137");
        assert_eq!(record.subject(), Some((Resource::PODS, Key::new("default", "web"))));
        assert_eq!(record.node(), "node-1");
        let hash = |record: &Record| {
            let mut hash = Fingerprint::new();
            record.hash_into(&mut hash);
            hash.finish()
        };
        let other = Record::Container(about, 0, ContainerRecord::Exited(1));
        assert_ne!(hash(&record), hash(&other));
    }
}
