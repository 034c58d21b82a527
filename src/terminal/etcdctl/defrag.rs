//! `etcdctl defrag`: gives space back to disks. Models etcdctl/ctlv3/command/defrag_command.go.

use super::command::Command;
use super::endpoint::meant;
use super::format;
use super::options::CLUSTER;
use super::script::{Ctx, Flow, Next};
use crate::etcd::rpc::Request;

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "defrag",
    usage: "",
    about: "Defragments the storage of the etcd members with given endpoints",
    flags: &[&[CLUSTER]],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let mut code = 0;
    for endpoint in meant(ctx)? {
        let (name, since) = (endpoint.name.clone(), ctx.now());
        match ctx.ask_at(&endpoint, Request::Defragment)? {
            Ok(_) => {
                let took = format::duration(ctx.now().since(since));
                ctx.say(format!("Finished defragmenting etcd member[{name}]. took {took}"));
            }
            Err(error) => {
                code = 1;
                ctx.complain(format!("Failed to defragment etcd member[{name}] ({error})"));
            }
        }
    }
    Ok(Next::Exit(code))
}
