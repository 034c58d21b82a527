//! `etcdctl move-leader`: hands leadership over. Models
//! etcdctl/ctlv3/command/move_leader_command.go.

use super::command::{Command, exactly};
use super::member::id_of;
use super::script::{Ctx, Flow, Next, bad_args, unexpected};
use crate::etcd::rpc::{Reply, Request};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "move-leader",
    usage: "<transferee-member-id>",
    about: "Transfers leadership to another etcd cluster member.",
    flags: &[],
    step,
};

/// Finds the leader among the endpoints and asks it.
fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let to = id_of(&exactly(ctx, 1, "move-leader command needs 1 argument")?[0])?;
    let mut leader = None;
    for at in 0..ctx.env.endpoints.len() {
        if let Ok((header, Reply::Status(status))) = ctx.ask(Some(at), Request::Status)?
            && status.leader == header.member
        {
            leader = Some(at);
            break;
        }
    }
    let Some(at) = leader else {
        let named: Vec<&str> = ctx.env.endpoints.iter().map(|e| e.name.as_str()).collect();
        return bad_args(format!("no leader endpoint given at [{}]", named.join(" ")));
    };
    let answer = ctx.ask(Some(at), Request::MoveLeader { to })?;
    let (_, reply) = answer.map_err(super::script::failed)?;
    let Reply::Moved { from, to } = reply else { return unexpected() };
    ctx.say(format!("Leadership transferred from {from:x} to {to:x}"));
    Ok(Next::Exit(0))
}
