//! `kubectl create secret generic|docker-registry|tls NAME`.
//!
//! Models kubectl/pkg/cmd/create/create_secret*.go. Invariant: values are encoded, not hidden.

use super::{data, generator};
use crate::api::{Fields, Resource, Value, base64};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Kind};
use crate::terminal::kubectl::options;
use crate::terminal::kubectl::output;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;

/// `create secret generic`.
pub const GENERIC: Command = Command {
    path: "create secret generic",
    usage: "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] \
            [--dry-run=server|client|none]",
    about: "Create a secret from files or literal values",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        data::FLAGS,
        &[Flag::text("type", "What kind of secret it is.")],
    ],
    required: &[],
    start: generic,
};

/// `create secret docker-registry`.
pub const DOCKER_REGISTRY: Command = Command {
    path: "create secret docker-registry",
    usage: "NAME --docker-username=user --docker-password=password --docker-email=email \
            [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]",
    about: "Create a secret for an image registry",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        &[
            Flag::switch("append-hash", "Add a hash of it to its name; not simulated."),
            Flag::text("docker-email", "The address of the user."),
            Flag::text("docker-password", "The password of the user."),
            Flag::text("docker-server", "The registry.").default("https://index.docker.io/v1/"),
            Flag::text("docker-username", "The user."),
            Flag::text("from-file", "A file that holds it all.").kind(Kind::List),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
        ],
    ],
    required: &[],
    start: docker_registry,
};

/// `create secret tls`.
pub const TLS: Command = Command {
    path: "create secret tls",
    usage: "NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
    about: "Create a secret that holds a certificate and its key",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        &[
            Flag::switch("append-hash", "Add a hash of it to its name; not simulated."),
            Flag::text("cert", "The file with the certificate."),
            Flag::text("key", "The file with the key."),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
        ],
    ],
    required: &[],
    start: tls,
};

fn generic(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let name = generator::name(invocation)?;
    let data = data::read(&invocation.flags, env, data::Holder::Secret)?;
    create(invocation, env, name, data, invocation.flags.text("type"))
}

fn docker_registry(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let [user, password, server, email] =
        ["username", "password", "server", "email"].map(|f| flags.text(&format!("docker-{f}")));
    let text = match flags.list("from-file").first() {
        Some(source) => {
            let path = source.split_once('=').map_or(source.as_str(), |(_, path)| path);
            data::file(env, path)?.to_string()
        }
        None if user.is_empty() || password.is_empty() || server.is_empty() => {
            return Err(Error::plain(
                "either --from-file or the combination of --docker-username, --docker-password \
                 and --docker-server is required",
            ));
        }
        None => {
            let quoted = |text: &str| Value::from(text).to_json();
            let auth = base64::encode(format!("{user}:{password}").as_bytes());
            let mail = match email {
                "" => String::new(),
                email => format!(",\"email\":{}", quoted(email)),
            };
            format!(
                "{{\"auths\":{{{}:{{\"username\":{},\"password\":{}{mail},\"auth\":{}}}}}}}",
                quoted(server),
                quoted(user),
                quoted(password),
                quoted(&auth)
            )
        }
    };
    let mut data = Fields::new();
    data.insert(".dockerconfigjson", text.into());
    create(invocation, env, name, data, "kubernetes.io/dockerconfigjson")
}

fn tls(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let name = generator::name(invocation)?;
    let (cert, key) = (flags.text("cert"), flags.text("key"));
    if cert.is_empty() || key.is_empty() {
        return Err(Error::plain("key and cert must be specified"));
    }
    let mut data = Fields::new();
    for (field, path) in [("tls.crt", cert), ("tls.key", key)] {
        let text = env.files.get(path.strip_prefix("./").unwrap_or(path)).ok_or_else(|| {
            let text = format!("Cannot read file {path}, open {path}: no such file or directory");
            Error::plain(text)
        })?;
        if !text.contains("-----BEGIN ") {
            let what = if field == "tls.crt" { "certificate" } else { "key" };
            let text = format!("tls: failed to find any PEM data in {what} input");
            return Err(Error::plain(text));
        }
        data.insert(field, text.clone().into());
    }
    create(invocation, env, name, data, "kubernetes.io/tls")
}

fn create(
    invocation: &Invocation,
    env: &Env,
    name: &str,
    data: Fields,
    kind: &str,
) -> Result<Task, Error> {
    let mut value = Value::map([("metadata", Value::map([("name", name.into())]))]);
    let encoded = data
        .iter()
        .map(|(key, value)| (key.clone(), Value::from(base64::encode(value.text().as_bytes()))));
    let encoded: Fields = encoded.collect();
    if !encoded.is_empty() {
        *value.entry("data") = encoded.into();
    }
    if !kind.is_empty() {
        *value.entry("type") = kind.into();
    }
    generator::create(invocation, env, Resource::SECRETS, value, Some("failed to create secret "))
}
