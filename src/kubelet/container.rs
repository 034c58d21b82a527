//! What a pod worker remembers of one container beside what the runtime knows.

use super::backoff::Backoff;
use super::probe::Prober;
use crate::api::codec::Rest;
use crate::api::types::{Container, PodSpec};
use crate::api::{Codec, Fields, Str, Value};
use crate::sim::{Fingerprint, Time};

/// What a pod worker remembers of one container.
#[derive(Clone, Default, Debug)]
pub struct Memory {
    /// Why it was not started when that was last tried. Models reasonCache.
    pub waiting: Option<Waiting>,
    /// How long to wait before it is started again.
    pub crash: Backoff,
    /// The last pull of its image, if it failed.
    pub pull: Option<FailedPull>,
    /// Its probes, while it runs.
    pub prober: Option<Box<Prober>>,
    /// When it will be killed at the latest, once it has been told to stop.
    pub kill_at: Option<Time>,
    /// The fields of its status that follow from its spec.
    pub extras: Rest,
}

/// Why a container waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// The reason, such as `CrashLoopBackOff`.
    pub reason: &'static str,
    /// In more words.
    pub message: Str,
}

/// A pull that failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FailedPull {
    /// Of which image.
    pub image: Str,
    /// How long to wait before the next.
    pub backoff: Backoff,
    /// What the runtime said.
    pub error: Str,
}

impl Memory {
    /// Of a container with this spec.
    pub fn new(spec: &Container) -> Self {
        Self { extras: extras(spec), ..Self::default() }
    }
}

/// Whether an init container stays beside the others once it has started.
/// Models pkg/api/v1/pod/util.go IsRestartableInitContainer.
pub fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

/// All containers of a pod, init containers first: the numbering that workers use.
pub fn all(spec: &PodSpec) -> impl DoubleEndedIterator<Item = &Container> {
    spec.init_containers.iter().chain(spec.containers.iter())
}

/// A hash of what makes a running container outdated when it changes.
/// Models kubecontainer.HashContainer, which looks at name and image alone.
pub fn spec_hash(container: &Container) -> u64 {
    let mut hash = Fingerprint::new();
    hash.str(&container.name);
    hash.str(&container.image);
    hash.finish()
}

/// What a status repeats of a container's spec: the mounts, the resources, the user.
/// Models kubelet_pods.go convertToAPIContainerStatuses.
fn extras(spec: &Container) -> Rest {
    let mut fields = Fields::new();
    let mounts: Vec<Value> = spec.volume_mounts.iter().map(mount_status).collect();
    if !mounts.is_empty() {
        fields.insert("volumeMounts", mounts.into());
    }
    if !spec.resources.requests.is_empty() {
        fields.insert("allocatedResources", spec.resources.requests.dump());
    }
    fields.insert("resources", spec.resources.dump());
    let ids = Value::map([
        ("gid", Value::Int(0)),
        ("supplementalGroups", Value::from(vec![Value::Int(0)])),
        ("uid", Value::Int(0)),
    ]);
    fields.insert("user", Value::map([("linux", ids)]));
    fields.into()
}

fn mount_status(mount: &Value) -> Value {
    let mut status = Value::map([
        ("mountPath", mount.at("mountPath").clone()),
        ("name", mount.at("name").clone()),
    ]);
    if mount.at("readOnly").as_bool() == Some(true) {
        let fields = status.make_map();
        fields.insert("readOnly", true.into());
        fields.insert("recursiveReadOnly", "Disabled".into());
    }
    status
}
