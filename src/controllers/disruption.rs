//! PodDisruptionBudgets: how many of their pods may be taken away just now.
//!
//! Models pkg/controller/disruption/disruption.go. Invariant: what is allowed never exceeds the
//! healthy pods beyond those that have to be there.

use crate::api::labels::Selector;
use crate::api::rpc::{Call, Part, Payload};
use crate::api::types::{Deployment, LabelSelector, Pod, ReplicaSet, ReplicationController, Uid};
use crate::api::{Codec, IntOrString, Key, Object, Resource, Timestamp, Value};
use crate::client::Delta;
use crate::controllers::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use crate::controllers::record::Subject;
use crate::controllers::{Caches, Config};
use crate::sim::{Rng, Time};

/// The controller; it remembers nothing.
#[derive(Clone, Debug)]
pub struct Disruption;

const BUDGETS: Resource = Resource::PODDISRUPTIONBUDGETS;

impl Controller for Disruption {
    type Key = Key;
    /// The status is being written.
    type Progress = ();

    const PROFILE: Profile = Profile {
        workers: 1,
        source: "controllermanager",
        ..Profile::named("disruption-controller")
    };

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self
    }

    fn watches() -> Vec<Resource> {
        vec![
            Resource::PODS,
            BUDGETS,
            Resource::DEPLOYMENTS,
            Resource::REPLICASETS,
            Resource::REPLICATIONCONTROLLERS,
            Resource::STATEFULSETS,
        ]
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        let object = delta.object();
        match object.resource() {
            BUDGETS => queue.add(object.key()),
            Resource::PODS => {
                for budget in caches.of(BUDGETS).objects().in_namespace(object.namespace()) {
                    let sides = [&delta.before, &delta.after].into_iter().flatten();
                    let selector = selector(&budget.to_value());
                    if sides.into_iter().any(|pod| selector.matches(&pod.meta().labels)) {
                        queue.add(budget.key());
                    }
                }
            }
            _ => {
                let budgets = caches.of(BUDGETS).objects().in_namespace(object.namespace());
                budgets.for_each(|budget| queue.add(budget.key()));
            }
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<((), Replies)>,
    ) -> Next<()> {
        if let Some(((), replies)) = resume {
            return match replies.object() {
                Ok(_) => Next::Done,
                Err(status) => Next::refused(status),
            };
        }
        let Some(budget) = ctx.caches.of(BUDGETS).get(key).cloned() else { return Next::Done };
        let mut value = budget.to_value();
        let status = status(ctx.caches, &budget, &value, ctx.now);
        if *value.at("status") == status {
            return Next::Done;
        }
        *value.entry("status") = status;
        let body = Object::load(BUDGETS, &value).at_revision(budget.revision);
        let (key, body) = (key.clone(), Payload::Object(body));
        Next::Call(vec![Call::Update { resource: BUDGETS, key, part: Part::Status, body }], ())
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(BUDGETS, key.clone())
    }
}

fn selector(budget: &Value) -> Selector {
    let selector = budget.at_path(&["spec", "selector"]);
    match selector {
        Value::Null => Selector::nothing(),
        selector => Selector::from(&LabelSelector::load(selector)),
    }
}

/// Models trySync and updatePdbStatus.
fn status(caches: &Caches, budget: &Object, value: &Value, now: Time) -> Value {
    let selector = selector(value);
    let pods = caches.of(Resource::PODS).objects().in_namespace(budget.namespace());
    let pods: Vec<&Object> = pods.filter(|pod| selector.matches(&pod.meta().labels)).collect();
    let is_healthy =
        |pod: &&&Object| !pod.meta().is_deleting() && pod.get::<Pod>().is_some_and(Pod::is_ready);
    let healthy = pods.iter().filter(is_healthy).count() as i64;
    let (expected, desired) = wanted(caches, value.at("spec"), &pods);
    let allowed = if expected > 0 { (healthy - desired).max(0) } else { 0 };
    let mut status = value.at("status").clone();
    let counts = [
        ("currentHealthy", healthy),
        ("desiredHealthy", desired),
        ("disruptionsAllowed", allowed),
        ("expectedPods", expected),
        ("observedGeneration", budget.meta().generation),
    ];
    for (field, count) in counts {
        *status.entry(field) = count.into();
    }
    let (truth, reason) = match allowed {
        0 => ("False", "InsufficientPods"),
        _ => ("True", "SufficientPods"),
    };
    let known = status.at("conditions").items().first();
    if known.is_none_or(|known| known.at("status").text() != truth) {
        let condition = Value::map([
            ("lastTransitionTime", Value::from(Timestamp::at(now).to_string())),
            ("message", "".into()),
            ("observedGeneration", budget.meta().generation.into()),
            ("reason", reason.into()),
            ("status", truth.into()),
            ("type", "DisruptionAllowed".into()),
        ]);
        *status.entry("conditions") = vec![condition].into();
    }
    status
}

/// How many pods there should be, and how many of them healthy. Models getExpectedPodCount.
fn wanted(caches: &Caches, spec: &Value, pods: &[&Object]) -> (i64, i64) {
    let scaled = |value: &Value, of: i64| {
        let amount = IntOrString::load(value).scaled(of as i32, true);
        i64::from(amount.unwrap_or(0))
    };
    let (min, max) = (spec.at("minAvailable"), spec.at("maxUnavailable"));
    if let Some(min) = min.as_int() {
        return (pods.len() as i64, min);
    }
    let expected = expected_scale(caches, pods);
    match (min, max) {
        (Value::Null, Value::Null) => (expected, 0),
        (Value::Null, max) => (expected, (expected - scaled(max, expected)).max(0)),
        (min, _) => (expected, scaled(min, expected)),
    }
}

/// The sizes of the workloads that the pods are of, added up. Models getExpectedScale.
fn expected_scale(caches: &Caches, pods: &[&Object]) -> i64 {
    let mut owners: Vec<(Uid, i64)> = Vec::new();
    for pod in pods {
        let Some(owner) = pod.meta().controller() else { continue };
        let find = |resource| caches.owner(resource, pod.namespace(), owner).cloned();
        let found =
            [Resource::REPLICASETS, Resource::REPLICATIONCONTROLLERS, Resource::STATEFULSETS]
                .into_iter()
                .find_map(find);
        let Some(mut found) = found else { continue };
        if let Some(above) = found.meta().controller()
            && let Some(deployment) = caches.owner(Resource::DEPLOYMENTS, pod.namespace(), above)
        {
            found = deployment.clone();
        }
        if !owners.iter().any(|(uid, _)| *uid == found.uid()) {
            owners.push((found.uid(), size(&found)));
        }
    }
    owners.iter().map(|(_, size)| size).sum()
}

/// How many pods a workload wants.
pub(super) fn size(workload: &Object) -> i64 {
    let typed = workload
        .get::<Deployment>()
        .map(|deployment| deployment.spec.replicas)
        .or_else(|| workload.get::<ReplicaSet>().map(|set| set.spec.replicas))
        .or_else(|| workload.get::<ReplicationController>().map(|set| set.spec.replicas));
    let size = match typed {
        Some(replicas) => replicas.map(i64::from),
        None => workload.to_value().at_path(&["spec", "replicas"]).as_int(),
    };
    size.unwrap_or(1)
}
