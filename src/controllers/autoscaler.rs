//! HorizontalPodAutoscalers: keeps workloads between their bounds. What pods use is told by an API
//! that is not served here, so that nothing is scaled by it, and that is what is said.
//!
//! Models pkg/controller/podautoscaler/horizontal.go. Invariant: a workload that is scaled to
//! nothing is left alone.

use crate::api::rpc::{Call, Part, Payload};
use crate::api::{Key, Object, Resource, Timestamp, Value};
use crate::client::Delta;
use crate::controllers::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use crate::controllers::disruption::size;
use crate::controllers::record::Subject;
use crate::controllers::{Caches, Config};
use crate::sim::{Duration, Rng};

/// The controller; it remembers nothing.
#[derive(Clone, Debug)]
pub struct Autoscalers;

/// Where a worker goes on.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The workload is being scaled, from so many pods, for this reason; then comes the status.
    Scaling(Object, i64, i64, &'static str),
    /// The status is being written.
    Writing,
}

const SCALERS: Resource = Resource::HORIZONTALPODAUTOSCALERS;
/// How often each is looked at. Models --horizontal-pod-autoscaler-sync-period.
const PERIOD: Duration = Duration::from_secs(15);
const NO_METRICS: &str = "unable to fetch metrics from resource metrics API: the server could not \
                          find the requested resource (get pods.metrics.k8s.io)";

impl Controller for Autoscalers {
    type Key = Key;
    type Progress = Progress;

    const PROFILE: Profile = Profile {
        source: "horizontal-pod-autoscaler",
        ..Profile::named("horizontal-pod-autoscaler")
    };

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self
    }

    fn watches() -> Vec<Resource> {
        vec![
            SCALERS,
            Resource::DEPLOYMENTS,
            Resource::REPLICASETS,
            Resource::REPLICATIONCONTROLLERS,
            Resource::STATEFULSETS,
        ]
    }

    fn on_change(&mut self, delta: &Delta, _caches: &Caches, queue: &mut Keys<'_, Key>) {
        // Only what appears: each comes again by itself from then on.
        let object = delta.object();
        if object.resource() == SCALERS && delta.before.is_none() {
            queue.add_after(object.key(), PERIOD);
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Progress, Replies)>,
    ) -> Next<Progress> {
        match resume {
            None => begin(ctx, key),
            Some((Progress::Scaling(scaler, from, to, why), replies)) => {
                on_scaled(ctx, &scaler, (from, to, why), &replies)
            }
            Some((Progress::Writing, _)) => Next::Requeue(PERIOD),
        }
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(SCALERS, key.clone())
    }
}

/// Models reconcileAutoscaler.
fn begin(ctx: &mut Ctx<'_, Key>, key: &Key) -> Next<Progress> {
    let Some(scaler) = ctx.caches.of(SCALERS).get(key).cloned() else { return Next::Done };
    let value = scaler.to_value();
    let target = value.at_path(&["spec", "scaleTargetRef"]);
    let (version, kind) = (target.at("apiVersion").text(), target.at("kind").text());
    let resource = Resource::of_kind(version, kind);
    let resource = resource.filter(|resource| Autoscalers::watches().contains(resource));
    let at = Key::new(scaler.namespace(), target.at("name").text());
    let workload = resource.and_then(|resource| ctx.caches.of(resource).get(&at).cloned());
    let Some(workload) = workload else {
        let what = resource.map_or_else(|| kind.to_lowercase(), Resource::qualified);
        let name = crate::api::quote(at.name());
        let why = format!(
            "the HPA controller was unable to get the target's current scale: {what} {name} not \
             found"
        );
        ctx.warning(&scaler, "FailedGetScale", format!("{what} {name} not found"));
        let status =
            with(value.at("status"), "AbleToScale", ("False", "FailedGetScale", &why), ctx);
        return write(&scaler, status);
    };
    let spec = value.at("spec");
    let bounds = (spec.at("minReplicas").as_int().unwrap_or(1), spec.at("maxReplicas").as_int());
    let current = size(&workload);
    let (wanted, why) = match (current, bounds) {
        (0, _) => (0, ""),
        (current, (min, _)) if current < min => {
            (min, "Current number of replicas below Spec.MinReplicas")
        }
        (current, (_, Some(max))) if current > max => {
            (max, "Current number of replicas above Spec.MaxReplicas")
        }
        (current, _) => (current, ""),
    };
    if why.is_empty() {
        return measure(ctx, &scaler, current);
    }
    let mut scale = Value::map([("spec", Value::map([("replicas", Value::Int(wanted))]))]);
    *scale.entry_path(&["metadata", "name"]) = at.name().into();
    *scale.entry_path(&["metadata", "namespace"]) = at.namespace().into();
    let resource = workload.resource();
    let body = Payload::Text(scale);
    let call = Call::Update { resource, key: at, part: Part::Scale, body };
    Next::Call(vec![call], Progress::Scaling(scaler, current, wanted, why))
}

fn on_scaled(
    ctx: &mut Ctx<'_, Key>,
    scaler: &Object,
    (from, to, why): (i64, i64, &'static str),
    replies: &Replies,
) -> Next<Progress> {
    if let Some(status) = replies.refusal(|_| true) {
        let message = format!("New size: {to}; reason: {why}; error: {}", status.message);
        ctx.warning(scaler, "FailedRescale", message);
        return Next::Requeue(PERIOD);
    }
    ctx.normal(scaler, "SuccessfulRescale", format!("New size: {to}; reason: {why}"));
    let message = format!("the HPA controller was able to update the target scale to {to}");
    let value = scaler.to_value();
    let able = ("True", "SucceededRescale", message.as_str());
    let mut status = with(value.at("status"), "AbleToScale", able, ctx);
    *status.entry("currentReplicas") = from.into();
    *status.entry("desiredReplicas") = to.into();
    *status.entry("lastScaleTime") = Timestamp::at(ctx.now).to_string().into();
    write(scaler, status)
}

/// Says that nothing is known of what the pods use. Models computeReplicasForMetrics.
fn measure(ctx: &mut Ctx<'_, Key>, scaler: &Object, current: i64) -> Next<Progress> {
    let value = scaler.to_value();
    let message = "the HPA controller was able to get the target's current scale";
    let able = ("True", "SucceededGetScale", message);
    let mut status = with(value.at("status"), "AbleToScale", able, ctx);
    *status.entry("currentReplicas") = current.into();
    if current == 0 {
        let message = "scaling is disabled since the replica count of the target is zero";
        let off = ("False", "ScalingDisabled", message);
        *status.entry("desiredReplicas") = 0.into();
        return write(scaler, with(&status, "ScalingActive", off, ctx));
    }
    if status.at("desiredReplicas").as_int().unwrap_or(0) == 0 {
        *status.entry("desiredReplicas") = current.into();
    }
    let metrics = value.at_path(&["spec", "metrics"]).items();
    let first = metrics.iter().find(|metric| metric.at("type").text() == "Resource");
    let Some(first) = first else { return write(scaler, status) };
    let resource = first.at("resource");
    let name = resource.at("name").text();
    let what = match resource.at_path(&["target", "averageUtilization"]) {
        Value::Null => "usage",
        _ => "utilization",
    };
    let why = format!(
        "failed to get {name} {what}: unable to get metrics for resource {name}: {NO_METRICS}"
    );
    ctx.warning(scaler, "FailedGetResourceMetric", why.clone());
    let all = metrics.len();
    let summary = format!(
        "invalid metrics ({all} invalid out of {all}), first error is: failed to get {name} \
         resource metric value: {why}"
    );
    ctx.warning(scaler, "FailedComputeMetricsReplicas", summary);
    let message = format!("the HPA was unable to compute the replica count: {why}");
    let active = ("False", "FailedGetResourceMetric", message.as_str());
    write(scaler, with(&status, "ScalingActive", active, ctx))
}

/// The status with a condition.
fn with(
    status: &Value,
    kind: &str,
    (truth, reason, message): (&str, &str, &str),
    ctx: &Ctx<'_, Key>,
) -> Value {
    let mut status = status.clone();
    let conditions = status.entry("conditions").make_list();
    let at = conditions.iter().position(|condition| condition.at("type").text() == kind);
    let at = at.unwrap_or_else(|| {
        conditions.push(Value::map([("type", Value::from(kind))]));
        conditions.len() - 1
    });
    let condition = &mut conditions[at];
    if condition.at("status").text() != truth {
        *condition.entry("lastTransitionTime") = Timestamp::at(ctx.now).to_string().into();
    }
    for (field, text) in [("status", truth), ("reason", reason), ("message", message)] {
        *condition.entry(field) = text.into();
    }
    status
}

fn write(scaler: &Object, status: Value) -> Next<Progress> {
    let mut value = scaler.to_value();
    if *value.at("status") == status {
        return Next::Requeue(PERIOD);
    }
    *value.entry("status") = status;
    let body = Payload::Object(Object::load(SCALERS, &value).at_revision(scaler.revision));
    let key = scaler.key();
    let call = Call::Update { resource: SCALERS, key, part: Part::Status, body };
    Next::Call(vec![call], Progress::Writing)
}
