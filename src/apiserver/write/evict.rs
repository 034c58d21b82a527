//! Evicting a pod: deleting it, if its budget allows.
//!
//! Models pkg/registry/core/pod/storage/eviction.go. Invariant: what a budget allows is taken in
//! the same transaction that deletes the pod, so that two evictions at once cannot both have the
//! last.

use super::{Ctx, Extra, Refusal};
use crate::api::labels::Selector;
use crate::api::types::{LabelSelector, Pod};
use crate::api::{Codec, Key, Object, Reason, Resource, Status, Value};
use crate::apiserver::storage::{key_of, put};

const BUDGETS: Resource = Resource::PODDISRUPTIONBUDGETS;
const REFUSED: &str = "Cannot evict pod as it would violate the pod's disruption budget.";

/// Takes the eviction of a pod from its budget, if it has one.
pub fn charge(pod: &Object, ctx: &Ctx<'_>, extra: &mut Extra) -> Result<(), Refusal> {
    let Some(body) = pod.get::<Pod>() else { return Ok(()) };
    let phase = body.status.phase.as_str();
    if pod.meta().is_deleting() || matches!(phase, "Succeeded" | "Failed" | "Pending") {
        return Ok(());
    }
    let cached = ctx.cache.collection(BUDGETS);
    let cached = cached.into_iter().flat_map(|budgets| budgets.in_namespace(pod.namespace()));
    let keys: Vec<Key> =
        cached.filter(|budget| covers(&budget.to_value(), pod)).map(Object::key).collect();
    let key = match &keys[..] {
        [] => return Ok(()),
        [key] => key,
        _ => {
            const TEXT: &str = "This pod has more than one PodDisruptionBudget, which the eviction \
                                subresource does not support.";
            return Err(Status::new(500, Reason::InternalError, TEXT).into());
        }
    };
    let Some(budget) = ctx.find_again(BUDGETS, key)? else { return Ok(()) };
    let mut value = budget.to_value();
    let number = |field: &str| value.at_path(&["status", field]).as_int().unwrap_or(0);
    let (healthy, desired) = (number("currentHealthy"), number("desiredHealthy"));
    // What is not healthy anyway may go as long as enough others are.
    if !body.is_ready() && healthy >= desired && desired > 0 {
        return Ok(());
    }
    let allowed = number("disruptionsAllowed");
    if allowed <= 0 || number("observedGeneration") < budget.meta().generation {
        let status = Status::new(429, Reason::TooManyRequests, REFUSED);
        return Err(Status { retry_after_secs: 10, ..status }.into());
    }
    *value.entry_path(&["status", "disruptionsAllowed"]) = (allowed - 1).into();
    let charged = Object::load(BUDGETS, &value).at_revision(budget.revision);
    let key = key_of(BUDGETS, key);
    extra.unchanged.push((key.clone(), budget.revision));
    extra.ops.push(put(key, &charged, 0));
    Ok(())
}

/// Whether a budget is about a pod.
fn covers(budget: &Value, pod: &Object) -> bool {
    match budget.at_path(&["spec", "selector"]) {
        Value::Null => false,
        selector => Selector::from(&LabelSelector::load(selector)).matches(&pod.meta().labels),
    }
}
