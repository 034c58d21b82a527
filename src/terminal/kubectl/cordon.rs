//! `kubectl cordon` and `kubectl uncordon`: nodes that take no new pods, and that do again.
//!
//! Models kubectl/pkg/cmd/drain/drain.go RunCordonOrUncordon.

use super::change::{Change, Edit, Edited};
use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Tables;
use super::options::{self, DryRun};
use super::output::Format;
use super::resources::{self, Finding};
use super::script::Env;
use super::task::Task;
use crate::api::Value;
use crate::api::rpc::Patch;

/// `cordon`.
pub const CORDON: Command = Command {
    path: "cordon",
    usage: "NODE",
    about: "Mark nodes so that they take no new pods",
    flags: FLAGS,
    required: &[],
    start: |invocation, env| start(invocation, env, true),
};

/// `uncordon`.
pub const UNCORDON: Command = Command {
    path: "uncordon",
    about: "Mark nodes so that they take pods again",
    start: |invocation, env| start(invocation, env, false),
    ..CORDON
};

const FLAGS: Tables = &[options::DRY_RUN, options::SELECTOR];

/// Whether a node is closed or opened.
#[derive(Clone, Copy, Debug)]
pub struct Cordon {
    closes: bool,
}

fn start(invocation: &Invocation, env: &Env, closes: bool) -> Result<Task, Error> {
    let selects = invocation.flags.is_given("selector");
    if invocation.args.is_empty() && !selects {
        let path = invocation.command.path;
        return Err(invocation.usage(format!("USAGE: {path} NODE [flags]")));
    }
    if !invocation.args.is_empty() && selects {
        return Err(Error::plain("error: cannot specify both a node name and a --selector option"));
    }
    let node = std::iter::once("nodes".to_owned());
    let args = node.chain(invocation.args.iter().map(|arg| bare(arg).to_owned())).collect();
    let invocation = Invocation { args, ..invocation.clone() };
    let targets = resources::find(&invocation, env, Finding::default())?;
    let edit = Edit::Cordon(Cordon { closes });
    Ok(Change::new(targets, edit, Format::Human, DryRun::of(&invocation.flags)?).task())
}

/// The name of a node, without the type that may stand before it.
pub fn bare(arg: &str) -> &str {
    ["node/", "nodes/", "no/"].iter().find_map(|kind| arg.strip_prefix(kind)).unwrap_or(arg)
}

impl Cordon {
    /// The change of one node.
    pub fn edit(self, node: &Value) -> Result<Edited, Error> {
        let is_closed = node.at_path(&["spec", "unschedulable"]).as_bool().unwrap_or(false);
        let done = if self.closes { "cordoned" } else { "uncordoned" };
        if is_closed == self.closes {
            let verb = format!("already {done}");
            return Ok(Edited { verb, ..Edited::default() });
        }
        let wanted = if self.closes { Value::Bool(true) } else { Value::Null };
        let spec = Value::map([("unschedulable", wanted)]);
        let patch = Some(Patch::Strategic(Value::map([("spec", spec)])));
        Ok(Edited { patch, verb: done.to_owned(), ..Edited::default() })
    }
}
