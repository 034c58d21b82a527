//! Leases: who holds them.
//!
//! Models pkg/printers/internalversion/printers.go printLease.

use super::cells::{age, column, name};
use crate::api::rpc::Column;
use crate::api::types::Lease;
use crate::api::{Object, Str};
use crate::sim::Time;

/// The columns of Leases.
pub const COLUMNS: &[Column] = &[column("Name"), column("Holder"), column("Age")];

/// The cells of a Lease.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let holder = object.get::<Lease>().and_then(|lease| lease.spec.holder_identity.clone());
    vec![name(object), holder.unwrap_or_default(), age(object, now)]
}
