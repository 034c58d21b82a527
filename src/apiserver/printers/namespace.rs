//! Namespaces: whether they are going.
//!
//! Models pkg/printers/internalversion/printers.go printNamespace.

use super::cells::{age, column, name};
use crate::api::rpc::Column;
use crate::api::types::Namespace;
use crate::api::{Object, Str};
use crate::sim::Time;

/// The columns of Namespaces.
pub const COLUMNS: &[Column] = &[column("Name"), column("Status"), column("Age")];

/// The cells of a Namespace.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let phase = object.get::<Namespace>().map(|namespace| namespace.status.phase.clone());
    vec![name(object), phase.unwrap_or_default(), age(object, now)]
}
