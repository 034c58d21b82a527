//! `kubectl auth can-i VERB RESOURCE`. Models kubectl/pkg/cmd/auth/cani.go.

use super::subject;
use crate::api::rpc::{Access, Call, Review};
use crate::api::{Resource, Str, discovery};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::options;
use crate::terminal::kubectl::rules;
use crate::terminal::kubectl::script::{self, Ctx, Env, Flow, How, Next};
use crate::terminal::kubectl::task::Task;
use crate::terminal::printers::tabwriter::TabWriter;
use crate::terminal::text::Text;

/// The command.
pub const COMMAND: Command = Command {
    path: "auth can-i",
    usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
    about: "Say whether something may be done",
    flags: &[
        options::ALL_NAMESPACES,
        &[
            Flag::switch("list", "Show everything that may be done."),
            Flag::switch("no-headers", "Leave the headings out."),
            Flag::switch("quiet", "Say nothing; only the exit code tells.").short('q'),
            Flag::text("subresource", "A part of the objects, such as log."),
        ],
    ],
    required: &[],
    start,
};

/// Verbs that are known, of resources and of paths.
const VERBS: [&str; 13] = [
    "*",
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "impersonate",
    "escalate",
];
const PATH_VERBS: [&str; 8] = ["*", "get", "put", "post", "head", "options", "delete", "patch"];

/// What the command still has to do.
#[derive(Clone, Debug)]
pub struct CanI {
    /// What is asked about; everything, if nothing.
    access: Option<Access>,
    namespace: Str,
    warnings: Vec<String>,
    quiet: bool,
    headed: bool,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let everywhere = flags.is_on("all-namespaces");
    let namespace = if everywhere { Str::default() } else { env.globals.namespace.clone() };
    let (quiet, headed) = (flags.is_on("quiet"), !flags.is_on("no-headers"));
    if flags.is_on("list") {
        if !invocation.args.is_empty() {
            return Err(Error::plain("list option must be specified with no arguments"));
        }
        let warnings = Vec::new();
        return Ok(Task::from(CanI { access: None, namespace, warnings, quiet, headed }));
    }
    let [verb, what] = &invocation.args[..] else {
        return Err(Error::plain(
            "you must specify two arguments: verb resource or verb resource/resourceName.\nSee \
             'kubectl auth can-i -h' for help and examples.",
        ));
    };
    let mut access = Access { verb: verb.as_str().into(), ..Access::default() };
    let mut warnings = Vec::new();
    if what.starts_with('/') {
        if !flags.text("subresource").is_empty() {
            return Err(Error::plain("--subresource can not be used with NonResourceURL"));
        }
        access.path = what.as_str().into();
    } else {
        resource(&mut access, what, flags.text("subresource"), &namespace, &mut warnings);
    }
    let known = if access.path.is_empty() { &VERBS[..] } else { &PATH_VERBS[..] };
    if !known.contains(&verb.as_str()) {
        warnings.push(format!("verb '{verb}' is not a known verb"));
    }
    Ok(Task::from(CanI { access: Some(access), namespace, warnings, quiet, headed }))
}

/// Reads `deployments.apps/web`.
fn resource(
    access: &mut Access,
    what: &str,
    part: &str,
    namespace: &Str,
    warnings: &mut Vec<String>,
) {
    let (kind, name) = what.split_once('/').unwrap_or((what, ""));
    let mut is_global = false;
    (access.group, access.resource) = match Resource::named(kind) {
        _ if kind == "*" => ("*".into(), "*".into()),
        Some(resource) => {
            let info = resource.info();
            is_global = !info.namespaced;
            (info.group.into(), info.plural.into())
        }
        None => match discovery::all().into_iter().find(|entry| entry.plural == kind) {
            Some(entry) => (entry.group.into(), entry.plural.into()),
            None => {
                warnings.push(match kind.split_once('.') {
                    Some((kind, group)) => format!(
                        "the server doesn't have a resource type '{kind}' in group '{group}'"
                    ),
                    None => format!("the server doesn't have a resource type '{kind}'"),
                });
                let (kind, group) = kind.split_once('.').unwrap_or((kind, ""));
                (group.into(), kind.into())
            }
        },
    };
    // A part can be named behind the slash as well, where the resource has such a part.
    let is_part = Resource::named(kind)
        .is_some_and(|resource| resource.info().subresources.contains(&name))
        || name == "log";
    (access.name, access.subresource) = match is_part {
        true => (Str::default(), name.into()),
        false => (name.into(), part.into()),
    };
    if is_global && !namespace.is_empty() {
        let group = if access.group.is_empty() {
            String::new()
        } else {
            format!(" in group '{}'", access.group)
        };
        warnings.push(format!("resource '{}' is not namespace scoped{group}", access.resource));
    }
    access.namespace = namespace.clone();
}

impl CanI {
    /// Asks and says.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let who = subject(ctx.env());
        let Some(access) = &self.access else {
            let call = Call::Review(Review::Rules(who, self.namespace.clone()));
            let answer = ctx.ask(call, How::default())?;
            let rules = answer.and_then(|answer| script::value(&answer))?;
            ctx.print(self.table(rules.at("rules").items()));
            return Ok(Next::Exit(0));
        };
        for warning in &self.warnings {
            ctx.complain(format!("Warning: {warning}\n"));
        }
        let call = Call::Review(Review::Access(who, access.clone()));
        let answer = ctx.ask(call, How::default())?;
        let allowed = answer.and_then(|answer| script::value(&answer))?.at("allowed").as_bool();
        let allowed = allowed == Some(true);
        if !self.quiet {
            ctx.say(if allowed { "yes" } else { "no" });
        }
        Ok(Next::Exit(i32::from(!allowed)))
    }

    fn table(&self, rules: &[crate::api::Value]) -> Text {
        let mut writer = TabWriter::table();
        if self.headed {
            let headings = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"];
            writer.line(headings.map(Text::from).to_vec());
        }
        for rule in rules::compacted(rules) {
            writer.line(rule.cells().map(Text::from).to_vec());
        }
        writer.take()
    }
}
