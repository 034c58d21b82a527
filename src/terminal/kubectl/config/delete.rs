//! `kubectl config delete-context`, `delete-cluster` and `delete-user NAME`.
//!
//! Models kubectl/pkg/cmd/config/delete_{context,cluster,user}.go.

use super::{Entry, FILE, KubeConfig};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::help;
use crate::terminal::kubectl::script::{Env, Next};
use crate::terminal::kubectl::task::{Local, Task};

/// `config delete-cluster`.
pub const CLUSTER: Command = Command {
    path: "config delete-cluster",
    usage: "NAME",
    about: "Delete a cluster from the kubeconfig",
    flags: &[],
    required: &[],
    start: |invocation, env| start(invocation, env, What::Cluster),
};

/// `config delete-context`.
pub const CONTEXT: Command = Command {
    path: "config delete-context",
    about: "Delete a context from the kubeconfig",
    start: |invocation, env| start(invocation, env, What::Context),
    ..CLUSTER
};

/// `config delete-user`.
pub const USER: Command = Command {
    path: "config delete-user",
    about: "Delete a user from the kubeconfig",
    start: |invocation, env| start(invocation, env, What::User),
    ..CLUSTER
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Cluster,
    Context,
    User,
}

fn start(invocation: &Invocation, env: &Env, what: What) -> Result<Task, Error> {
    let [name] = &invocation.args[..] else {
        return match what {
            What::User => Err(invocation.usage("user to delete is required")),
            _ => Ok(Local::print(help::of(invocation.command), Next::Exit(0))),
        };
    };
    let mut config: KubeConfig = (*env.config).clone();
    let (all, word): (&mut Vec<Entry>, _) = match what {
        What::Cluster => (&mut config.clusters, "cluster"),
        What::Context => (&mut config.contexts, "context"),
        What::User => (&mut config.users, "user"),
    };
    let before = all.len();
    all.retain(|entry| entry.name != *name);
    if all.len() == before {
        return Err(Error::plain(format!("cannot delete {word} {name}, not in {FILE}")));
    }
    let line = format!("deleted {word} {name} from {FILE}");
    if what == What::Context && config.current == *name {
        let warning = "warning: this removed your active context, use \"kubectl config \
                       use-context\" to select a different one";
        return Ok(Local::configure_warning(warning, line, config));
    }
    Ok(Local::configure(line, config))
}
