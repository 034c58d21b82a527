//! Commands of kubectl that the simulation does not have, so that they are told from typing errors.

/// Commands that real kubectl has and this one does not.
pub const NAMES: &[&str] = &[
    "alpha",
    "api-versions",
    "attach",
    "auth",
    "autoscale",
    "certificate",
    "completion",
    "cp",
    "debug",
    "diff",
    "drain",
    "edit",
    "exec",
    "explain",
    "kustomize",
    "logs",
    "options",
    "plugin",
    "port-forward",
    "proxy",
    "top",
    "wait",
];

/// What is said of a command that only real kubectl has.
pub fn why(name: &str) -> Option<String> {
    let known = NAMES.contains(&name);
    known.then(|| format!("kubectl {name} is not part of this simulation yet"))
}
