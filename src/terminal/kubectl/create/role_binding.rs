//! `kubectl create rolebinding NAME` and `kubectl create clusterrolebinding NAME`.
//!
//! Models kubectl/pkg/cmd/create/{create_rolebinding,create_clusterrolebinding}.go.

use super::generator;
use crate::api::{Resource, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Flags, Kind};
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::{options, output};

/// `create rolebinding`.
pub const ROLE_BINDING: Command = Command {
    path: "create rolebinding",
    usage: "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] \
            [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
    about: "Give a role to users, groups and service accounts",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        SUBJECTS,
        &[Flag::text("role", "The role.")],
    ],
    required: &[],
    start: role_binding,
};

/// `create clusterrolebinding`.
pub const CLUSTER_ROLE_BINDING: Command = Command {
    path: "create clusterrolebinding",
    usage: "NAME --clusterrole=NAME [--user=username] [--group=groupname] \
            [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
    about: "Give a cluster role to users, groups and service accounts",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        SUBJECTS,
    ],
    required: &["clusterrole"],
    start: cluster_role_binding,
};

const SUBJECTS: &[Flag] = &[
    Flag::text("clusterrole", "The cluster role."),
    Flag::text("group", "Groups that get the role.").kind(Kind::Repeated),
    Flag::switch("save-config", "Remember the configuration for kubectl apply."),
    Flag::text("serviceaccount", "Service accounts, as namespace:name.").kind(Kind::Repeated),
    Flag::text("user", "Users that get the role.").kind(Kind::Repeated),
];

const GROUP: &str = "rbac.authorization.k8s.io";

fn role_binding(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let (cluster_role, role) = (flags.text("clusterrole"), flags.text("role"));
    let (kind, role) = match (cluster_role, role) {
        ("", role) if !role.is_empty() => ("Role", role),
        (role, "") if !role.is_empty() => ("ClusterRole", role),
        _ => return Err(Error::plain("exactly one of clusterrole or role must be specified")),
    };
    let value = binding(name, (kind, role), flags)?;
    let failure = Some("failed to create rolebinding: ");
    generator::create(invocation, env, Resource::ROLEBINDINGS, value, failure)
}

fn cluster_role_binding(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let value = binding(name, ("ClusterRole", flags.text("clusterrole")), flags)?;
    let failure = Some("failed to create clusterrolebinding: ");
    generator::create(invocation, env, Resource::CLUSTERROLEBINDINGS, value, failure)
}

fn binding(name: &str, (kind, role): (&str, &str), flags: &Flags) -> Result<Value, Error> {
    let mut subjects = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        subjects.extend(flags.list(flag).iter().map(|name| {
            Value::map([
                ("apiGroup", GROUP.into()),
                ("kind", kind.into()),
                ("name", name.as_str().into()),
            ])
        }));
    }
    for account in flags.list("serviceaccount") {
        let parts: Vec<_> = account.split(':').collect();
        let [namespace, name] = parts[..] else {
            return Err(Error::plain("serviceaccount must be <namespace>:<name>"));
        };
        if name.is_empty() {
            return Err(Error::plain("serviceaccount must be <namespace>:<name>"));
        }
        subjects.push(Value::map([
            ("kind", "ServiceAccount".into()),
            ("name", name.into()),
            ("namespace", namespace.into()),
        ]));
    }
    let role = [("apiGroup", GROUP.into()), ("kind", kind.into()), ("name", role.into())];
    let mut value =
        Value::map([("metadata", generator::named(name)), ("roleRef", Value::map(role))]);
    if !subjects.is_empty() {
        *value.entry("subjects") = subjects.into();
    }
    Ok(value)
}
