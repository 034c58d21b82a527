//! Kubernetes' nouns: types, the field table, defaults, validation, labels, quantities, requests
//! and answers.
//!
//! Models staging/src/k8s.io/api and apimachinery. Everyone speaks in these; they speak to no one:
//! nothing here knows a component.

mod access;
pub mod age;
pub mod base64;
pub mod codec;
mod collection;
pub mod convert;
pub mod decode;
pub mod defaults;
pub mod discovery;
mod http;
mod intstr;
mod json;
pub mod labels;
pub mod managed;
pub mod names;
mod object;
mod paging;
pub mod patch;
mod placement;
pub mod qos;
mod quantity;
mod quote;
pub mod registry;
pub mod resources;
pub mod rpc;
pub mod schema;
mod selection;
mod selector;
mod status;
mod stored;
mod table;
#[cfg(test)]
pub(crate) mod testkit;
mod time;
pub mod types;
pub mod validation;
mod value;
pub mod warnings;

pub use codec::{Codec, List, StrMap};
pub use collection::{Change, Collection};
pub use decode::{Path, Step};
pub use http::{HttpRequest, HttpResponse};
pub use intstr::IntOrString;
pub use object::{Body, Key, Kind, Object, Typed};
pub use paging::{ListMeta, Version};
pub use quantity::{Format, Quantity};
pub use quote::quote;
pub use registry::{Resource, Served};
pub use status::{Cause, Reason, Status};
pub use stored::Stored;
pub use time::{MicroTime, Timestamp, parse_rfc3339};
pub use types::Uid;
pub use value::{Fields, Str, Value};
