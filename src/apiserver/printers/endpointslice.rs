//! EndpointSlices: the first few ports and addresses.
//!
//! Models pkg/printers/internalversion/printers.go printEndpointSlice.

use super::cells::{age, column, joined, name};
use crate::api::rpc::Column;
use crate::api::types::{EndpointPort, EndpointSlice};
use crate::api::{Object, Str};
use crate::sim::Time;

/// The columns of EndpointSlices.
pub const COLUMNS: &[Column] =
    &[column("Name"), column("AddressType"), column("Ports"), column("Endpoints"), column("Age")];

/// As many entries are written out.
const SHOWN_MAX: usize = 3;

/// The cells of an EndpointSlice.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let EndpointSlice { body } = object.get().cloned().unwrap_or_default();
    let ports: Vec<Str> = body.ports.iter().map(port).collect();
    let addresses = body.endpoints.iter().flat_map(|endpoint| endpoint.addresses.iter());
    vec![
        name(object),
        body.address_type.clone(),
        shortened(ports.iter()),
        shortened(addresses),
        age(object, now),
    ]
}

/// A port without a number stands for all, or for those of its name.
fn port(port: &EndpointPort) -> Str {
    match (port.port, &port.name) {
        (Some(number), _) => number.to_string().into(),
        (None, Some(name)) => name.clone(),
        (None, None) => Str::new_static("*"),
    }
}

/// Models listWithMoreString.
fn shortened<'a>(entries: impl Iterator<Item = &'a Str> + Clone) -> Str {
    let count = entries.clone().count();
    let shown = joined(entries.take(SHOWN_MAX));
    if count > SHOWN_MAX {
        format!("{shown} + {} more...", count - SHOWN_MAX).into()
    } else if shown.is_empty() {
        Str::new_static("<unset>")
    } else {
        shown
    }
}
