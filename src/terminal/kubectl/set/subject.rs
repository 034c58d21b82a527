//! `kubectl set subject`: whom a binding is for. Models kubectl/pkg/cmd/set/set_subject.go.

use super::{ALL, COMMON, Set, begin, named};
use crate::api::rpc::Patch;
use crate::api::{Resource, Value, patch};
use crate::terminal::kubectl::change::Edited;
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Kind};
use crate::terminal::kubectl::options;
use crate::terminal::kubectl::resources;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;

/// The command.
pub const COMMAND: Command = Command {
    path: "set subject",
    usage: "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] \
            [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
    about: "Update the user, group, or service account in a role binding or cluster role binding",
    flags: &[
        COMMON[0],
        COMMON[1],
        COMMON[2],
        COMMON[3],
        COMMON[4],
        &[
            ALL,
            options::LOCAL,
            Flag::text("user", "The users it is for.").kind(Kind::List),
            Flag::text("group", "The groups it is for.").kind(Kind::List),
            Flag::text("serviceaccount", "The service accounts it is for, as namespace:name.")
                .kind(Kind::List),
        ],
    ],
    required: &[],
    start,
};

/// The group that users and groups belong to.
const GROUP: &str = "rbac.authorization.k8s.io";

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if invocation.args.is_empty() && !flags.is_given("filename") {
        return Err(Error::plain(resources::NOTHING_GIVEN));
    }
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
        let parts: Vec<&str> = account.split(':').collect();
        let [namespace, name] = parts[..] else {
            return Err(Error::plain("serviceaccount must be <namespace>:<name>"));
        };
        subjects.push(Value::map([
            ("kind", "ServiceAccount".into()),
            ("name", name.into()),
            ("namespace", namespace.into()),
        ]));
    }
    if subjects.is_empty() {
        let text = "you must specify at least one value of user, group or serviceaccount";
        return Err(Error::plain(text));
    }
    begin(invocation, env, invocation.args.clone(), Set::Subjects(subjects))
}

/// The change of one binding: those of `added` that it does not have yet come behind its own.
pub fn edit(resource: Resource, before: &Value, added: &[Value]) -> Result<Edited, Error> {
    if !matches!(resource.info().kind, "RoleBinding" | "ClusterRoleBinding") {
        return Err(Error::plain(format!(
            "{} setting subjects is only supported for RoleBinding/ClusterRoleBinding",
            named(resource, before)
        )));
    }
    let mut subjects = before.at("subjects").items().to_vec();
    let len = subjects.len();
    for subject in added {
        if !subjects.contains(subject) {
            subjects.push(subject.clone());
        }
    }
    if subjects.len() == len {
        return Ok(Edited::default());
    }
    let mut after = before.clone();
    *after.entry("subjects") = subjects.into();
    let patch = Some(Patch::Merge(patch::create_merge(before, &after)));
    Ok(Edited { patch, verb: "subjects updated".to_owned(), ..Edited::default() })
}
