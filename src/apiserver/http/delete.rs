//! How objects are to be deleted, as the body or the query of a request says it.
//!
//! Models apiserver/pkg/endpoints/handlers/delete.go and apimachinery's ValidateDeleteOptions: a
//! body counts, the query only where there is none.

use super::body;
use super::parameters::{self, Parameters};
use crate::api::rpc::{DeleteOptions, Propagation};
use crate::api::types::Uid;
use crate::api::{HttpRequest, Status, Str, Value, quote};

const KIND: &str = "DeleteOptions";

/// The options of a request, and whether it is to be tried only.
pub fn options(
    http: &HttpRequest,
    parameters: &Parameters,
) -> Result<(DeleteOptions, bool), Status> {
    if http.body.trim().is_empty() {
        let options = DeleteOptions {
            grace_period_seconds: parameters::number(parameters, "gracePeriodSeconds")?,
            propagation: propagation(
                parameters::text(parameters, "propagationPolicy"),
                parameters::text(parameters, "orphanDependents"),
            )?,
            ..DeleteOptions::default()
        };
        return Ok((options, parameters::dry_run(parameters, KIND)?));
    }
    let value = body::of(http)?;
    let kind = value.at("kind").text();
    if !kind.is_empty() && kind != KIND {
        let text = format!("decoded object cannot be converted to {KIND}: {}", quote(kind));
        return Err(Status::bad_request(text));
    }
    of(&value)
}

/// The options that `value` holds, a DeleteOptions, and whether it is to be tried only.
pub fn of(value: &Value) -> Result<(DeleteOptions, bool), Status> {
    let orphans = match value.at("orphanDependents").as_bool() {
        Some(true) => "true",
        Some(false) => "false",
        None => "",
    };
    let preconditions = value.at("preconditions");
    let uid = preconditions.at("uid").text();
    let revision = preconditions.at("resourceVersion").text();
    let options = DeleteOptions {
        grace_period_seconds: value.at("gracePeriodSeconds").as_int(),
        propagation: propagation(value.at("propagationPolicy").text(), orphans)?,
        // What no object can have as its identity is that of none.
        uid: (!uid.is_empty()).then(|| Uid::parse(uid).unwrap_or_default()),
        revision: (!revision.is_empty()).then(|| revision.parse().unwrap_or(u64::MAX)),
        evicts: false,
    };
    let dry = value.at("dryRun").items().iter().map(Value::text);
    Ok((options, parameters::all_or_nothing(dry, KIND)?))
}

/// What becomes of dependents, by the field for it or by the older one.
fn propagation(policy: &str, orphans: &str) -> Result<Option<Propagation>, Status> {
    let refused = |why: &str| {
        Err(parameters::invalid_options(KIND, "propagationPolicy", "FieldValueInvalid", why))
    };
    if !policy.is_empty() && !orphans.is_empty() {
        let why = format!(
            "Invalid value: {}: orphanDependents and deletionPropagation cannot be both set",
            quote(policy)
        );
        return refused(&why);
    }
    Ok(Some(match (policy, orphans) {
        ("Orphan", _) | ("", "true") => Propagation::Orphan,
        ("Background", _) | ("", "false") => Propagation::Background,
        ("Foreground", _) => Propagation::Foreground,
        ("", _) => return Ok(None),
        (other, _) => {
            let why = format!(
                "Unsupported value: {}: supported values: \"Background\", \"Foreground\", \
                 \"Orphan\"",
                quote(other)
            );
            return refused(&why);
        }
    }))
}

/// What an Eviction asks for: a deletion that heeds disruption budgets.
pub fn eviction(value: &Value, name: &Str) -> Result<(DeleteOptions, bool), Status> {
    let meant = value.at_path(&["metadata", "name"]).text();
    if !meant.is_empty() && meant != name {
        let text = "name in URL does not match name in Eviction object";
        return Err(Status::bad_request(text));
    }
    let (options, dry_run) = of(value.at("deleteOptions"))?;
    Ok((DeleteOptions { evicts: true, ..options }, dry_run))
}
