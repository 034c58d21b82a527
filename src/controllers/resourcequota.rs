//! What each namespace uses of what it may use.
//!
//! Only the account is kept here; refusing what is too much is admission's business.
//!
//! Models pkg/controller/resourcequota and pkg/quota/v1/evaluator/core.

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::record::Subject;
use super::{Caches, Config};
use crate::api::rpc::{Call, Part, Payload};
use crate::api::types::{Container, Pod, ResourceList, ResourceQuota, Service};
use crate::api::{Format, Key, Object, Quantity, Resource, Str, Typed};
use crate::client::Delta;
use crate::sim::Rng;

/// The resource quota controller. It remembers nothing.
#[derive(Clone, Debug)]
pub struct ResourceQuotas;

/// A status is being written.
#[derive(Clone, Copy, Debug)]
pub struct Writing;

/// Resources that are counted under their plain name.
const PLAIN: [Resource; 7] = [
    Resource::PODS,
    Resource::SERVICES,
    Resource::REPLICATIONCONTROLLERS,
    Resource::RESOURCEQUOTAS,
    Resource::CONFIGMAPS,
    Resource::PERSISTENTVOLUMECLAIMS,
    Resource::SECRETS,
];

impl Controller for ResourceQuotas {
    type Key = Key;
    type Progress = Writing;

    const PROFILE: Profile = Profile::named("resourcequota-controller");

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self
    }

    fn watches() -> Vec<Resource> {
        let counted = |resource: &Resource| {
            resource.info().namespaced
                && ![Resource::EVENTS, Resource::LEASES].contains(resource)
                && resource.info().verbs.contains(&"watch")
        };
        Resource::all().filter(counted).collect()
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        let object = delta.object();
        if object.resource() == Resource::RESOURCEQUOTAS {
            queue.add(object.key());
        }
        if changes_usage(delta) {
            let quotas = caches.objects::<ResourceQuota>().in_namespace(object.namespace());
            quotas.for_each(|quota| queue.add(quota.key()));
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Writing, Replies)>,
    ) -> Next<Writing> {
        if let Some((Writing, replies)) = resume {
            return match replies.object() {
                Err(status) if !status.is_not_found() => Next::refused(status),
                _ => Next::Done,
            };
        }
        let Some(quota) = ctx.caches.get::<ResourceQuota>(key) else { return Next::Done };
        let hard = &quota.spec.hard;
        let used = used(ctx.caches, &quota);
        if quota.status.hard == *hard && quota.status.used == used {
            return Next::Done;
        }
        let quota = quota.with(|quota| {
            let mut status = (*quota.status).clone();
            (status.hard, status.used) = (quota.spec.hard.clone(), used);
            quota.status = status.into();
        });
        let body = Payload::Object(quota.into());
        let (resource, part) = (Resource::RESOURCEQUOTAS, Part::Status);
        Next::Call(vec![Call::Update { resource, key: key.clone(), part, body }], Writing)
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(Resource::RESOURCEQUOTAS, key.clone())
    }
}

/// Whether a change may change what is used: something came or went, a pod finished, or a Service
/// changed.
fn changes_usage(delta: &Delta) -> bool {
    let (Some(before), Some(after)) = (&delta.before, &delta.after) else { return true };
    match (before.get::<Pod>(), after.get::<Pod>()) {
        (Some(before), Some(after)) => before.is_terminal() != after.is_terminal(),
        _ => after.resource() == Resource::SERVICES,
    }
}

/// How much is used of each thing that is limited. Models CalculateUsage.
fn used(caches: &Caches, quota: &Typed<ResourceQuota>) -> ResourceList {
    let namespace = quota.namespace();
    let names = quota.spec.hard.iter().map(|(name, _)| name);
    let usage = |name: &Str| Some((name.clone(), usage(caches, namespace, name)?));
    names.filter_map(usage).collect()
}

fn usage(caches: &Caches, namespace: &str, name: &str) -> Option<Quantity> {
    let count = |n: usize| Quantity::new(n as i64, Format::DecimalSi);
    let objects = |resource: Resource| caches.of(resource).objects().in_namespace(namespace);
    if let Some(counted) = name.strip_prefix("count/") {
        let mut watched = ResourceQuotas::watches().into_iter();
        let resource = watched.find(|resource| resource.qualified() == counted)?;
        return Some(count(objects(resource).count()));
    }
    let services = |kind: &str| {
        let services = objects(Resource::SERVICES).filter_map(Object::get::<Service>);
        services.filter(|service| service.spec.kind == kind).count()
    };
    let pods = || {
        let pods = objects(Resource::PODS).filter_map(Object::get::<Pod>);
        pods.filter(|pod| !pod.is_terminal())
    };
    match name {
        "pods" => Some(count(pods().count())),
        "requests.storage" => {
            let claims = objects(Resource::PERSISTENTVOLUMECLAIMS).filter_map(requested_storage);
            Some(claims.fold(Quantity::default(), Quantity::plus))
        }
        "services.loadbalancers" => Some(count(services("LoadBalancer"))),
        "services.nodeports" => Some(count(services("NodePort") + services("LoadBalancer"))),
        name => {
            let plain = PLAIN.iter().find(|resource| resource.info().plural == name);
            if let Some(resource) = plain {
                return Some(count(objects(*resource).count()));
            }
            let (amount, of): (&str, fn(&Container) -> &ResourceList) =
                match (name.strip_prefix("limits."), name.strip_prefix("requests.")) {
                    (Some(amount), _) => (amount, |container| &container.resources.limits),
                    (_, Some(amount)) => (amount, |container| &container.resources.requests),
                    _ => (name, |container| &container.resources.requests),
                };
            let containers = pods().flat_map(|pod| pod.spec.containers.iter());
            let amounts = containers.filter_map(|container| of(container).get(amount));
            Some(amounts.fold(Quantity::default(), Quantity::plus))
        }
    }
}

/// How much a claim asks for.
fn requested_storage(claim: &Object) -> Option<Quantity> {
    const AMOUNT: [&str; 4] = ["spec", "resources", "requests", "storage"];
    Quantity::parse(claim.to_value().at_path(&AMOUNT).text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::{ObjectMeta, PodSpec, ResourceQuotaSpec, ResourceRequirements};
    use crate::controllers::testing::World;

    fn meta(name: &str) -> ObjectMeta {
        ObjectMeta { name: name.into(), namespace: "default".into(), ..ObjectMeta::default() }
    }

    fn pod(name: &str) -> Object {
        let requests = [("cpu".into(), Quantity::milli(250))].into_iter().collect();
        let resources = ResourceRequirements { requests, ..ResourceRequirements::default() };
        let container = Container { resources, ..Container::default() };
        let spec = PodSpec { containers: [container].into(), ..PodSpec::default() };
        Object::new(meta(name), Pod { spec: spec.into(), ..Pod::default() })
    }

    #[test]
    fn the_account_follows() {
        let mut world = World::new();
        world.run(4000);
        let names = ["pods", "requests.cpu", "count/configmaps", "services"];
        let amount = |name: &str| (Str::from(name), Quantity::new(9, Format::DecimalSi));
        let spec = ResourceQuotaSpec {
            hard: names.map(amount).into_iter().collect(),
            ..Default::default()
        };
        let quota = ResourceQuota { spec: spec.into(), ..ResourceQuota::default() };
        world.create(Object::new(meta("q"), quota));
        let used = |world: &World| {
            let quota = world.get::<ResourceQuota>("q").unwrap();
            names.map(|name| quota.status.used.get(name).unwrap().to_string())
        };
        world.run(1000);
        assert_eq!(used(&world), ["0", "0", "0", "0"]);
        world.create(pod("a"));
        world.create(pod("b"));
        world.run(1000);
        assert_eq!(used(&world), ["2", "500m", "0", "0"]);
        world.delete::<Pod>("a", &Default::default());
        world.run(1000);
        assert_eq!(used(&world), ["1", "250m", "0", "0"]);
    }
}
