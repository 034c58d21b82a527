//! The annotations by which a Deployment keeps account of its ReplicaSets.
//!
//! Models pkg/controller/deployment/util/deployment_util.go SetNewReplicaSetAnnotations.

use crate::api::Str;
use crate::api::codec::StrMap;
use crate::api::types::ObjectMeta;

/// The label that tells the pods of one template from those of another.
pub(super) const HASH_LABEL: &str = "pod-template-hash";
/// Which revision of the Deployment a ReplicaSet is, or the Deployment itself is at.
pub(super) const REVISION: &str = "deployment.kubernetes.io/revision";
/// Which revisions a ReplicaSet was before it came back.
const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
/// How many replicas the Deployment wanted when a ReplicaSet was last resized.
const DESIRED_REPLICAS: &str = "deployment.kubernetes.io/desired-replicas";
/// How many pods the Deployment allowed then, surge included.
const MAX_REPLICAS: &str = "deployment.kubernetes.io/max-replicas";
/// What kubectl last applied, which is nothing of a ReplicaSet's.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// A rollback asked for in the way of extensions/v1beta1.
const ROLLBACK_TO: &str = "deprecated.deployment.rollback.to";

/// How long a history of revisions may become, in bytes.
const HISTORY_MAX: usize = 2000;

/// The revision an object is marked with; 0 for none.
pub(super) fn revision(meta: &ObjectMeta) -> i64 {
    meta.annotation(REVISION).and_then(|revision| revision.parse().ok()).unwrap_or_default()
}

/// How many replicas the Deployment wanted when this ReplicaSet was last resized.
pub(super) fn desired_replicas(meta: &ObjectMeta) -> Option<i32> {
    meta.annotation(DESIRED_REPLICAS)?.parse().ok()
}

/// How many pods the Deployment allowed when this ReplicaSet was last resized.
pub(super) fn max_replicas(meta: &ObjectMeta) -> Option<i32> {
    meta.annotation(MAX_REPLICAS)?.parse().ok()
}

/// Annotations that tell a ReplicaSet these numbers.
pub(super) fn with_replicas(annotations: &StrMap, desired: i32, max: i32) -> StrMap {
    let with = |map: &StrMap, key, number: i32| {
        let text: Str = number.to_string().into();
        if map.get(key) == Some(&text) { map.clone() } else { map.with(key, text) }
    };
    with(&with(annotations, DESIRED_REPLICAS, desired), MAX_REPLICAS, max)
}

/// Annotations of the new ReplicaSet of a Deployment: the Deployment's own, and the revision, with
/// the one before it in the history. Models SetNewReplicaSetAnnotations.
pub(super) fn annotate(deployment: &ObjectMeta, set: &ObjectMeta, new_revision: i64) -> StrMap {
    let mut annotations = set.annotations.clone();
    for (key, value) in deployment.annotations.iter() {
        if !is_skipped(key) && annotations.get(key) != Some(value) {
            annotations = annotations.with(key.clone(), value.clone());
        }
    }
    let old = set.annotation(REVISION);
    let old_revision = match old.map_or(Ok(0), str::parse::<i64>) {
        Ok(revision) => revision,
        // What cannot be read is left alone.
        Err(_) if old.is_some_and(|old| !old.is_empty()) => return annotations,
        Err(_) => 0,
    };
    if old_revision >= new_revision {
        return annotations;
    }
    annotations = annotations.with(REVISION, new_revision.to_string());
    if let Some(old) = old {
        let history = set.annotation(REVISION_HISTORY).unwrap_or_default();
        annotations = annotations.with(REVISION_HISTORY, longer(history, old));
    }
    annotations
}

/// A history with one more revision, shortened at its beginning where it would be too long.
fn longer(history: &str, revision: &str) -> Str {
    if history.is_empty() {
        return revision.into();
    }
    let mut rest = history;
    while rest.len() + 1 + revision.len() > HISTORY_MAX {
        let Some((_, later)) = rest.split_once(',') else { return revision.into() };
        rest = later;
    }
    format!("{rest},{revision}").into()
}

/// Whether an annotation of a Deployment is none of its ReplicaSets'.
fn is_skipped(key: &str) -> bool {
    let own = [REVISION, REVISION_HISTORY, DESIRED_REPLICAS, MAX_REPLICAS];
    own.contains(&key) || key == LAST_APPLIED || key == ROLLBACK_TO
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(annotations: StrMap) -> ObjectMeta {
        ObjectMeta { annotations, ..ObjectMeta::default() }
    }

    #[test]
    fn copies_what_is_the_sets_business_and_counts_revisions() {
        let deployment = meta(StrMap::from([
            ("kubernetes.io/change-cause", "first"),
            (REVISION, "1"),
            (LAST_APPLIED, "{}"),
        ]));
        let first = annotate(&deployment, &meta(StrMap::default()), 1);
        assert_eq!(first, StrMap::from([(REVISION, "1"), ("kubernetes.io/change-cause", "first")]));
        let back = annotate(&deployment, &meta(first.clone()), 3);
        let expected = StrMap::from([
            (REVISION, "3"),
            (REVISION_HISTORY, "1"),
            ("kubernetes.io/change-cause", "first"),
        ]);
        assert_eq!(back, expected);
        let again = annotate(&deployment, &meta(back.clone()), 5);
        assert_eq!(again.get(REVISION_HISTORY).map(Str::as_str), Some("1,3"));
        assert_eq!(annotate(&deployment, &meta(back.clone()), 2), back);
    }

    #[test]
    fn a_history_stays_short() {
        let long = vec!["12345"; 400].join(",");
        let longer = longer(&long, "9");
        assert!(longer.len() <= HISTORY_MAX && longer.ends_with("12345,9"));
    }
}
