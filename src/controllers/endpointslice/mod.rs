//! EndpointSlices: the pods behind each Service with a selector.
//!
//! Invariant: while the cache has not shown the last slice written, no further one is written, so
//! a cache that lags never leads to slices twice.
//!
//! Models pkg/controller/endpointslice and staging/src/k8s.io/endpointslice.

mod endpoints;
mod packing;
#[cfg(test)]
mod tests;

use self::endpoints::{Family, endpoint, is_endpoint};
pub(super) use self::endpoints::{is_headless, ports};
use self::packing::{Group, MANAGER, Plan, plan};
pub(super) use self::packing::{MANAGED_BY, SERVICE_NAME};
use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::record::Subject;
use super::trigger_time::{TRIGGER_TIME, TriggerTimes};
use super::{Caches, Config};
use crate::api::labels::Selector;
use crate::api::rpc::{Answer, Call, DeleteOptions, Part, Payload};
use crate::api::types::{EndpointSlice, Node, Pod, Service, Uid};
use crate::api::{Key, Object, Resource, Status, Str, Timestamp, Typed};
use crate::client::Delta;
use crate::sim::{Map, Rng};

/// The EndpointSlice controller, and its memory.
#[derive(Clone, Debug)]
pub struct EndpointSlices {
    /// The slices written, by key: what the cache has to show before the next write.
    written: Map<Key, Written>,
    told: TriggerTimes,
}

/// The last write of a slice. Models EndpointSliceTracker.
#[derive(Clone, Debug)]
struct Written {
    service: Uid,
    slice: Uid,
    /// The revision of the store; `None` when it was deleted.
    revision: Option<u64>,
}

/// What a worker waits for: the answers to its writes.
#[derive(Clone, Debug)]
pub struct Writing {
    service: Typed<Service>,
    /// The slices that are being deleted, which come last among the requests.
    deleted: Vec<Object>,
    /// What else is wrong.
    error: Option<Str>,
}

impl Controller for EndpointSlices {
    type Key = Key;
    type Progress = Writing;

    const PROFILE: Profile = Profile {
        source: "endpoint-slice-controller",
        retries_max: 15,
        ..Profile::named("endpointslice-controller")
    };

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self { written: Map::new(), told: TriggerTimes::default() }
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::SERVICES, Resource::PODS, Resource::NODES, Resource::ENDPOINTSLICES]
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        match delta.object().resource() {
            Resource::SERVICES => queue.add(delta.object().key()),
            Resource::PODS => on_pod(delta, caches, queue),
            Resource::ENDPOINTSLICES => self.on_slice(delta, queue),
            _ => {}
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Writing, Replies)>,
    ) -> Next<Writing> {
        if let Some((writing, replies)) = resume {
            return self.on_written(ctx, writing, &replies);
        }
        let Some(service) = ctx.caches.get::<Service>(key) else {
            self.told.forget(key);
            return Next::Done;
        };
        // Whoever gives no selector looks after the endpoints himself.
        if service.spec.kind == "ExternalName" || service.spec.selector.is_empty() {
            return Next::Done;
        }
        let slices = slices_of(ctx.caches, &service);
        if self.is_stale(&service, &slices) {
            return Next::Failed(Str::new_static("EndpointSlice informer cache is out of date"));
        }
        let selector = Selector::from_map(&service.spec.selector);
        let pods = ctx.caches.objects::<Pod>().in_namespace(service.namespace());
        let pods: Vec<&Object> = pods.filter(|pod| selector.matches(&pod.meta().labels)).collect();
        let since = self.told.next(&service, &pods);
        let (plan, error) = plan_all(ctx.caches, &service, &slices, &pods);
        write(service, plan, since, error)
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(Resource::SERVICES, key.clone())
    }
}

impl EndpointSlices {
    /// A slice was changed: by this controller, as it knows, or by another hand.
    fn on_slice(&mut self, delta: &Delta, queue: &mut Keys<'_, Key>) {
        let slice = delta.object();
        if slice.meta().label(MANAGED_BY) != Some(MANAGER) {
            return;
        }
        let key = slice.key();
        let written = self.written.get(&key).and_then(|written| written.revision);
        let expected = match &delta.after {
            Some(after) => written.is_some_and(|written| written >= after.revision),
            None => self.written.remove(&key).is_some_and(|w| w.revision.is_none()),
        };
        if let Some(service) = slice.meta().label(SERVICE_NAME).filter(|_| !expected) {
            queue.add(Key::new(slice.namespace(), service));
        }
    }

    /// Whether the cache has yet to show something this controller wrote. Models StaleSlices.
    fn is_stale(&self, service: &Typed<Service>, slices: &[Typed<EndpointSlice>]) -> bool {
        let range = Key::namespace_range(service.namespace());
        let written = self.written.range(range).filter(|(_, w)| w.service == service.uid());
        let mut missing = written.filter(|(_, w)| w.revision.is_some()).filter(|(key, written)| {
            !slices.iter().any(|slice| slice.key() == **key && slice.uid() == written.slice)
        });
        let is_old = |slice: &Typed<EndpointSlice>| {
            self.written.get(&slice.key()).is_some_and(|written| {
                let revision = written.revision.unwrap_or(u64::MAX);
                written.slice == slice.uid() && slice.object().revision < revision
            })
        };
        missing.next().is_some() || slices.iter().any(is_old)
    }

    fn on_written(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        writing: Writing,
        replies: &Replies,
    ) -> Next<Writing> {
        let Writing { service, deleted, error } = writing;
        let kept = replies.iter().count() - deleted.len();
        for reply in replies.iter().take(kept) {
            if let Ok(Answer::Object(slice)) = reply {
                let revision = Some(slice.revision);
                self.remember(&service, slice, revision);
            }
        }
        for (slice, reply) in deleted.iter().zip(replies.iter().skip(kept)) {
            if reply.is_ok() {
                self.remember(&service, slice, None);
            }
        }
        let matters = |status: &Status| {
            let ends = status.causes.iter().any(|cause| cause.reason == "NamespaceTerminating");
            !ends && !status.is_not_found()
        };
        let refused = replies.refusal(matters).map(|status| status.message.clone());
        let Some(error) = refused.or(error) else { return Next::Done };
        let key = service.key();
        let message = format!("Error updating Endpoint Slices for Service {key}: {error}");
        ctx.warning(service.object(), "FailedToUpdateEndpointSlices", message);
        Next::Failed(error)
    }

    fn remember(&mut self, service: &Typed<Service>, slice: &Object, revision: Option<u64>) {
        let written = Written { service: service.uid(), slice: slice.uid(), revision };
        self.written.insert(slice.key(), written);
    }
}

/// Has the Services looked at that the pod belongs to, or belonged to.
/// Models endpointslice/util/controller_utils.go GetServicesToUpdateOnPodChange.
pub(super) fn on_pod(delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
    let (before, after) = (delta.before.as_ref(), delta.after.as_ref());
    if let (Some(before), Some(after)) = (before, after)
        && !endpoint_changed(before, after)
    {
        return;
    }
    let services = caches.objects::<Service>().in_namespace(delta.object().namespace());
    for object in services {
        let Some(service) = object.get::<Service>() else { continue };
        let selector = Selector::from_map(&service.spec.selector);
        let matches = |pod: &Object| selector.matches(&pod.meta().labels);
        let either = before.is_some_and(matches) || after.is_some_and(matches);
        if !selector.is_everything() && either {
            queue.add(object.key());
        }
    }
}

/// Models podEndpointsChanged.
fn endpoint_changed(before: &Object, after: &Object) -> bool {
    let (Some(old), Some(new)) = (before.get::<Pod>(), after.get::<Pod>()) else { return true };
    before.meta().is_deleting() != after.meta().is_deleting()
        || before.meta().labels != after.meta().labels
        || before.uid() != after.uid()
        || old.is_ready() != new.is_ready()
        || is_endpoint(old) != is_endpoint(new)
        || old.status.pod_ips != new.status.pod_ips
        || old.spec.node_name != new.spec.node_name
        || old.spec.hostname != new.spec.hostname
        || old.spec.subdomain != new.spec.subdomain
}

/// The slices this controller keeps for a Service, but for those on their way out.
fn slices_of(caches: &Caches, service: &Typed<Service>) -> Vec<Typed<EndpointSlice>> {
    let owned = caches.of(Resource::ENDPOINTSLICES).owned_by(service.uid());
    let ours = owned.filter(|slice| {
        slice.meta().label(MANAGED_BY) == Some(MANAGER) && !slice.meta().is_deleting()
    });
    ours.filter_map(Object::typed).collect()
}

/// What to write for all families of addresses, and what is wrong with the pods.
/// Models Reconcile.
fn plan_all(
    caches: &Caches,
    service: &Typed<Service>,
    slices: &[Typed<EndpointSlice>],
    pods: &[&Object],
) -> (Plan, Option<Str>) {
    let families = Family::all_of(service);
    let is_of =
        |slice: &Typed<EndpointSlice>, family: &Family| slice.body.address_type == family.as_str();
    let mut all = Plan::default();
    let unsupported = slices.iter().filter(|slice| !families.iter().any(|f| is_of(slice, f)));
    all.delete.extend(unsupported.cloned());
    let mut error = None;
    for family in families {
        let existing: Vec<_> =
            slices.iter().filter(|slice| is_of(slice, &family)).cloned().collect();
        let groups = group(caches, service, pods, family, &mut error);
        let plan = plan(service, &existing, groups, family);
        all.create.extend(plan.create);
        all.update.extend(plan.update);
        all.delete.extend(plan.delete);
    }
    (all, error)
}

/// The endpoints of one family, by the ports they have.
fn group(
    caches: &Caches,
    service: &Typed<Service>,
    pods: &[&Object],
    family: Family,
    error: &mut Option<Str>,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for object in pods {
        let Some(pod) = object.get::<Pod>().filter(|pod| is_endpoint(pod)) else { continue };
        let node = caches.get::<Node>(&Key::new("", &pod.spec.node_name));
        if node.is_none() && !service.spec.publish_not_ready_addresses {
            // The pod may be left over from a node that is gone; others must not suffer from it.
            let (name, key, node) = (object.name(), service.key(), &pod.spec.node_name);
            let text = format!("skipping Pod {name} for Service {key}: Node {node} Not Found");
            error.get_or_insert(text.into());
            continue;
        }
        let ports = ports(service, pod);
        let known = groups.iter().position(|(known, _)| **known == *ports);
        let at = known.unwrap_or_else(|| {
            groups.push((ports.into(), Vec::new()));
            groups.len() - 1
        });
        groups[at].1.extend(endpoint(object, node.as_ref(), service, family));
    }
    groups
}

/// Sends what is planned. A Service on its way out gets no new slices.
fn write(
    service: Typed<Service>,
    plan: Plan,
    since: Option<Timestamp>,
    error: Option<Str>,
) -> Next<Writing> {
    let dated = |slice: &Typed<EndpointSlice>| {
        let slice = slice.with_meta(|meta| {
            meta.annotations = match since {
                Some(since) => meta.annotations.with(TRIGGER_TIME, since.to_string()),
                None => meta.annotations.without(TRIGGER_TIME),
            };
        });
        Payload::Object(slice.into())
    };
    let resource = Resource::ENDPOINTSLICES;
    let mut calls: Vec<Call> = Vec::new();
    if !service.meta().is_deleting() {
        let namespace = &service.meta().namespace;
        calls.extend(plan.create.iter().map(|slice| Call::Create {
            resource,
            namespace: namespace.clone(),
            body: dated(slice),
        }));
    }
    calls.extend(plan.update.iter().map(|slice| Call::Update {
        resource,
        key: slice.key(),
        part: Part::Main,
        body: dated(slice),
    }));
    calls.extend(plan.delete.iter().map(|slice| Call::Delete {
        resource,
        key: slice.key(),
        options: DeleteOptions::default(),
    }));
    if calls.is_empty() {
        return error.map_or(Next::Done, Next::Failed);
    }
    let deleted = plan.delete.iter().map(|slice| slice.object().clone()).collect();
    Next::Call(calls, Writing { service, deleted, error })
}
