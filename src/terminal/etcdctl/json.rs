//! The JSON of answers: protocol buffers as Go's encoding/json writes them.
//!
//! Models etcdctl/ctlv3/command/printer_json.go. Fields stand in the order of their messages, and
//! those that are empty are left out, as their tags say.

use super::script::Header;
use crate::api::{Stored, Value, base64};
use crate::etcd::MemberInfo;
use crate::etcd::mvcc::{KeyValue, OpResult, StoredValue};

/// An object under construction.
#[derive(Default)]
pub struct Json(String);

impl Json {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// A field with a value that is JSON already.
    #[must_use]
    pub fn raw(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        let comma = if self.0.is_empty() { "" } else { "," };
        self.0.push_str(&format!("{comma}\"{name}\":{value}"));
        self
    }

    /// A number or a truth, unless it is nothing.
    #[must_use]
    pub fn some<T: std::fmt::Display + Default + PartialEq>(self, name: &str, value: T) -> Self {
        if value == T::default() { self } else { self.raw(name, value) }
    }

    /// A text, unless it is empty.
    #[must_use]
    pub fn text(self, name: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.raw(name, string(value)) }
    }

    /// A list, unless it is empty.
    #[must_use]
    pub fn list(self, name: &str, values: &[String]) -> Self {
        if values.is_empty() { self } else { self.raw(name, list(values)) }
    }

    /// The object.
    pub fn object(self) -> String {
        format!("{{{}}}", self.0)
    }

    /// The object as a line.
    pub fn line(self) -> String {
        self.object() + "\n"
    }
}

/// A text as JSON.
pub fn string(text: &str) -> String {
    Value::from(text).to_json()
}

/// Values as a list.
pub fn list(values: &[String]) -> String {
    format!("[{}]", values.join(","))
}

/// The fields of a header.
pub fn header_fields(header: &Header) -> Json {
    Json::new()
        .some("cluster_id", header.cluster)
        .some("member_id", header.member)
        .some("revision", header.revision)
        .some("raft_term", header.term)
}

/// An object that begins with a header.
pub fn with_header(header: &Header) -> Json {
    Json::new().raw("header", header_fields(header).object())
}

/// A key with its value.
pub fn kv(kv: &KeyValue<Stored>, keys_only: bool) -> String {
    let value = if keys_only { String::new() } else { kv.value.text() };
    Json::new()
        .text("key", &base64::encode(kv.key.as_bytes()))
        .some("create_revision", kv.create_revision)
        .some("mod_revision", kv.mod_revision)
        .some("version", kv.version)
        .text("value", &base64::encode(value.as_bytes()))
        .some("lease", kv.lease)
        .object()
}

/// A member.
pub fn member(member: &MemberInfo) -> String {
    let urls = |urls: &[crate::etcd::rpc::Text]| urls.iter().map(|url| string(url)).collect();
    let (peers, clients): (Vec<String>, Vec<String>) =
        (urls(&member.peer_urls), urls(&member.client_urls));
    Json::new()
        .some("ID", member.id)
        .text("name", &member.name)
        .list("peerURLs", &peers)
        .list("clientURLs", &clients)
        .some("isLearner", member.is_learner)
        .object()
}

/// The answer to an operation of a transaction.
pub fn response(result: &OpResult<Stored>, header: &Header) -> String {
    let inner = Json::new().raw("header", Json::new().some("revision", header.revision).object());
    let (name, inner) = match result {
        OpResult::Ranged(found) => {
            let kvs: Vec<String> = found.kvs.iter().map(|found| kv(found, false)).collect();
            let inner = inner.list("kvs", &kvs).some("more", found.more);
            ("response_range", inner.some("count", found.count))
        }
        OpResult::Put(_) => ("response_put", inner),
        OpResult::Deleted(gone) => ("response_delete_range", inner.some("deleted", gone.len())),
    };
    let inner = Json::new().raw(name, inner.object());
    Json::new().raw("Response", inner.object()).object()
}
