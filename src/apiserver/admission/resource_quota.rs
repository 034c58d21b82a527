//! Nothing is created beyond what the quotas of its namespace allow.
//!
//! Models apiserver/pkg/admission/plugin/resourcequota and pkg/quota/v1/evaluator/core. What is
//! used is noted in the same transaction that creates the object, so that two creations at once
//! cannot both have the last of it; the controller puts the account right when objects go.

use crate::api::resources::{pod_limits, pod_requests};
use crate::api::types::{
    Container, Pod, PodSpec, ResourceList, ResourceQuota, ResourceQuotaStatus,
};
use crate::api::{Format, Key, Object, Quantity, Resource, Status, Str, Typed};
use crate::apiserver::storage::{key_of, put};
use crate::apiserver::write::{Ctx, Extra, Refusal};

/// Resources of pods that a quota makes every container name.
const COMPUTE: [&str; 6] =
    ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

/// Charges `object`, which is to be created, to every quota that counts it.
pub fn charge(object: &Object, ctx: &Ctx<'_>, extra: &mut Extra) -> Result<(), Refusal> {
    let quotas = ctx.cache.collection(Resource::RESOURCEQUOTAS);
    let namespace = object.namespace();
    if namespace.is_empty() || object.resource() == Resource::EVENTS {
        return Ok(());
    }
    let cached = quotas.into_iter().flat_map(|quotas| quotas.in_namespace(namespace));
    let keys: Vec<Key> = cached.map(Object::key).collect();
    for key in keys {
        let Some(found) = ctx.find_again(Resource::RESOURCEQUOTAS, &key)? else { continue };
        let Some(quota) = found.typed::<ResourceQuota>() else { continue };
        if !counts(&quota, object) {
            continue;
        }
        if let Some(charged) = charged(&quota, object)? {
            let key = key_of(Resource::RESOURCEQUOTAS, &key);
            extra.unchanged.push((key.clone(), found.revision));
            extra.ops.push(put(key, &charged, 0));
        }
    }
    Ok(())
}

/// Whether the scopes of a quota take an object in.
fn counts(quota: &ResourceQuota, object: &Object) -> bool {
    let Some(pod) = object.get::<Pod>() else { return quota.spec.scopes.is_empty() };
    let has_deadline = pod.spec.rest.get("activeDeadlineSeconds").is_some();
    let asks = |container: &Container| {
        !container.resources.requests.is_empty() || !container.resources.limits.is_empty()
    };
    let asks = pod.spec.containers.iter().chain(pod.spec.init_containers.iter()).any(asks);
    quota.spec.scopes.iter().all(|scope| match scope.as_str() {
        "Terminating" => has_deadline,
        "NotTerminating" => !has_deadline,
        "BestEffort" => !asks,
        "NotBestEffort" => asks,
        _ => false,
    })
}

/// The quota with what the object uses, if it uses anything of it. Models checkRequest.
fn charged(quota: &Typed<ResourceQuota>, object: &Object) -> Result<Option<Object>, Status> {
    let hard = &quota.status.hard;
    let forbidden = |why: String| Status::forbidden(object.resource(), object.name(), &why);
    let name = quota.name();
    if let Some(pod) = object.get::<Pod>() {
        let missing = missing(&pod.spec, &quota.spec.hard);
        if !missing.is_empty() {
            return Err(forbidden(format!("failed quota: {name}: must specify {missing}")));
        }
    }
    let wanted = quota.spec.hard.iter().filter_map(|(resource, _)| {
        let amount = usage(object, resource)?;
        (!amount.is_zero()).then(|| (resource.clone(), amount))
    });
    let wanted: Vec<(Str, Quantity)> = wanted.collect();
    if wanted.is_empty() {
        return Ok(None);
    }
    let unknown = wanted.iter().filter(|(resource, _)| quota.status.used.get(resource).is_none());
    let unknown: Vec<&str> = unknown.map(|(resource, _)| resource.as_str()).collect();
    if !unknown.is_empty() {
        let unknown = unknown.join(",");
        let why = format!("status unknown for quota: {name}, resources: {unknown}");
        return Err(forbidden(why));
    }
    let used = |resource: &str| quota.status.used.get(resource).unwrap_or_default();
    let too_much = |(resource, amount): &&(Str, Quantity)| {
        hard.get(resource).is_some_and(|most| used(resource).plus(*amount) > most)
    };
    let exceeded: Vec<&(Str, Quantity)> = wanted.iter().filter(too_much).collect();
    if !exceeded.is_empty() {
        let list = |of: &dyn Fn(&(Str, Quantity)) -> Quantity| {
            let texts = exceeded.iter().map(|one| format!("{}={}", one.0, of(one)));
            texts.collect::<Vec<_>>().join(",")
        };
        let requested = list(&|one| one.1);
        let before = list(&|one| used(&one.0));
        let limited = list(&|one| hard.get(&one.0).unwrap_or_default());
        return Err(forbidden(format!(
            "exceeded quota: {name}, requested: {requested}, used: {before}, limited: {limited}"
        )));
    }
    let now = quota.status.used.iter().map(|(resource, before)| {
        let more = wanted.iter().find(|(known, _)| known == resource);
        (resource.clone(), more.map_or(before, |(_, more)| before.plus(*more)))
    });
    let status = ResourceQuotaStatus { used: now.collect(), ..(*quota.status).clone() };
    Ok(Some(quota.with(|quota| quota.status = status.into()).into()))
}

/// What containers do not say although a quota needs it: `limits.cpu for: a,b; …`.
/// Models podEvaluator Constraints.
fn missing(spec: &PodSpec, hard: &ResourceList) -> String {
    let mut complaints = Vec::new();
    for name in COMPUTE.iter().filter(|name| hard.get(name).is_some()) {
        let lacks = |container: &&Container| {
            let resources = &container.resources;
            match (name.strip_prefix("limits."), name.strip_prefix("requests.")) {
                (Some(amount), _) => resources.limits.get(amount).is_none(),
                (_, Some(amount)) => resources.requests.get(amount).is_none(),
                _ => resources.requests.get(name).is_none(),
            }
        };
        let all = spec.containers.iter().chain(spec.init_containers.iter());
        let mut names: Vec<&str> =
            all.filter(lacks).map(|container| container.name.as_str()).collect();
        names.sort_unstable();
        if !names.is_empty() {
            complaints.push(format!("{name} for: {}", names.join(",")));
        }
    }
    complaints.join("; ")
}

/// How much of `name` an object uses; `None` when it uses nothing of the kind.
fn usage(object: &Object, name: &str) -> Option<Quantity> {
    const ONE: Quantity = Quantity::new(1, Format::DecimalSi);
    let resource = object.resource();
    if let Some(counted) = name.strip_prefix("count/") {
        return (resource.qualified() == counted).then_some(ONE);
    }
    if resource == Resource::SERVICES {
        let value = object.to_value();
        let kind = value.at_path(&["spec", "type"]);
        return match (name, kind.text()) {
            ("services", _)
            | ("services.loadbalancers", "LoadBalancer")
            | ("services.nodeports", "NodePort" | "LoadBalancer") => Some(ONE),
            _ => None,
        };
    }
    if resource == Resource::PERSISTENTVOLUMECLAIMS && name == "requests.storage" {
        const AMOUNT: [&str; 4] = ["spec", "resources", "requests", "storage"];
        return Quantity::parse(object.to_value().at_path(&AMOUNT).text());
    }
    let Some(pod) = object.get::<Pod>() else {
        let is_core = resource.info().group.is_empty();
        return (is_core && resource.info().plural == name).then_some(ONE);
    };
    match (name.strip_prefix("limits."), name.strip_prefix("requests.")) {
        _ if name == "pods" => Some(ONE),
        (Some(amount), _) => pod_limits(&pod.spec).get(amount),
        (_, Some(amount)) => pod_requests(&pod.spec).get(amount),
        _ => pod_requests(&pod.spec).get(name),
    }
}
