//! Scripts of nodes that exchange messages: what each command does.
//!
//! Models etcd-io/raft `rafttest/interaction_env*.go`. All messages under way are in one list;
//! they move only when a command says so.

mod setup;
mod work;

use std::collections::VecDeque;
use std::sync::Arc;

use super::Runner;
use super::output::Output;
use super::script::{Arg, Command};
use crate::etcd::raft::{
    Bytes, ConfChange, ConfChangeSingle, ConfChangeTransition, ConfChangeV2, Level, Message,
    MessageType, RawNode, Role, Snapshot,
};

/// The nodes of a script, and the messages under way between them.
#[derive(Default)]
pub struct Env {
    members: Vec<Member>,
    messages: Vec<Message<Bytes>>,
    output: Output,
}

/// A node, and what its storage has to do.
struct Member {
    node: RawNode<Bytes>,
    append_work: VecDeque<Message<Bytes>>,
    apply_work: VecDeque<Message<Bytes>>,
    /// The state of its machine after the last entry applied. What the entries say is not kept:
    /// no output shows it.
    applied: Arc<Snapshot<Bytes>>,
}

/// What a command fails with: a sentence that is part of its output, or nonsense in the script.
enum Failure {
    Said(String),
    Nonsense(String),
}

type Done = Result<(), Failure>;

impl Runner for Env {
    fn run(&mut self, command: &Command) -> Result<String, String> {
        let done = self.execute(command);
        // Errors are told even when everything else is left out.
        let is_quiet = self.output.is_quiet();
        match done {
            Ok(()) => {}
            Err(Failure::Said(error)) if is_quiet => return Ok(error),
            Err(Failure::Said(error)) => self.output.print(error),
            Err(Failure::Nonsense(problem)) => return Err(problem),
        }
        let text = self.output.take();
        Ok(if text.is_empty() { "ok".to_owned() } else { text })
    }
}

impl Env {
    fn execute(&mut self, command: &Command) -> Done {
        let args = &command.args;
        match command.name.as_str() {
            "_breakpoint" => Ok(()),
            "add-nodes" => self.add_nodes(args),
            "campaign" => self.with_node(args, |node, _| said(node.campaign())),
            "compact" => self.compact(args),
            "deliver-msgs" => self.deliver_messages(args),
            "process-ready" => self.each_node(args, "handling Ready", Self::process_ready),
            "process-append-thread" => {
                self.each_node(args, "processing append thread", Self::process_append)
            }
            "process-apply-thread" => {
                self.each_node(args, "processing apply thread", Self::process_apply)
            }
            "log-level" => self.set_level(&first(args)?.key),
            "raft-log" => self.raft_log(index_of(first(args)?)?),
            "raft-state" => self.raft_state(),
            "set-randomized-election-timeout" => self.with_node(args, |node, args| {
                let ticks = number(value(args, "timeout")?)?;
                node.set_randomized_election_timeout(ticks);
                Ok(())
            }),
            "stabilize" => self.stabilize(args),
            "status" => self.status(index_of(first(args)?)?),
            "tick-election" => self.with_node(args, |node, _| {
                (0..node.config().election_tick).for_each(|_| node.tick());
                Ok(())
            }),
            "tick-heartbeat" => self.with_node(args, |node, _| {
                (0..node.config().heartbeat_tick).for_each(|_| node.tick());
                Ok(())
            }),
            "transfer-leadership" => {
                let (from, to) = (value(args, "from")?, value(args, "to")?);
                let (from, to) = (number(from)?, number(to)?);
                self.on_node(from as usize - 1, |node| {
                    node.transfer_leader(to);
                    Ok(())
                })
            }
            "forget-leader" => self.with_node(args, |node, _| {
                node.forget_leader();
                Ok(())
            }),
            "send-snapshot" => self.send_snapshot(args),
            "propose" => self.with_node(args, |node, args| {
                let data = args.get(1).ok_or_else(|| nonsense("there is nothing to propose"))?;
                said(node.propose(Bytes::from(data.key.as_str())))
            }),
            "propose-conf-change" => self.propose_conf_change(command),
            "report-unreachable" => self.with_node(args, |node, args| {
                let other = args.get(1).ok_or_else(|| nonsense("who is unreachable?"))?;
                node.report_unreachable(number(&other.key)?);
                Ok(())
            }),
            _ => Err(Failure::Said("unknown command".to_owned())),
        }
    }

    /// Does something with the node that the first argument names.
    fn with_node(
        &mut self,
        args: &[Arg],
        act: impl FnOnce(&mut RawNode<Bytes>, &[Arg]) -> Done,
    ) -> Done {
        self.on_node(index_of(first(args)?)?, |node| act(node, args))
    }

    /// Does something with one node, and prints what it says.
    fn on_node<R>(&mut self, at: usize, act: impl FnOnce(&mut RawNode<Bytes>) -> R) -> R {
        let node = &mut self.members[at].node;
        let result = act(node);
        node.drain_lines().for_each(|line| self.output.line(&line));
        result
    }

    /// Does something with each of the nodes that the arguments name; with a title and indented
    /// when there are several.
    fn each_node(
        &mut self,
        args: &[Arg],
        doing: &str,
        act: impl Fn(&mut Self, usize) -> Done,
    ) -> Done {
        let nodes = indexes(args)?;
        for &at in &nodes {
            if nodes.len() > 1 {
                self.titled(at, doing, |env| act(env, at))?;
            } else {
                act(self, at)?;
            }
        }
        Ok(())
    }

    /// Prints a title, and below it, indented, what `act` prints.
    fn titled(&mut self, at: usize, doing: &str, act: impl FnOnce(&mut Self) -> Done) -> Done {
        self.output.println(format_args!("> {} {doing}", at + 1));
        self.indented(act)
    }

    fn indented(&mut self, act: impl FnOnce(&mut Self) -> Done) -> Done {
        let start = self.output.position();
        let done = act(self);
        self.output.indent_from(start);
        done
    }

    fn set_level(&mut self, name: &str) -> Done {
        use Level::{Debug, Error, Fatal, Info, None, Warn};
        let all = [Debug, Info, Warn, Error, Fatal, None];
        let named = |level: &Level| level.to_string().eq_ignore_ascii_case(name);
        self.output.level = all.into_iter().find(named).ok_or_else(|| {
            let names = all.map(|level| level.to_string()).join(" ");
            Failure::Said(format!("log levels must be either of [{names}]"))
        })?;
        Ok(())
    }

    fn raft_log(&mut self, at: usize) -> Done {
        let storage = self.members[at].node.storage();
        let (first, last) = (storage.first_index(), storage.last_index());
        if last < first {
            let empty = format_args!("log is empty: first index={first}, last index={last}");
            self.output.print(empty);
        }
        for entry in storage.range(first..last + 1) {
            self.output.println(entry);
        }
        Ok(())
    }

    fn raft_state(&mut self) -> Done {
        for Member { node, .. } in &self.members {
            let is_voter = node.members().voters.contains(node.id());
            let voter = if is_voter { "(Voter)" } else { "(Non-Voter)" };
            self.output.println(format_args!(
                "{}: {} {voter} Term:{} Lead:{}",
                node.id(),
                node.role(),
                node.term(),
                node.leader()
            ));
        }
        Ok(())
    }

    fn status(&mut self, at: usize) -> Done {
        let node = &self.members[at].node;
        if node.role() == Role::Leader {
            for (id, progress) in node.progress() {
                self.output.println(format_args!("{id}: {progress}"));
            }
        }
        Ok(())
    }

    fn compact(&mut self, args: &[Arg]) -> Done {
        let at = index_of(first(args)?)?;
        let to = args.get(1).ok_or_else(|| nonsense("up to where?"))?;
        let compacted = self.members[at].node.storage_mut().compact(number(&to.key)?);
        said(compacted)?;
        self.raft_log(at)
    }

    fn send_snapshot(&mut self, args: &[Arg]) -> Done {
        let [from, to] = indexes(args)?[..] else {
            return Err(nonsense("from whom to whom?"));
        };
        let sender = &self.members[from];
        let message = Message {
            from: from as u64 + 1,
            to: to as u64 + 1,
            term: sender.node.term(),
            snapshot: Some(Arc::clone(&sender.applied)),
            ..Message::new(MessageType::MsgSnap)
        };
        self.output.print(&message);
        self.messages.push(message);
        Ok(())
    }

    fn propose_conf_change(&mut self, command: &Command) -> Done {
        let at = index_of(first(&command.args)?)?;
        let mut is_v1 = false;
        let mut transition = ConfChangeTransition::Auto;
        for Arg { key, values } in &command.args[1..] {
            for value in values {
                match (key.as_str(), value.as_str()) {
                    ("v1", _) => is_v1 = flag(value)?,
                    ("transition", "auto") => transition = ConfChangeTransition::Auto,
                    ("transition", "implicit") => transition = ConfChangeTransition::JointImplicit,
                    ("transition", "explicit") => transition = ConfChangeTransition::JointExplicit,
                    ("transition", _) => {
                        return Err(Failure::Said(format!("unknown transition {value}")));
                    }
                    _ => return Err(Failure::Said(format!("unknown command {key}"))),
                }
            }
        }
        let changes = command.input.split_whitespace().map(str::parse);
        let changes: Vec<ConfChangeSingle> = said(changes.collect::<Result<_, String>>())?;
        let proposed = if !is_v1 {
            let change = ConfChangeV2 { transition, changes, context: None };
            self.on_node(at, |node| node.propose_conf_change_v2(change))
        } else if let ([change], ConfChangeTransition::Auto) = (&changes[..], transition) {
            let change = ConfChange { change: *change, context: None, id: 0 };
            self.on_node(at, |node| node.propose_conf_change(change))
        } else {
            let problem = "v1 conf change can only have one operation and no transition";
            return Err(Failure::Said(problem.to_owned()));
        };
        said(proposed)
    }
}

/// Makes an error part of the output.
fn said<T>(result: Result<T, impl std::fmt::Display>) -> Result<T, Failure> {
    result.map_err(|error| Failure::Said(error.to_string()))
}

fn nonsense(problem: impl Into<String>) -> Failure {
    Failure::Nonsense(problem.into())
}

fn first(args: &[Arg]) -> Result<&Arg, Failure> {
    args.first().ok_or_else(|| nonsense("an argument is missing"))
}

fn number(text: &str) -> Result<u64, Failure> {
    let parsed = text.parse();
    parsed.map_err(|error| nonsense(format!("{text}: {error}")))
}

fn flag(text: &str) -> Result<bool, Failure> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(Failure::Said(format!("strconv.ParseBool: parsing \"{text}\": invalid syntax"))),
    }
}

/// The position of the node that an argument names.
fn index_of(arg: &Arg) -> Result<usize, Failure> {
    match number(&arg.key)? {
        0 => Err(nonsense("ids start at 1")),
        id => Ok(id as usize - 1),
    }
}

/// The positions of the nodes that the arguments without values name.
fn indexes(args: &[Arg]) -> Result<Vec<usize>, Failure> {
    let plain = args.iter().filter(|arg| arg.values.is_empty());
    plain.map(index_of).collect()
}

/// The value of the argument `key`.
fn value<'a>(args: &'a [Arg], key: &str) -> Result<&'a str, Failure> {
    let named = args.iter().find(|arg| arg.key == key);
    let value = named.and_then(|arg| arg.values.first());
    value.map(String::as_str).ok_or_else(|| nonsense(format!("{key} is missing")))
}
