//! `kubectl config set-cluster NAME`: where a cluster is. Models
//! kubectl/pkg/cmd/config/set_cluster.go.

use super::{KubeConfig, entry, one_argument};
use crate::api::{Value, base64, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "config set-cluster",
    usage: "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] \
            [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
    about: "Set a cluster entry in kubeconfig",
    flags: &[&[
        Flag::text("server", "The URL of its server."),
        Flag::text("tls-server-name", "The name its certificate must have."),
        Flag::switch("insecure-skip-tls-verify", "Do not check its certificate."),
        Flag::text("certificate-authority", "The certificate of its authority."),
        Flag::switch("embed-certs", "Put certificates themselves into the file."),
        Flag::text("proxy-url", "The proxy before it."),
    ]],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let name = match one_argument(invocation) {
        Ok(name) => name,
        Err(help) => return Ok(*help),
    };
    let flags = &invocation.flags;
    let authority = flags.text("certificate-authority");
    if !authority.is_empty() && flags.is_on("insecure-skip-tls-verify") {
        let text = "you cannot specify a certificate authority and insecure mode at the same time";
        return Err(Error::plain(text));
    }
    if flags.is_on("embed-certs") && authority.is_empty() {
        return Err(Error::plain("you must specify a --certificate-authority to embed"));
    }
    let mut config: KubeConfig = (*env.config).clone();
    let fields = &mut entry(&mut config.clusters, name).0.fields;
    for flag in ["server", "tls-server-name", "proxy-url"] {
        if flags.is_given(flag) {
            fields.insert(flag, flags.text(flag).into());
        }
    }
    if flags.is_given("insecure-skip-tls-verify") {
        let is_on = flags.is_on("insecure-skip-tls-verify");
        fields.insert("insecure-skip-tls-verify", Value::Bool(is_on));
        if is_on {
            fields.remove("certificate-authority");
            fields.remove("certificate-authority-data");
        }
    }
    if !authority.is_empty() {
        fields.remove("insecure-skip-tls-verify");
        let (field, value) =
            certificate(env, flags.is_on("embed-certs"), "certificate-authority", authority)?;
        fields.insert(field, value);
    }
    Ok(Local::configure(format!("Cluster {} set.", quote(name)), config))
}

/// The field for the file `path`, and what it holds: where the file is, or what is in it.
pub fn certificate(
    env: &Env,
    embeds: bool,
    flag: &str,
    path: &str,
) -> Result<(String, Value), Error> {
    if !embeds {
        let path =
            if path.starts_with('/') { path.to_owned() } else { format!("/home/user/{path}") };
        return Ok((flag.to_owned(), path.into()));
    }
    let text = env.files.get(path).ok_or_else(|| {
        Error::plain(format!(
            "could not stat {flag} file {path}: stat {path}: no such file or directory"
        ))
    })?;
    Ok((format!("{flag}-data"), base64::encode(text.as_bytes()).into()))
}
