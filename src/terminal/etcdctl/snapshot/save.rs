//! `etcdctl snapshot save`: copies a member's database into a file. Models
//! etcdctl/ctlv3/command/snapshot_command.go.

use super::text_of;
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::etcdctl::command::{Command, exactly};
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, bad_args, unexpected};
use crate::terminal::etcdctl::version;

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "snapshot save",
    usage: "<filename>",
    about: "Stores an etcd node backend snapshot to a given file",
    flags: &[],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let args = exactly(ctx, 1, "snapshot save expects one argument")?;
    if ctx.env.endpoints.len() > 1 {
        let names: Vec<&str> = ctx.env.endpoints.iter().map(|e| e.name.as_str()).collect();
        let text = "snapshot must be requested to one selected node, not multiple ";
        return bad_args(format!("{text}[{}]", names.join(" ")));
    }
    let name = args[0].strip_prefix("./").unwrap_or(&args[0]);
    let (_, reply) = ctx.call(Request::Snapshot)?;
    let Reply::Snapshot(backup) = reply else { return unexpected() };
    ctx.say(format!("Snapshot saved at {name}"));
    ctx.say(format!("Server version {}.0", version::API_VERSION));
    ctx.save((name.into(), text_of(&backup), (*backup).into()));
    Ok(Next::Exit(0))
}
