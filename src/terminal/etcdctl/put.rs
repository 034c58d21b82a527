//! `etcdctl put`: writes a key. Models etcdctl/ctlv3/command/put_command.go.

use super::command::{Command, Format};
use super::options::PREV_KV;
use super::print::{self, Parts};
use super::script::{Ctx, Flow, Next, bad_args, unexpected};
use super::{json, lease};
use crate::api::Stored;
use crate::etcd::mvcc::{Op, OpResult, Txn};
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::kubectl::flags::{Flag, Flags};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "put",
    usage: "[options] <key> <value> (<value> can also be given from stdin)",
    about: "Puts the given key into the store",
    flags: FLAGS,
    step,
};

/// Its flags, which transactions take as well.
pub const FLAGS: &[&[Flag]] = &[&[
    Flag::text("lease", "The lease to attach to the key, in hexadecimal.").default("0"),
    Flag::switch("ignore-value", "Update the key using its current value."),
    Flag::switch("ignore-lease", "Update the key using its current lease."),
    PREV_KV,
]];

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let op = op_of(&ctx.env.args, &ctx.env.flags, ctx.env.stdin.as_deref())?;
    let (header, reply) = ctx.call(Request::Txn(Txn::of(vec![op])))?;
    let Reply::Txn(result) = reply else { return unexpected() };
    let Some(OpResult::Put(before)) = result.results.first() else { return unexpected() };
    let before = before.as_ref().filter(|_| ctx.env.flags.is_on("prev-kv"));
    print::no_table(ctx)?;
    if ctx.env.format == Format::Json {
        let mut answer = json::with_header(&header);
        if let Some(before) = before {
            answer = answer.raw("prev_kv", json::kv(before, false));
        }
        ctx.print(answer.line());
    } else {
        ctx.say("OK");
        if let Some(before) = before {
            ctx.print(print::kv(before, Parts::default()));
        }
    }
    Ok(Next::Exit(0))
}

/// The operation that arguments mean.
pub fn op_of(args: &[String], flags: &Flags, stdin: Option<&str>) -> Flow<Op<Stored>> {
    let (keep_value, keep_lease) = (flags.is_on("ignore-value"), flags.is_on("ignore-lease"));
    let Some(key) = args.first() else {
        return bad_args("put command needs 1 argument and input from stdin or 2 arguments.");
    };
    if keep_value && args.len() > 1 {
        return bad_args("put command needs only 1 argument when 'ignore-value' is set.");
    }
    let value = match (args.get(1), stdin) {
        _ if keep_value => "",
        (Some(value), _) => value,
        (None, Some(stdin)) => stdin,
        (None, None) => {
            return bad_args("put command needs 1 argument and input from stdin or 2 arguments.");
        }
    };
    let id = flags.text("lease");
    let Ok(id) = i64::from_str_radix(id, 16) else {
        return bad_args(lease::bad_id(id));
    };
    let (key, value) = (key.as_str().into(), Stored::Text(value.into()));
    Ok(match keep_value || keep_lease {
        false => Op::Put { key, value, lease: id },
        true => Op::Rewrite {
            key,
            value: (!keep_value).then_some(value),
            lease: (!keep_lease).then_some(id),
        },
    })
}
