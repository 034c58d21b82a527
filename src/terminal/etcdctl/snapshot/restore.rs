//! `etcdutl snapshot restore`: makes a data directory of a copy. Models
//! etcdutl/snapshot/v3_snapshot.go.

use super::{Condition, open, text_of};
use crate::terminal::etcdctl::command::{Command, exactly};
use crate::terminal::etcdctl::script::{Ctx, Flow, Next, Stop, exit};
use crate::terminal::kubectl::flags::Flag;

const FLAGS: &[&[Flag]] = &[&[
    Flag::text("data-dir", "Where the restored data goes."),
    Flag::text("name", "The name of the member.").default("default"),
    Flag::text("initial-cluster", "The members of the restored cluster."),
    Flag::text("initial-cluster-token", "A name that no other cluster has."),
    Flag::text("initial-advertise-peer-urls", "Where the others reach the member."),
    Flag::switch("skip-hash-check", "Take the copy as it is, whatever its hash."),
]];

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdutl",
    path: "snapshot restore",
    usage: "<filename> --data-dir {output dir} [options]",
    about: "Restores an etcd member snapshot to an etcd directory",
    flags: FLAGS,
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let args = exactly(ctx, 1, "snapshot restore requires exactly one argument")?;
    let (backup, condition) = open(ctx, &args[0], "open")?;
    let directory = match ctx.env.flags.text("data-dir") {
        "" => format!("{}.etcd", ctx.env.flags.text("name")),
        given => given.trim_end_matches('/').to_owned(),
    };
    let failed = |text: String| Stop::Failed(text, exit::ERROR);
    if ctx.env.files.contains_key(directory.as_str()) {
        return Err(failed(format!(
            "data-dir {} not empty or could not be read",
            crate::api::quote(&directory)
        )));
    }
    let skips = ctx.env.flags.is_on("skip-hash-check");
    // etcdutl looks for the hash at the end of the file, and tells a file without by its size.
    match condition {
        Condition::Cut if !skips => {
            let text = "snapshot missing hash but --skip-hash-check=false";
            return Err(failed(text.to_owned()));
        }
        Condition::Altered if !skips => {
            if let Err(error) = backup.altered().restore() {
                return Err(failed(error.to_string()));
            }
        }
        _ => {}
    }
    let status = backup.status();
    ctx.complain(format!(
        "info\tsnapshot/v3_snapshot.go\trestoring snapshot\t{{\"path\": \"{}\", \"data-dir\": \
         \"{directory}\", \"revision\": {}}}",
        args[0], status.revision
    ));
    ctx.complain(format!(
        "info\tsnapshot/v3_snapshot.go\trestored snapshot\t{{\"path\": \"{}\", \"data-dir\": \
         \"{directory}\"}}",
        args[0]
    ));
    ctx.save((directory.as_str().into(), text_of(&backup), backup));
    Ok(Next::Exit(0))
}
