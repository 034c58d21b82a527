//! Deployments: how far the roll-out has come.
//!
//! Models pkg/printers/internalversion/printers.go printDeployment.

use super::cells::{age, column, containers, fraction, name, number, wide};
use crate::api::labels::Selector;
use crate::api::rpc::Column;
use crate::api::types::Deployment;
use crate::api::{Object, Str};
use crate::sim::Time;

/// The columns of Deployments.
pub const COLUMNS: &[Column] = &[
    column("Name"),
    column("Ready"),
    column("Up-to-date"),
    column("Available"),
    column("Age"),
    wide("Containers"),
    wide("Images"),
    wide("Selector"),
];

/// The cells of a Deployment.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let Deployment { spec, status } = object.get().cloned().unwrap_or_default();
    let [containers, images] = containers(&spec.template.spec.containers);
    vec![
        name(object),
        fraction(status.ready_replicas, spec.replicas.unwrap_or_default()),
        number(status.updated_replicas),
        number(status.available_replicas),
        age(object, now),
        containers,
        images,
        // Not `<none>` when empty, unlike with the other kinds.
        Selector::from(&spec.selector).to_string().into(),
    ]
}
