//! What a pod can do without.
//!
//! Models pod-security-admission/policy: the checks of level restricted, in the order of their
//! names.

use super::baseline::{added_capabilities, unconfined};
use super::{Violation, bad_containers, context, named, quoted, setters};
use crate::api::Value;

/// Volumes that hold nothing of the machine.
const VOLUMES: [&str; 9] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// What a pod does that this level forbids.
pub fn violations(spec: &Value) -> Vec<Violation> {
    let is_windows = spec.at_path(&["os", "name"]).text() == "windows";
    // Who is root only within the pod is nobody outside it.
    let is_user = spec.at("hostUsers").as_bool() == Some(false);
    let mut found = Vec::new();
    let mut add = |reason, detail: Option<String>| {
        found.extend(detail.map(|detail| Violation { reason, detail }));
    };
    if !is_windows {
        add("allowPrivilegeEscalation != false", escalation(spec));
        add("unrestricted capabilities", capabilities(spec));
    }
    add("restricted volume types", volumes(spec));
    if !is_user {
        add("runAsNonRoot != true", non_root(spec));
        let is_root = |of: &Value| context(of, &["runAsUser"]).as_int() == Some(0);
        let who = setters(is_root(spec), &bad_containers(spec, is_root));
        add("runAsUser=0", who.map(|who| format!("{who} must not set runAsUser=0")));
    }
    if !is_windows {
        add("seccompProfile", unconfined(spec).or_else(|| unfiltered(spec)));
    }
    found
}

fn escalation(spec: &Value) -> Option<String> {
    let may = |c: &Value| context(c, &["allowPrivilegeEscalation"]).as_bool() != Some(false);
    setters(false, &bad_containers(spec, may))
        .map(|who| format!("{who} must set securityContext.allowPrivilegeEscalation=false"))
}

fn capabilities(spec: &Value) -> Option<String> {
    let keeps = |container: &Value| {
        let dropped = context(container, &["capabilities", "drop"]).items();
        !dropped.iter().any(|capability| capability.text() == "ALL")
    };
    let keep = setters(false, &bad_containers(spec, keeps))
        .map(|who| format!("{who} must set securityContext.capabilities.drop=[\"ALL\"]"));
    let add = added_capabilities(spec, &["NET_BIND_SERVICE"]);
    let both: Vec<String> = keep.into_iter().chain(add).collect();
    (!both.is_empty()).then(|| both.join("; "))
}

fn volumes(spec: &Value) -> Option<String> {
    let kind = |volume: &Value| -> String {
        let fields = volume.as_map().into_iter().flat_map(|fields| fields.iter());
        let mut kinds = fields.map(|(key, _)| key.to_string()).filter(|key| key != "name");
        kinds.next().unwrap_or_else(|| "unknown".to_owned())
    };
    let bad = spec.at("volumes").items().iter();
    let bad: Vec<&Value> = bad.filter(|volume| !VOLUMES.contains(&kind(volume).as_str())).collect();
    let names: Vec<String> = bad.iter().map(|v| v.at("name").text().to_owned()).collect();
    let mut kinds: Vec<String> = bad.iter().map(|volume| kind(volume)).collect();
    kinds.sort();
    kinds.dedup();
    (!names.is_empty()).then(|| {
        let verb = if names.len() == 1 { "uses" } else { "use" };
        let noun = if kinds.len() == 1 { "type" } else { "types" };
        let volumes = named("volume", "volumes", &names);
        format!("{volumes} {verb} restricted volume {noun} {}", quoted(&kinds))
    })
}

fn non_root(spec: &Value) -> Option<String> {
    let says = |of: &Value| context(of, &["runAsNonRoot"]).as_bool();
    let denies = |of: &Value| says(of) == Some(false);
    if let Some(who) = setters(denies(spec), &bad_containers(spec, denies)) {
        return Some(format!("{who} must not set securityContext.runAsNonRoot=false"));
    }
    if says(spec) == Some(true) {
        return None;
    }
    let silent = bad_containers(spec, |container| says(container).is_none());
    (!silent.is_empty()).then(|| {
        let containers = named("container", "containers", &silent);
        format!("pod or {containers} must set securityContext.runAsNonRoot=true")
    })
}

/// Who says nothing of a filter of system calls.
fn unfiltered(spec: &Value) -> Option<String> {
    let is_silent = |of: &Value| context(of, &["seccompProfile", "type"]).text().is_empty();
    if !is_silent(spec) {
        return None;
    }
    let silent = bad_containers(spec, is_silent);
    (!silent.is_empty()).then(|| {
        let containers = named("container", "containers", &silent);
        format!(
            "pod or {containers} must set securityContext.seccompProfile.type to \
             \"RuntimeDefault\" or \"Localhost\""
        )
    })
}
