//! ReplicaSets: how many pods are wanted, there and ready.
//!
//! Models pkg/printers/internalversion/printers.go printReplicaSet.

use super::cells::{age, column, containers, name, number, selector, wide};
use crate::api::rpc::Column;
use crate::api::types::ReplicaSet;
use crate::api::{Object, Str};
use crate::sim::Time;

/// The columns of ReplicaSets.
pub const COLUMNS: &[Column] = &[
    column("Name"),
    column("Desired"),
    column("Current"),
    column("Ready"),
    column("Age"),
    wide("Containers"),
    wide("Images"),
    wide("Selector"),
];

/// The cells of a ReplicaSet.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let ReplicaSet { spec, status } = object.get().cloned().unwrap_or_default();
    let [containers, images] = containers(&spec.template.spec.containers);
    vec![
        name(object),
        number(spec.replicas.unwrap_or_default()),
        number(status.replicas),
        number(status.ready_replicas),
        age(object, now),
        containers,
        images,
        selector(&spec.selector),
    ]
}
