//! `etcdctl compaction`: forgets history. Models etcdctl/ctlv3/command/compaction_command.go.

use super::command::{Command, exactly};
use super::script::{Ctx, Flow, Next, bad_args};
use crate::api::quote;
use crate::etcd::rpc::Request;
use crate::terminal::kubectl::flags::Flag;

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "compaction",
    usage: "[options] <revision>",
    about: "Compacts the event history in etcd",
    flags: &[&[Flag::switch("physical", "Wait until all revisions are really gone.")]],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let args = exactly(ctx, 1, "compaction command needs 1 argument")?;
    let Ok(revision) = args[0].parse::<i64>() else {
        let why = format!("strconv.ParseInt: parsing {}: invalid syntax", quote(&args[0]));
        return bad_args(why);
    };
    ctx.call(Request::Compact { revision: revision.max(0) as u64 })?;
    ctx.say(format!("compacted revision {revision}"));
    Ok(Next::Exit(0))
}
