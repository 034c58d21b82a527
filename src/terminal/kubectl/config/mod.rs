//! The kubeconfig: which clusters there are, who a person is there, and which is meant.
//!
//! Models client-go/tools/clientcmd/api/v1 and kubectl/pkg/cmd/config. The file is kept as data;
//! no command reads it as text. Invariant: names of clusters, contexts and users are unique.

pub mod current_context;
pub mod get_clusters;
pub mod get_contexts;
pub mod get_users;
pub mod set_context;
pub mod use_context;
pub mod view;

use crate::api::{Fields, Str, Value};

/// Where clusters are and who asks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KubeConfig {
    /// Clusters, by name.
    pub clusters: Vec<Cluster>,
    /// Contexts, by name.
    pub contexts: Vec<Context>,
    /// Users, by name.
    pub users: Vec<User>,
    /// The context that is meant unless another is named.
    pub current: Str,
}

/// A cluster.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cluster {
    /// Its name.
    pub name: Str,
    /// The URL of its server.
    pub server: Str,
}

/// Someone in some cluster.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Context {
    /// Its name.
    pub name: Str,
    /// The cluster.
    pub cluster: Str,
    /// The user.
    pub user: Str,
    /// The namespace that is meant unless another is named; empty for `default`.
    pub namespace: Str,
}

/// Someone who can show a token.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct User {
    /// The name.
    pub name: Str,
    /// The token.
    pub token: Str,
}

impl KubeConfig {
    /// The administrator of the cluster at `server`, as the recordings have it.
    pub fn administrator(server: &str) -> Self {
        let (cluster, user) = (Str::new_static("kubernetes"), Str::new_static("kubernetes-admin"));
        let name = Str::new_static("kubernetes-admin@kubernetes");
        let namespace = Str::default();
        let context =
            Context { name: name.clone(), cluster: cluster.clone(), user: user.clone(), namespace };
        Self {
            clusters: vec![Cluster { name: cluster, server: server.into() }],
            contexts: vec![context],
            users: vec![User { name: user, token: Str::new_static("admin") }],
            current: name,
        }
    }

    /// The context called `name`.
    pub fn context(&self, name: &str) -> Option<&Context> {
        self.contexts.iter().find(|context| context.name == name)
    }

    /// The cluster called `name`.
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|cluster| cluster.name == name)
    }

    /// Only what the current context needs.
    #[must_use]
    pub fn minified(&self) -> Self {
        let context = self.context(&self.current);
        let cluster = context.map(|context| context.cluster.clone()).unwrap_or_default();
        let user = context.map(|context| context.user.clone()).unwrap_or_default();
        Self {
            clusters: self.clusters.iter().filter(|c| c.name == cluster).cloned().collect(),
            contexts: context.cloned().into_iter().collect(),
            users: self.users.iter().filter(|u| u.name == user).cloned().collect(),
            current: self.current.clone(),
        }
    }

    /// As a person reads it; with tokens only if it is `raw`.
    pub fn to_value(&self, raw: bool) -> Value {
        let named = |name: &Str, key: &'static str, value: Value| {
            Value::map([("name", name.clone().into()), (key, value)])
        };
        let cluster = |cluster: &Cluster| {
            let value = Value::map([
                ("insecure-skip-tls-verify", Value::Bool(true)),
                ("server", cluster.server.clone().into()),
            ]);
            named(&cluster.name, "cluster", value)
        };
        let context = |context: &Context| {
            let Context { name, cluster, user, namespace } = context;
            let mut fields = Fields::new();
            fields.insert("cluster", cluster.clone().into());
            fields.insert("user", user.clone().into());
            if !namespace.is_empty() {
                fields.insert("namespace", namespace.clone().into());
            }
            named(name, "context", fields.into())
        };
        let user = |user: &User| {
            let token = if raw { user.token.clone() } else { Str::new_static("REDACTED") };
            named(&user.name, "user", Value::map([("token", token.into())]))
        };
        Value::map([
            ("apiVersion", "v1".into()),
            ("kind", "Config".into()),
            ("clusters", self.clusters.iter().map(cluster).collect()),
            ("contexts", self.contexts.iter().map(context).collect()),
            ("users", self.users.iter().map(user).collect()),
            ("current-context", self.current.clone().into()),
        ])
    }
}
