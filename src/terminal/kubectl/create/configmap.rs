//! `kubectl create configmap NAME [--from-file=…] [--from-literal=…] [--from-env-file=…]`.
//!
//! Models kubectl/pkg/cmd/create/create_configmap.go.

use super::generator;
use crate::api::{Fields, Resource, Str, Value, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Kind};
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::{options, output};

/// The command.
pub const COMMAND: Command = Command {
    path: "create configmap",
    usage: "NAME [--from-file=[key=]source] [--from-literal=key1=value1] [flags]",
    about: "Create a config map from files or literal values",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        options::WITHOUT_EFFECT,
        output::FLAGS,
        &[
            Flag::switch("append-hash", "Add a hash of it to its name; not simulated."),
            Flag::text("from-env-file", "Files with lines key=value.").kind(Kind::List),
            Flag::text("from-file", "Files, each a value.").kind(Kind::List),
            Flag::text("from-literal", "A key and its value.").kind(Kind::Repeated),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
        ],
    ],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let mut data = Fields::new();
    for literal in flags.list("from-literal") {
        let (key, value) =
            literal.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(|| {
                Error::plain(format!("invalid literal source {literal}, expected key=value"))
            })?;
        let value = value.trim_matches(['"', '\'']);
        add(name, &mut data, key, value.into())?;
    }
    for source in flags.list("from-file") {
        let (key, path) = file_source(source)?;
        let text = file(env, path)?;
        add(name, &mut data, key, text)?;
    }
    for path in flags.list("from-env-file") {
        let text = file(env, path)?;
        let lines = text.lines().map(str::trim_start);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            add(name, &mut data, key, value.into())?;
        }
    }
    let mut value = Value::map([("metadata", Value::map([("name", name.into())]))]);
    if !data.is_empty() {
        *value.entry("data") = data.into();
    }
    let failure = Some("failed to create configmap");
    generator::create(invocation, env, Resource::CONFIGMAPS, value, failure)
}

/// `key=path`, or a path whose last part is the key. Models ParseFileSource.
fn file_source(source: &str) -> Result<(&str, &str), Error> {
    match source.split_once('=') {
        None => Ok((source.rsplit('/').next().unwrap_or(source), source)),
        Some(("", path)) => Err(Error::plain(format!("key name for file path {path} missing"))),
        Some((key, "")) => Err(Error::plain(format!("file path for key name {key} missing"))),
        Some((_, path)) if path.contains('=') => {
            Err(Error::plain("key names or file paths cannot contain '='"))
        }
        Some((key, path)) => Ok((key, path)),
    }
}

fn file(env: &Env, path: &str) -> Result<Str, Error> {
    let text = env.files.get(path.strip_prefix("./").unwrap_or(path)).cloned();
    let missing = || Error::plain(format!("error reading {path}: no such file or directory"));
    text.ok_or_else(missing)
}

fn add(name: &str, data: &mut Fields, key: &str, value: Str) -> Result<(), Error> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if key.is_empty() || !key.chars().all(allowed) {
        return Err(Error::plain(format!(
            "{} is not a valid key name for a ConfigMap: a valid config key must consist of \
             alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or \
             'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
            quote(key)
        )));
    }
    if data.contains_key(key) {
        return Err(Error::plain(format!(
            "cannot add key {}, another key by that name already exists in Data for ConfigMap {}",
            quote(key),
            quote(name)
        )));
    }
    data.insert(key, value.into());
    Ok(())
}
