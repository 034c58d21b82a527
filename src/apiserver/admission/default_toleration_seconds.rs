//! Pods put up with a silent node for five minutes.
//! Models plugin/pkg/admission/defaulttolerationseconds/admission.go.

use crate::api::Value;

/// How long. Models --default-not-ready-toleration-seconds and its sibling.
const SECONDS: i64 = 300;

pub fn admit(pod: &mut Value) {
    let tolerations = pod.entry_path(&["spec", "tolerations"]).make_list();
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        if !tolerations.iter().any(|toleration| tolerates(toleration, key)) {
            tolerations.push(Value::map([
                ("key", key.into()),
                ("operator", "Exists".into()),
                ("effect", "NoExecute".into()),
                ("tolerationSeconds", SECONDS.into()),
            ]));
        }
    }
}

fn tolerates(toleration: &Value, key: &str) -> bool {
    let (given, effect) = (toleration.at("key").text(), toleration.at("effect").text());
    (given == key || given.is_empty()) && (effect == "NoExecute" || effect.is_empty())
}
