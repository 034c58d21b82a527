//! Changing an object. Models apiserver/pkg/endpoints/handlers/patch.go.

use super::update::{self, check_name, check_preconditions, with_status};
use super::{Ctx, Plan, Refusal, replace, scale};
use crate::api::decode::{self, Mistake};
use crate::api::patch::{PatchError, apply_json, apply_merge, apply_strategic, printed};
use crate::api::rpc::{Part, Patch, Request};
use crate::api::types::{ObjectMeta, OwnerReference, Uid};
use crate::api::{
    Cause, List, Object, Reason, Resource, Status, Str, StrMap, Value, convert, defaults, quote,
};
use crate::apiserver::read::{no_such_part, scale_of};

pub fn plan(
    current: &Object,
    part: Part,
    patch: &Patch,
    request: &Request,
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    match patch {
        Patch::Status(object) => {
            check_preconditions(current, 0, object.uid())?;
            Ok(replace(current, with_status(current, object)))
        }
        Patch::Metadata { from, to } => {
            if !to.uid.is_none() {
                check_preconditions(current, 0, to.uid)?;
            }
            Ok(replace(current, current.with_meta(|meta| change_metadata(meta, from, to))))
        }
        Patch::Merge(_) | Patch::Strategic(_) | Patch::Json(_) | Patch::Apply(..) => {
            untyped(current, part, patch, request, ctx)
        }
    }
}

fn untyped(
    current: &Object,
    part: Part,
    patch: &Patch,
    request: &Request,
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    let resource = current.resource();
    if part == Part::Scale {
        let scale = scale_of(ctx.cache, current).ok_or_else(no_such_part)?;
        let patched = apply(resource, &scale, patch)?;
        return scale::plan(current, &patched, request, ctx);
    }
    let asked = request.call.resource();
    if asked.is_custom() && matches!(patch, Patch::Strategic(_)) {
        const TEXT: &str = "the body of the request was in an unknown format - accepted media types \
                            include: application/json-patch+json, application/merge-patch+json, \
                            application/apply-patch+yaml";
        return Err(Status::new(415, Reason::UnsupportedMediaType, TEXT).into());
    }
    let shown = convert::from_stored(asked, current.to_value());
    let patched = apply(asked, &shown, patch)?;
    if let Some(mistake) = decode::examine(asked.ty(), &patched).mistake() {
        return Err(unfit(patch, &patched, mistake).into());
    }
    let mut value = convert::to_stored(asked, ctx.decode(asked, &patched, request)?);
    let meta = value.at("metadata");
    check_name(current, meta)?;
    let revision = meta.at("resourceVersion").text().parse().unwrap_or(0);
    // The patched object carries the revision it was read at unless the patch says another.
    check_preconditions(current, revision, Uid::parse(meta.at("uid").text()).unwrap_or_default())?;
    defaults::apply(resource, &mut value);
    update::untyped(current, part, value, (request, None), ctx)
}

/// What is said of a patch that makes something else of an object than its type allows: it is the
/// patch that is invalid, or what came of it where the patch knows no types.
fn unfit(patch: &Patch, patched: &Value, mistake: &Mistake) -> Status {
    let (shown, why) = match patch {
        Patch::Strategic(patch) => (printed(patch), &mistake.conversion),
        _ => (patched.to_json(), &mistake.text),
    };
    let message = format!("Invalid value: {}: {why}", quote(&shown));
    let cause = Cause {
        reason: "FieldValueInvalid".into(),
        message: message.as_str().into(),
        field: "patch".into(),
    };
    let status = Status::new(422, Reason::Invalid, format!(" \"\" is invalid: patch: {message}"));
    Status { causes: [cause].into(), ..status }
}

fn apply(resource: Resource, value: &Value, patch: &Patch) -> Result<Value, Status> {
    let refused = |error: PatchError| match error {
        PatchError::Malformed(why) => Status::bad_request(why),
        other => Status::new(422, Reason::Invalid, other.to_string()),
    };
    match patch {
        Patch::Merge(patch) => Ok(apply_merge(value, patch)),
        Patch::Strategic(patch) => apply_strategic(resource, value, patch).map_err(refused),
        Patch::Json(patch) => apply_json(value, patch).map_err(refused),
        Patch::Status(_) | Patch::Metadata { .. } | Patch::Apply(..) => Ok(value.clone()),
    }
}

/// Does to `meta` what leads from `from` to `to`.
fn change_metadata(meta: &mut ObjectMeta, from: &ObjectMeta, to: &ObjectMeta) {
    change_map(&mut meta.labels, &from.labels, &to.labels);
    change_map(&mut meta.annotations, &from.annotations, &to.annotations);
    change_list(&mut meta.finalizers, &from.finalizers, &to.finalizers, |a: &Str, b: &Str| a == b);
    let same = |a: &OwnerReference, b: &OwnerReference| a.uid == b.uid;
    change_list(&mut meta.owner_references, &from.owner_references, &to.owner_references, same);
}

fn change_map(map: &mut StrMap, from: &StrMap, to: &StrMap) {
    if from.same(to) {
        return;
    }
    for (key, _) in from.iter().filter(|(key, _)| !to.contains_key(key)) {
        *map = map.without(key);
    }
    for (key, value) in to.iter().filter(|(key, value)| from.get(key) != Some(*value)) {
        *map = map.with(key.clone(), value.clone());
    }
}

fn change_list<T: Clone + PartialEq>(
    list: &mut List<T>,
    from: &List<T>,
    to: &List<T>,
    same: impl Fn(&T, &T) -> bool,
) {
    if from == to {
        return;
    }
    let in_list = |list: &[T], item: &T| list.iter().any(|other| same(other, item));
    let mut changed: Vec<T> = list
        .iter()
        .filter(|item| !in_list(from, item) || in_list(to, item))
        .map(|item| to.iter().find(|other| same(other, item)).unwrap_or(item).clone())
        .collect();
    let added = to.iter().filter(|item| !in_list(from, item) && !in_list(list, item));
    changed.extend(added.cloned());
    *list = changed.into();
}
