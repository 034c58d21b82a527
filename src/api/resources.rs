//! What a pod asks for as a whole.
//!
//! Models component-helpers/resource/helpers.go: containers run side by side, init containers one
//! after another before them, sidecars from their turn to the end.

use super::types::{Container, PodSpec, ResourceList, ResourceRequirements};
use super::{Codec, Quantity, Str, Value};

/// What scheduling and quota count for a pod: containers, init containers and sidecars, requests
/// for the pod as a whole where there are any, overhead. Models PodRequests.
pub fn pod_requests(spec: &PodSpec) -> ResourceList {
    let mut sum = aggregate(spec, |container| &container.resources.requests);
    replace_by(&mut sum, pod_level(spec).map(|own| own.requests));
    add(&mut sum, &spec.overhead);
    sum.into_iter().collect()
}

/// What a pod may use at most. Models PodLimits.
pub fn pod_limits(spec: &PodSpec) -> ResourceList {
    let mut sum = aggregate(spec, |container| &container.resources.limits);
    replace_by(&mut sum, pod_level(spec).map(|own| own.limits));
    for (name, quantity) in spec.overhead.iter() {
        // What is not limited stays so.
        if let Some((_, limit)) = sum.iter_mut().find(|(n, limit)| n == name && !limit.is_zero()) {
            *limit = limit.plus(quantity);
        }
    }
    sum.into_iter().collect()
}

/// What the containers of a pod whose spec is still a value ask for together.
/// Models AggregateContainerRequests.
pub fn aggregate_container_requests(spec: &Value) -> ResourceList {
    let spec = PodSpec::load(spec);
    aggregate(&spec, |container| &container.resources.requests).into_iter().collect()
}

/// Whether a resource can be asked for by a pod as a whole. Models IsSupportedPodLevelResource.
pub fn is_pod_level_resource(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || name.starts_with("hugepages-")
}

type Sum = Vec<(Str, Quantity)>;

fn pod_level(spec: &PodSpec) -> Option<ResourceRequirements> {
    spec.rest.get("resources").map(ResourceRequirements::load)
}

fn replace_by(sum: &mut Sum, own: Option<ResourceList>) {
    for (name, quantity) in own.iter().flat_map(ResourceList::iter) {
        if is_pod_level_resource(name) {
            *slot(sum, name) = quantity;
        }
    }
}

fn aggregate(spec: &PodSpec, of: impl Fn(&Container) -> &ResourceList) -> Sum {
    let mut sum = Sum::new();
    spec.containers.iter().for_each(|container| add(&mut sum, of(container)));
    let (mut sidecars, mut peak) = (Sum::new(), Sum::new());
    for container in spec.init_containers.iter() {
        let mut at_its_turn = sidecars.clone();
        add(&mut at_its_turn, of(container));
        if container.restart_policy.as_deref() == Some("Always") {
            add(&mut sum, of(container));
            sidecars.clone_from(&at_its_turn);
        }
        raise(&mut peak, &at_its_turn);
    }
    raise(&mut sum, &peak);
    sum
}

fn add(sum: &mut Sum, amounts: &ResourceList) {
    for (name, quantity) in amounts.iter() {
        let total = slot(sum, name);
        *total = total.plus(quantity);
    }
}

fn raise(sum: &mut Sum, floor: &Sum) {
    for (name, quantity) in floor {
        let total = slot(sum, name);
        if *total < *quantity {
            *total = *quantity;
        }
    }
}

fn slot<'a>(sum: &'a mut Sum, name: &Str) -> &'a mut Quantity {
    let at = sum.iter().position(|(n, _)| n == name).unwrap_or_else(|| {
        sum.push((name.clone(), Quantity::default()));
        sum.len() - 1
    });
    &mut sum[at].1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(cpu: &str, policy: Option<&str>) -> Container {
        let amounts = || [("cpu".into(), Quantity::parse(cpu).unwrap())].into_iter().collect();
        let resources = ResourceRequirements {
            requests: amounts(),
            limits: amounts(),
            ..ResourceRequirements::default()
        };
        Container { resources, restart_policy: policy.map(Str::from), ..Container::default() }
    }

    #[test]
    fn sidecars_count_beside_containers_and_under_later_init_containers() {
        let check = |init: &[Container], expected: &str| {
            let spec = PodSpec {
                containers: [container("1", None), container("500m", None)].into(),
                init_containers: init.to_vec().into(),
                overhead: [("cpu".into(), Quantity::parse("250m").unwrap())].into_iter().collect(),
                ..PodSpec::default()
            };
            for amounts in [pod_requests(&spec), pod_limits(&spec)] {
                assert_eq!(amounts.get("cpu").map(|q| q.to_string()).as_deref(), Some(expected));
            }
        };
        check(&[], "1750m");
        check(&[container("1", None)], "1750m");
        check(&[container("4", None)], "4250m");
        check(&[container("1", Some("Always"))], "2750m");
        check(&[container("1", Some("Always")), container("2", None)], "3250m");
        check(&[container("2", None), container("1", Some("Always"))], "2750m");
    }

    #[test]
    fn overhead_limits_nothing_that_was_unlimited() {
        let overhead = [("memory".into(), Quantity::parse("1Mi").unwrap())].into_iter().collect();
        let spec = PodSpec { overhead, ..PodSpec::default() };
        assert!(pod_limits(&spec).is_empty());
        assert_eq!(pod_requests(&spec).iter().count(), 1);
    }
}
