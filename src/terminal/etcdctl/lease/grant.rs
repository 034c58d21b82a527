//! `etcdctl lease grant`: makes a lease. Models
//! etcdctl/ctlv3/command/lease_command.go.

use crate::api::quote;
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::etcdctl::command::{Command, Format, exactly};
use crate::terminal::etcdctl::json;
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, Stop, bad_args, exit, unexpected};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "lease grant",
    usage: "<ttl>",
    about: "Creates leases",
    flags: &[],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let args = exactly(ctx, 1, "lease grant command needs TTL argument")?;
    let Ok(ttl) = args[0].parse::<i64>() else {
        let why = format!("strconv.ParseInt: parsing {}: invalid syntax", quote(&args[0]));
        return bad_args(format!("bad TTL ({why})"));
    };
    let request = Request::LeaseGrant { ttl_secs: ttl.max(0) as u64 };
    let failed = |error| Stop::Failed(format!("failed to grant lease ({error})"), exit::ERROR);
    let (header, reply) = ctx.ask(None, request)?.map_err(failed)?;
    let Reply::Granted { id, ttl_secs } = reply else { return unexpected() };
    if ctx.env.format == Format::Json {
        let answer = json::header_fields(&header).raw("ID", id).raw("TTL", ttl_secs);
        ctx.print(answer.raw("Error", "\"\"").line());
    } else {
        ctx.say(format!("lease {id:016x} granted with TTL({ttl_secs}s)"));
    }
    Ok(Next::Exit(0))
}
