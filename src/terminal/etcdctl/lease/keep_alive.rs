//! `etcdctl lease keep-alive`: renews a lease again and again. Models
//! etcdctl/ctlv3/command/lease_command.go.

use super::id_of;
use crate::etcd::rpc::{Reply, Request};
use crate::sim::Duration;
use crate::terminal::etcdctl::command::{Command, exactly};
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, unexpected};
use crate::terminal::kubectl::flags::Flag;

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "lease keep-alive",
    usage: "[options] <leaseID>",
    about: "Keeps leases alive (renew)",
    flags: &[&[Flag::switch("once", "Renew the lease once and exit.")]],
    step,
};

/// Each step renews the lease once, and lets a third of its life pass, as clientv3 does.
fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let args = exactly(ctx, 1, "lease keep-alive command needs lease ID as argument")?;
    let id = id_of(&args[0])?;
    let (_, reply) = ctx.call(Request::LeaseKeepAlive { id })?;
    let Reply::KeptAlive(ttl_secs) = reply else { return unexpected() };
    let Some(ttl) = ttl_secs else {
        ctx.say(format!("lease {id:016x} expired or revoked."));
        return Ok(Next::Exit(0));
    };
    ctx.say(format!("lease {id:016x} keepalived with TTL({ttl})"));
    if ctx.env.flags.is_on("once") {
        return Ok(Next::Exit(0));
    }
    ctx.pause(Duration::from_secs(ttl.max(3) / 3))?;
    Ok(Next::Again)
}
