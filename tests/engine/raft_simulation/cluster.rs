//! The members of a run, the mail between them, and what befalls them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use orrery::etcd::raft::invariants::{History, Scope, View, check, check_promise};
use orrery::etcd::raft::{
    ConfChange, ConfChangeSingle, ConfChangeTransition, ConfChangeType, ConfChangeV2, ConfState,
    Config, EntryId, MessageType, ReadOnlyOption, Role, Snapshot, Storage, VoteResult,
};
use orrery::sim::{Rng, Set};

use super::Kind;
use super::member::{Command, Machine, Mail, Member, Outcome};
use super::setup::draw_config;

/// How many members there can be.
const MEMBERS: u64 = 6;

/// Within how many rounds, without faults, a cluster must agree on something new.
const ROUNDS_TO_SETTLE: u64 = 400;

/// What can happen, to the member at some position where it happens to one, and how often.
type Event = fn(&mut Cluster, usize) -> Step;

const EVENTS: &[(u64, Event)] = &[
    (80, |cluster, at| cluster.tick(at)),
    (380, |cluster, at| cluster.work(at)),
    (390, |cluster, _| cluster.deliver_one()),
    (20, |cluster, _| cluster.lose_one()),
    (5, |cluster, _| cluster.double_one()),
    (55, |cluster, at| cluster.propose(at)),
    (15, |cluster, at| cluster.change_members(at)),
    (10, |cluster, at| cluster.read(at)),
    (7, |cluster, at| cluster.hand_over(at)),
    (5, |cluster, at| cluster.forget_leader(at)),
    (5, |cluster, at| cluster.stand(at)),
    (3, |cluster, _| cluster.cut_some()),
    (8, |cluster, _| cluster.heal()),
    (3, |cluster, at| cluster.stop(at)),
    (9, |cluster, at| cluster.start(at)),
    (5, |cluster, at| cluster.snapshot(at)),
];

pub struct Cluster {
    kind: Kind,
    rng: Rng,
    members: Vec<Member>,
    mail: Vec<Mail>,
    /// The pairs between which nothing gets through, the sender first.
    cut: Set<(u64, u64)>,
    history: History,
    /// For each read under way, the highest commit index when it was asked for.
    reads: BTreeMap<u64, u64>,
    next_number: u64,
}

pub type Step = Result<(), String>;

impl Cluster {
    pub fn new(kind: Kind, mut rng: Rng) -> Self {
        let founders = [1, 2, 3, 3, 5][rng.below(5) as usize];
        let founding = Arc::new(Snapshot {
            last: EntryId { term: 1, index: 1 },
            conf_state: ConfState::of_voters(1..=founders),
            data: Machine { hash: 0, index: 1 },
        });
        let config = draw_config(kind, &mut rng);
        let count = if kind.members_change { MEMBERS } else { founders };
        let members = (1..=count).map(|id| {
            let storage = match id <= founders {
                true => Storage::from_snapshot(Arc::clone(&founding)),
                false => Storage::new(),
            };
            let own = rng.split(&format!("member {id}"));
            Member::new(Config { id, ..config }, storage, own)
        });
        Self {
            kind,
            members: members.collect(),
            rng,
            mail: Vec::new(),
            cut: Set::new(),
            history: History::new(),
            reads: BTreeMap::new(),
            next_number: 1,
        }
    }

    /// Lets one thing happen, and checks everything.
    pub fn random_step(&mut self) -> Step {
        let at = self.rng.below(self.members.len() as u64) as usize;
        let total = EVENTS.iter().map(|(weight, _)| weight).sum();
        let mut drawn = self.rng.below(total);
        for (weight, happen) in EVENTS {
            if drawn < *weight {
                happen(self, at)?;
                break;
            }
            drawn -= weight;
        }
        self.check()
    }

    /// Ends all faults, and waits until the cluster has agreed on something new.
    pub fn settle(&mut self) -> Step {
        self.heal()?;
        (0..self.members.len()).try_for_each(|at| self.start(at))?;
        for round in 0..ROUNDS_TO_SETTLE {
            (0..self.members.len()).try_for_each(|at| self.tick(at))?;
            self.exhaust()?;
            if round % 40 == 39 {
                (0..self.members.len()).try_for_each(|at| self.propose(at))?;
                self.exhaust()?;
            }
            if round > 100 && self.is_settled() {
                return Ok(());
            }
        }
        match self.kind.members_change && self.is_beyond_help() {
            true => Ok(()),
            false => Err("the cluster does not settle".to_owned()),
        }
    }

    /// Whether members that were removed have brought the cluster where Raft's own rules do not
    /// lead out again.
    ///
    /// Without pre-votes and quorum checks, they go on standing for election, and raise the terms
    /// of learners above that of a leader which those never answer again.
    ///
    /// Or nobody can be elected: whoever may stand has a log that too many voters of its
    /// configuration are ahead of. A leader that is no longer a voter leaves this behind when it
    /// stops leading before the others have learned that, and have its last entries.
    fn is_beyond_help(&self) -> bool {
        let config = &self.members[0].config;
        if !config.pre_vote && !config.check_quorum {
            return true;
        }
        let nodes = || self.members.iter().filter_map(Member::node);
        nodes().all(|node| {
            let voters = &node.members().voters;
            let grants = |id| nodes().any(|n| n.id() == id && n.last_id() <= node.last_id());
            let result = voters.vote_result(|id| Some(grants(id)));
            !voters.contains(node.id()) || result == VoteResult::Lost
        })
    }

    /// Whether one leads, all its members have applied the whole log, and all agree.
    fn is_settled(&self) -> bool {
        let nodes = || self.members.iter().filter_map(|m| Some((m, m.node()?)));
        let leader = nodes().filter(|(_, node)| node.role() == Role::Leader);
        let Some((member, leader)) = leader.max_by_key(|(_, node)| node.term()) else {
            return false;
        };
        let conf = leader.conf_state();
        nodes().filter(|(_, node)| conf.contains(node.id())).all(|(other, node)| {
            node.applied_index() == leader.last_index() && other.machine == member.machine
        })
    }

    fn exhaust(&mut self) -> Step {
        loop {
            let mut is_done = self.mail.is_empty();
            for message in std::mem::take(&mut self.mail) {
                self.receive(message)?;
            }
            for at in 0..self.members.len() {
                while self.members[at].node().is_some() && self.work_once(at)? {
                    is_done = false;
                }
            }
            self.check()?;
            if is_done {
                return Ok(());
            }
        }
    }

    fn tick(&mut self, at: usize) -> Step {
        if let Some(node) = self.members[at].node_mut() {
            node.tick();
        }
        Ok(())
    }

    /// Lets the member at `at` do something, or the next one that has something to do.
    fn work(&mut self, at: usize) -> Step {
        let count = self.members.len();
        for at in (at..at + count).map(|at| at % count) {
            if self.work_once(at)? {
                break;
            }
        }
        Ok(())
    }

    fn work_once(&mut self, at: usize) -> Result<bool, String> {
        let member = &mut self.members[at];
        let Outcome { mail, reads, worked } = member.work(&mut self.rng)?;
        for message in mail {
            if let Some(violation) = check_promise(&message, member.storage()) {
                return Err(format!("{violation}: {message}"));
            }
            self.mail.push(message);
        }
        for read in reads {
            let asked = self.reads.remove(&read.request);
            let is_linear = asked.is_none_or(|commit| read.index >= commit);
            let is_safe = member.config.read_only == ReadOnlyOption::Safe;
            if is_safe && !is_linear {
                return Err(format!("{read:?} is older than {asked:?}"));
            }
        }
        Ok(worked)
    }

    fn take_mail(&mut self) -> Option<Mail> {
        let count = self.mail.len() as u64;
        let at = self.rng.below(count) as usize;
        (count > 0).then(|| self.mail.swap_remove(at))
    }

    fn deliver_one(&mut self) -> Step {
        match self.take_mail() {
            Some(message) => self.receive(message),
            None => Ok(()),
        }
    }

    fn receive(&mut self, message: Mail) -> Step {
        if self.cut.contains_key(&(message.from, message.to)) {
            self.lose(&message);
            return Ok(());
        }
        let at = message.to as usize - 1;
        let Some(node) = self.members.get_mut(at).and_then(Member::node_mut) else {
            self.lose(&message);
            return Ok(());
        };
        let shown = message.to_string();
        let (from, to, kind) = (message.from, message.to, message.kind);
        // Answers to members that are no longer, and proposals nobody takes, are refused.
        let _ = node.step(message);
        if let Some(line) = node.halted() {
            return Err(format!("{line}, on {shown}"));
        }
        // The receiver's own answer may be lost, and nothing else would ever be sent to it.
        let sender = self.members[from as usize - 1].node_mut();
        if let Some(node) = sender.filter(|_| kind == MessageType::MsgSnap) {
            node.report_snapshot(to, true);
        }
        Ok(())
    }

    fn lose_one(&mut self) -> Step {
        if let Some(message) = self.take_mail() {
            self.lose(&message);
        }
        Ok(())
    }

    fn lose(&mut self, message: &Mail) {
        let is_snapshot = message.kind == MessageType::MsgSnap;
        let is_noticed = is_snapshot || self.rng.chance(300_000);
        let sender = self.members.get_mut(message.from as usize - 1);
        let sender = sender.and_then(Member::node_mut);
        if let Some(node) = sender.filter(|_| is_noticed) {
            if is_snapshot {
                node.report_snapshot(message.to, false);
            }
            node.report_unreachable(message.to);
        }
    }

    fn double_one(&mut self) -> Step {
        if let Some(message) = self.take_mail() {
            self.mail.push(message.clone());
            self.mail.push(message);
        }
        Ok(())
    }

    fn propose(&mut self, at: usize) -> Step {
        let number = self.next_number;
        self.next_number += 1;
        if let Some(node) = self.members[at].node_mut() {
            let _ = node.propose(Command(number));
        }
        Ok(())
    }

    /// Proposes a change that fits the configuration its leader knows.
    fn change_members(&mut self, at: usize) -> Step {
        let rng = &mut self.rng;
        let Some(node) = self.members[at].node_mut() else {
            return Ok(());
        };
        if node.role() != Role::Leader || !self.kind.members_change {
            return Ok(());
        }
        if node.members().voters.is_joint() {
            let _ = node.propose_conf_change_v2(ConfChangeV2::default());
            return Ok(());
        }
        let mut draw = || ConfChangeSingle {
            kind: [
                ConfChangeType::AddNode,
                ConfChangeType::AddNode,
                ConfChangeType::AddLearnerNode,
                ConfChangeType::RemoveNode,
            ][rng.below(4) as usize],
            node_id: 1 + rng.below(MEMBERS),
        };
        let changes: Vec<ConfChangeSingle> = [draw(), draw(), draw()].into();
        let count = 1 + rng.below(3) as usize;
        let changes = &changes[..count];
        let mut voters = node.members().voters.incoming.clone();
        for change in changes {
            match change.kind {
                ConfChangeType::AddNode => _ = voters.0.insert(change.node_id),
                _ => _ = voters.0.remove(&change.node_id),
            }
        }
        if voters.is_empty() {
            return Ok(());
        }
        let _ = if count == 1 && rng.chance(500_000) {
            node.propose_conf_change(ConfChange { change: changes[0], context: None, id: 0 })
        } else {
            node.propose_conf_change_v2(ConfChangeV2 {
                transition: [
                    ConfChangeTransition::Auto,
                    ConfChangeTransition::JointImplicit,
                    ConfChangeTransition::JointExplicit,
                ][rng.below(3) as usize],
                changes: changes.to_vec(),
                context: None,
            })
        };
        Ok(())
    }

    fn read(&mut self, at: usize) -> Step {
        let request = self.next_number;
        self.next_number += 1;
        let running = self.members.iter().filter_map(Member::node);
        let committed = running.map(|node| node.commit_index()).max().unwrap_or(0);
        if let Some(node) = self.members[at].node_mut() {
            self.reads.insert(request, committed);
            node.read_index(request);
        }
        Ok(())
    }

    fn hand_over(&mut self, at: usize) -> Step {
        let to = 1 + self.rng.below(self.members.len() as u64);
        if let Some(node) = self.members[at].node_mut() {
            node.transfer_leader(to);
        }
        Ok(())
    }

    fn stand(&mut self, at: usize) -> Step {
        if let Some(node) = self.members[at].node_mut() {
            let _ = node.campaign();
        }
        Ok(())
    }

    /// Cuts a random part of the members off from the rest, one way or both.
    fn cut_some(&mut self) -> Step {
        let (part, one_way) = (self.rng.next_u64(), self.rng.chance(300_000));
        let ids = || 1..=self.members.len() as u64;
        for (from, to) in ids().flat_map(|from| ids().map(move |to| (from, to))) {
            let sides = (part >> from & 1, part >> to & 1);
            if sides == (0, 1) || (sides == (1, 0) && !one_way) {
                self.cut.add((from, to));
            }
        }
        Ok(())
    }

    fn forget_leader(&mut self, at: usize) -> Step {
        if let Some(node) = self.members[at].node_mut() {
            node.forget_leader();
        }
        Ok(())
    }

    fn heal(&mut self) -> Step {
        self.cut = Set::new();
        Ok(())
    }

    fn snapshot(&mut self, at: usize) -> Step {
        self.members[at].snapshot(self.rng.below(5));
        Ok(())
    }

    fn stop(&mut self, at: usize) -> Step {
        let loses_unsynced = self.rng.chance(500_000);
        if self.members[at].node().is_some() {
            self.members[at].stop(loses_unsynced);
        }
        Ok(())
    }

    fn start(&mut self, at: usize) -> Step {
        let rng = Rng::new(self.rng.next_u64());
        self.members[at].start(rng);
        Ok(())
    }

    fn check(&mut self) -> Step {
        let scope = Scope { depth: 20, leaders_store_first: !self.kind.is_async };
        let views: Vec<View<'_, Command>> = self
            .members
            .iter()
            .map(|member| match member.node() {
                Some(node) => View::running(node),
                None => View::stopped(member.id, member.storage()),
            })
            .collect();
        match check(&mut self.history, &views, scope).first() {
            Some(violation) => Err(violation.to_string()),
            None => Ok(()),
        }
    }
}

/// Everybody's state, and the mail under way.
impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for member in &self.members {
            match member.node() {
                None => writeln!(f, "{}: stopped, {}", member.id, member.storage().hard_state())?,
                Some(node) => {
                    let (state, log) = (node.hard_state(), node.log_view());
                    let (role, leader, members) = (node.role(), node.leader(), node.members());
                    writeln!(f, "{}: {role} {state} Lead:{leader} {members}", member.id)?;
                    writeln!(f, "  {log} last={:?}", node.last_id())?;
                    if role == Role::Leader {
                        for (id, progress) in node.progress() {
                            writeln!(f, "  {id}: {progress}")?;
                        }
                    }
                }
            }
        }
        writeln!(f, "cut: {:?}", self.cut)?;
        self.mail.iter().try_for_each(|message| writeln!(f, "{message}"))
    }
}
