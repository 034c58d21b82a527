//! `etcdctl txn`: several requests in one transaction, read from stdin. Models
//! etcdctl/ctlv3/command/txn_command.go.
//!
//! Three blocks, each ended by an empty line: comparisons, what is done if they hold, what is done
//! if they do not.

use super::command::{Command, Format};
use super::print::{self, Parts};
use super::script::{Ctx, Flow, Next, Stop, bad_args, exit, unexpected};
use super::{del, get, json, put};
use crate::api::Stored;
use crate::etcd::mvcc::{Compare, CompareOp, CompareTarget, Op, OpResult, Txn};
use crate::etcd::rpc::{Reply, Request};
use crate::terminal::kubectl::flags::{self, Flag};

/// The command.
pub const COMMAND: Command = Command {
    program: "etcdctl",
    path: "txn",
    usage: "[options]",
    about: "Txn processes all the requests in one transaction",
    flags: &[&[Flag::switch("interactive", "Prompt for each block.").short('i')]],
    step,
};

fn step(ctx: &mut Ctx<'_>) -> Flow<Next> {
    if !ctx.env.args.is_empty() {
        return bad_args("txn command does not accept argument");
    }
    let stdin = ctx.env.stdin.clone().unwrap_or_default();
    let mut lines = stdin.lines().map(str::trim);
    let mut block = || lines.by_ref().take_while(|line| !line.is_empty()).collect::<Vec<_>>();
    let (compares, then, otherwise) = (block(), block(), block());
    for prompt in
        ["compares:", "success requests (get, put, del):", "failure requests (get, put, del):"]
    {
        if ctx.env.flags.is_on("interactive") {
            ctx.say(prompt);
        }
    }
    let ops = |lines: &[&str]| lines.iter().map(|line| op_of(line)).collect::<Flow<Vec<_>>>();
    let txn = Txn {
        compare: compares.iter().map(|line| compare_of(line)).collect::<Flow<_>>()?,
        success: ops(&then)?,
        failure: ops(&otherwise)?,
    };
    let (header, reply) = ctx.call(Request::Txn(txn))?;
    let Reply::Txn(result) = reply else { return unexpected() };
    print::no_table(ctx)?;
    if ctx.env.format == Format::Json {
        let responses: Vec<String> =
            result.results.iter().map(|result| json::response(result, &header)).collect();
        let answer = json::with_header(&header).some("succeeded", result.succeeded);
        ctx.print(answer.list("responses", &responses).line());
        return Ok(Next::Exit(0));
    }
    ctx.say(if result.succeeded { "SUCCESS" } else { "FAILURE" });
    for result in &result.results {
        ctx.say("");
        match result {
            OpResult::Ranged(found) => {
                found.kvs.iter().for_each(|kv| ctx.print(print::kv(kv, Parts::default())));
            }
            OpResult::Put(_) => ctx.say("OK"),
            OpResult::Deleted(gone) => ctx.say(gone.len()),
        }
    }
    Ok(Next::Exit(0))
}

fn invalid<T>(text: String) -> Flow<T> {
    Err(Stop::Failed(text, exit::INVALID_INPUT))
}

/// A comparison such as `mod("key") > "0"`. Models ParseCompare.
fn compare_of(line: &str) -> Flow<Compare<Stored>> {
    let malformed = || format!("malformed comparison: {line}");
    let parsed = (|| {
        let (target, rest) = line.split_once('(')?;
        let (key, rest) = quoted(rest)?;
        let rest = rest.trim_start().strip_prefix(')')?.trim_start();
        let (op, rest) = rest.split_once(' ')?;
        let (value, rest) = quoted(rest.trim_start())?;
        rest.trim().is_empty().then_some((target, key, op, value))
    })();
    let Some((target, key, op, value)) = parsed else { return invalid(malformed()) };
    let op = match op {
        "=" => CompareOp::Equal,
        "!=" => CompareOp::NotEqual,
        ">" => CompareOp::Greater,
        "<" => CompareOp::Less,
        _ => return invalid(malformed()),
    };
    let number = |radix| {
        let parsed = i64::from_str_radix(&value, radix);
        parsed.map_err(|_| {
            let text = format!("invalid txn compare request: {line}");
            Stop::Failed(text, exit::INVALID_INPUT)
        })
    };
    let target = match target {
        "ver" | "version" => CompareTarget::Version(number(10)?.max(0) as u64),
        "c" | "create" => CompareTarget::CreateRevision(number(10)?.max(0) as u64),
        "m" | "mod" => CompareTarget::ModRevision(number(10)?.max(0) as u64),
        "val" | "value" => CompareTarget::Value(Stored::Text(value.as_str().into())),
        "lease" => CompareTarget::Lease(number(16)?),
        other => return invalid(format!("{} (unknown target {other})", malformed())),
    };
    Ok(Compare { key: key.as_str().into(), op, target })
}

/// The text in quotes at the beginning of `text`, and what comes after it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix('"')?.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &text[at + 2..])),
            '\\' => match chars.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                other => out.push(other),
            },
            c => out.push(c),
        }
    }
    None
}

/// A request such as `put key "a value"`. Models parseRequestUnion.
fn op_of(line: &str) -> Flow<Op<Stored>> {
    let words = words(line);
    let Some((name, args)) = words.split_first().filter(|(_, args)| !args.is_empty()) else {
        return invalid(format!("invalid txn compare request: {line}"));
    };
    let tables = match name.as_str() {
        "get" => get::COMMAND.flags,
        "put" => put::FLAGS,
        "del" => del::FLAGS,
        _ => return invalid(format!("invalid txn request: {line}")),
    };
    let Ok(parsed) = flags::parse_for(args, tables, &[]) else {
        return invalid(format!("invalid txn request: {line}"));
    };
    let flags = &parsed.flags;
    match name.as_str() {
        "get" => Ok(Op::Range {
            range: get::range_of(&parsed.args, flags, "get")?,
            revision: flags.int("rev").max(0) as u64,
            limit: flags.int("limit").max(0) as usize,
        }),
        "put" => put::op_of(&parsed.args, flags, None),
        _ => Ok(Op::Delete { range: get::range_of(&parsed.args, flags, "del")? }),
    }
}

/// The words of a line; those in quotes keep their blanks. Models Argify.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut rest) = (Vec::new(), line.trim_start());
    while !rest.is_empty() {
        if let Some((word, after)) = quoted(rest) {
            words.push(word);
            rest = after.trim_start();
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        words.push(rest[..end].trim_matches('\'').to_owned());
        rest = rest[end..].trim_start();
    }
    words
}
