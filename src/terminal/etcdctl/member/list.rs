//! `etcdctl member list`: says who is a member. Models
//! etcdctl/ctlv3/command/member_command.go.

use crate::etcd::MemberInfo;
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::etcdctl::command::{Command, Format};
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, unexpected};
use crate::terminal::etcdctl::{format, json};
use crate::terminal::kubectl::flags::Flag;

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "member list",
    usage: "[options]",
    about: "Lists all members in the cluster",
    flags: &[&[Flag::text("consistency", "Linearizable(l) or Serializable(s).").default("l")]],
    step,
};

const HEADING: [&str; 6] = ["ID", "Status", "Name", "Peer Addrs", "Client Addrs", "Is Learner"];

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let linearizable = ctx.env.flags.text("consistency") != "s";
    let (header, reply) = ctx.call(Request::Members { linearizable })?;
    let Reply::Members { members, .. } = reply else { return unexpected() };
    let rows: Vec<Vec<String>> = members.iter().map(|member| row(member)).collect();
    match ctx.env.format {
        Format::Json => {
            let members: Vec<String> = members.iter().map(|member| json::member(member)).collect();
            ctx.print(json::with_header(&header).list("members", &members).line());
        }
        Format::Table => ctx.print(format::table(&HEADING, &rows)),
        _ => ctx.print(format::rows(&rows)),
    }
    Ok(Next::Exit(0))
}

fn row(member: &MemberInfo) -> Vec<String> {
    let status = if member.is_started() { "started" } else { "unstarted" };
    vec![
        format!("{:x}", member.id),
        status.to_owned(),
        member.name.to_string(),
        member.peer_urls.join(","),
        member.client_urls.join(","),
        member.is_learner.to_string(),
    ]
}
