//! `etcdctl endpoint hashkv`: whether members hold the same. Models
//! etcdctl/ctlv3/command/ep_command.go.

use super::meant;
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::etcdctl::command::{Command, Format};
use crate::terminal::etcdctl::format;
use crate::terminal::etcdctl::json::{self, Json};
use crate::terminal::etcdctl::options::{CLUSTER, REV};
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, Stop, exit, unexpected};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "endpoint hashkv",
    usage: "",
    about: "Prints the KV history hash for each endpoint in --endpoints",
    flags: &[&[CLUSTER, REV]],
    step,
};

const HEADING: [&str; 3] = ["Endpoint", "Hash", "Hash Revision"];

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let revision = ctx.env.flags.int("rev").max(0) as u64;
    let (mut failed, mut rows, mut objects) = (None, Vec::new(), Vec::new());
    for endpoint in meant(ctx)? {
        let name = endpoint.name.clone();
        match ctx.ask_at(&endpoint, Request::HashKv { revision })? {
            Ok((header, Reply::HashKv(hash))) => {
                let row = [name.clone(), hash.hash.to_string(), hash.revision.to_string()];
                rows.push(row.to_vec());
                let inner = json::with_header(&header)
                    .some("hash", hash.hash)
                    .some("compact_revision", hash.compacted)
                    .some("hash_revision", hash.revision);
                let object = Json::new().raw("Endpoint", json::string(&name));
                objects.push(object.raw("HashKV", inner.object()).object());
            }
            Ok(_) => return unexpected(),
            Err(error) => {
                let text = format!("Failed to get the hash of endpoint {name} ({error})");
                ctx.complain(text);
                failed = Some(error);
            }
        }
    }
    match ctx.env.format {
        Format::Json => ctx.say(json::list(&objects)),
        Format::Table => ctx.print(format::table(&HEADING, &rows)),
        _ => ctx.print(format::rows(&rows)),
    }
    match failed {
        None => Ok(Next::Exit(0)),
        Some(error) => Err(Stop::Failed(error, exit::ERROR)),
    }
}
