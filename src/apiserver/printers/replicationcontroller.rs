//! ReplicationControllers: how many pods are wanted, there and ready.
//!
//! Models pkg/printers/internalversion/printers.go printReplicationController.

use super::cells::{age, containers, labels, name, number};
use crate::api::rpc::Column;
use crate::api::types::ReplicationController;
use crate::api::{Object, Str};
use crate::sim::Time;

/// The columns of ReplicationControllers.
pub const COLUMNS: &[Column] = super::replicaset::COLUMNS;

/// The cells of a ReplicationController.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let ReplicationController { spec, status } = object.get().cloned().unwrap_or_default();
    let template = spec.template.as_ref();
    let [containers, images] = containers(template.map_or(&[], |it| &it.spec.containers));
    vec![
        name(object),
        number(spec.replicas.unwrap_or_default()),
        number(status.replicas),
        number(status.ready_replicas),
        age(object, now),
        containers,
        images,
        labels(&spec.selector),
    ]
}
