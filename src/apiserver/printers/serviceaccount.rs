//! ServiceAccounts: that they are there.
//!
//! Models pkg/printers/internalversion/printers.go printServiceAccount.

use super::cells::{age, column, name};
use crate::api::rpc::Column;
use crate::api::{Object, Str};
use crate::sim::Time;

/// The columns of ServiceAccounts.
pub const COLUMNS: &[Column] = &[column("Name"), column("Age")];

/// The cells of a ServiceAccount.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    vec![name(object), age(object, now)]
}
