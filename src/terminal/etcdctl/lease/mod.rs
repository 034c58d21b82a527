//! `etcdctl lease`: keys that vanish when nobody cares any longer. Models
//! etcdctl/ctlv3/command/lease_command.go.

pub mod grant;
pub mod keep_alive;
pub mod list;
pub mod revoke;
pub mod timetolive;

use super::script::{Flow, bad_args};
use crate::api::quote;

/// What is said of a number of a lease that is none.
pub fn bad_id(text: &str) -> String {
    let why = format!("strconv.ParseInt: parsing {}: invalid syntax", quote(text));
    format!("bad lease ID arg ({why}), expecting ID in Hex")
}

/// The lease that an argument names.
pub fn id_of(text: &str) -> Flow<i64> {
    match i64::from_str_radix(text, 16) {
        Ok(id) => Ok(id),
        Err(_) => bad_args(bad_id(text)),
    }
}
