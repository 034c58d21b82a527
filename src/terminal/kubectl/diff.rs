//! `kubectl diff`: what applying files would change.
//!
//! Models kubectl/pkg/cmd/diff/diff.go and diff(1), which it calls. Invariant: nothing is stored.

use super::apply;
use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::manifests::Manifest;
use super::options;
use super::output;
use super::resources::{self, Finding, Target};
use super::script::{self, Ctx, Env, Flow, How, Next};
use super::task::Task;
use super::walk::Walk;
use crate::api::rpc::{Call, Part, Patch, Payload};
use crate::api::validation::unified_diff;
use crate::api::{Resource, Timestamp, Value};
use crate::manifest;

/// The command.
pub const COMMAND: Command = Command {
    path: "diff",
    usage: "-f FILENAME",
    about: "Show what applying files would change",
    flags: &[
        options::FILES,
        options::SELECTOR,
        &[options::field_manager("kubectl-client-side-apply")],
        &[
            Flag::switch("server-side", "Let the server merge, which knows who manages what."),
            Flag::switch("force-conflicts", "With --server-side, take fields over."),
            Flag::switch("show-managed-fields", "Keep managedFields."),
            Flag::switch("show-secrets", "Show the values of secrets."),
            Flag::int("concurrency", "1", "How many objects at once."),
            Flag::switch("prune", "Show also what pruning would delete."),
            Flag::text("prune-allowlist", "With --prune, a kind as group/version/kind.")
                .kind(Kind::Repeated),
        ],
    ],
    required: &[],
    start,
};

/// What the command still has to do.
#[derive(Clone, Debug)]
pub struct Diff {
    walk: Walk,
    server_side: Option<bool>,
    shows_managers: bool,
    shows_secrets: bool,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if !invocation.args.is_empty() {
        return Err(invocation.unexpected());
    }
    if !flags.is_given("filename") && !flags.is_given("kustomize") {
        return Err(Error::plain("must specify one of -f and -k"));
    }
    let server_side = flags.is_on("server-side").then(|| flags.is_on("force-conflicts"));
    if server_side.is_none() && flags.is_on("force-conflicts") {
        return Err(Error::plain("--force-conflicts only works with --server-side"));
    }
    let targets = resources::find(invocation, env, Finding::default())?;
    Ok(Task::from(Diff {
        walk: Walk::of(targets),
        server_side,
        shows_managers: flags.is_on("show-managed-fields"),
        shows_secrets: flags.is_on("show-secrets"),
    }))
}

impl Diff {
    /// Compares everything.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let mut text = String::new();
        while let Some(target) = self.walk.target() {
            let Target::File(manifest) = target? else { continue };
            let live = match ctx.get(manifest.resource, &manifest.key)? {
                Ok(object) => Some(object.to_value()),
                Err(error) if error.is_not_found() => None,
                Err(error) => return Err(error.into()),
            };
            let merged = self.merged(ctx, &manifest, live.as_ref())?;
            let (mut old, mut new) = (live.unwrap_or_default(), merged);
            if !self.shows_managers {
                (old, new) = (unmanaged(&old), output::unmanaged(&new));
            }
            if Resource::SECRETS == manifest.resource && !self.shows_secrets {
                mask(&mut old, &mut new);
            }
            let yaml = |value: &Value| match value {
                Value::Null => String::new(),
                value => manifest::to_yaml(value),
            };
            text += &compared(&file_name(&manifest), &yaml(&old), &yaml(&new), ctx);
        }
        let code = i32::from(!text.is_empty());
        ctx.print(text);
        Ok(Next::Exit(code))
    }

    /// The object as it would be.
    fn merged(&self, ctx: &mut Ctx<'_>, manifest: &Manifest, live: Option<&Value>) -> Flow<Value> {
        let (resource, key) = (manifest.resource, manifest.key.clone());
        let call = match (self.server_side, live) {
            (Some(forced), _) => {
                let patch = Patch::Apply(manifest.value.clone(), forced);
                Call::Patch { resource, key, part: Part::Main, patch }
            }
            (None, None) => Call::Create {
                resource,
                namespace: key.namespace().into(),
                body: Payload::Text(manifest.value.clone()),
            },
            (None, Some(live)) => {
                let change = apply::three_way(manifest, &manifest.value, live, true);
                let change = change.map_err(Error::plain)?;
                if change.is_empty() {
                    return Ok(live.clone());
                }
                Call::Patch {
                    resource,
                    key,
                    part: Part::Main,
                    patch: apply::patch_of(resource, change),
                }
            }
        };
        let answer = ctx.ask(call, How { dry_run: true, ..How::default() })?;
        Ok(answer.and_then(|answer| script::value(&answer))?)
    }
}

fn unmanaged(value: &Value) -> Value {
    if value.is_null() { Value::Null } else { output::unmanaged(value) }
}

/// `apps.v1.Deployment.default.web`: what the files are called that are compared.
fn file_name(manifest: &Manifest) -> String {
    let info = manifest.resource.info();
    let dot = if info.group.is_empty() { "" } else { "." };
    let (group, version, kind) = (info.group, info.version, info.kind);
    let (namespace, name) = (manifest.key.namespace(), manifest.key.name());
    format!("{group}{dot}{version}.{kind}.{namespace}.{name}")
}

/// What diff(1) says of two texts; nothing when they are equal.
fn compared(name: &str, old: &str, new: &str, ctx: &Ctx<'_>) -> String {
    if old == new {
        return String::new();
    }
    let time = Timestamp::at(ctx.now()).to_string().replace('T', " ").replace('Z', "");
    let (old_name, new_name) = (format!("/tmp/LIVE-0/{name}"), format!("/tmp/MERGED-0/{name}"));
    let hunks = match (old, new) {
        ("", new) => {
            let lines: String = new.lines().map(|line| format!("+{line}\n")).collect();
            format!("@@ -0,0 +1,{} @@\n{lines}", new.lines().count())
        }
        _ => unified_diff(old.trim_end(), new.trim_end()),
    };
    format!(
        "diff -u -N {old_name} {new_name}\n--- {old_name}\t{time}.000000000 +0000\n+++ \
         {new_name}\t{time}.000000000 +0000\n{hunks}"
    )
}

/// Hides what is secret, and shows only whether it changes. Models Masker.
fn mask(old: &mut Value, new: &mut Value) {
    let before = old.at("data").clone();
    let after = new.at("data").clone();
    let hide = |value: &mut Value, other: &Value, changed: &str| {
        let keys = value.at("data").as_map().cloned().unwrap_or_default();
        for (key, own) in keys.iter() {
            let shown = match other.at(key) {
                Value::Null => "***",
                same if same == own => "***",
                _ => changed,
            };
            *value.entry_path(&["data", key]) = shown.into();
        }
    };
    hide(old, &after, "*** (before)");
    hide(new, &before, "*** (after)");
}
