//! `kubectl taint`: sets and removes the taints of nodes. Models kubectl/pkg/cmd/taint.

use super::change::{Change, Edit, Edited};
use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::resources::{self, Finding};
use super::script::Env;
use super::task::Task;
use crate::api::rpc::Patch;
use crate::api::{Resource, Str, Value, quote};

/// The command.
pub const COMMAND: Command = Command {
    path: "taint",
    usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
    about: "Set the taints of nodes",
    flags: &[
        options::SELECTOR,
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-taint")],
        output::FLAGS,
        &[
            Flag::switch("all", "All nodes."),
            Flag::switch("overwrite", "Change taints that are there."),
        ],
    ],
    required: &[],
    start,
};

/// Taints to be set and removed.
#[derive(Clone, Debug)]
pub struct Taints {
    set: Vec<Spec>,
    removed: Vec<Spec>,
    overwrite: bool,
}

/// A taint as it was written; without an effect, all of its key are meant.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Spec {
    key: Str,
    value: Str,
    effect: Str,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let is_taint = |arg: &String| arg.contains(['=', ':']) || arg.ends_with('-');
    let at = invocation.args.iter().position(is_taint).unwrap_or(invocation.args.len());
    let (words, specs) = invocation.args.split_at(at);
    if words.is_empty() {
        let text = "one or more resources must be specified as <resource> <name>";
        return Err(Error::plain(text));
    }
    let kind = resources::resource(words[0].split('/').next().unwrap_or_default())?;
    if kind != Resource::NODES {
        let given = quote(&words[0]);
        return Err(Error::plain(format!(
            "invalid resource type {given}, only node(s) is supported"
        )));
    }
    if specs.is_empty() {
        return Err(Error::plain("at least one taint update is required"));
    }
    let mut taints =
        Taints { set: Vec::new(), removed: Vec::new(), overwrite: flags.is_on("overwrite") };
    for spec in specs {
        match spec.strip_suffix('-') {
            Some(removed) => taints.removed.push(read(invocation, removed, false)?),
            None => {
                let taint = read(invocation, spec, true)?;
                let is_same =
                    |other: &&Spec| (&other.key, &other.effect) == (&taint.key, &taint.effect);
                if taints.set.iter().any(|other| is_same(&other)) {
                    let Spec { key, value, effect } = &taint;
                    return Err(invocation.usage(format!(
                        "duplicated taints with the same key and effect: {{{key} {value} {effect} \
                         <nil>}}"
                    )));
                }
                taints.set.push(taint);
            }
        }
    }
    let args = words.to_vec();
    let invocation = Invocation { args, ..invocation.clone() };
    let finding = Finding { all: flags.is_on("all"), ..Finding::default() };
    let targets = resources::find(&invocation, env, finding)?;
    let format = Format::of(flags, output::OPERATION_FORMATS)?;
    Ok(Change::new(targets, Edit::Taint(taints), format, DryRun::of(flags)?).task())
}

/// Reads `key=value:effect`. Models parseTaint.
fn read(invocation: &Invocation, spec: &str, needs_effect: bool) -> Result<Spec, Error> {
    let refuse = |why: String| invocation.usage(why);
    let parts: Vec<&str> = spec.split(':').collect();
    let (pair, effect) = match parts[..] {
        [pair] => (pair, ""),
        [pair, effect] => (pair, effect),
        _ => return Err(refuse(format!("invalid taint spec: {spec}"))),
    };
    let known = ["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(&effect);
    if parts.len() == 2 && !known {
        let text = format!("invalid taint effect: {effect}, unsupported taint effect");
        return Err(refuse(text));
    }
    let pieces: Vec<&str> = pair.split('=').collect();
    let (key, value) = match pieces[..] {
        // Without an effect all of it is the key.
        _ if parts.len() == 1 => (pair, ""),
        [key] => (key, ""),
        [key, value] => (key, value),
        _ => return Err(refuse(format!("invalid taint spec: {spec}"))),
    };
    if let Some(why) = wrong_key(key) {
        return Err(refuse(format!("invalid taint spec: {spec}, {why}")));
    }
    if needs_effect && effect.is_empty() {
        return Err(refuse(format!("invalid taint spec: {spec}")));
    }
    Ok(Spec { key: key.into(), value: value.into(), effect: effect.into() })
}

/// What is wrong with a key. Models IsQualifiedName.
fn wrong_key(key: &str) -> Option<String> {
    let name = key.split_once('/').map_or(key, |(_, name)| name);
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_name =
        ends(name.chars().next()) && ends(name.chars().last()) && name.chars().all(allowed);
    let mut why = Vec::new();
    if name.is_empty() {
        why.push("name part must be non-empty");
    } else if name.len() > 63 {
        why.push("name part must be no more than 63 characters");
    }
    if !is_name {
        why.push(
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start \
             and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', \
             regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        );
    }
    (!why.is_empty()).then(|| why.join("; "))
}

impl Spec {
    fn is(&self, taint: &Value) -> bool {
        taint.at("key").text() == self.key
            && (self.effect.is_empty() || taint.at("effect").text() == self.effect)
    }

    fn to_value(&self) -> Value {
        let mut value =
            Value::map([("key", self.key.clone().into()), ("effect", self.effect.clone().into())]);
        if !self.value.is_empty() {
            *value.entry("value") = self.value.clone().into();
        }
        value
    }
}

/// As errors name it.
impl std::fmt::Display for Spec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key, value, effect } = self;
        let (equals, colon) =
            (if value.is_empty() { "" } else { "=" }, if effect.is_empty() { "" } else { ":" });
        write!(f, "{key}{equals}{value}{colon}{effect}")
    }
}

impl Taints {
    /// The change of one node. Models reorganizeTaints.
    pub fn edit(&self, node: &Value) -> Result<Edited, Error> {
        let old = node.at_path(&["spec", "taints"]).items();
        let there = |spec: &&Spec| old.iter().any(|taint| spec.is(taint));
        let clashes: Vec<&str> =
            self.set.iter().filter(there).map(|spec| spec.key.as_str()).collect();
        if !self.overwrite && !clashes.is_empty() {
            let name = node.at_path(&["metadata", "name"]).text();
            let keys = clashes.join(",");
            return Err(Error::plain(format!(
                "node {name} already has {keys} taint(s) with same effect(s) and --overwrite is \
                 false"
            )));
        }
        let mut new: Vec<Value> = self.set.iter().map(Spec::to_value).collect();
        let replaced = |taint: &&Value| self.set.iter().any(|spec| spec.is(taint));
        new.extend(old.iter().filter(|taint| !replaced(taint)).cloned());
        let added = new.len() != old.len();
        let mut missing = Vec::new();
        let before = new.len();
        for spec in &self.removed {
            let len = new.len();
            new.retain(|taint| !spec.is(taint));
            if new.len() == len {
                missing.push(Error::plain(format!("taint {} not found", quote(&spec.to_string()))));
            }
        }
        if let Some(error) = Error::all(missing) {
            return Err(error);
        }
        let removed = new.len() != before;
        let verb = match (added, removed) {
            _ if self.overwrite => "modified",
            (true, true) => "modified",
            (true, false) => "tainted",
            (false, _) => "untainted",
        };
        let taints = if new.is_empty() { Value::Null } else { new.into() };
        let patch = Value::map([("spec", Value::map([("taints", taints)]))]);
        let (patch, verb) = (Some(Patch::Merge(patch)), verb.to_owned());
        Ok(Edited { patch, verb, ..Edited::default() })
    }
}
