//! A pod gets the number of its priority class. Models plugin/pkg/admission/priority/admission.go.

use crate::api::{Resource, Status, Str, Value};
use crate::apiserver::write::Refusal;

/// The classes that every cluster has. Models pkg/apis/scheduling/types.go.
const SYSTEM: [(&str, i64); 2] =
    [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)];

pub fn admit(pod: &mut Value) -> Result<(), Refusal> {
    let name = Str::from(pod.at_path(&["metadata", "name"]).text());
    let spec = pod.entry("spec");
    let class = Str::from(spec.at("priorityClassName").text());
    let priority = match SYSTEM.iter().find(|(name, _)| *name == class) {
        Some((_, priority)) => *priority,
        None if class.is_empty() => 0,
        None => {
            let why = format!("no PriorityClass with name {class} was found");
            return Err(Status::forbidden(Resource::PODS, &name, &why).into());
        }
    };
    if let Some(given) = spec.at("priority").as_int()
        && given != priority
    {
        let why = format!(
            "the integer value of priority ({given}) must not be provided in pod spec; priority \
             admission controller computed {priority} from the given PriorityClass name"
        );
        return Err(Status::forbidden(Resource::PODS, &name, &why).into());
    }
    *spec.entry("priority") = priority.into();
    if spec.at("preemptionPolicy").is_null() {
        *spec.entry("preemptionPolicy") = "PreemptLowerPriority".into();
    }
    Ok(())
}
