//! Kinds that Kubernetes v1.36 serves, whether they are served here or not: a manifest of one is
//! right, even where the simulation does nothing with it.

use crate::api::{Body, Resource, Value};

/// What becomes of the objects of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Service {
    /// Something in the simulation reads them.
    Simulated(Resource),
    /// They are stored, and nothing reads them.
    Stored(Resource),
    /// The kind is right, but not served here.
    Missing,
    /// No such kind is known.
    Unknown,
}

/// What becomes of the objects of `kind` in `api_version`.
pub(super) fn service(api_version: &str, kind: &str) -> Service {
    match Resource::of_kind(api_version, kind) {
        Some(resource) if is_read(resource) => Service::Simulated(resource),
        Some(resource) => Service::Stored(resource),
        None if others().any(|other| other == (api_version, kind)) => Service::Missing,
        None => Service::Unknown,
    }
}

/// Whether the simulation has a Rust struct for the kind: what it reads has one.
fn is_read(resource: Resource) -> bool {
    !matches!(Body::load(resource, &Value::Null), Body::Other(..))
}

/// Every known pair of API version and kind.
pub(in crate::manifest) fn all() -> impl Iterator<Item = (String, &'static str)> {
    let served = Resource::all().map(|r| (r.api_version(), r.info().kind));
    let others = others().filter(|(version, kind)| Resource::of_kind(version, kind).is_none());
    served.chain(others.map(|(version, kind)| (version.to_owned(), kind)))
}

fn others() -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.iter().flat_map(|(version, kinds)| kinds.iter().map(|kind| (*version, *kind)))
}

/// From the discovery documents of a v1.36 API server.
#[rustfmt::skip]
const KINDS: &[(&str, &[&str])] = &[
    ("v1", &["Endpoints", "LimitRange", "PersistentVolume", "PersistentVolumeClaim", "PodTemplate", "Secret"]),
    ("admissionregistration.k8s.io/v1", &["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"]),
    ("apiextensions.k8s.io/v1", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io/v1", &["APIService"]),
    ("apps/v1", &["ControllerRevision", "DaemonSet", "StatefulSet"]),
    ("autoscaling/v1", &["HorizontalPodAutoscaler"]),
    ("autoscaling/v2", &["HorizontalPodAutoscaler"]),
    ("batch/v1", &["CronJob", "Job"]),
    ("certificates.k8s.io/v1", &["CertificateSigningRequest"]),
    ("events.k8s.io/v1", &["Event"]),
    ("flowcontrol.apiserver.k8s.io/v1", &["FlowSchema", "PriorityLevelConfiguration"]),
    ("networking.k8s.io/v1", &["IPAddress", "Ingress", "IngressClass", "NetworkPolicy", "ServiceCIDR"]),
    ("node.k8s.io/v1", &["RuntimeClass"]),
    ("policy/v1", &["PodDisruptionBudget"]),
    ("rbac.authorization.k8s.io/v1", &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]),
    ("resource.k8s.io/v1", &["DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"]),
    ("scheduling.k8s.io/v1", &["PriorityClass"]),
    ("storage.k8s.io/v1", &["CSIDriver", "CSINode", "CSIStorageCapacity", "StorageClass", "VolumeAttachment",
        "VolumeAttributesClass"]),
];
