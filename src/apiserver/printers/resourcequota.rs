//! ResourceQuotas: how much of each resource is used, requests and limits apart.
//!
//! Models pkg/printers/internalversion/printers.go printResourceQuota.

use super::cells::{age, column, name};
use crate::api::rpc::Column;
use crate::api::types::ResourceQuota;
use crate::api::{Object, Str};
use crate::sim::Time;

/// The columns of ResourceQuotas.
pub const COLUMNS: &[Column] = &[column("Name"), column("Request"), column("Limit"), column("Age")];

/// The cells of a ResourceQuota.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let ResourceQuota { status, .. } = object.get().cloned().unwrap_or_default();
    let (mut requests, mut limits) = (Vec::new(), Vec::new());
    for (resource, hard) in status.hard.iter() {
        let used = status.used.get(resource).unwrap_or_default();
        let column = if resource.starts_with("limits.") { &mut limits } else { &mut requests };
        column.push(format!("{resource}: {used}/{hard}"));
    }
    vec![name(object), requests.join(", ").into(), limits.join(", ").into(), age(object, now)]
}
