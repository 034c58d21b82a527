//! `kubectl config rename-context OLD NEW`. Models kubectl/pkg/cmd/config/rename_context.go.

use super::{FILE, KubeConfig, entry, misused};
use crate::api::quote;
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "config rename-context",
    usage: "CONTEXT_NAME NEW_NAME",
    about: "Give a context another name",
    flags: &[],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let [old, new] = &invocation.args[..] else { return Ok(misused(invocation)) };
    let mut config: KubeConfig = (*env.config).clone();
    let Some(context) = env.config.context(old) else {
        let old = quote(old);
        return Err(Error::plain(format!("cannot rename the context {old}, it's not in {FILE}")));
    };
    if env.config.context(new).is_some() {
        return Err(Error::plain(format!(
            "cannot rename the context {}, the context {} already exists in {FILE}",
            quote(old),
            quote(new)
        )));
    }
    config.contexts.retain(|other| other.name != *old);
    entry(&mut config.contexts, new).0.fields = context.fields.clone();
    if config.current == *old {
        config.current = new.as_str().into();
    }
    Ok(Local::configure(format!("Context {} renamed to {}.", quote(old), quote(new)), config))
}
