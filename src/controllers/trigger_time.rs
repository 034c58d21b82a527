//! Since when what endpoints tell is so.
//!
//! Models staging/src/k8s.io/endpointslice/trigger_time_tracker.go, which both controllers of
//! endpoints use, each with a memory of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::types::{Pod, Service};
use crate::api::{Key, Object, Str, Timestamp, Typed};
use crate::sim::Map;

/// The annotation that tells it.
pub(super) const TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// By Service, the changes that have been told of.
#[derive(Clone, Debug, Default)]
pub(super) struct TriggerTimes(Map<Key, Arc<Told>>);

#[derive(Debug)]
struct Told {
    service: Option<Timestamp>,
    pods: BTreeMap<Str, Timestamp>,
}

impl TriggerTimes {
    /// When the earliest change began that has not been told of yet.
    /// Models ComputeEndpointLastChangeTriggerTime.
    pub(super) fn next(&mut self, service: &Typed<Service>, pods: &[&Object]) -> Option<Timestamp> {
        let ready_since = |pod: &&Object| {
            let since = pod.get::<Pod>()?.condition("Ready")?.last_transition_time?;
            Some((pod.meta().name.clone(), since))
        };
        let pods: BTreeMap<Str, Timestamp> = pods.iter().filter_map(ready_since).collect();
        let created = service.meta().creation_timestamp;
        let key = service.key();
        let known = self.0.get(&key);
        let is_new = |(name, since): &(&Str, &Timestamp)| {
            known.and_then(|known| known.pods.get(*name)).is_none_or(|known| known < *since)
        };
        let changed = pods.iter().filter(is_new).map(|(_, since)| *since);
        let service_changed = created.filter(|_| known.is_none_or(|known| known.service < created));
        let first = changed.chain(service_changed).min();
        self.0.insert(key, Arc::new(Told { service: created, pods }));
        first
    }

    /// Forgets a Service that is gone.
    pub(super) fn forget(&mut self, service: &Key) {
        self.0.remove(service);
    }
}
