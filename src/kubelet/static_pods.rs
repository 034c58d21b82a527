//! Pods from manifests on the machine, and the objects that stand for them in the API.
//!
//! Models pkg/kubelet/config (common.go applyDefaults) and pkg/kubelet/pod/mirror_client.go.

use crate::api::types::{ObjectMeta, OwnerReference, Pod, Toleration, Uid};
use crate::api::{Codec, MicroTime, Object, Str, Typed};
use crate::sim::{Fingerprint, Time};

const HASH: &str = "kubernetes.io/config.hash";
const MIRROR: &str = "kubernetes.io/config.mirror";
const SEEN: &str = "kubernetes.io/config.seen";
const SOURCE: &str = "kubernetes.io/config.source";

/// The code of a process that was killed.
pub const KILLED: i32 = 137;

/// The pod that a manifest makes on a node, seen at `now`.
pub fn from_manifest(manifest: &Typed<Pod>, node: &Str, now: Time) -> Typed<Pod> {
    let (high, low) = hash(manifest, node);
    let hash = format!("{high:016x}{low:016x}");
    let pod = manifest.with_meta(|meta| {
        meta.name = format!("{}-{node}", meta.name).into();
        if meta.namespace.is_empty() {
            meta.namespace = Str::new_static("default");
        }
        meta.uid = Uid(u128::from(high) << 64 | u128::from(low));
        meta.annotations = meta
            .annotations
            .with(HASH, hash)
            .with(SEEN, MicroTime::at(now).to_string())
            .with(SOURCE, "file");
    });
    pod.with(|pod| {
        let mut spec = (*pod.spec).clone();
        spec.node_name = node.clone();
        // Nothing the node is tainted with drives it away.
        let tolerates_all = Toleration {
            operator: Str::new_static("Exists"),
            effect: Str::new_static("NoExecute"),
            ..Toleration::default()
        };
        spec.tolerations = spec.tolerations.iter().cloned().chain([tolerates_all]).collect();
        pod.spec = spec.into();
    })
}

/// The object that stands for a static pod. Models CreateMirrorPod.
pub fn mirror(pod: &Typed<Pod>, node: &Str, node_uid: Uid) -> Object {
    let owner = OwnerReference {
        api_version: Str::new_static("v1"),
        kind: Str::new_static("Node"),
        name: node.clone(),
        uid: node_uid,
        controller: Some(true),
        ..OwnerReference::default()
    };
    let hash = pod.meta().annotation(HASH).unwrap_or_default().to_owned();
    Object::from(pod.clone()).with_meta(|meta| {
        meta.uid = Uid::default();
        meta.annotations = meta.annotations.with(MIRROR, hash);
        meta.owner_references = [owner].into();
    })
}

/// Whether an object stands for a static pod of some kubelet.
pub fn is_mirror(meta: &ObjectMeta) -> bool {
    meta.annotation(MIRROR).is_some()
}

/// Whether a mirror stands for this static pod as it is now. Models IsMirrorPodOf.
pub fn is_mirror_of(mirror: &ObjectMeta, pod: &ObjectMeta) -> bool {
    mirror.annotation(MIRROR) == pod.annotation(HASH)
}

fn hash(manifest: &Typed<Pod>, node: &Str) -> (u64, u64) {
    let mut measure = crate::api::codec::Measure::default();
    manifest.meta().measure(&mut measure);
    manifest.spec.measure(&mut measure);
    measure.hash.str(node);
    let high = measure.hash.finish();
    let mut low = Fingerprint::resume(high);
    low.u64(high);
    (high, low.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrors_carry_what_they_stand_for() {
        let meta = ObjectMeta {
            name: "etcd".into(),
            namespace: "kube-system".into(),
            ..ObjectMeta::default()
        };
        let manifest = Typed::new(meta, Pod::default());
        let pod = from_manifest(&manifest, &"master-1".into(), Time::from_secs(1));
        assert_eq!(pod.key().as_str(), "kube-system/etcd-master-1");
        assert_eq!(pod.spec.node_name, "master-1");
        assert_eq!(pod.meta().annotation(SOURCE), Some("file"));
        let again = from_manifest(&manifest, &"master-1".into(), Time::from_secs(2));
        assert_eq!(pod.uid(), again.uid(), "it is the same pod after a restart");
        let other = from_manifest(&manifest, &"master-2".into(), Time::from_secs(1));
        assert_ne!(pod.uid(), other.uid());
        let mirror = mirror(&pod, &"master-1".into(), Uid(5));
        assert!(is_mirror(mirror.meta()) && is_mirror_of(mirror.meta(), pod.meta()));
        assert!(!is_mirror_of(mirror.meta(), other.meta()));
        assert!(mirror.uid().is_none());
        assert_eq!(mirror.meta().controller().map(|owner| owner.name.as_str()), Some("master-1"));
    }
}
