//! Rules that the cluster's administrator writes as expressions.
//!
//! Models apiserver/pkg/admission/plugin/policy/validating. A policy says what is matched and what
//! must hold; a binding puts it to use. Invariant: an expression that cannot be evaluated refuses
//! the request, unless its policy says otherwise.

use crate::api::labels::Selector;
use crate::api::rpc::Request;
use crate::api::types::LabelSelector;
use crate::api::validation::{Errors, Field};
use crate::api::{Cause, Codec, Key, Object, Reason, Resource, Status, Str, StrMap, Value};
use crate::apiserver::cel::{Program, Scope, Val};
use crate::apiserver::write::{Ctx, Refusal};

const POLICIES: Resource = Resource::VALIDATINGADMISSIONPOLICIES;
const BINDINGS: Resource = Resource::VALIDATINGADMISSIONPOLICYBINDINGS;

/// What expressions may name.
const VARIABLES: [&str; 6] =
    ["object", "oldObject", "request", "params", "namespaceObject", "variables"];

/// What a request does, as admission sees it.
#[derive(Clone, Copy)]
pub struct Attributes<'a> {
    /// `CREATE`, `UPDATE` or `DELETE`.
    pub operation: &'static str,
    /// To what.
    pub resource: Resource,
    /// To which part of it; empty for the whole.
    pub subresource: &'a str,
    /// The object as it is to be; `None` when it is deleted.
    pub object: Option<&'a Value>,
    /// The object as it was; `None` when it is created.
    pub old: Option<&'a Value>,
    /// The request.
    pub request: &'a Request,
}

/// What a binding comes to.
struct Denial {
    message: String,
    reason: Str,
}

/// Whether there is any policy at all.
pub fn are_any(ctx: &Ctx<'_>) -> bool {
    ctx.cache.collection(POLICIES).is_some_and(|policies| !policies.is_empty())
}

/// Lets every policy that is bound refuse the request, or warn.
pub fn validate(attributes: Attributes<'_>, ctx: &mut Ctx<'_>) -> Result<(), Refusal> {
    let policies = ctx.cache.collection(POLICIES).filter(|policies| !policies.is_empty());
    let exempt = attributes.resource.info().group == "admissionregistration.k8s.io";
    let (Some(policies), false) = (policies.cloned(), exempt) else { return Ok(()) };
    let bindings = ctx.cache.collection(BINDINGS).cloned().unwrap_or_default();
    let mut refusal = None;
    for policy in policies.iter() {
        let value = policy.to_value();
        let spec = value.at("spec");
        if !is_matched(spec.at("matchConstraints"), attributes, ctx, false) {
            continue;
        }
        for binding in bindings.iter() {
            let bound = binding.to_value();
            let use_of = bound.at("spec");
            if use_of.at("policyName").text() != policy.name()
                || !is_matched(use_of.at("matchResources"), attributes, ctx, true)
            {
                continue;
            }
            let names = (policy.name(), binding.name());
            for denial in denials(spec, use_of, attributes, ctx) {
                let refused = act(names, use_of, denial, attributes, ctx);
                refusal = refusal.or(refused);
            }
        }
    }
    refusal.map_or(Ok(()), |status| Err(status.into()))
}

/// Does what a binding wants done about a denial: the refusal, if it is one.
fn act(
    (policy, binding): (&str, &str),
    use_of: &Value,
    denial: Denial,
    attributes: Attributes<'_>,
    ctx: &mut Ctx<'_>,
) -> Option<Status> {
    let wants = |action: &str| {
        use_of.at("validationActions").items().iter().any(|own| own.text() == action)
    };
    let Denial { message, reason } = denial;
    if wants("Warn") {
        let head = format!("Validation failed for ValidatingAdmissionPolicy '{policy}'");
        ctx.warnings.push(format!("{head} with binding '{binding}': {message}").into());
    }
    if !wants("Deny") {
        return None;
    }
    let head = format!("ValidatingAdmissionPolicy '{policy}' with binding '{binding}'");
    let message = format!("{head} denied request: {message}");
    let status = Status::forbidden(attributes.resource, &name_of(attributes), &message);
    let (code, reason) = match reason.as_str() {
        "Unauthorized" => (401, Reason::Unauthorized),
        "Forbidden" => (403, Reason::Forbidden),
        "RequestEntityTooLarge" => (413, Reason::RequestEntityTooLarge),
        _ => (422, Reason::Invalid),
    };
    let cause = Cause { reason: Str::default(), message: message.into(), field: Str::default() };
    Some(Status { code, reason, causes: [cause].into(), ..status })
}

fn name_of(attributes: Attributes<'_>) -> Str {
    let object = attributes.object.or(attributes.old);
    object.map_or_else(Str::default, |o| o.at_path(&["metadata", "name"]).text().into())
}

/// What a policy has against the request, as far as one of its bindings goes.
fn denials(spec: &Value, use_of: &Value, attributes: Attributes<'_>, ctx: &Ctx<'_>) -> Vec<Denial> {
    let fails = spec.at("failurePolicy").text() != "Ignore";
    let failed = |message: String| {
        let denial = Denial { message, reason: Str::new_static("Invalid") };
        if fails { vec![denial] } else { Vec::new() }
    };
    let params = match params(spec.at("paramKind"), use_of.at("paramRef"), attributes, ctx) {
        Ok(params) => params,
        Err(why) => return failed(format!("failed to configure binding: {why}")),
    };
    let mut denials = Vec::new();
    for params in params {
        let mut scope = scope(attributes, params, ctx);
        match conditions_hold(spec.at("matchConditions"), &mut scope) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(why) => {
                denials.extend(failed(why));
                continue;
            }
        }
        compose(spec.at("variables"), &mut scope);
        for validation in spec.at("validations").items() {
            match outcome(validation, &mut scope) {
                Ok(denial) => denials.extend(denial),
                Err(why) => denials.extend(failed(why)),
            }
        }
    }
    denials
}

/// What one expression comes to.
fn evaluated(expression: &str, scope: &mut Scope<'_>) -> Result<Val, String> {
    let value = Program::compile(expression, &VARIABLES).and_then(|p| p.evaluate(scope));
    value.map_err(|why| format!("expression '{expression}' resulted in error: {why}"))
}

fn conditions_hold(conditions: &Value, scope: &mut Scope<'_>) -> Result<bool, String> {
    for condition in conditions.items() {
        let holds = evaluated(condition.at("expression").text(), scope)?;
        if holds != Val::Bool(true) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Gives the policy's own variables their values, each of which may use those before it. What
/// comes to nothing is missing, and is missed only where it is used.
fn compose(variables: &Value, scope: &mut Scope<'_>) {
    let mut made = Vec::new();
    for variable in variables.items() {
        if let Ok(value) = evaluated(variable.at("expression").text(), scope) {
            made.push((Val::text(variable.at("name").text()), value));
            scope.set("variables", Val::Made(made.clone().into()));
        }
    }
}

/// Whether one validation denies the request.
fn outcome(validation: &Value, scope: &mut Scope<'_>) -> Result<Option<Denial>, String> {
    let expression = validation.at("expression").text();
    if evaluated(expression, scope)? == Val::Bool(true) {
        return Ok(None);
    }
    let told = match validation.at("messageExpression").text() {
        "" => None,
        text => match evaluated(text, scope) {
            Ok(Val::Text(message)) if !message.trim().is_empty() => Some(message.to_string()),
            _ => None,
        },
    };
    let message = told.unwrap_or_else(|| match validation.at("message").text().trim() {
        "" => format!("failed expression: {}", expression.trim()),
        message => message.to_owned(),
    });
    Ok(Some(Denial { message, reason: validation.at("reason").text().into() }))
}

/// What expressions see.
fn scope<'a>(attributes: Attributes<'_>, params: Val, ctx: &Ctx<'_>) -> Scope<'a> {
    let seen = |object: Option<&Value>| object.map_or(Val::Null, Val::of);
    let namespace = ctx.cache.get(Resource::NAMESPACES, &Key::new("", &namespace_of(attributes)));
    let namespace = namespace.map_or(Val::Null, |namespace| Val::of(&namespace.to_value()));
    Scope::new([
        ("object", seen(attributes.object)),
        ("oldObject", seen(attributes.old)),
        ("request", Val::of(&request_of(attributes))),
        ("params", params),
        ("namespaceObject", namespace),
        ("variables", Val::Made(Vec::new().into())),
    ])
}

fn namespace_of(attributes: Attributes<'_>) -> Str {
    let object = attributes.object.or(attributes.old);
    object.map_or_else(Str::default, |o| o.at_path(&["metadata", "namespace"]).text().into())
}

/// The request as expressions see it. Models admission/v1 AdmissionRequest.
fn request_of(attributes: Attributes<'_>) -> Value {
    let (info, request) = (attributes.resource.info(), attributes.request);
    let of = |key: &'static str, name: &str| {
        Value::map([
            ("group", Value::from(info.group)),
            ("version", info.version.into()),
            (key, name.into()),
        ])
    };
    let groups: Value = request.groups.iter().map(|group| Value::Str(group.clone())).collect();
    Value::map([
        ("kind", of("kind", info.kind)),
        ("resource", of("resource", info.plural)),
        ("subResource", attributes.subresource.into()),
        ("name", name_of(attributes).into()),
        ("namespace", namespace_of(attributes).into()),
        ("operation", attributes.operation.into()),
        ("dryRun", request.dry_run.into()),
        ("userInfo", Value::map([("groups", groups), ("username", request.user.clone().into())])),
    ])
}

/// The parameters a binding names: one `null` where the policy takes none.
fn params(
    kind: &Value,
    wanted: &Value,
    attributes: Attributes<'_>,
    ctx: &Ctx<'_>,
) -> Result<Vec<Val>, String> {
    if kind.is_null() || wanted.is_null() {
        return Ok(vec![Val::Null]);
    }
    let (version, name) = (kind.at("apiVersion").text(), kind.at("kind").text());
    let custom = || {
        let served = crate::apiserver::custom::served(ctx.cache);
        let mut resources = served.iter().map(|served| served.resource);
        resources.find(|r| r.api_version() == version && r.info().kind == name)
    };
    let Some(resource) = Resource::of_kind(version, name).or_else(custom) else {
        return Err(format!(
            "failed to find resource referenced by paramKind: '{version}, Kind={name}'"
        ));
    };
    let namespace = match wanted.at("namespace").text() {
        _ if !resource.info().namespaced => Str::default(),
        "" => namespace_of(attributes),
        own => own.into(),
    };
    let all = ctx.cache.collection(resource);
    let all = all.into_iter().flat_map(|all| all.in_namespace(&namespace));
    let selector = Selector::from(&LabelSelector::load(wanted.at("selector")));
    let is_meant = |object: &&Object| match wanted.at("name").text() {
        "" => selector.matches(&object.meta().labels),
        name => object.name() == name,
    };
    let found: Vec<Val> = all.filter(is_meant).map(|object| Val::of(&object.to_value())).collect();
    if found.is_empty() && wanted.at("parameterNotFoundAction").text() != "Allow" {
        return Err("no params found for policy binding with `Deny` parameterNotFoundAction".into());
    }
    Ok(found)
}

/// Whether a request is one that a policy or a binding is about; nothing said means everything.
/// Models plugin/policy/matching.
fn is_matched(rules: &Value, a: Attributes<'_>, ctx: &Ctx<'_>, if_unsaid: bool) -> bool {
    if rules.is_null() {
        return if_unsaid;
    }
    let selects = |field: &str, labels: &StrMap| match rules.at(field) {
        Value::Null => true,
        selector => Selector::from(&LabelSelector::load(selector)).matches(labels),
    };
    let labels = |object: Option<&Value>| {
        object.map(|object| StrMap::load(object.at_path(&["metadata", "labels"])))
    };
    let namespace = match a.resource {
        Resource::NAMESPACES => labels(a.object.or(a.old)),
        _ => ctx
            .cache
            .get(Resource::NAMESPACES, &Key::new("", &namespace_of(a)))
            .map(|namespace| namespace.meta().labels.clone()),
    };
    // What is in no namespace is not kept out by their labels.
    if namespace.is_some_and(|labels| !selects("namespaceSelector", &labels)) {
        return false;
    }
    let objects = [labels(a.object), labels(a.old)];
    if !objects.into_iter().flatten().any(|labels| selects("objectSelector", &labels)) {
        return false;
    }
    let any = |list: &str| rules.at(list).items().iter().any(|rule| is_in_rule(rule, a));
    let unsaid = if_unsaid && rules.at("resourceRules").items().is_empty();
    !any("excludeResourceRules") && (unsaid || any("resourceRules"))
}

fn is_in_rule(rule: &Value, a: Attributes<'_>) -> bool {
    let info = a.resource.info();
    let holds = |field: &str, wanted: &str| {
        rule.at(field).items().iter().any(|item| item.text() == "*" || item.text() == wanted)
    };
    let whole = match a.subresource {
        "" => info.plural.to_owned(),
        part => format!("{}/{part}", info.plural),
    };
    let resources = rule.at("resources").items();
    let resource = resources.iter().any(|item| match item.text() {
        "*/*" => true,
        "*" => a.subresource.is_empty(),
        text => match (text.strip_suffix("/*"), text.strip_prefix("*/")) {
            (Some(plural), _) => plural == info.plural,
            (_, Some(part)) => part == a.subresource,
            _ => text == whole,
        },
    });
    let scope = match rule.at("scope").text() {
        "Namespaced" => info.namespaced,
        "Cluster" => !info.namespaced,
        _ => true,
    };
    let names = rule.at("resourceNames").items();
    let named = names.is_empty() || names.iter().any(|name| name.text() == name_of(a));
    holds("apiGroups", info.group)
        && holds("apiVersions", info.version)
        && holds("operations", a.operation)
        && resource
        && scope
        && named
}

/// What is wrong with the expressions of a policy that is to be stored.
pub fn mistakes(policy: &Value) -> Vec<Cause> {
    let mut errors = Errors::default();
    let root = Field::root(policy);
    let spec = root.at("spec");
    for (list, keys) in [
        ("matchConditions", &["expression"][..]),
        ("variables", &["expression"]),
        ("validations", &["expression", "messageExpression"]),
    ] {
        for item in spec.at(list).items() {
            for key in keys {
                let field = item.at(key);
                if let (false, Err(why)) =
                    (field.is_empty(), Program::compile(field.text(), &VARIABLES))
                {
                    errors.invalid(&field, field.text(), format!("compilation failed: {why}"));
                }
            }
        }
    }
    errors.into_causes()
}
