//! A new node takes no pods until it is known to be ready.
//! Models plugin/pkg/admission/nodetaint/admission.go.

use crate::api::Value;

pub fn admit(node: &mut Value) {
    let taints = node.entry_path(&["spec", "taints"]).make_list();
    let key = "node.kubernetes.io/not-ready";
    let there = |taint: &Value| taint.at("key").text() == key && taint.at("effect").text() == "NoSchedule";
    if !taints.iter().any(there) {
        taints.push(Value::map([("effect", "NoSchedule".into()), ("key", key.into())]));
    }
}
