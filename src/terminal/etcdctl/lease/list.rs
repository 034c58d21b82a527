//! `etcdctl lease list`: says which leases there are. Models
//! etcdctl/ctlv3/command/lease_command.go.

use crate::etcd::rpc::{Reply, Request};
use crate::terminal::etcdctl::command::{Command, Format};
use crate::terminal::etcdctl::json::{self, Json};
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, unexpected};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "lease list",
    usage: "",
    about: "List all active leases",
    flags: &[],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let (header, reply) = ctx.call(Request::Leases)?;
    let Reply::Leases(ids) = reply else { return unexpected() };
    if ctx.env.format == Format::Json {
        let leases: Vec<String> = ids.iter().map(|id| Json::new().raw("id", id).object()).collect();
        ctx.print(json::header_fields(&header).raw("leases", json::list(&leases)).line());
        return Ok(Next::Exit(0));
    }
    ctx.say(format!("found {} leases", ids.len()));
    for id in ids {
        ctx.say(format!("{id:016x}"));
    }
    Ok(Next::Exit(0))
}
