//! Cells that are more than a field: what the sheets make of an object.
//!
//! Models the helpers of pkg/printers/internalversion/printers.go.

use super::cells;
use crate::api::types::LabelSelector;
use crate::api::{Codec, StrMap, Timestamp, Value, age};
use crate::sim::Time;

/// How many entries a cell shows.
const SHOWN_MAX: usize = 3;

/// What is at a path, its steps parted by dots.
pub fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, step| value.at(step))
}

/// A scalar as text; nothing for what is none or is not there.
pub fn text(value: &Value) -> String {
    match value {
        Value::Str(text) => text.to_string(),
        Value::Null | Value::List(_) | Value::Map(_) => String::new(),
        other => other.to_json(),
    }
}

fn or_none(text: String) -> String {
    if text.is_empty() { cells::NONE.to_string() } else { text }
}

fn number(value: &Value, path: &str) -> i64 {
    at(value, path).as_int().unwrap_or(0)
}

fn joined(value: &Value, comma: &str, of: impl Fn(&Value) -> String) -> String {
    value.items().iter().map(of).collect::<Vec<_>>().join(comma)
}

/// Models formatEndpoints and formatHosts: so many, and how many more there are.
fn shortened(all: &[String], otherwise: &str) -> String {
    match all.len() {
        0 => otherwise.to_owned(),
        count if count > SHOWN_MAX => {
            format!("{} + {} more...", all[..SHOWN_MAX].join(","), count - SHOWN_MAX)
        }
        _ => all.join(","),
    }
}

/// One field of all containers of a template.
pub fn containers(value: &Value, template: &str, field: &str) -> String {
    joined(at(value, template).at_path(&["spec", "containers"]), ",", |c| text(c.at(field)))
}

/// A selector as kubectl takes it.
pub fn selector(value: &Value) -> String {
    match value {
        Value::Null => cells::NONE.to_string(),
        value => cells::selector(&LabelSelector::load(value)).to_string(),
    }
}

/// Labels as `a=1,b=2`.
pub fn labels(value: &Value) -> String {
    cells::labels(&StrMap::load(value)).to_string()
}

/// The status of a condition, or else what is known of it.
pub fn condition(value: &Value, kind: &str, otherwise: &str) -> String {
    let conditions = at(value, "status.conditions").items();
    let found = conditions.iter().find(|condition| condition.at("type").text() == kind);
    found.map_or_else(|| otherwise.to_owned(), |found| found.at("status").text().to_owned())
}

fn is_true(value: &Value, kind: &str) -> bool {
    condition(value, kind, "") == "True"
}

/// Models printJob.
pub fn job_status(job: &Value, _: Time) -> String {
    let deleting = !at(job, "metadata.deletionTimestamp").is_null();
    let status = match () {
        () if is_true(job, "Complete") => "Complete",
        () if is_true(job, "Failed") => "Failed",
        () if deleting => "Terminating",
        () if is_true(job, "Suspended") => "Suspended",
        () if is_true(job, "FailureTarget") => "FailureTarget",
        () if is_true(job, "SuccessCriteriaMet") => "SuccessCriteriaMet",
        () => "Running",
    };
    status.to_owned()
}

/// How many pods have succeeded, and how many have to.
pub fn completions(job: &Value, _: Time) -> String {
    let succeeded = number(job, "status.succeeded");
    match (at(job, "spec.completions").as_int(), number(job, "spec.parallelism")) {
        (Some(wanted), _) => format!("{succeeded}/{wanted}"),
        (None, parallelism @ 2..) => format!("{succeeded}/1 of {parallelism}"),
        (None, _) => format!("{succeeded}/1"),
    }
}

/// How long a job took, or takes so far.
pub fn job_duration(job: &Value, now: Time) -> String {
    let (start, end) = (at(job, "status.startTime"), at(job, "status.completionTime"));
    if start.is_null() {
        return String::new();
    }
    let end = if end.is_null() { Timestamp::at(now) } else { Timestamp::load(end) };
    age::human(end.0 - Timestamp::load(start).0)
}

/// Whether a cron job is suspended, as Go's fmt has it.
pub fn suspended(cron_job: &Value, _: Time) -> String {
    let suspended = at(cron_job, "spec.suspend").as_bool() == Some(true);
    if suspended { "True" } else { "False" }.to_owned()
}

/// How long ago a cron job ran.
pub fn last_schedule(cron_job: &Value, now: Time) -> String {
    match at(cron_job, "status.lastScheduleTime") {
        Value::Null => cells::NONE.to_string(),
        last => age::since(Some(Timestamp::load(last)), now).to_string(),
    }
}

/// How many replicas are ready, and how many are wanted.
pub fn ready(set: &Value, _: Time) -> String {
    format!("{}/{}", number(set, "status.readyReplicas"), number(set, "spec.replicas"))
}

/// Models formatEndpoints.
pub fn endpoints(object: &Value, _: Time) -> String {
    let mut all = Vec::new();
    for subset in object.at("subsets").items() {
        let addresses =
            subset.at("addresses").items().iter().map(|address| address.at("ip").text());
        let ports = subset.at("ports").items();
        if ports.is_empty() {
            all.extend(addresses.clone().map(str::to_owned));
        }
        for port in ports {
            let port = text(port.at("port"));
            all.extend(addresses.clone().map(|address| format!("{address}:{port}")));
        }
    }
    shortened(&all, "<none>")
}

/// `Kind/name` of the role that is given.
pub fn role(binding: &Value, _: Time) -> String {
    let role = binding.at("roleRef");
    format!("{}/{}", role.at("kind").text(), role.at("name").text())
}

fn subjects(binding: &Value, kind: &str) -> String {
    let all = binding.at("subjects").items().iter().filter(|s| s.at("kind").text() == kind);
    let name = |subject: &Value| match (kind, subject.at("namespace").text()) {
        ("ServiceAccount", namespace) => format!("{namespace}/{}", subject.at("name").text()),
        _ => subject.at("name").text().to_owned(),
    };
    all.map(name).collect::<Vec<_>>().join(", ")
}

/// The users who get a role.
pub fn users(binding: &Value, _: Time) -> String {
    subjects(binding, "User")
}

/// The groups that get a role.
pub fn groups(binding: &Value, _: Time) -> String {
    subjects(binding, "Group")
}

/// The service accounts that get a role.
pub fn accounts(binding: &Value, _: Time) -> String {
    subjects(binding, "ServiceAccount")
}

/// What an autoscaler scales.
pub fn reference(scaler: &Value, _: Time) -> String {
    let target = at(scaler, "spec.scaleTargetRef");
    format!("{}/{}", target.at("kind").text(), target.at("name").text())
}

/// Models formatHPAMetrics.
pub fn targets(scaler: &Value, _: Time) -> String {
    let specs = at(scaler, "spec.metrics").items();
    let statuses = at(scaler, "status.currentMetrics").items();
    let one = |(at, spec): (usize, &Value)| metric(spec, statuses.get(at).unwrap_or(&Value::Null));
    let all: Vec<String> = specs.iter().enumerate().map(one).collect();
    match all.len() {
        0 => cells::NONE.to_string(),
        count if count > 2 => format!("{} + {} more...", all[..2].join(", "), count - 2),
        _ => all.join(", "),
    }
}

fn metric(spec: &Value, status: &Value) -> String {
    let unknown = |text: String| if text.is_empty() { "<unknown>".to_owned() } else { text };
    let kind = spec.at("type").text();
    let part = match kind {
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        "Pods" => "pods",
        "Object" => "object",
        _ => "external",
    };
    let (spec, status) = (spec.at(part), status.at(part));
    let (target, current) = (spec.at("target"), status.at("current"));
    let name = spec.at("name").text();
    if let Some(share) = target.at("averageUtilization").as_int() {
        let now = current.at("averageUtilization").as_int().map(|now| format!("{now}%"));
        return format!("{name}: {}/{share}%", unknown(now.unwrap_or_default()));
    }
    let average = text(target.at("averageValue"));
    let (now, wanted, suffix) = match average.is_empty() {
        false => (text(current.at("averageValue")), average, " (avg)"),
        true => (text(current.at("value")), text(target.at("value")), ""),
    };
    match part {
        "resource" | "containerResource" => format!("{name}: {}/{wanted}", unknown(now)),
        "pods" => format!("{}/{wanted}", unknown(now)),
        _ => format!("{}/{wanted}{suffix}", unknown(now)),
    }
}

/// Models formatHosts.
pub fn hosts(ingress: &Value, _: Time) -> String {
    let hosts = at(ingress, "spec.rules").items().iter().map(|rule| rule.at("host").text());
    let hosts: Vec<String> = hosts.filter(|host| !host.is_empty()).map(str::to_owned).collect();
    shortened(&hosts, "*")
}

/// The addresses at which an ingress can be reached.
pub fn ingress_address(ingress: &Value, _: Time) -> String {
    joined(at(ingress, "status.loadBalancer.ingress"), ",", |entry| match entry.at("ip").text() {
        "" => entry.at("hostname").text().to_owned(),
        ip => ip.to_owned(),
    })
}

/// Models formatPorts.
pub fn ingress_ports(ingress: &Value, _: Time) -> String {
    let encrypted = !at(ingress, "spec.tls").items().is_empty();
    if encrypted { "80, 443" } else { "80" }.to_owned()
}

/// What an ingress class is set up with.
pub fn parameters(class: &Value, _: Time) -> String {
    let parameters = at(class, "spec.parameters");
    if parameters.is_null() {
        return cells::NONE.to_string();
    }
    let group = parameters.at("apiGroup").text();
    let dot = if group.is_empty() { "" } else { "." };
    format!("{}{dot}{group}/{}", parameters.at("kind").text(), parameters.at("name").text())
}

/// What an address belongs to.
pub fn parent(address: &Value, _: Time) -> String {
    let parent = at(address, "spec.parentRef");
    let group = parent.at("group").text();
    let dot = if group.is_empty() { "" } else { "." };
    let parts = ["resource", "namespace", "name"].map(|field| parent.at(field).text());
    format!("{}{dot}{group}/{}/{}", parts[0], parts[1], parts[2])
}

/// What an admission policy takes as its parameter.
pub fn param_kind(policy: &Value, _: Time) -> String {
    let kind = at(policy, "spec.paramKind");
    if kind.is_null() {
        return "<unset>".to_owned();
    }
    format!("{}/{}", kind.at("apiVersion").text(), kind.at("kind").text())
}

/// What an admission policy gets as its parameter.
pub fn param_ref(binding: &Value, _: Time) -> String {
    let param = at(binding, "spec.paramRef");
    match (param.at("namespace").text(), param.at("name").text()) {
        ("", "") => "<unset>".to_owned(),
        ("", name) => format!("*/{name}"),
        (namespace, name) => format!("{namespace}/{name}"),
    }
}

/// Access modes in short. Models GetAccessModesAsString.
pub fn access_modes(modes: &Value) -> String {
    let short = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let has = |name: &str| modes.items().iter().any(|mode| mode.text() == name);
    let named = short.iter().filter(|(name, _)| has(name)).map(|(_, short)| *short);
    named.collect::<Vec<_>>().join(",")
}

fn phase(object: &Value) -> String {
    match at(object, "metadata.deletionTimestamp") {
        Value::Null => at(object, "status.phase").text().to_owned(),
        _ => "Terminating".to_owned(),
    }
}

/// The phase of a claim.
pub fn claim_phase(claim: &Value, _: Time) -> String {
    phase(claim)
}

/// The phase of a volume.
pub fn volume_phase(volume: &Value, _: Time) -> String {
    phase(volume)
}

/// How much a claim has got.
pub fn claim_capacity(claim: &Value, _: Time) -> String {
    match at(claim, "spec.volumeName").text() {
        "" => String::new(),
        _ => text(at(claim, "status.capacity.storage")),
    }
}

/// The access modes a claim has got.
pub fn claim_modes(claim: &Value, _: Time) -> String {
    match at(claim, "spec.volumeName").text() {
        "" => String::new(),
        _ => access_modes(at(claim, "status.accessModes")),
    }
}

/// The claim that has a volume.
pub fn claim(volume: &Value, _: Time) -> String {
    let claim = at(volume, "spec.claimRef");
    match claim.at("name").text() {
        "" => String::new(),
        name => format!("{}/{name}", claim.at("namespace").text()),
    }
}

/// Whether devices have been found for a claim.
pub fn claim_state(claim: &Value, _: Time) -> String {
    let mut states = Vec::new();
    if !at(claim, "metadata.deletionTimestamp").is_null() {
        states.push("deleted");
    }
    match at(claim, "status.allocation") {
        Value::Null if states.is_empty() => states.push("pending"),
        Value::Null => {}
        _ => states.push("allocated"),
    }
    if !at(claim, "status.reservedFor").items().is_empty() {
        states.push("reserved");
    }
    states.join(",")
}

/// The name of a storage class, and whether it is the one for who names none.
pub fn storage_class(class: &Value, _: Time) -> String {
    let name = at(class, "metadata.name").text();
    let annotations = at(class, "metadata.annotations");
    let keys = [
        "storageclass.kubernetes.io/is-default-class",
        "storageclass.beta.kubernetes.io/is-default-class",
    ];
    match keys.iter().any(|key| annotations.at(key).text() == "true") {
        true => format!("{name} (default)"),
        false => name.to_owned(),
    }
}

/// What is behind an API service.
pub fn api_service(service: &Value, _: Time) -> String {
    let behind = at(service, "spec.service");
    match behind.at("name").text() {
        "" => "Local".to_owned(),
        name => format!("{}/{name}", behind.at("namespace").text()),
    }
}

/// Whether an API service can be used.
pub fn available(service: &Value, _: Time) -> String {
    condition(service, "Available", "Unknown")
}

/// How far a request for a certificate has come.
pub fn signing(request: &Value, _: Time) -> String {
    let has = |kind: &str| !condition(request, kind, "").is_empty();
    let mut states: Vec<&str> = Vec::new();
    for (kind, state) in [("Approved", "Approved"), ("Denied", "Denied"), ("Failed", "Failed")] {
        if has(kind) {
            states.push(state);
        }
    }
    if states.is_empty() {
        states.push("Pending");
    }
    if !at(request, "status.certificate").is_null() {
        states.push("Issued");
    }
    states.join(",")
}

/// Who made a revision.
pub fn controller(revision: &Value, _: Time) -> String {
    let owners = at(revision, "metadata.ownerReferences").items();
    let owner = owners.iter().find(|owner| owner.at("controller").as_bool() == Some(true));
    let named = owner.map(|owner| {
        let (version, kind) = (owner.at("apiVersion").text(), owner.at("kind").text());
        let group = version.split_once('/').map_or("", |(group, _)| group);
        let dot = if group.is_empty() { "" } else { "." };
        format!("{}{dot}{group}/{}", kind.to_lowercase(), owner.at("name").text())
    });
    or_none(named.unwrap_or_default())
}
