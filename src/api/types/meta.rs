//! What every object has. Models apimachinery/pkg/apis/meta/v1/types.go.

use std::fmt;

use crate::api::codec::{Codec, List, Measure, StrMap, object};
use crate::api::{Str, Timestamp, Value};

object! {
    /// Metadata of an object. `resourceVersion` is not in here: it is the revision at which the
    /// store wrote the object, and belongs to the [handle](crate::api::Object).
    ObjectMeta {
        "name" name: Str,
        "generateName" generate_name: Str,
        "namespace" namespace: Str,
        "uid" uid: Uid,
        "generation" generation: i64,
        "creationTimestamp" creation_timestamp: Option<Timestamp>,
        "deletionTimestamp" deletion_timestamp: Option<Timestamp>,
        "deletionGracePeriodSeconds" deletion_grace_period_seconds: Option<i64>,
        "labels" labels: StrMap,
        "annotations" annotations: StrMap,
        "ownerReferences" owner_references: List<OwnerReference>,
        "finalizers" finalizers: List<Str>,
    }

    /// Who owns an object.
    OwnerReference {
        "apiVersion"! api_version: Str,
        "kind"! kind: Str,
        "name"! name: Str,
        "uid"! uid: Uid,
        "controller" controller: Option<bool>,
        "blockOwnerDeletion" block_owner_deletion: Option<bool>,
    }

    /// Which objects are meant, by label.
    LabelSelector {
        "matchLabels" match_labels: StrMap,
        "matchExpressions" match_expressions: List<LabelSelectorRequirement>,
    }

    /// One requirement of a selector.
    LabelSelectorRequirement {
        "key"! key: Str,
        "operator"! operator: Str,
        "values" values: List<Str>,
    }

    /// A condition as most kinds have them.
    Condition {
        "type"! kind: Str,
        "status"! status: Str,
        "observedGeneration" observed_generation: i64,
        "reason" reason: Str,
        "message" message: Str,
        "lastUpdateTime" last_update_time: Option<Timestamp>,
        "lastTransitionTime"! last_transition_time: Option<Timestamp>,
    }

    /// An object pointed at, as events do.
    ObjectReference {
        "kind" kind: Str,
        "namespace" namespace: Str,
        "name" name: Str,
        "uid" uid: Uid,
        "apiVersion" api_version: Str,
        "resourceVersion" resource_version: Str,
        "fieldPath" field_path: Str,
    }
}

impl ObjectMeta {
    /// Whether the object is being deleted.
    pub fn is_deleting(&self) -> bool {
        self.deletion_timestamp.is_some()
    }

    /// The owner that manages the object. Models apimachinery/pkg/apis/meta/v1 GetControllerOf.
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller == Some(true))
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.labels.get(key).map(Str::as_str)
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.get(key).map(Str::as_str)
    }
}

/// The identity of one object over its whole life: 128 bits, written as a UUID. Zero is none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Uid(pub u128);

impl Uid {
    /// The random (version 4) UUID made of `high` and `low`.
    pub fn random(high: u64, low: u64) -> Self {
        let bits = u128::from(high) << 64 | u128::from(low);
        Self(bits & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62)
    }

    /// Whether this is no identity.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Reads a UUID.
    pub fn parse(text: &str) -> Option<Self> {
        let dashes_fit = [8, 13, 18, 23].iter().all(|&at| text.as_bytes().get(at) == Some(&b'-'));
        let digits: String = text.chars().filter(|&c| c != '-').collect();
        let all_hex = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let well_formed = dashes_fit && text.len() == 36 && all_hex;
        well_formed.then(|| u128::from_str_radix(&digits, 16).ok())?.map(Self)
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        let (a, b, c, d, e) = (&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        write!(f, "{a}-{b}-{c}-{d}-{e}")
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Codec for Uid {
    fn load(value: &Value) -> Self {
        Self::parse(value.text()).unwrap_or_default()
    }

    fn dump(&self) -> Value {
        Value::Str(if self.is_none() { Str::default() } else { self.to_string().into() })
    }

    fn measure(&self, measure: &mut Measure) {
        measure.number((self.0 >> 64) as u64);
        measure.number(self.0 as u64);
    }

    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uids_are_version_4_uuids() {
        let text = Uid::random(u64::MAX, u64::MAX).to_string();
        assert_eq!(text, "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(Uid::parse(&text).map(|uid| uid.to_string()), Some(text));
        assert_eq!(Uid::parse("ffffffff-ffff-4fff-bfff-fffffffffff"), None);
        assert_eq!(Uid::parse("+fffffff-ffff-4fff-bfff-ffffffffffff"), None);
    }
}
