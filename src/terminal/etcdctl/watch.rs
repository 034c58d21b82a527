//! `etcdctl watch`: prints changes as they happen. Models etcdctl/ctlv3/command/watch_command.go.

use super::command::{Command, Format};
use super::get::range_of;
use super::json::{self, Json};
use super::options::{PREFIX, PREV_KV, REV};
use super::print::{self, Parts};
use super::script::{Ctx, Flow, Header, Next, Stop, exit};
use crate::api::Stored;
use crate::etcd::mvcc::Event;
use crate::etcd::rpc::{Request, WatchOptions};
use crate::terminal::kubectl::flags::Flag;

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "watch",
    usage: "[options] [key or prefix] [range_end]",
    about: "Watches events stream on keys or prefixes",
    flags: &[&[
        PREFIX,
        REV,
        PREV_KV,
        Flag::switch("progress-notify", "Hear from time to time how far the watch has come."),
    ]],
    step,
};

/// The first step asks; each later one prints what has come.
fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let flags = &ctx.env.flags;
    if ctx.memory.steps == 0 {
        let range = range_of(&ctx.env.args, flags, "watch")?;
        let progress_notify = flags.is_on("progress-notify");
        let options = WatchOptions { progress_notify, ..WatchOptions::default() };
        let from = flags.int("rev").max(0) as u64;
        ctx.call(Request::Watch { range, from, options })?;
        return Ok(Next::Again);
    }
    match ctx.events()? {
        Some(Ok(events)) => {
            let header = Header { revision: events.revision, ..Header::default() };
            show(ctx, &header, &events.events)?;
            Ok(Next::Again)
        }
        Some(Err(cancelled)) => {
            ctx.complain(format!("watch was canceled ({})", cancelled.error));
            let text = "watch is canceled by the server";
            Err(Stop::Failed(text.to_owned(), exit::ERROR))
        }
        // clientv3 finds another member and resumes after what it has heard; a person sees nothing
        // of that, and neither does this process when its member does not come back.
        None => Err(Stop::Failed("watch is canceled by the server".to_owned(), exit::ERROR)),
    }
}

fn show(ctx: &mut Ctx<'_>, header: &Header, events: &[std::sync::Arc<Event<Stored>>]) -> Flow<()> {
    print::no_table(ctx)?;
    let with_before = ctx.env.flags.is_on("prev-kv");
    if ctx.env.format == Format::Json {
        let events: Vec<String> = events.iter().map(|event| event_json(event)).collect();
        let header = json::header_fields(header).object();
        let answer = Json::new().raw("Header", header).raw("Events", json::list(&events));
        let answer = answer.raw("CompactRevision", 0).raw("Canceled", false);
        ctx.print(answer.raw("Created", false).line());
        return Ok(());
    }
    for event in events {
        ctx.say(if event.now.is_some() { "PUT" } else { "DELETE" });
        if let Some(before) = event.before.as_ref().filter(|_| with_before) {
            ctx.print(print::kv(before, Parts::default()));
        }
        match &event.now {
            Some(now) => ctx.print(print::kv(now, Parts::default())),
            None => ctx.print(format!("{}\n\n", event.key())),
        }
    }
    Ok(())
}

fn event_json(event: &Event<Stored>) -> String {
    match &event.now {
        Some(now) => Json::new().raw("kv", json::kv(now, false)).object(),
        None => {
            let key = crate::api::base64::encode(event.key().as_bytes());
            let kv = Json::new().text("key", &key).some("mod_revision", event.revision);
            Json::new().raw("type", 1).raw("kv", kv.object()).object()
        }
    }
}
