//! `etcdctl get`: reads keys. Models etcdctl/ctlv3/command/get_command.go.

use std::sync::Arc;

use super::command::{Command, Format};
use super::json;
use super::options::{FROM_KEY, PREFIX, REV, VALUE_ONLY};
use super::print::{self, Parts};
use super::script::{Ctx, Flow, Header, Next, Stop, bad_args, exit, unexpected};
use crate::api::{Stored, quote};
use crate::etcd::mvcc::{KeyRange, KeyValue, RangeEnd, Ranged, StoredValue};
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::kubectl::flags::{Flag, Flags};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "get",
    usage: "[options] <key> [range_end]",
    about: "Gets the key or a range of keys",
    flags: &[&[
        Flag::text("consistency", "Linearizable(l) or Serializable(s).").default("l"),
        Flag::text("order", "Order of results: ASCEND or DESCEND."),
        Flag::text("sort-by", "What is sorted by: CREATE, KEY, MODIFY, VALUE or VERSION."),
        Flag::int("limit", "0", "How many results at most."),
        Flag::switch("keys-only", "Get only the keys."),
        Flag::switch("count-only", "Get only the count."),
        PREFIX,
        FROM_KEY,
        REV,
        VALUE_ONLY,
    ]],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    let flags = &ctx.env.flags;
    let range = range_of(&ctx.env.args, flags, "get")?;
    let (keys_only, count_only) = (flags.is_on("keys-only"), flags.is_on("count-only"));
    if keys_only && count_only {
        let text = "`--keys-only` and `--count-only` cannot be set at the same time, choose one";
        return bad_args(text);
    }
    let serializable = match flags.text("consistency") {
        "l" => false,
        "s" => true,
        other => {
            let text = format!("unknown consistency flag {}", quote(other));
            return Err(Stop::Failed(text, exit::BAD_FEATURE));
        }
    };
    let order = Order::of(flags)?;
    let (revision, limit) = (flags.int("rev").max(0) as u64, flags.int("limit").max(0) as usize);
    // Sorting comes before cutting, so that the member is asked for everything.
    let asked = if order.is_plain() { limit } else { 0 };
    let request = Request::Range { range, revision, limit: asked, serializable };
    let (header, reply) = ctx.call(request)?;
    let Reply::Ranged(found) = reply else { return unexpected() };
    if count_only && ctx.env.format != Format::Fields {
        return bad_args("--count-only is only for `--write-out=fields`");
    }
    let value_only = flags.is_on("print-value-only");
    if value_only && ctx.env.format != Format::Simple {
        return bad_args("print-value-only is only for `--write-out=simple`");
    }
    let found = order.sort(found, limit);
    let parts = Parts { keys_only, value_only, hex: flags.is_on("hex") };
    show(ctx, &header, &found, parts, count_only)
}

/// The keys that arguments mean.
pub fn range_of(args: &[String], flags: &Flags, command: &str) -> Flow<KeyRange> {
    let Some((key, rest)) = args.split_first() else {
        return bad_args(format!(
            "{command} command needs one argument as key and an optional argument as range_end"
        ));
    };
    let (prefix, from_key) = (flags.is_on("prefix"), flags.is_on("from-key"));
    if prefix && from_key {
        let text = "`--prefix` and `--from-key` cannot be set at the same time, choose one";
        return bad_args(text);
    }
    let last = KeyRange { start: key.as_str().into(), end: RangeEnd::Last };
    match rest {
        [] if prefix => Ok(KeyRange::prefix(key)),
        [] if from_key => Ok(last),
        [] => Ok(KeyRange::one(key.as_str())),
        _ if prefix || from_key => bad_args(
            "too many arguments, only accept one argument when `--prefix` or `--from-key` is set",
        ),
        [end, ..] => Ok(KeyRange { end: RangeEnd::Before(end.as_str().into()), ..last }),
    }
}

fn show(
    ctx: &mut Ctx<'_>,
    header: &Header,
    found: &Ranged<Stored>,
    parts: Parts,
    count_only: bool,
) -> Flow<Next> {
    print::no_table(ctx)?;
    let kvs = if count_only { &[] } else { found.kvs.as_slice() };
    match ctx.env.format {
        Format::Json => {
            let kvs: Vec<String> = kvs.iter().map(|kv| json::kv(kv, parts.keys_only)).collect();
            let answer = json::with_header(header).list("kvs", &kvs).some("more", found.more);
            ctx.print(answer.some("count", found.count).line());
        }
        Format::Fields => {
            ctx.print(fields(header));
            kvs.iter().for_each(|kv| ctx.print(kv_fields(kv, parts.keys_only)));
            ctx.say(format!("\"More\" : {}\n\"Count\" : {}", found.more, found.count));
        }
        _ => kvs.iter().for_each(|kv| ctx.print(print::kv(kv, parts))),
    }
    Ok(Next::Exit(0))
}

fn fields(header: &Header) -> String {
    let Header { cluster, member, revision, term } = header;
    format!(
        "\"ClusterID\" : {cluster}\n\"MemberID\" : {member}\n\"Revision\" : {revision}\n\
         \"RaftTerm\" : {term}\n"
    )
}

fn kv_fields(kv: &KeyValue<Stored>, keys_only: bool) -> String {
    let value = if keys_only { String::new() } else { kv.value.text() };
    format!(
        "\"Key\" : {}\n\"CreateRevision\" : {}\n\"ModRevision\" : {}\n\"Version\" : {}\n\
         \"Value\" : {}\n\"Lease\" : {}\n\n",
        quote(&kv.key),
        kv.create_revision,
        kv.mod_revision,
        kv.version,
        quote(&value),
        kv.lease
    )
}

/// In which order keys are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Order {
    by: By,
    descends: bool,
    is_given: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum By {
    Create,
    Key,
    Modify,
    Value,
    Version,
}

impl Order {
    fn of(flags: &Flags) -> Flow<Self> {
        let bad = |what: &str, given: &str| {
            Err(Stop::Failed(format!("bad sort {what} {given}"), exit::BAD_FEATURE))
        };
        let (order, target) = (flags.text("order"), flags.text("sort-by"));
        let descends = match order.to_uppercase().as_str() {
            "" | "ASCEND" => false,
            "DESCEND" => true,
            _ => return bad("order", order),
        };
        let by = match target.to_uppercase().as_str() {
            "CREATE" => By::Create,
            "" | "KEY" => By::Key,
            "MODIFY" => By::Modify,
            "VALUE" => By::Value,
            "VERSION" => By::Version,
            _ => return bad("target", target),
        };
        Ok(Self { by, descends, is_given: !order.is_empty() || by != By::Key })
    }

    fn is_plain(self) -> bool {
        !self.is_given
    }

    fn sort(self, mut found: Ranged<Stored>, limit: usize) -> Ranged<Stored> {
        if self.is_plain() {
            return found;
        }
        let number = |kv: &Arc<KeyValue<Stored>>| match self.by {
            By::Create => kv.create_revision,
            By::Modify => kv.mod_revision,
            By::Version => kv.version,
            By::Key | By::Value => 0,
        };
        match self.by {
            By::Key => {}
            By::Value => found.kvs.sort_by_cached_key(|kv| kv.value.text()),
            _ => found.kvs.sort_by_key(number),
        }
        if self.descends {
            found.kvs.reverse();
        }
        if limit > 0 && found.kvs.len() > limit {
            found.kvs.truncate(limit);
            found.more = true;
        }
        found
    }
}
