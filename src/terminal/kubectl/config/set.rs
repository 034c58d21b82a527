//! `kubectl config set PROPERTY VALUE`: one value of the kubeconfig.
//!
//! Models kubectl/pkg/cmd/config/{set,navigation_step_parser}.go.

use super::{KubeConfig, entry, misused, read_bool};
use crate::api::{Str, Value, base64, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "config set",
    usage: "PROPERTY_NAME PROPERTY_VALUE",
    about: "Set an individual value in a kubeconfig file",
    flags: &[&[Flag::switch("set-raw-bytes", "Take the value of a binary field as it is.")]],
    required: &[],
    start,
};

/// A value of the kubeconfig, as `clusters.dev.server` names it.
pub enum Property<'a> {
    /// `current-context`.
    Current,
    /// All clusters, contexts or users.
    All(Section),
    /// One of them.
    Entry(Section, Str),
    /// One of its fields.
    Field(Section, Str, &'a str),
}

/// A part of the kubeconfig.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    /// The clusters.
    Clusters,
    /// The contexts.
    Contexts,
    /// The users.
    Users,
}

/// The fields of clusters, contexts and users.
const FIELDS: [(Section, &[&str]); 3] = [
    (
        Section::Clusters,
        &[
            "server",
            "tls-server-name",
            "insecure-skip-tls-verify",
            "certificate-authority",
            "certificate-authority-data",
            "proxy-url",
            "disable-compression",
        ],
    ),
    (Section::Contexts, &["cluster", "user", "namespace"]),
    (
        Section::Users,
        &[
            "client-certificate",
            "client-certificate-data",
            "client-key",
            "client-key-data",
            "token",
            "tokenFile",
            "as",
            "as-uid",
            "username",
            "password",
        ],
    ),
];

impl<'a> Property<'a> {
    /// Reads a name. What comes before the last known word may hold dots itself, as the names of
    /// clusters do.
    pub fn of(name: &'a str) -> Result<Self, Error> {
        let (first, rest) = match name.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (name, None),
        };
        let section = match first {
            "current-context" if rest.is_none() => return Ok(Self::Current),
            "clusters" => Section::Clusters,
            "contexts" => Section::Contexts,
            "users" => Section::Users,
            _ => {
                let text = format!("unable to parse {name} after [] at api.Config");
                return Err(Error::plain(text));
            }
        };
        let Some(rest) = rest else { return Ok(Self::All(section)) };
        let known = FIELDS.iter().find(|(of, _)| *of == section).map_or(&[][..], |(_, all)| all);
        for field in known {
            if let Some(entry) = rest.strip_suffix(field).and_then(|r| r.strip_suffix('.')) {
                return Ok(Self::Field(section, entry.into(), field));
            }
        }
        Ok(Self::Entry(section, rest.into()))
    }
}

impl Section {
    /// Its entries.
    pub fn of(self, config: &mut KubeConfig) -> &mut Vec<super::Entry> {
        match self {
            Self::Clusters => &mut config.clusters,
            Self::Contexts => &mut config.contexts,
            Self::Users => &mut config.users,
        }
    }
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let [name, text] = &invocation.args[..] else { return Ok(misused(invocation)) };
    let mut config: KubeConfig = (*env.config).clone();
    match Property::of(name)? {
        Property::Current => config.current = text.as_str().into(),
        Property::All(_) | Property::Entry(..) => {
            return Err(Error::plain("can't set a map to a value"));
        }
        Property::Field(section, of, field) => {
            let value = value(field, text, invocation.flags.is_on("set-raw-bytes"))?;
            entry(section.of(&mut config), &of).0.fields.insert(field, value);
        }
    }
    Ok(Local::configure(format!("Property {} set.", quote(name)), config))
}

/// What a field is set to.
fn value(field: &str, text: &str, is_raw: bool) -> Result<Value, Error> {
    Ok(match field {
        "insecure-skip-tls-verify" | "disable-compression" => Value::Bool(read_bool(text)?),
        _ if field.ends_with("-data") && is_raw => base64::encode(text.as_bytes()).into(),
        _ if field.ends_with("-data") => {
            base64::decode(text).map_err(|error| {
                let at = error.0;
                Error::plain(format!(
                    "error decoding value: illegal base64 data at input byte {at}"
                ))
            })?;
            text.into()
        }
        _ => text.into(),
    })
}
