//! `etcdctl member add`: adds a member, which then has to be started. Models
//! etcdctl/ctlv3/command/member_command.go.

use super::{PEER_URLS, done, peer_urls};
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::etcdctl::command::{Command, Format};
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, bad_args, unexpected};
use crate::terminal::kubectl::flags::Flag;

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "member add",
    usage: "<memberName> [options]",
    about: "Adds a member into the cluster",
    flags: &[&[PEER_URLS, Flag::switch("learner", "Add it as a learner, which does not vote.")]],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let name = match ctx.env.args.as_slice() {
        [] => return bad_args("member name not provided"),
        [name] => name,
        _ => return bad_args("too many arguments"),
    };
    let (urls, address) = peer_urls(ctx)?;
    let (peer_urls, is_learner) = (urls.clone(), ctx.env.flags.is_on("learner"));
    let (header, reply) = ctx.call(Request::MemberAdd { peer_urls, address, is_learner })?;
    let Reply::Members { members, added } = reply else { return unexpected() };
    let id = added.unwrap_or_default();
    let text = format!("Member {id:16x} added to cluster {:16x}", header.cluster);
    let next = done(ctx, &header, text, &members, added)?;
    if ctx.env.format == Format::Simple {
        let all = members.iter().flat_map(|member| {
            let name = if member.id == id { name.as_str() } else { member.name.as_str() };
            member.peer_urls.iter().map(move |url| format!("{name}={url}"))
        });
        let all: Vec<String> = all.collect();
        ctx.say(format!(
            "\nETCD_NAME=\"{name}\"\nETCD_INITIAL_CLUSTER=\"{}\"\n\
             ETCD_INITIAL_ADVERTISE_PEER_URLS=\"{}\"\nETCD_INITIAL_CLUSTER_STATE=\"existing\"",
            all.join(","),
            urls.join(","),
        ));
    }
    Ok(next)
}
