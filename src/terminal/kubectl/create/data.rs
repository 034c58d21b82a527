//! `--from-literal`, `--from-file` and `--from-env-file`: the data of config maps and secrets.
//!
//! Models kubectl/pkg/util/{pod_port,hash}.go's siblings ParseLiteralSource, ParseFileSource and
//! AddFromEnvFile. Invariant: no key is given twice.

use crate::api::{Fields, Str, quote};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Flags, Kind};
use crate::terminal::kubectl::script::Env;

/// The flags that say what the data is.
pub const FLAGS: &[Flag] = &[
    Flag::switch("append-hash", "Add a hash of it to its name; not simulated."),
    Flag::text("from-env-file", "Files with lines key=value.").kind(Kind::List),
    Flag::text("from-file", "Files, each a value.").kind(Kind::List),
    Flag::text("from-literal", "A key and its value.").kind(Kind::Repeated),
    Flag::switch("save-config", "Remember the configuration for kubectl apply."),
];

/// What the data is for.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// A config map of this name.
    ConfigMap(&'a str),
    /// A secret.
    Secret,
}

/// The data that the flags give.
pub fn read(flags: &Flags, env: &Env, holder: Holder<'_>) -> Result<Fields, Error> {
    let mixes = ["from-file", "from-literal"].iter().any(|flag| !flags.list(flag).is_empty());
    if mixes && !flags.list("from-env-file").is_empty() {
        let text = "from-env-file cannot be combined with from-file or from-literal";
        return Err(Error::plain(text));
    }
    let mut data = Fields::new();
    for literal in flags.list("from-literal") {
        let (key, value) =
            literal.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(|| {
                Error::plain(format!("invalid literal source {literal}, expected key=value"))
            })?;
        let value = value.trim_matches(['"', '\'']);
        add(holder, &mut data, key, value.into())?;
    }
    for source in flags.list("from-file") {
        let (key, path) = file_source(source)?;
        let text = file(env, path)?;
        add(holder, &mut data, key, text)?;
    }
    for path in flags.list("from-env-file") {
        let text = file(env, path)?;
        let lines = text.lines().map(str::trim_start);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            add(holder, &mut data, key, value.into())?;
        }
    }
    Ok(data)
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

/// The text of a file.
pub fn file(env: &Env, path: &str) -> Result<Str, Error> {
    let text = env.files.get(path.strip_prefix("./").unwrap_or(path)).cloned();
    let missing = || Error::plain(format!("error reading {path}: no such file or directory"));
    text.ok_or_else(missing)
}

fn add(holder: Holder<'_>, data: &mut Fields, key: &str, value: Str) -> Result<(), Error> {
    let quoted = quote(key);
    if let Some(why) = wrong_key(key) {
        return Err(Error::plain(match holder {
            Holder::ConfigMap(_) => {
                format!("{quoted} is not a valid key name for a ConfigMap: {why}")
            }
            Holder::Secret => format!("{quoted} is not valid key name for a Secret {why}"),
        }));
    }
    if data.contains_key(key) {
        return Err(Error::plain(match holder {
            Holder::ConfigMap(name) => format!(
                "cannot add key {quoted}, another key by that name already exists in Data for \
                 ConfigMap {}",
                quote(name)
            ),
            Holder::Secret => {
                format!("cannot add key {key}, another key by that name already exists")
            }
        }));
    }
    data.insert(key, value.into());
    Ok(())
}

/// What is wrong with a key. Models IsConfigMapKey.
fn wrong_key(key: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match key {
        "." => Some("must not be '.'"),
        ".." => Some("must not be '..'"),
        _ if key.starts_with("..") => Some("must not start with '..'"),
        _ if key.is_empty() || !key.chars().all(allowed) => Some(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. \
             'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is \
             '[-._a-zA-Z0-9]+')",
        ),
        _ => None,
    }
}
