//! How safe a pod is when its node runs short. Models pkg/apis/core/helper/qos/qos.go and
//! component-helpers.

use std::borrow::Borrow;

use super::types::{PodSpec, ResourceList, ResourceRequirements};
use super::{Codec, Quantity, Str, Value};

/// The quality-of-service class of a pod.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs)] // They are Kubernetes' own words.
pub enum QosClass {
    Guaranteed,
    Burstable,
    BestEffort,
}

/// The resources that count.
const COMPUTE: [&str; 2] = ["cpu", "memory"];

impl QosClass {
    /// The class of a pod with this spec. Models ComputePodQOS.
    pub fn of(spec: &PodSpec) -> Self {
        if let Some(pod_level) = spec.rest.get("resources").map(ResourceRequirements::load)
            && !is_empty(&pod_level)
        {
            return Self::of_requirements([pod_level]);
        }
        let containers = spec.containers.iter().chain(spec.init_containers.iter());
        Self::of_requirements(containers.map(|container| &container.resources))
    }

    /// The class of a pod whose spec is still a value.
    pub fn of_value(spec: &Value) -> Self {
        let pod_level = ResourceRequirements::load(spec.at("resources"));
        if !is_empty(&pod_level) {
            return Self::of_requirements([pod_level]);
        }
        let containers = spec.at("containers").items().iter();
        let all = containers.chain(spec.at("initContainers").items());
        Self::of_requirements(all.map(|c| ResourceRequirements::load(c.at("resources"))))
    }

    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guaranteed => "Guaranteed",
            Self::Burstable => "Burstable",
            Self::BestEffort => "BestEffort",
        }
    }

    fn of_requirements(all: impl IntoIterator<Item = impl Borrow<ResourceRequirements>>) -> Self {
        let mut requests = [Quantity::default(); 2];
        let mut limits = [Quantity::default(); 2];
        let mut all_limited = true;
        for requirements in all {
            let requirements = requirements.borrow();
            for (at, name) in COMPUTE.into_iter().enumerate() {
                requests[at] = requests[at].plus(positive(&requirements.requests, name));
                let limit = positive(&requirements.limits, name);
                all_limited &= !limit.is_zero();
                limits[at] = limits[at].plus(limit);
            }
        }
        let none = |amounts: &[Quantity; 2]| amounts.iter().all(|amount| amount.is_zero());
        if none(&requests) && none(&limits) {
            Self::BestEffort
        } else if all_limited && requests == limits {
            Self::Guaranteed
        } else {
            Self::Burstable
        }
    }
}

fn is_empty(requirements: &ResourceRequirements) -> bool {
    requirements.requests.is_empty() && requirements.limits.is_empty()
}

/// The amount of a resource; amounts that are not positive count as none.
fn positive(list: &ResourceList, name: &str) -> Quantity {
    list.get(name).filter(|amount| !amount.is_negative()).unwrap_or_default()
}

impl From<QosClass> for Str {
    fn from(class: QosClass) -> Self {
        Self::new_static(class.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(containers: &[[&str; 4]], expected: QosClass) {
        let amounts = |cpu: &str, memory: &str| {
            let named = [("cpu", cpu), ("memory", memory)];
            let given = named.into_iter().filter(|(_, amount)| !amount.is_empty());
            given.map(|(n, a)| (n.into(), a.into())).collect::<crate::api::Fields>()
        };
        let containers = containers.iter().map(|[request_cpu, request_memory, cpu, memory]| {
            let requests = amounts(request_cpu, request_memory).into();
            let limits = amounts(cpu, memory).into();
            let resources = Value::map([("requests", requests), ("limits", limits)]);
            Value::map([("resources", resources)])
        });
        let spec = Value::map([("containers", containers.collect())]);
        assert_eq!(QosClass::of_value(&spec), expected, "{spec:?}");
        assert_eq!(QosClass::of(&PodSpec::load(&spec)), expected, "{spec:?}");
    }

    #[test]
    fn classes() {
        check(&[["", "", "", ""]], QosClass::BestEffort);
        check(&[["0", "", "", ""]], QosClass::BestEffort);
        check(&[["1", "1Gi", "1000m", "1024Mi"]], QosClass::Guaranteed);
        check(&[["1", "1Gi", "1", "1Gi"], ["", "", "", ""]], QosClass::Burstable);
        check(&[["1", "1Gi", "2", "1Gi"]], QosClass::Burstable);
        check(&[["1", "", "1", ""]], QosClass::Burstable);
    }
}
