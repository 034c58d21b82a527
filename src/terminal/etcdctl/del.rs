//! `etcdctl del`: deletes keys. Models etcdctl/ctlv3/command/del_command.go.

use super::command::{Command, Format};
use super::get::range_of;
use super::json;
use super::options::{FROM_KEY, PREFIX, PREV_KV};
use super::print::{self, Parts};
use super::script::{Ctx, Flow, Next, unexpected};
use crate::etcd::mvcc::{Op, OpResult, Txn};
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::kubectl::flags::Flag;

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "del",
    usage: "[options] <key> [range_end]",
    about: "Removes the specified key or range of keys [key, range_end)",
    flags: FLAGS,
    step,
};

/// Its flags, which transactions take as well.
pub const FLAGS: &[&[Flag]] = &[&[
    PREFIX,
    FROM_KEY,
    PREV_KV,
    Flag::switch("range", "Delete the range of keys, without asking."),
]];

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let range = range_of(&ctx.env.args, &ctx.env.flags, "del")?;
    let (header, reply) = ctx.call(Request::Txn(Txn::of(vec![Op::Delete { range }])))?;
    let Reply::Txn(result) = reply else { return unexpected() };
    let Some(OpResult::Deleted(gone)) = result.results.first() else { return unexpected() };
    let shown = if ctx.env.flags.is_on("prev-kv") { gone.as_slice() } else { &[] };
    print::no_table(ctx)?;
    if ctx.env.format == Format::Json {
        let before: Vec<String> = shown.iter().map(|kv| json::kv(kv, false)).collect();
        let answer = json::with_header(&header).some("deleted", gone.len());
        ctx.print(answer.list("prev_kvs", &before).line());
    } else {
        ctx.say(gone.len());
        shown.iter().for_each(|kv| ctx.print(print::kv(kv, Parts::default())));
    }
    Ok(Next::Exit(0))
}
