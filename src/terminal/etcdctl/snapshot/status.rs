//! `etcdutl snapshot status`: what is in a copy. Models etcdutl/etcdutl/snapshot_command.go.

use super::{Condition, open};
use crate::terminal::etcdctl::command::{Command, Format, exactly};
use crate::terminal::etcdctl::json::Json;
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, Stop, exit};
use crate::terminal::etcdctl::{format, version};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdutl",
    path: "snapshot status",
    usage: "<filename> [flags]",
    about: "Gets backend snapshot status of a given file",
    flags: &[],
    step,
};

const HEADING: [&str; 5] = ["Hash", "Revision", "Total Keys", "Total Size", "Storage Version"];

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let args = exactly(ctx, 1, "snapshot status requires exactly one argument")?;
    let (backup, condition) = open(ctx, &args[0], "stat")?;
    if condition != Condition::Whole {
        let text = "snapshot file integrity check failed. 1 errors found.";
        return Err(Stop::Failed(text.to_owned(), exit::ERROR));
    }
    let status = backup.status();
    let version = format!("{}.0", version::API_VERSION);
    let rows = [vec![
        format!("{:x}", status.hash),
        status.revision.to_string(),
        status.keys.to_string(),
        format::bytes(status.bytes),
        version.clone(),
    ]];
    match ctx.env.format {
        Format::Json => {
            let answer = Json::new().raw("hash", status.hash).raw("revision", status.revision);
            let answer = answer.raw("totalKey", status.keys).raw("totalSize", status.bytes);
            ctx.print(answer.text("version", &version).line());
        }
        Format::Table => ctx.print(format::table(&HEADING, &rows)),
        _ => ctx.print(format::rows(&rows)),
    }
    Ok(Next::Exit(0))
}
