//! Server-side apply: makes an object what its applier says, as far as it manages it.
//!
//! Models applyPatcher of apiserver/pkg/endpoints/handlers/patch.go. Invariant: what is refused
//! changes nothing, not even who manages what.

use super::{Ctx, Plan, Refusal, create, managers, update};
use crate::api::managed::{Apply, LAST_APPLIED, Managers};
use crate::api::rpc::{Part, Request};
use crate::api::{Key, Object, Reason, Resource, Status, Step, Value, decode, defaults};
use crate::manifest;

/// The manager whose client-side past is forgiven and kept up to date.
const KUBECTL: &str = "kubectl";

pub fn plan(
    (resource, key, part): (Resource, &Key, Part),
    (config, force): (&Value, bool),
    current: Option<&Object>,
    request: &Request,
    ctx: &mut Ctx<'_>,
) -> Result<Plan, Refusal> {
    check(resource, key, config)?;
    let Some(mut by) = managers::manager(request, part, true) else {
        return Err(Status::bad_request("fieldManager is required for apply patch").into());
    };
    by.applies = true;
    let mut live = match current {
        Some(current) => current.to_value(),
        None => managers::nothing(resource),
    };
    let known = Managers::load(&managers::take(&mut live));
    let last = live.at_path(&["metadata", "annotations", LAST_APPLIED]).as_str();
    let last = last.filter(|_| by.name == KUBECTL).and_then(|text| manifest::parse_json(text).ok());
    let apply = Apply { config, force, last_applied: last.as_ref() };
    let applied = known.apply(resource, &by, &live, apply, ctx.now)?;
    let mut value = ctx.decode(resource, &applied.object, request)?;
    if last.is_some() {
        let mut config = config.clone();
        let meta = config.entry("metadata").make_map();
        if let Some(annotations) = meta.get_mut("annotations") {
            annotations.make_map().remove(LAST_APPLIED);
        }
        let text = config.to_json() + "\n";
        *value.entry_path(&["metadata", "annotations", LAST_APPLIED]) = text.into();
    }
    defaults::apply(resource, &mut value);
    match current {
        Some(current) => {
            update::untyped(current, part, value, (request, Some(applied.managers)), ctx)
        }
        None => {
            let who = (request, Some(applied.managers));
            create::untyped(resource, key.namespace(), value, who, ctx)
        }
    }
}

/// Whether a configuration can be one of this object at all.
fn check(resource: Resource, key: &Key, config: &Value) -> Result<(), Status> {
    let meta = config.at("metadata");
    if !meta.at("managedFields").is_null() {
        return Err(Status::bad_request("metadata.managedFields must be nil"));
    }
    let name = meta.at("name").text();
    if name != key.name() {
        return Err(create::name_mismatch(name, key.name()));
    }
    let examined = decode::examine(resource.ty(), config);
    let mut errors: Vec<String> = examined
        .unknown
        .iter()
        .map(|path| format!(".{path}: field not declared in schema"))
        .collect();
    for mistake in &examined.mistakes {
        let steps = mistake.path.0.iter();
        let at = steps.fold(config, |value, step| match step {
            Step::Key(key) => value.at(key),
            Step::Index(index) => value.items().get(*index).unwrap_or(&Value::Null),
        });
        let shown = crate::api::patch::printed(at);
        let path = &mistake.path;
        let wanted = "expected another type";
        errors.push(format!(".{path}: {wanted}, got &value.valueUnstructured{{Value:{shown}}}"));
    }
    let why = match &errors[..] {
        [] => return Ok(()),
        [one] => one.clone(),
        many => format!("errors:\n  {}", many.join("\n  ")),
    };
    let (namespace, info) = (key.namespace(), resource.info());
    let (group, version, kind) = (info.group, info.version, info.kind);
    Err(Status::new(
        500,
        Reason::Unknown,
        format!(
            "failed to create typed patch object ({namespace}/{name}; {group}/{version}, \
             Kind={kind}): {why}"
        ),
    ))
}
