//! How the nodes of a script get on: storing, applying, sending, receiving.
//!
//! Models etcd-io/raft `rafttest/interaction_env_handler_{process_ready,process_append_thread,
//! process_apply_thread,deliver_msgs,stabilize}.go`.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Done, Env, Failure, Member, index_of, indexes, nonsense, number, said};
use crate::etcd::raft::conform::script::Arg;
use crate::etcd::raft::{
    APPEND_THREAD, APPLY_THREAD, Bytes, Entry, HardState, Message, Snapshot, SnapshotSource,
};

/// One kind of work that waits for a node's storage.
type Work = fn(&Member) -> &VecDeque<Message<Bytes>>;

/// Which messages to deliver to whom, or to drop.
struct Delivery<'a> {
    to: u64,
    is_dropped: bool,
    /// Only those of the type of this name.
    kind: Option<&'a str>,
}

impl Delivery<'_> {
    /// A node's messages to itself and to its storage never get lost.
    fn covers(&self, message: &Message<Bytes>) -> bool {
        message.to == self.to
            && !(self.is_dropped && message.is_local())
            && self.kind.is_none_or(|kind| message.kind.to_string() == kind)
    }
}

impl Env {
    /// Does what a node wants done; with asynchronous writes, hands it to the node's storage.
    pub(super) fn process_ready(&mut self, at: usize) -> Done {
        let ready = self.on_node(at, |node| node.ready());
        self.output.print(&ready);
        let is_async = self.members[at].node.config().async_storage_writes;
        if !is_async {
            self.store(at, ready.hard_state, &ready.entries, ready.snapshot.as_ref())?;
            self.apply(at, &ready.committed_entries)?;
        }
        for message in ready.messages {
            match message.to {
                APPEND_THREAD => self.members[at].append_work.push_back(message),
                APPLY_THREAD => self.members[at].apply_work.push_back(message),
                _ => self.messages.push(message),
            }
        }
        if !is_async {
            self.on_node(at, |node| node.advance());
        }
        Ok(())
    }

    pub(super) fn process_append(&mut self, at: usize) -> Done {
        let Some(work) = self.members[at].append_work.pop_front() else {
            self.output.print("no append work to perform");
            return Ok(());
        };
        self.process(work, |env, work| {
            let state = HardState { term: work.term, vote: work.vote, commit: work.commit };
            let state = (!state.is_empty()).then_some(state);
            env.store(at, state, &work.entries, work.snapshot.as_ref())
        })
    }

    pub(super) fn process_apply(&mut self, at: usize) -> Done {
        let Some(work) = self.members[at].apply_work.pop_front() else {
            self.output.print("no apply work to perform");
            return Ok(());
        };
        self.process(work, |env, work| env.apply(at, &work.entries))
    }

    /// Does one piece of a storage's work, and sends the responses.
    fn process(
        &mut self,
        mut work: Message<Bytes>,
        act: impl FnOnce(&mut Self, &Message<Bytes>) -> Done,
    ) -> Done {
        let responses = std::mem::take(&mut work.responses);
        self.output.println(format_args!("Processing:\n{work}"));
        act(self, &work)?;
        self.output.println("Responses:");
        responses.iter().for_each(|response| self.output.println(response));
        self.messages.extend(responses);
        Ok(())
    }

    fn store(
        &mut self,
        at: usize,
        state: Option<HardState>,
        entries: &[Entry<Bytes>],
        snapshot: Option<&Arc<Snapshot<Bytes>>>,
    ) -> Done {
        let storage = self.members[at].node.storage_mut();
        if let Some(state) = state {
            storage.set_hard_state(state);
        }
        match snapshot {
            None => storage.append(entries),
            Some(_) if !entries.is_empty() => {
                let problem = "can't apply snapshot and entries at the same time";
                return Err(Failure::Said(problem.to_owned()));
            }
            Some(snapshot) => said(storage.apply_snapshot(Arc::clone(snapshot)))?,
        }
        Ok(())
    }

    fn apply(&mut self, at: usize, entries: &[Entry<Bytes>]) -> Done {
        for entry in entries {
            let mut conf_state = self.members[at].applied.conf_state.clone();
            if let Some(change) = entry.payload.conf_change() {
                let applied = self.on_node(at, |node| node.apply_conf_change(&change));
                conf_state = said(applied)?;
            }
            let member = &mut self.members[at];
            member.applied = Arc::new(Snapshot { last: entry.id(), conf_state, data: () });
            let newest = SnapshotSource::Offered(Arc::clone(&member.applied));
            member.node.set_snapshot_source(newest);
        }
        Ok(())
    }

    pub(super) fn deliver_messages(&mut self, args: &[Arg]) -> Done {
        let mut kind = None;
        let mut recipients = Vec::new();
        for arg in args {
            if arg.values.is_empty() {
                recipients.push((index_of(arg)? as u64 + 1, false));
            }
            for value in &arg.values {
                match arg.key.as_str() {
                    "drop" => {
                        let id = number(value)?;
                        if recipients.contains(&(id, false)) {
                            let problem = format!("can't both deliver and drop msgs to {id}");
                            return Err(nonsense(problem));
                        }
                        recipients.push((id, true));
                    }
                    "type" => kind = Some(value.as_str()),
                    _ => {}
                }
            }
        }
        let mut count = 0;
        for (to, is_dropped) in recipients {
            count += self.deliver(&Delivery { to, is_dropped, kind });
        }
        if count == 0 {
            self.output.println("no messages");
        }
        Ok(())
    }

    /// Delivers or drops messages, and says how many.
    fn deliver(&mut self, delivery: &Delivery<'_>) -> usize {
        let all = std::mem::take(&mut self.messages);
        let (covered, others) = all.into_iter().partition(|message| delivery.covers(message));
        self.messages = others;
        let covered: Vec<Message<Bytes>> = covered;
        let count = covered.len();
        for message in covered {
            if delivery.is_dropped {
                self.output.println(format_args!("dropped: {message}"));
                continue;
            }
            self.output.println(&message);
            let at = message.to as usize - 1;
            if let Err(error) = self.on_node(at, |node| node.step(message)) {
                self.output.println(error);
            }
        }
        count
    }

    /// Lets nodes work until there is nothing left to do, all others standing still.
    pub(super) fn stabilize(&mut self, args: &[Arg]) -> Done {
        let mut nodes = indexes(args)?;
        if nodes.is_empty() {
            nodes = (0..self.members.len()).collect();
        }
        let level = self.output.level;
        if let Some(arg) = args.iter().find(|arg| arg.key == "log-level") {
            arg.values.iter().try_for_each(|name| self.set_level(name))?;
        }
        let done = self.stabilize_nodes(&nodes);
        self.output.level = level;
        done
    }

    fn stabilize_nodes(&mut self, nodes: &[usize]) -> Done {
        loop {
            let mut is_done = true;
            for &at in nodes {
                if self.members[at].node.has_ready() {
                    is_done = false;
                    self.titled(at, "handling Ready", |env| env.process_ready(at))?;
                }
            }
            for &at in nodes {
                let delivery = Delivery { to: at as u64 + 1, is_dropped: false, kind: None };
                if self.messages.iter().any(|message| delivery.covers(message)) {
                    is_done = false;
                    self.titled(at, "receiving messages", |env| {
                        env.deliver(&delivery);
                        Ok(())
                    })?;
                }
            }
            for &at in nodes {
                let work: Work = |member| &member.append_work;
                is_done &= self
                    .work_off(at, "processing append thread", work, |env| env.process_append(at))?;
            }
            for &at in nodes {
                let work: Work = |member| &member.apply_work;
                is_done &= self
                    .work_off(at, "processing apply thread", work, |env| env.process_apply(at))?;
            }
            if is_done {
                return Ok(());
            }
        }
    }

    /// Has a storage do all its work of one kind. Says whether there was none.
    fn work_off(
        &mut self,
        at: usize,
        doing: &str,
        work: Work,
        act: impl Fn(&mut Self) -> Done,
    ) -> Result<bool, Failure> {
        if work(&self.members[at]).is_empty() {
            return Ok(true);
        }
        self.output.println(format_args!("> {} {doing}", at + 1));
        while !work(&self.members[at]).is_empty() {
            self.indented(&act)?;
        }
        Ok(false)
    }
}
