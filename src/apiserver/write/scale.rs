//! The `scale` subresource: how many replicas a workload is to have.
//! Models pkg/registry/apps/*/storage/storage.go scaleUpdatedObjectInfo.

use super::{Ctx, Plan, Refusal, update};
use crate::api::rpc::{Part, Request};
use crate::api::{Cause, Object, Status, Str, Value};
use crate::apiserver::read::{no_such_part, scale_paths};

/// Gives `current` as many replicas as `scale` says.
pub fn plan(
    current: &Object,
    scale: &Value,
    request: &Request,
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    let (resource, name) = (current.resource(), current.name());
    let revision = scale.at_path(&["metadata", "resourceVersion"]).text().parse().unwrap_or(0);
    if revision != 0 && revision != current.revision {
        return Err(Status::modified(resource, name).into());
    }
    let replicas = scale.at_path(&["spec", "replicas"]);
    let wanted = replicas.as_int().unwrap_or(0);
    if wanted < 0 {
        let cause = Cause {
            reason: "FieldValueInvalid".into(),
            message: format!("Invalid value: {wanted}: must be greater than or equal to 0").into(),
            field: "spec.replicas".into(),
        };
        let status = Status::invalid(resource, name, [cause].into());
        // It is the Scale that is invalid, not the workload.
        let message = format!(
            "Scale.autoscaling {} is invalid: spec.replicas: Invalid value: {wanted}: must be greater than or equal to 0",
            crate::api::quote(name)
        );
        return Err(Status { kind: "Scale".into(), message: message.into(), ..status }.into());
    }
    let mut value = current.to_value();
    let paths = scale_paths(ctx.cache, resource).ok_or_else(no_such_part)?;
    let path: Vec<&str> = paths.wanted.iter().map(Str::as_str).collect();
    *value.entry_path(&path) = wanted.into();
    update::untyped(current, Part::Scale, value, (request, None), ctx)
}
