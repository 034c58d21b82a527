//! ConfigMaps: how many entries each has.
//!
//! Models pkg/printers/internalversion/printers.go printConfigMap.

use super::cells::{age, column, name, number};
use crate::api::rpc::Column;
use crate::api::types::ConfigMap;
use crate::api::{Object, Str};
use crate::sim::Time;

/// The columns of ConfigMaps.
pub const COLUMNS: &[Column] = &[column("Name"), column("Data"), column("Age")];

/// The cells of a ConfigMap.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let entries = object
        .get::<ConfigMap>()
        .map_or(0, |ConfigMap { body }| body.data.len() + body.binary_data.len());
    vec![name(object), number(entries as i64), age(object, now)]
}
