//! `etcdctl lease revoke`: ends a lease. Models
//! etcdctl/ctlv3/command/lease_command.go.

use super::id_of;
use crate::etcd::rpc::Request;
use crate::terminal::etcdctl::command::{Command, Format, exactly};
use crate::terminal::etcdctl::json;
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, Stop, exit};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "lease revoke",
    usage: "<leaseID>",
    about: "Revokes leases",
    flags: &[],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let args = exactly(ctx, 1, "lease revoke command needs 1 argument")?;
    let id = id_of(&args[0])?;
    let failed = |error| Stop::Failed(format!("failed to revoke lease ({error})"), exit::ERROR);
    let (header, _) = ctx.ask(None, Request::LeaseRevoke { id })?.map_err(failed)?;
    if ctx.env.format == Format::Json {
        ctx.print(json::with_header(&header).line());
    } else {
        ctx.say(format!("lease {id:016x} revoked"));
    }
    Ok(Next::Exit(0))
}
