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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Resource;
    use crate::scheduler::cache::Cache;
    use crate::scheduler::framework::Listers;
    use crate::scheduler::pod::PodInfo;
    use crate::scheduler::testing::{object, pod};

    fn check(owner: &str, labels: &str, expected: &[&str]) {
        let one = |resource, text| [object(resource, text)].into_iter().collect::<Collection>();
        let listers = Listers {
            namespaces: &Collection::default(),
            services: &one(
                Resource::SERVICES,
                "{metadata: {name: s, namespace: default}, spec: {selector: {app: web}}}",
            ),
            replication_controllers: &one(
                Resource::REPLICATIONCONTROLLERS,
                "{metadata: {name: o, namespace: default}, spec: {selector: {rc: x}}}",
            ),
            replica_sets: &one(
                Resource::REPLICASETS,
                "{metadata: {name: o, namespace: default}, spec: {selector: {matchExpressions:
                   [{key: rs, operator: Exists}]}}}",
            ),
            pods: &Collection::default(),
            budgets: &[],
        };
        let pod = PodInfo::new(pod(&format!(
            "{{metadata: {{name: p, labels: {{{labels}}}, ownerReferences: [{owner}]}}}}"
        )));
        let cache = Cache::default();
        let found = selectors(&Ctx { pod: &pod, cache: &cache, listers });
        let found: Vec<_> = found.iter().map(Selector::to_string).collect();
        assert_eq!(found, expected, "{owner} {labels}");
    }

    #[test]
    fn services_and_the_controller_select() {
        let owner = |version: &str, kind: &str, name: &str| {
            format!("{{apiVersion: {version}, kind: {kind}, name: {name}, controller: true}}")
        };
        check("", "app: web", &["app=web"]);
        check("", "app: db", &[]);
        check(&owner("apps/v1", "ReplicaSet", "o"), "app: web", &["app=web", "rs"]);
        check(&owner("v1", "ReplicationController", "o"), "", &["rc=x"]);
        check(&owner("apps/v1", "ReplicaSet", "gone"), "", &[]);
        check(&owner("batch/v1", "Job", "o"), "", &[]);
    }
}
