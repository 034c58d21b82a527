//! `etcdctl lease timetolive`: says what is left of a lease. Models
//! etcdctl/ctlv3/command/lease_command.go.

use super::id_of;
use crate::api::base64;
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::etcdctl::command::{Command, Format, exactly};
use crate::terminal::etcdctl::json;
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, unexpected};
use crate::terminal::kubectl::flags::Flag;

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "lease timetolive",
    usage: "<leaseID> [options]",
    about: "Get lease information",
    flags: &[&[Flag::switch("keys", "Get the keys attached to this lease.")]],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let args = exactly(ctx, 1, "lease timetolive command needs lease ID as argument")?;
    let (id, keys) = (id_of(&args[0])?, ctx.env.flags.is_on("keys"));
    let (header, reply) = ctx.call(Request::LeaseTimeToLive { id, keys })?;
    let Reply::TimeToLive(lease) = reply else { return unexpected() };
    if ctx.env.format == Format::Json {
        let (left, granted) =
            lease.as_ref().map_or((-1, 0), |lease| (lease.left_secs as i64, lease.granted_secs));
        let keys = lease.iter().flat_map(|lease| lease.keys.iter());
        let keys: Vec<String> =
            keys.map(|key| json::string(&base64::encode(key.as_bytes()))).collect();
        let keys = if keys.is_empty() { "null".to_owned() } else { json::list(&keys) };
        let answer = json::header_fields(&header).raw("id", id).raw("ttl", left);
        ctx.print(answer.raw("granted-ttl", granted).raw("keys", keys).line());
        return Ok(Next::Exit(0));
    }
    let Some(lease) = lease else {
        ctx.say(format!("lease {id:016x} already expired"));
        return Ok(Next::Exit(0));
    };
    let (granted, left) = (lease.granted_secs, lease.left_secs);
    let attached = match keys {
        true => format!(", attached keys([{}])", lease.keys.join(" ")),
        false => String::new(),
    };
    ctx.say(format!("lease {id:016x} granted with TTL({granted}s), remaining({left}s){attached}"));
    Ok(Next::Exit(0))
}
