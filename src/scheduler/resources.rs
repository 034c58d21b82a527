//! Amounts of resources: what a pod asks for and what a node has.
//!
//! Models pkg/scheduler/framework/types.go Resource and
//! component-helpers/resource/helpers.go PodRequests. Whole numbers only: thousandths of a cpu,
//! bytes, and units of everything else.

use crate::api::codec::Codec;
use crate::api::types::{Container, PodSpec, ResourceList};
use crate::api::{Quantity, Str};

/// What a container without a cpu request is taken to use when nodes are scored, in thousandths.
/// Models pkg/scheduler/util/pod_resources.go DefaultMilliCPURequest.
const DEFAULT_MILLI_CPU: i64 = 100;

/// What a container without a memory request is taken to use when nodes are scored, in bytes.
const DEFAULT_MEMORY: i64 = 200 * 1024 * 1024;

/// Amounts of resources.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Resources {
    /// Thousandths of a cpu.
    pub milli_cpu: i64,
    /// Bytes of memory.
    pub memory: i64,
    /// Bytes of local storage.
    pub ephemeral_storage: i64,
    /// Everything else that is counted, sorted by name.
    scalars: Vec<(Str, i64)>,
}

/// The amounts that scoring looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CpuMemory {
    /// Thousandths of a cpu.
    pub milli_cpu: i64,
    /// Bytes of memory.
    pub memory: i64,
}

impl Resources {
    /// The amounts in `list` that the scheduler counts.
    pub fn of(list: &ResourceList) -> Self {
        let mut resources = Self::default();
        for (name, quantity) in list.iter() {
            resources.set(name, quantity);
        }
        resources
    }

    /// What the containers of a pod ask for together: the sum of those that run side by side, or
    /// the most that init containers need on the way there if that is more.
    pub fn requested_by(spec: &PodSpec) -> Self {
        total(spec, |container| Self::of(&container.resources.requests))
    }

    /// The amount of a resource other than cpu, memory and ephemeral storage.
    pub fn scalar(&self, name: &str) -> i64 {
        let at = self.scalars.binary_search_by(|(known, _)| known.as_str().cmp(name));
        at.map_or(0, |at| self.scalars[at].1)
    }

    /// All resources other than cpu, memory and ephemeral storage, in the order of their names.
    pub fn scalars(&self) -> &[(Str, i64)] {
        &self.scalars
    }

    /// Whether there is nothing of anything.
    pub fn is_zero(&self) -> bool {
        (self.milli_cpu, self.memory, self.ephemeral_storage) == (0, 0, 0)
            && self.scalars.is_empty()
    }

    /// Cpu and memory alone.
    pub fn cpu_memory(&self) -> CpuMemory {
        CpuMemory { milli_cpu: self.milli_cpu, memory: self.memory }
    }

    /// Adds `other`.
    pub fn add(&mut self, other: &Self) {
        self.combine(other, i64::saturating_add);
    }

    /// Takes `other` away, which was added before.
    pub fn subtract(&mut self, other: &Self) {
        self.combine(other, i64::saturating_sub);
    }

    /// Raises every amount to that of `other` where that is more.
    pub fn raise(&mut self, other: &Self) {
        self.combine(other, i64::max);
    }

    fn combine(&mut self, other: &Self, with: impl Fn(i64, i64) -> i64) {
        self.milli_cpu = with(self.milli_cpu, other.milli_cpu);
        self.memory = with(self.memory, other.memory);
        self.ephemeral_storage = with(self.ephemeral_storage, other.ephemeral_storage);
        for (name, amount) in &other.scalars {
            let mine = self.scalar_mut(name);
            *mine = with(*mine, *amount);
        }
    }

    fn set(&mut self, name: &Str, quantity: Quantity) {
        match name.as_str() {
            "cpu" => self.milli_cpu = quantity.milli_value(),
            "memory" => self.memory = quantity.value(),
            "ephemeral-storage" => self.ephemeral_storage = quantity.value(),
            _ if is_scalar(name) => *self.scalar_mut(name) = quantity.value(),
            _ => {}
        }
    }

    fn scalar_mut(&mut self, name: &Str) -> &mut i64 {
        let at = self.scalars.binary_search_by(|(known, _)| known.cmp(name)).unwrap_or_else(|at| {
            self.scalars.insert(at, (name.clone(), 0));
            at
        });
        &mut self.scalars[at].1
    }
}

impl CpuMemory {
    /// What a pod is taken to use when nodes are scored: what it asks for, and a little for
    /// containers that do not ask. Models pkg/scheduler/util/pod_resources.go.
    pub fn used_by(spec: &PodSpec) -> Self {
        let with_defaults = |container: &Container| {
            let requests = &container.resources.requests;
            let mut resources = Resources::of(requests);
            if requests.get("cpu").is_none() {
                resources.milli_cpu = DEFAULT_MILLI_CPU;
            }
            if requests.get("memory").is_none() {
                resources.memory = DEFAULT_MEMORY;
            }
            resources
        };
        total(spec, with_defaults).cpu_memory()
    }

    /// Adds `other`.
    pub fn add(&mut self, other: Self) {
        self.milli_cpu = self.milli_cpu.saturating_add(other.milli_cpu);
        self.memory = self.memory.saturating_add(other.memory);
    }

    /// Takes `other` away, which was added before.
    pub fn subtract(&mut self, other: Self) {
        self.milli_cpu = self.milli_cpu.saturating_sub(other.milli_cpu);
        self.memory = self.memory.saturating_sub(other.memory);
    }
}

/// Models component-helpers/resource/helpers.go PodRequests.
fn total(spec: &PodSpec, requests: impl Fn(&Container) -> Resources) -> Resources {
    let mut running = Resources::default();
    for container in spec.containers.iter() {
        running.add(&requests(container));
    }
    let mut sidecars = Resources::default();
    let mut most = Resources::default();
    for container in spec.init_containers.iter() {
        let own = requests(container);
        if container.restart_policy.as_deref() == Some("Always") {
            running.add(&own);
            sidecars.add(&own);
            most.raise(&sidecars);
        } else {
            let mut together = sidecars.clone();
            together.add(&own);
            most.raise(&together);
        }
    }
    running.raise(&most);
    let pod_level = spec.rest.get("resources").map(|resources| resources.at("requests"));
    for (name, value) in pod_level.and_then(|list| list.as_map()).iter().flat_map(|l| l.iter()) {
        if matches!(name.as_str(), "cpu" | "memory") || name.starts_with("hugepages-") {
            running.set(name, Quantity::load(value));
        }
    }
    running.add(&Resources::of(&spec.overhead));
    running
}

/// Models pkg/scheduler/util/utils.go IsScalarResourceName.
fn is_scalar(name: &str) -> bool {
    name.contains('/') || name.starts_with("hugepages-") || name.starts_with("attachable-volumes-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Value;
    use crate::scheduler::testing::yaml;

    fn check(spec: &str, requested: (i64, i64), used: (i64, i64)) {
        let spec = PodSpec::load(&yaml(spec));
        let (real, shown) = (Resources::requested_by(&spec), CpuMemory::used_by(&spec));
        assert_eq!((real.milli_cpu, real.memory >> 20), requested, "requested");
        assert_eq!((shown.milli_cpu, shown.memory >> 20), used, "used");
    }

    #[test]
    fn sums_containers_and_takes_the_peak_of_init_containers() {
        check("{containers: [{}]}", (0, 0), (100, 200));
        check(
            "{containers: [{resources: {requests: {cpu: 250m}}},
                           {resources: {requests: {cpu: '0', memory: 1Gi}}}]}",
            (250, 1024),
            (250, 1224),
        );
        check(
            "{containers: [{resources: {requests: {cpu: '1'}}}],
              initContainers: [{resources: {requests: {cpu: '3'}}},
                               {restartPolicy: Always, resources: {requests: {cpu: 500m}}},
                               {resources: {requests: {cpu: '2', memory: 1Gi}}}]}",
            (3000, 1024),
            (3000, 1224),
        );
        check(
            "{containers: [{resources: {requests: {cpu: '1'}}}], overhead: {cpu: 100m},
              resources: {requests: {cpu: '2'}}}",
            (2100, 0),
            (2100, 200),
        );
    }

    #[test]
    fn counts_extended_resources_and_not_made_up_ones() {
        let requests = Value::map([("example.com/gpu", Value::from("2")), ("pods", "1".into())]);
        let mut resources = Resources::of(&ResourceList::load(&requests));
        assert_eq!((resources.scalar("example.com/gpu"), resources.scalar("pods")), (2, 0));
        let before = resources.clone();
        resources.add(&before);
        assert_eq!(resources.scalars(), [("example.com/gpu".into(), 4)]);
        resources.subtract(&before);
        assert_eq!(resources, before);
    }
}
