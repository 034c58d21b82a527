//! Commands of kubectl that the simulation does not have, so that they are told from typing errors.

/// Commands that real kubectl has and this one does not.
pub const NAMES: &[&str] = &[
    "alpha",
    "annotate",
    "api-versions",
    "attach",
    "auth",
    "autoscale",
    "certificate",
    "completion",
    "cordon",
    "cp",
    "debug",
    "diff",
    "drain",
    "edit",
    "events",
    "exec",
    "explain",
    "expose",
    "kustomize",
    "label",
    "logs",
    "options",
    "patch",
    "plugin",
    "port-forward",
    "proxy",
    "replace",
    "rollout",
    "run",
    "set",
    "taint",
    "top",
    "uncordon",
    "wait",
];

/// What is said of a command that only real kubectl has.
pub fn why(name: &str) -> Option<String> {
    let known = NAMES.contains(&name);
    known.then(|| format!("kubectl {name} is not part of this simulation yet"))
}
