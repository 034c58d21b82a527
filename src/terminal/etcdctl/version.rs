//! `etcdctl version`, `etcdutl version`. Models etcdctl/ctlv3/command/version_command.go.

use super::command::Command;
use super::script::{Ctx, Flow, Next};

/// The version of etcd: the one kubeadm v1.36 brings.
pub const VERSION: &str = "3.6.8";
/// The version of the API.
pub const API_VERSION: &str = "3.6";

/// `etcdctl version`.
pub const CTL: Command = Command {
    program: "etcdctl",
    path: "version",
    usage: "",
    about: "Prints the version of etcdctl",
    flags: &[],
    step: |ctx| say(ctx, "etcdctl"),
};

/// `etcdutl version`.
pub const UTL: Command = Command {
    program: "etcdutl",
    path: "version",
    usage: "",
    about: "Prints the version of etcdutl",
    flags: &[],
    step: |ctx| say(ctx, "etcdutl"),
};

fn say(ctx: &mut Ctx<'_>, program: &str) -> Flow<Next> {
    ctx.say(format!("{program} version: {VERSION}\nAPI version: {API_VERSION}"));
    Ok(Next::Exit(0))
}
