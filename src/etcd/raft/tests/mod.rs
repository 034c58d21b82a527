//! Nodes put through what the paper and etcd-io/raft's own unit tests ask of them.

mod elections;
mod logs;
mod requests;

use std::sync::Arc;

use super::*;
use crate::sim::Rng;

type Node = RawNode<Bytes>;
type Mail = Message<Bytes>;

/// A cluster in which everything stored, applied and sent is so at once, and nothing else happens.
struct Cluster {
    nodes: Vec<Node>,
    /// Which messages get lost.
    lost: fn(&Mail) -> bool,
}

/// How the members are set up, unless a test says otherwise: no pre-votes and no quorum checks,
/// which have tests of their own.
fn config(id: u64) -> Config {
    Config { pre_vote: false, check_quorum: false, log_level: Level::Debug, ..Config::new(id) }
}

/// What a member has stored: a snapshot up to index 1 with this configuration, and entries of
/// these terms from index 2 on.
fn storage(conf_state: ConfState, terms: &[u64]) -> Storage<Bytes> {
    let mut storage = Storage::from_snapshot(Arc::new(Snapshot {
        last: EntryId { term: 1, index: 1 },
        conf_state,
        data: (),
    }));
    let entries: Vec<Entry<Bytes>> = (2..)
        .zip(terms)
        .map(|(index, &term)| Entry { term, index, payload: Payload::Data(Bytes::from("x")) })
        .collect();
    storage.append(&entries);
    storage.set_hard_state(HardState {
        term: terms.last().copied().unwrap_or(1),
        vote: NONE,
        commit: 1,
    });
    storage
}

fn node(config: Config, voters: u64, terms: &[u64]) -> Node {
    let storage = storage(ConfState::of_voters(1..=voters), terms);
    RawNode::new(config, storage, Rng::new(config.id)).unwrap()
}

/// Stores and applies everything a node wants stored and applied, and gives what it sends. A
/// snapshot of what was applied is always at hand.
fn work(node: &mut Node) -> Vec<Mail> {
    let mut mail = Vec::new();
    while node.has_ready() {
        let ready = node.ready();
        let storage = node.storage_mut();
        if let Some(state) = ready.hard_state {
            storage.set_hard_state(state);
        }
        if let Some(snapshot) = ready.snapshot {
            storage.apply_snapshot(snapshot).unwrap();
        }
        storage.append(&ready.entries);
        for change in ready.committed_entries.iter().filter_map(|e| e.payload.conf_change()) {
            node.apply_conf_change(&change).unwrap();
        }
        if let Some(last) = ready.committed_entries.last() {
            let newest = Snapshot { last: last.id(), conf_state: node.conf_state(), data: () };
            node.set_snapshot_source(SnapshotSource::Offered(Arc::new(newest)));
        }
        mail.extend(ready.messages);
        node.advance();
    }
    mail
}

/// What a node has said, and forgets by that.
fn said(node: &mut Node) -> Vec<String> {
    node.drain_lines().map(|line| line.to_string()).collect()
}

/// The types of these messages, with their receivers.
fn kinds(mail: &[Mail]) -> Vec<(MessageType, u64)> {
    mail.iter().map(|message| (message.kind, message.to)).collect()
}

fn data(payload: &str) -> Bytes {
    Bytes::from(payload)
}

impl Cluster {
    fn new(nodes: Vec<Node>) -> Self {
        Self { nodes, lost: |_| false }
    }

    /// Voters 1, 2, … with nothing in their logs.
    fn of(voters: u64) -> Self {
        Self::new((1..=voters).map(|id| node(config(id), voters, &[])).collect())
    }

    fn node(&mut self, id: u64) -> &mut Node {
        &mut self.nodes[id as usize - 1]
    }

    /// Delivers messages until there are none.
    fn settle(&mut self) {
        loop {
            let mail: Vec<Mail> = self.nodes.iter_mut().flat_map(work).collect();
            if mail.is_empty() {
                return;
            }
            for message in mail.into_iter().filter(|message| !(self.lost)(message)) {
                let to = message.to as usize - 1;
                if let Some(node) = self.nodes.get_mut(to) {
                    let _ = node.step(message);
                }
            }
        }
    }

    /// Makes `id` stand for election, and everybody vote.
    fn elect(&mut self, id: u64) {
        self.node(id).campaign().unwrap();
        self.settle();
        assert_eq!(self.node(id).role(), Role::Leader);
    }

    /// Role and term of each.
    fn roles(&self) -> Vec<(Role, u64)> {
        self.nodes.iter().map(|node| (node.role(), node.term())).collect()
    }

    fn commits(&self) -> Vec<u64> {
        self.nodes.iter().map(Node::commit_index).collect()
    }
}
