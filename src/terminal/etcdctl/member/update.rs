//! `etcdctl member update`: says where a member is reached from now on. Models
//! etcdctl/ctlv3/command/member_command.go.

use super::{PEER_URLS, done, id_of, peer_urls};
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::etcdctl::command::{Command, exactly};
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, unexpected};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "member update",
    usage: "<memberID> [options]",
    about: "Updates a member in the cluster",
    flags: &[&[PEER_URLS]],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let id = id_of(&exactly(ctx, 1, "member ID is not provided")?[0])?;
    let (peer_urls, address) = peer_urls(ctx)?;
    let (header, reply) = ctx.call(Request::MemberUpdate { id, peer_urls, address })?;
    let Reply::Members { members, .. } = reply else { return unexpected() };
    let text = format!("Member {id:16x} updated in cluster {:16x}", header.cluster);
    done(ctx, &header, text, &members, None)
}
