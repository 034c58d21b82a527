//! How secure the pods of a namespace have to be, as its labels say.
//!
//! Models k8s.io/pod-security-admission. Invariant: only pods are refused; of what makes pods it is
//! said beforehand what will become of them.

mod baseline;
mod restricted;

use std::collections::BTreeMap;

use crate::api::types::Pod;
use crate::api::validation::{Errors, Field};
use crate::api::{Codec, Key, List, Object, Resource, Status, Str, StrMap, Value, quote};
use crate::apiserver::write::{Ctx, Refusal};

const LABEL: &str = "pod-security.kubernetes.io/";
const LEVELS: [&str; 3] = ["privileged", "baseline", "restricted"];

/// A level of security in one version of the rules, such as `restricted:latest`.
struct Level {
    level: Str,
    version: Str,
}

/// Something a pod does that its level forbids.
pub struct Violation {
    /// What it is.
    reason: &'static str,
    /// Who does it.
    detail: String,
}

/// Refuses a pod that is not as secure as it has to be, and warns of what makes such pods.
pub fn validate(object: &Object, value: &Value, ctx: &mut Ctx<'_>) -> Result<(), Refusal> {
    let Some(spec) = spec_of(object.resource(), value) else { return Ok(()) };
    let Some(labels) = labels_of(object.namespace(), ctx) else { return Ok(()) };
    if object.get::<Pod>().is_some()
        && let Some(level) = Level::of(&labels, "enforce")
    {
        let violations = level.violations(spec);
        if !violations.is_empty() {
            let why = format!("violates PodSecurity \"{level}\": {}", told(&violations));
            return Err(Status::forbidden(object.resource(), object.name(), &why).into());
        }
    }
    warn(spec, &labels, ctx);
    Ok(())
}

/// Warns of a workload that has changed.
pub fn warn_of_update(object: &Object, value: &Value, old: &Value, ctx: &mut Ctx<'_>) {
    let resource = object.resource();
    let (new, before) = (spec_of(resource, value), spec_of(resource, old));
    if let (Some(spec), Some(labels)) = (new, labels_of(object.namespace(), ctx))
        && resource != Resource::PODS
        && Some(spec) != before
    {
        warn(spec, &labels, ctx);
    }
}

fn warn(spec: &Value, labels: &StrMap, ctx: &mut Ctx<'_>) {
    if let Some(level) = Level::of(labels, "warn") {
        let violations = level.violations(spec);
        if !violations.is_empty() {
            let text = format!("would violate PodSecurity \"{level}\": {}", told(&violations));
            ctx.warnings.push(text.into());
        }
    }
}

/// Refuses labels of a namespace that say nothing, and warns of pods that a new level would not
/// let in. Models ValidateNamespace.
pub fn validate_namespace(
    namespace: &Value,
    old: Option<&Value>,
    ctx: &mut Ctx<'_>,
) -> Result<(), Refusal> {
    let labels = StrMap::load(namespace.at_path(&["metadata", "labels"]));
    let name = namespace.at_path(&["metadata", "name"]).text();
    let mut errors = Errors::default();
    let root = Field::root(namespace);
    let (metadata, own) = (root.at("metadata"), root.at("metadata").value.at("labels"));
    let field = metadata.called("labels", own);
    for mode in ["enforce", "audit", "warn"] {
        let (level, version) = (format!("{LABEL}{mode}"), format!("{LABEL}{mode}-version"));
        if let Some(given) = labels.get(&level).filter(|given| !LEVELS.contains(&given.as_str())) {
            let detail = format!("must be one of {}", LEVELS.join(", "));
            errors.invalid(&field.key(&level), given.as_str(), detail);
        }
        if let Some(given) = labels.get(&version).filter(|given| !is_version(given)) {
            errors.invalid(&field.key(&version), given.as_str(), "must be \"latest\" or \"v1.x\"");
        }
    }
    if !errors.is_empty() {
        let causes = List::from(errors.into_causes());
        return Err(Status::invalid(Resource::NAMESPACES, name, causes).into());
    }
    let before = old.map(|old| StrMap::load(old.at_path(&["metadata", "labels"])));
    let before = before.as_ref().and_then(|labels| Level::of(labels, "enforce"));
    let Some(level) = Level::of(&labels, "enforce").filter(|_| old.is_some()) else {
        return Ok(());
    };
    let text = level.to_string();
    if before.is_none_or(|before| before.to_string() != text) {
        warn_of_pods(name, &level, ctx);
    }
    Ok(())
}

/// Names one pod of each kind that a level would not let in. Models
/// EvaluatePodsInNamespace.
fn warn_of_pods(namespace: &str, level: &Level, ctx: &mut Ctx<'_>) {
    let mut kinds: BTreeMap<String, (Str, usize)> = BTreeMap::new();
    let pods = ctx.cache.collection(Resource::PODS).into_iter();
    for pod in pods.flat_map(|pods| pods.in_namespace(namespace)) {
        let violations = level.violations(pod.to_value().at("spec"));
        if violations.is_empty() {
            continue;
        }
        let reasons: Vec<&str> = violations.iter().map(|violation| violation.reason).collect();
        let first = (pod.meta().name.clone(), 0);
        kinds.entry(reasons.join(", ")).or_insert(first).1 += 1;
    }
    if kinds.is_empty() {
        return;
    }
    let namespace = quote(namespace);
    ctx.warnings.push(
        format!(
            "existing pods in namespace {namespace} violate the new PodSecurity enforce level \
             \"{level}\""
        )
        .into(),
    );
    let mut lines: Vec<String> = kinds
        .into_iter()
        .map(|(reasons, (name, count))| match count {
            1 => format!("{name}: {reasons}"),
            2 => format!("{name} (and 1 other pod): {reasons}"),
            _ => format!("{name} (and {} other pods): {reasons}", count - 1),
        })
        .collect();
    lines.sort();
    ctx.warnings.extend(lines.into_iter().map(Str::from));
}

/// The pod that an object is or makes.
fn spec_of(resource: Resource, value: &Value) -> Option<&Value> {
    Some(match resource {
        Resource::PODS => value.at("spec"),
        Resource::PODTEMPLATES => value.at_path(&["template", "spec"]),
        Resource::DAEMONSETS
        | Resource::DEPLOYMENTS
        | Resource::JOBS
        | Resource::REPLICASETS
        | Resource::REPLICATIONCONTROLLERS
        | Resource::STATEFULSETS => value.at_path(&["spec", "template", "spec"]),
        Resource::CRONJOBS => value.at_path(&["spec", "jobTemplate", "spec", "template", "spec"]),
        _ => return None,
    })
}

fn labels_of(namespace: &str, ctx: &Ctx<'_>) -> Option<StrMap> {
    let namespace = ctx.cache.get(Resource::NAMESPACES, &Key::new("", namespace))?;
    Some(namespace.meta().labels.clone())
}

fn is_version(text: &str) -> bool {
    let minor = text.strip_prefix("v1.");
    text == "latest" || minor.is_some_and(|minor| minor.parse::<u32>().is_ok())
}

/// What a pod is told of what it does.
fn told(violations: &[Violation]) -> String {
    let one = |violation: &Violation| match violation.detail.as_str() {
        "" => violation.reason.to_owned(),
        detail => format!("{} ({detail})", violation.reason),
    };
    violations.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl Level {
    /// The level a namespace wants, unless it lets everything in.
    fn of(labels: &StrMap, mode: &str) -> Option<Self> {
        let level = labels.get(&format!("{LABEL}{mode}"))?;
        let version = labels.get(&format!("{LABEL}{mode}-version"));
        let version = version.filter(|version| is_version(version)).cloned();
        let known = matches!(level.as_str(), "baseline" | "restricted");
        let version = version.unwrap_or(Str::new_static("latest"));
        known.then(|| Self { level: level.clone(), version })
    }

    /// What a pod does that this level forbids.
    fn violations(&self, spec: &Value) -> Vec<Violation> {
        let is_restricted = self.level == "restricted";
        let mut found = baseline::violations(spec, is_restricted);
        if is_restricted {
            found.extend(restricted::violations(spec));
        }
        found
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.level, self.version)
    }
}

/// Every container of a pod, those that come first first.
fn containers(spec: &Value) -> impl Iterator<Item = &Value> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    lists.into_iter().flat_map(|list| spec.at(list).items())
}

/// The names of the containers that `is_bad` says it of.
fn bad_containers(spec: &Value, is_bad: impl Fn(&Value) -> bool) -> Vec<String> {
    containers(spec).filter(|c| is_bad(c)).map(|c| c.at("name").text().to_owned()).collect()
}

/// `container "a"`, or `containers "a", "b"`.
fn named(one: &str, many: &str, names: &[String]) -> String {
    format!("{} {}", if names.len() == 1 { one } else { many }, quoted(names))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ")
}

/// Who sets something that must not be set: `pod and container "a"`.
fn setters(pod: bool, containers: &[String]) -> Option<String> {
    let mut setters: Vec<String> = Vec::new();
    setters.extend(pod.then(|| "pod".to_owned()));
    setters.extend((!containers.is_empty()).then(|| named("container", "containers", containers)));
    (!setters.is_empty()).then(|| setters.join(" and "))
}

fn context<'a>(of: &'a Value, path: &[&str]) -> &'a Value {
    of.at("securityContext").at_path(path)
}

#[cfg(test)]
mod tests;
