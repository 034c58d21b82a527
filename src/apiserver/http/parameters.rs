//! Parameters of the query.
//!
//! Models apimachinery/pkg/apis/meta/v1 ListOptions, CreateOptions, PatchOptions and their
//! validation.

use crate::api::labels::{FieldSelector, Selector};
use crate::api::rpc::{FieldValidation, Selection, Version};
use crate::api::{Cause, Object, Reason, Resource, Status, Str, Value, quote};

/// The parameters of a query, in order.
pub type Parameters = [(String, String)];

/// What a parameter says, the first of its name; empty if it is not there.
pub fn text<'a>(parameters: &'a Parameters, name: &str) -> &'a str {
    parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// Whether a parameter says yes. Models strconv.ParseBool, as conversion uses it.
pub fn is_on(parameters: &Parameters, name: &str) -> bool {
    let given = parameters.iter().find(|(known, _)| known == name);
    given.is_some_and(|(_, value)| !matches!(value.as_str(), "0" | "f" | "F" | "false" | "False"))
}

/// A number; `None` if it is not there.
pub fn number(parameters: &Parameters, name: &str) -> Result<Option<i64>, Status> {
    let text = text(parameters, name);
    if text.is_empty() {
        return Ok(None);
    }
    let why = || format!("strconv.ParseInt: parsing {}: invalid syntax", quote(text));
    text.parse().map(Some).map_err(|_| Status::bad_request(why()))
}

/// A revision of the store; 0 if it is not there.
pub fn revision(parameters: &Parameters) -> Result<u64, Status> {
    let text = text(parameters, "resourceVersion");
    if text.is_empty() {
        return Ok(0);
    }
    let why = || format!("invalid resource version {}: not a number", quote(text));
    text.parse().map_err(|_| Status::bad_request(why()))
}

/// Which objects of `resource` are meant.
pub fn selection(
    resource: Resource,
    namespace: &Str,
    parameters: &Parameters,
) -> Result<Selection, Status> {
    let labels = Selector::parse(text(parameters, "labelSelector"))
        .map_err(|error| Status::bad_request(error.to_string()))?;
    let fields = FieldSelector::parse(text(parameters, "fieldSelector")).map_err(|term| {
        Status::bad_request(format!("invalid selector: '{term}'; can't understand '{term}'"))
    })?;
    if let Some(path) = fields.paths().find(|path| !is_selectable(resource, path)) {
        return Err(Status::bad_request(format!("field label not supported: {path}")));
    }
    let limit = number(parameters, "limit")?.and_then(|limit| u64::try_from(limit).ok());
    let (limit, continuation) = (limit.unwrap_or(0), text(parameters, "continue"));
    let revision = (text(parameters, "resourceVersion"), text(parameters, "resourceVersionMatch"));
    // A watch begins after its revision, and lists nothing.
    let version = match is_on(parameters, "watch") {
        true => Version::Newest,
        false => Version::parse(revision, limit, continuation)?,
    };
    let (namespace, continuation) = (namespace.clone(), continuation.into());
    Ok(Selection { resource, namespace, labels, fields, version, limit, continuation })
}

/// Whether objects of `resource` can be selected by the field at `path`. Models
/// AddFieldLabelConversionFunc as the versions of pkg/apis call it.
fn is_selectable(resource: Resource, path: &str) -> bool {
    // What is known beyond the fields that the simulation selects by.
    let known = match resource {
        Resource::SECRETS => path == "type",
        Resource::JOBS => path == "status.successful",
        Resource::CERTIFICATESIGNINGREQUESTS => path == "spec.signerName",
        resource => resource.is_custom(),
    };
    let nothing = Value::map::<&str, 0>([]);
    known || Object::load(resource, &nothing).field(path).is_some()
}

/// Whether nothing is to be stored. `kind` names the options that hold it.
pub fn dry_run(parameters: &Parameters, kind: &str) -> Result<bool, Status> {
    let values = parameters.iter().filter(|(name, _)| name == "dryRun");
    all_or_nothing(values.map(|(_, value)| value.as_str()), kind)
}

/// Whether `values` of `dryRun` say that nothing is to be stored.
pub fn all_or_nothing<'a>(
    values: impl Iterator<Item = &'a str>,
    kind: &str,
) -> Result<bool, Status> {
    let mut is_dry = false;
    for value in values.filter(|value| !value.is_empty()) {
        if value != "All" {
            let why = format!("Unsupported value: [{}]: supported values: \"All\"", quote(value));
            return Err(invalid_options(kind, "dryRun", "FieldValueNotSupported", &why));
        }
        is_dry = true;
    }
    Ok(is_dry)
}

/// What to do about unknown fields.
pub fn field_validation(parameters: &Parameters, kind: &str) -> Result<FieldValidation, Status> {
    match text(parameters, "fieldValidation") {
        "" | "Warn" => Ok(FieldValidation::Warn),
        "Ignore" => Ok(FieldValidation::Ignore),
        "Strict" => Ok(FieldValidation::Strict),
        other => {
            let why = format!(
                "Unsupported value: {}: supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"",
                quote(other)
            );
            Err(invalid_options(kind, "fieldValidation", "FieldValueNotSupported", &why))
        }
    }
}

/// Who is noted as the manager of the fields that change: who the parameter names, or the program
/// that asks. Models managerOrUserAgent.
pub fn manager(parameters: &Parameters, agent: &str) -> Str {
    let program = agent.split('/').next().unwrap_or_default();
    let named = text(parameters, "fieldManager");
    let name = if named.is_empty() { program } else { named };
    // The longest name a manager may have; longer programs' names are cut.
    name.chars().filter(|c| !c.is_control()).take(128).collect::<String>().into()
}

/// The refusal of options that cannot be.
pub fn invalid_options(kind: &str, field: &str, reason: &str, why: &str) -> Status {
    let cause = Cause { reason: reason.into(), message: why.into(), field: field.into() };
    let text = format!("{kind}.meta.k8s.io \"\" is invalid: {cause}");
    let causes = [cause].into();
    let status = Status::new(422, Reason::Invalid, text);
    Status { causes, kind: format!("{kind}.meta.k8s.io").into(), ..status }
}
