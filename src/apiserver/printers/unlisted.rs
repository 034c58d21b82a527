//! Kinds without columns of their own: their name, and when they were made.
//!
//! Models apiserver/pkg/registry/rest/table.go defaultTableConvertor.

use super::Printer;
use super::cells::{column, name};
use crate::api::{Object, Str};
use crate::sim::Time;

/// Shows the objects of any kind.
pub const PRINTER: Printer = Printer { columns: &[column("Name"), column("Created At")], cells };

fn cells(object: &Object, _now: Time) -> Vec<Str> {
    let created = object.meta().creation_timestamp.unwrap_or_default();
    vec![name(object), created.to_string().into()]
}
