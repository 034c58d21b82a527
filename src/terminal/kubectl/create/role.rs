//! `kubectl create role NAME` and `kubectl create clusterrole NAME`.
//!
//! Models kubectl/pkg/cmd/create/{create_role,create_clusterrole}.go. Invariant: a rule names
//! resources of one group.

use std::collections::BTreeMap;

use super::generator;
use crate::api::{Fields, Resource, Str, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Flags, Kind};
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::{options, output};

/// `create role`.
pub const ROLE: Command = Command {
    path: "create role",
    usage: "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] \
            [--dry-run=server|client|none]",
    about: "Create a role with one rule",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        RULE,
    ],
    required: &[],
    start: role,
};

/// `create clusterrole`.
pub const CLUSTER_ROLE: Command = Command {
    path: "create clusterrole",
    usage: "NAME --verb=verb --resource=resource.group [--resource-name=resourcename] \
            [--dry-run=server|client|none]",
    about: "Create a cluster role",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        RULE,
        &[
            Flag::text("aggregation-rule", "Labels of the roles whose rules it takes.")
                .kind(Kind::List),
            Flag::text("non-resource-url", "Paths that are no resources.").kind(Kind::List),
        ],
    ],
    required: &[],
    start: cluster_role,
};

const RULE: &[Flag] = &[
    Flag::text("resource", "Resources the rule is about.").kind(Kind::List),
    Flag::text("resource-name", "Names of objects the rule is about.").kind(Kind::Repeated),
    Flag::switch("save-config", "Remember the configuration for kubectl apply."),
    Flag::text("verb", "What may be done.").kind(Kind::List),
];

/// Verbs there are for resources.
const VERBS: [&str; 15] = [
    "*",
    "get",
    "delete",
    "list",
    "create",
    "update",
    "patch",
    "watch",
    "proxy",
    "deletecollection",
    "use",
    "bind",
    "approve",
    "escalate",
    "impersonate",
];
/// Verbs there are for paths.
const PATH_VERBS: [&str; 8] = ["*", "get", "post", "put", "delete", "patch", "head", "options"];

fn role(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let verbs = verbs(flags)?;
    if flags.list("resource").is_empty() {
        return Err(Error::plain("at least one resource must be specified"));
    }
    let warnings = odd(&verbs);
    let rules = rules(flags, &verbs)?;
    let value = Value::map([("metadata", generator::named(name)), ("rules", rules.into())]);
    generator::create_warning(invocation, env, (Resource::ROLES, value), None, warnings)
}

fn cluster_role(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let (resources, paths) = (flags.list("resource"), flags.list("non-resource-url"));
    let resource = Resource::CLUSTERROLES;
    let metadata = generator::named(name);
    let labels = flags.list("aggregation-rule");
    if !labels.is_empty() {
        let others = ["verb", "resource", "resource-name", "non-resource-url"];
        if others.iter().any(|flag| flags.is_given(flag)) {
            return Err(Error::plain(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or \
                 resourceNames",
            ));
        }
        let labels: Fields = labels
            .iter()
            .filter_map(|label| label.split_once('='))
            .map(|(key, value)| (Str::from(key), Value::from(value)))
            .collect();
        let selector = Value::map([("matchLabels", labels.into())]);
        let rule = Value::map([("clusterRoleSelectors", vec![selector].into())]);
        let value =
            Value::map([("aggregationRule", rule), ("metadata", metadata), ("rules", Value::Null)]);
        return generator::create(invocation, env, resource, value, None);
    }
    let verbs = verbs(flags)?;
    if resources.is_empty() && paths.is_empty() {
        return Err(Error::plain("one of resource or nonResourceURL must be specified"));
    }
    let warnings = if resources.is_empty() { Vec::new() } else { odd(&verbs) };
    let mut rules = rules(flags, &verbs)?;
    if !paths.is_empty() {
        check_paths(paths, &verbs)?;
        rules.push(Value::map([
            ("nonResourceURLs", generator::texts(paths)),
            ("verbs", generator::texts(&verbs)),
        ]));
    }
    let value = Value::map([("metadata", metadata), ("rules", rules.into())]);
    generator::create_warning(invocation, env, (resource, value), None, warnings)
}

/// The verbs, each once; all of them if one is `*`.
fn verbs(flags: &Flags) -> Result<Vec<String>, Error> {
    let mut verbs: Vec<String> = Vec::new();
    for verb in flags.list("verb") {
        if verb == "*" {
            return Ok(vec![verb.clone()]);
        }
        if !verbs.contains(verb) {
            verbs.push(verb.clone());
        }
    }
    match verbs.is_empty() {
        true => Err(Error::plain("at least one verb must be specified")),
        false => Ok(verbs),
    }
}

fn odd(verbs: &[String]) -> Vec<String> {
    let odd = verbs.iter().filter(|verb| !VERBS.contains(&verb.as_str()));
    odd.map(|verb| format!("'{verb}' is not a standard resource verb")).collect()
}

/// A rule for each group that the resources are of. Models generateResourcePolicyRules.
fn rules(flags: &Flags, verbs: &[String]) -> Result<Vec<Value>, Error> {
    let names = flags.list("resource-name");
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for word in flags.list("resource") {
        let (name, part) = word.split_once('/').unwrap_or((word, ""));
        let (group, plural) = match name {
            "*" => ("", "*".to_owned()),
            _ => {
                let resource = Resource::named(name).ok_or_else(|| {
                    let name = name.split('.').next().unwrap_or(name);
                    let name = crate::api::quote(name);
                    Error::Bare(format!("the server doesn't have a resource type {name}"))
                })?;
                (resource.info().group, resource.info().plural.to_owned())
            }
        };
        let plural = if part.is_empty() { plural } else { format!("{plural}/{part}") };
        let known = groups.entry(group).or_default();
        if !known.contains(&plural) {
            known.push(plural);
        }
    }
    if groups.values().map(Vec::len).sum::<usize>() > 1 && !names.is_empty() {
        let text = "resource name(s) can not be applied to multiple resources";
        return Err(Error::plain(text));
    }
    let rule = |(group, resources): (&str, Vec<String>)| {
        let mut rule = Value::map([
            ("apiGroups", generator::texts(&[group])),
            ("resources", generator::texts(&resources)),
            ("verbs", generator::texts(verbs)),
        ]);
        if !names.is_empty() {
            *rule.entry("resourceNames") = generator::texts(names);
        }
        rule
    };
    Ok(groups.into_iter().map(rule).collect())
}

fn check_paths(paths: &[String], verbs: &[String]) -> Result<(), Error> {
    if let Some(verb) = verbs.iter().find(|verb| !PATH_VERBS.contains(&verb.as_str())) {
        return Err(Error::plain(format!("invalid verb: '{verb}' for nonResourceURL")));
    }
    for path in paths.iter().filter(|path| *path != "*") {
        if !path.starts_with('/') {
            return Err(Error::plain("nonResourceURL should start with /"));
        }
        if path[..path.len() - 1].contains('*') {
            return Err(Error::plain(
                "nonResourceURL only supports wildcard matches when '*' is at the end",
            ));
        }
    }
    Ok(())
}
