//! `etcdctl member promote`: makes a learner a voter. Models
//! etcdctl/ctlv3/command/member_command.go.

use super::{done, id_of};
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::etcdctl::command::{Command, exactly};
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, unexpected};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "member promote",
    usage: "<memberID>",
    about: "Promotes a non-voting member in the cluster",
    flags: &[],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let id = id_of(&exactly(ctx, 1, "member ID is not provided")?[0])?;
    let (header, reply) = ctx.call(Request::MemberPromote { id })?;
    let Reply::Members { members, .. } = reply else { return unexpected() };
    let text = format!("Member {id:16x} promoted in cluster {:16x}", header.cluster);
    done(ctx, &header, text, &members, None)
}
