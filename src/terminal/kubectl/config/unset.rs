//! `kubectl config unset PROPERTY`. Models kubectl/pkg/cmd/config/unset.go.

use super::set::Property;
use super::{KubeConfig, one_argument};
use crate::api::{Str, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "config unset",
    usage: "PROPERTY_NAME",
    about: "Take an individual value out of a kubeconfig file",
    flags: &[],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let name = match one_argument(invocation) {
        Ok(name) => name,
        Err(help) => return Ok(*help),
    };
    let mut config: KubeConfig = (*env.config).clone();
    match Property::of(name)? {
        Property::Current => config.current = Str::default(),
        Property::All(section) => section.of(&mut config).clear(),
        Property::Entry(section, of) => {
            section.of(&mut config).retain(|entry| entry.name != of);
        }
        Property::Field(section, of, field) => {
            let all = section.of(&mut config).iter_mut();
            all.filter(|entry| entry.name == of).for_each(|entry| _ = entry.fields.remove(field));
        }
    }
    Ok(Local::configure(format!("Property {} unset.", quote(name)), config))
}
