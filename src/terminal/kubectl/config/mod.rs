//! The kubeconfig: which clusters there are, who a person is there, and which is meant.
//!
//! Models client-go/tools/clientcmd/api/v1 and kubectl/pkg/cmd/config. The file is kept as data;
//! no command reads it as text. Invariant: names of clusters, contexts and users are unique, and
//! each of the three is in their order.

pub mod current_context;
pub mod delete;
pub mod get_clusters;
pub mod get_contexts;
pub mod get_users;
pub mod rename_context;
pub mod set;
pub mod set_cluster;
pub mod set_context;
pub mod set_credentials;
pub mod unset;
pub mod use_context;
pub mod view;

use super::command::Invocation;
use super::error::Error;
use super::help;
use super::task::{Local, Task};
use crate::api::{Fields, Str, Value};

/// Where the file is, as messages name it.
pub const FILE: &str = "/home/user/.kube/config";

/// Where clusters are and who asks.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct KubeConfig {
    /// Clusters: `server` and so on.
    pub clusters: Vec<Entry>,
    /// Contexts: `cluster`, `user` and `namespace`.
    pub contexts: Vec<Entry>,
    /// Users: `token` and so on.
    pub users: Vec<Entry>,
    /// The context that is meant unless another is named.
    pub current: Str,
}

/// A cluster, a context or a user.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Entry {
    /// Its name.
    pub name: Str,
    /// What is said of it.
    pub fields: Fields,
}

/// What must stay secret, with what is shown instead.
const SECRETS: [(&str, &str); 5] = [
    ("token", "REDACTED"),
    ("password", "REDACTED"),
    ("certificate-authority-data", "DATA+OMITTED"),
    ("client-certificate-data", "DATA+OMITTED"),
    ("client-key-data", "DATA+OMITTED"),
];

impl Entry {
    /// One of its fields; empty where it has none of that name.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", Value::text)
    }
}

impl KubeConfig {
    /// The administrator of the cluster at `server`, as the recordings have it.
    pub fn administrator(server: &str) -> Self {
        let entry = |name: &str, fields: &[(&str, Value)]| Entry {
            name: name.into(),
            fields: fields.iter().map(|(key, value)| (Str::from(*key), value.clone())).collect(),
        };
        let (cluster, user) = ("kubernetes", "kubernetes-admin");
        let name = "kubernetes-admin@kubernetes";
        let reached = [("insecure-skip-tls-verify", Value::Bool(true)), ("server", server.into())];
        Self {
            clusters: vec![entry(cluster, &reached)],
            contexts: vec![entry(name, &[("cluster", cluster.into()), ("user", user.into())])],
            users: vec![entry(user, &[("token", "admin".into())])],
            current: name.into(),
        }
    }

    /// The context called `name`.
    pub fn context(&self, name: &str) -> Option<&Entry> {
        self.contexts.iter().find(|context| context.name == name)
    }

    /// The cluster called `name`.
    pub fn cluster(&self, name: &str) -> Option<&Entry> {
        self.clusters.iter().find(|cluster| cluster.name == name)
    }

    /// Only what the context called `name` needs.
    #[must_use]
    pub fn minified(&self, name: &str) -> Self {
        let context = self.context(name);
        let part = |all: &[Entry], field: &str| -> Vec<Entry> {
            let wanted = context.map_or("", |context| context.text(field));
            all.iter().filter(|entry| entry.name == wanted).cloned().collect()
        };
        Self {
            clusters: part(&self.clusters, "cluster"),
            contexts: context.cloned().into_iter().collect(),
            users: part(&self.users, "user"),
            current: name.into(),
        }
    }

    /// As a person reads it; with what must stay secret only if it is `raw`.
    pub fn to_value(&self, raw: bool) -> Value {
        let entries = |all: &[Entry], key: &'static str| -> Value {
            let mut list = Vec::new();
            for Entry { name, fields } in all {
                let mut fields = fields.clone();
                for (secret, shown) in SECRETS {
                    if !raw && let Some(value) = fields.get_mut(secret) {
                        *value = shown.into();
                    }
                }
                list.push(Value::map([("name", name.clone().into()), (key, fields.into())]));
            }
            if list.is_empty() { Value::Null } else { list.into() }
        };
        Value::map([
            ("apiVersion", "v1".into()),
            ("kind", "Config".into()),
            ("clusters", entries(&self.clusters, "cluster")),
            ("contexts", entries(&self.contexts, "context")),
            ("users", entries(&self.users, "user")),
            ("current-context", self.current.clone().into()),
        ])
    }
}

/// The entry called `name` among `all`, made if there is none; whether it was there.
fn entry<'a>(all: &'a mut Vec<Entry>, name: &str) -> (&'a mut Entry, bool) {
    let (at, existed) = match all.binary_search_by(|entry| entry.name.as_str().cmp(name)) {
        Ok(at) => (at, true),
        Err(at) => {
            all.insert(at, Entry { name: name.into(), fields: Fields::new() });
            (at, false)
        }
    };
    (&mut all[at], existed)
}

/// The help of a command that was given other arguments than it takes, and that it was.
fn misused(invocation: &Invocation) -> Task {
    let args = invocation.args.join(" ");
    let complaint = format!("error: Unexpected args: [{args}]\n");
    Local::print_and_refuse(help::of(invocation.command), complaint)
}

/// The one argument of a command; its help otherwise.
fn one_argument(invocation: &Invocation) -> Result<&str, Box<Task>> {
    match &invocation.args[..] {
        [name] => Ok(name),
        _ => Err(Box::new(misused(invocation))),
    }
}

/// Reads a switch as Go does.
fn read_bool(text: &str) -> Result<bool, Error> {
    super::flags::parse_bool(text).map_err(Error::plain)
}
