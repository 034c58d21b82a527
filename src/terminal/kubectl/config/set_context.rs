//! `kubectl config set-context [NAME | --current]`: makes a context, or changes one.
//!
//! Models kubectl/pkg/cmd/config/set_context.go.

use super::{Context, KubeConfig};
use crate::api::{Str, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::{Local, Task};

/// The command. Its `--cluster`, `--user` and `--namespace` are the global flags.
pub const COMMAND: Command = Command {
    path: "config set-context",
    usage: "[NAME | --current] [--cluster=CLUSTER] [--user=USER] [--namespace=NAMESPACE]",
    about: "Make a context, or change one",
    flags: &[&[Flag::switch("current", "Change the current context.")]],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let current = flags.is_on("current");
    let name = match &invocation.args[..] {
        [] if current => env.config.current.clone(),
        [name] if !current => Str::from(name.as_str()),
        [_] => {
            let text = "you cannot specify both a context name and --current";
            return Err(Error::plain(text));
        }
        _ => return Err(invocation.unexpected_args()),
    };
    if current && name.is_empty() {
        return Err(Error::plain("no current context is set"));
    }
    let mut config: KubeConfig = (*env.config).clone();
    let found = config.contexts.iter_mut().find(|context| context.name == name);
    let existed = found.is_some();
    let mut changed = found.map(|context| context.clone()).unwrap_or_default();
    changed.name = name.clone();
    for (flag, field) in [
        ("cluster", &mut changed.cluster),
        ("user", &mut changed.user),
        ("namespace", &mut changed.namespace),
    ] {
        if flags.is_given(flag) {
            *field = flags.text(flag).into();
        }
    }
    put(&mut config.contexts, changed);
    let what = if existed { "modified" } else { "created" };
    Ok(Local::configure(format!("Context {} {what}.", quote(&name)), config))
}

fn put(contexts: &mut Vec<Context>, context: Context) {
    match contexts.iter_mut().find(|other| other.name == context.name) {
        Some(other) => *other = context,
        None => contexts.push(context),
    }
    contexts.sort_by(|a, b| a.name.cmp(&b.name));
}
