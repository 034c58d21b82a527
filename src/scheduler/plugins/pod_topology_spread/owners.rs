//! Which pods belong together, when the pod does not say: those behind the same services and of
//! the same controller.
//!
//! Models pkg/scheduler/framework/plugins/helper/spread.go DefaultSelector. Stateful sets join
//! the list when the simulation has them.

use crate::api::labels::Selector;
use crate::api::types::{ReplicaSet, ReplicationController, Service};
use crate::api::{Collection, Key, Kind};
use crate::scheduler::framework::Ctx;

/// What pods that belong together with the cycle's pod all match; empty when nobody selects it.
pub fn selectors(ctx: &Ctx<'_>) -> Vec<Selector> {
    let meta = ctx.pod.meta();
    let services = ctx.listers.services.in_namespace(&meta.namespace);
    let mut selectors: Vec<_> = services
        .filter_map(|object| object.get::<Service>())
        .map(|service| &service.spec.selector)
        .filter(|selector| !selector.is_empty())
        .filter(|selector| selector.iter().all(|(key, value)| meta.labels.get(key) == Some(value)))
        .map(Selector::from_map)
        .collect();
    if let Some(owner) = meta.controller() {
        let key = || Key::new(&meta.namespace, &owner.name);
        match (owner.api_version.as_str(), owner.kind.as_str()) {
            ("v1", "ReplicationController") => selectors.extend(
                find::<ReplicationController>(ctx.listers.replication_controllers, &key())
                    .map(|controller| Selector::from_map(&controller.spec.selector)),
            ),
            ("apps/v1", "ReplicaSet") => selectors.extend(
                find::<ReplicaSet>(ctx.listers.replica_sets, &key())
                    .map(|set| Selector::from(&set.spec.selector)),
            ),
            _ => {}
        }
    }
    selectors
}

fn find<'a, K: Kind>(objects: &'a Collection, key: &Key) -> Option<&'a K> {
    objects.get(key)?.get()
}
