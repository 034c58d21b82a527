//! What is served in two forms: the one in which it is stored, and another.
//!
//! Models pkg/apis/autoscaling/v1/conversion.go and the two groups of events. Invariant: a value
//! comes back from the stored form as it went in, but for what the other form cannot say.

use super::{Resource, Value, decode};

/// Fields of events in the group of their own, and in the core.
const EVENT_FIELDS: [(&str, &str); 7] = [
    ("deprecatedCount", "count"),
    ("deprecatedFirstTimestamp", "firstTimestamp"),
    ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedSource", "source"),
    ("note", "message"),
    ("regarding", "involvedObject"),
    ("reportingController", "reportingComponent"),
];

/// Brings an object of `resource`, decoded, into the form in which it is stored.
pub fn to_stored(resource: Resource, mut object: Value) -> Value {
    let stored = resource.stored();
    match resource {
        Resource::EVENTS_EVENTS => rename(&mut object, EVENT_FIELDS),
        Resource::HORIZONTALPODAUTOSCALERS_V1 => {
            let spec = object.entry("spec").make_map();
            if let Some(share) = spec.remove("targetCPUUtilizationPercentage") {
                let target = [("averageUtilization", share), ("type", "Utilization".into())];
                let cpu = [("name", "cpu".into()), ("target", Value::map(target))];
                let metric = [("type", "Resource".into()), ("resource", Value::map(cpu))];
                spec.insert("metrics", vec![Value::map(metric)].into());
            }
            object.entry("status").make_map().remove("currentCPUUtilizationPercentage");
        }
        _ => return object,
    }
    written(stored, object)
}

/// Brings an object from the form in which it is stored into that of `resource`.
pub fn from_stored(resource: Resource, mut object: Value) -> Value {
    match resource {
        Resource::EVENTS_EVENTS => rename(&mut object, EVENT_FIELDS.map(|(new, old)| (old, new))),
        Resource::HORIZONTALPODAUTOSCALERS_V1 => {
            let share = |metric: &Value| {
                let cpu = metric.at("resource");
                let is_cpu = cpu.at("name").text() == "cpu";
                is_cpu.then(|| cpu.at_path(&["target", "averageUtilization"]).clone())
            };
            let metrics = object.at_path(&["spec", "metrics"]).items();
            let share = metrics.iter().find_map(share).filter(|share| !share.is_null());
            if let Some(share) = share {
                *object.entry_path(&["spec", "targetCPUUtilizationPercentage"]) = share;
            }
        }
        _ => return object,
    }
    written(resource, object)
}

/// The value as the server writes an object of `resource`: what its type does not have is left
/// out.
fn written(resource: Resource, mut object: Value) -> Value {
    *object.entry("apiVersion") = resource.api_version().into();
    decode::examine(resource.ty(), &object).value
}

fn rename<const N: usize>(object: &mut Value, names: [(&str, &'static str); N]) {
    let fields = object.make_map();
    for (from, to) in names {
        if let Some(value) = fields.remove(from) {
            fields.insert(to, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testkit::document;

    #[track_caller]
    fn check(resource: Resource, text: &str, path: &[&str]) {
        let object = document(text);
        let decoded = decode::decode(resource, &object).expect("it is one").value;
        let stored = to_stored(resource, decoded.clone());
        assert_eq!(stored.at("apiVersion").text(), resource.stored().api_version());
        assert!(!stored.at_path(path).is_null(), "{}", stored.to_json());
        assert_eq!(from_stored(resource, stored).to_json(), decoded.to_json());
    }

    #[test]
    fn comes_back_as_it_went_in() {
        check(
            Resource::HORIZONTALPODAUTOSCALERS_V1,
            "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: a}, \
             spec: {maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: d}, \
             targetCPUUtilizationPercentage: 50}}",
            &["spec", "metrics"],
        );
        check(
            Resource::EVENTS_EVENTS,
            "{apiVersion: events.k8s.io/v1, kind: Event, metadata: {name: a}, note: hello, \
             eventTime: null}",
            &["message"],
        );
    }
}
