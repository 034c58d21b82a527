//! Commands of kubectl that the simulation does not have, so that they are told from typing errors.

/// Commands that real kubectl has and this one does not.
pub const NAMES: &[&str] = &[
    "alpha",
    "attach",
    "certificate",
    "completion",
    "cp",
    "debug",
    "edit",
    "kustomize",
    "options",
    "plugin",
    "port-forward",
    "proxy",
];

/// Subcommands that real kubectl has and this one does not.
const SUBCOMMANDS: &[(&str, &[&str])] =
    &[("apply", &["edit-last-applied"]), ("create", &["token"]), ("set", &["subject"])];

/// What is said of a command that only real kubectl has.
pub fn why(words: &[&str]) -> Option<String> {
    let (name, rest) = words.split_first()?;
    let known =
        |sub: &&str| SUBCOMMANDS.iter().any(|(group, subs)| group == name && subs.contains(sub));
    let path = match rest.first().filter(|sub| known(sub)) {
        Some(sub) => format!("{name} {sub}"),
        None if NAMES.contains(name) => (*name).to_owned(),
        None => return None,
    };
    Some(format!("kubectl {path} is not part of this simulation yet"))
}
