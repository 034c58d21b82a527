//! Our Raft beside another: the crate `raft`, which TiKV runs, given the same to do.
//!
//! Both have clusters of the same members. Members stand for election, are asked to append, hand
//! leadership over, are cut off and joined again; after each of these all messages are delivered,
//! and then both clusters must be in the same state: roles, terms, votes, leaders, logs, commit
//! indexes. What is not compared is what the two do not share: the messages by which they get
//! there, asynchronous storage, and what the crate lacks. A failing run names its seed:
//! `ORRERY_DIFF_SEED=7 cargo test raft_differential` replays it alone.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use orrery::etcd::raft::{
    ConfState, Config, EntryData, EntryId, Level, Message, Payload, RawNode, Snapshot, Storage,
};
use orrery::sim::{Fingerprint, Rng};
use raft::StateRole;
use raft::storage::MemStorage;

/// How many clusters are compared, and how much each is given to do.
const RUNS: u64 = 500;
const DEEDS: u64 = 40;
/// Rounds of heartbeats after which whoever can hear a leader has its log.
const ROUNDS: usize = 6;

/// What is proposed: a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Number(u64);

impl EntryData for Number {
    type Snapshot = ();

    fn encoded_len(&self) -> u64 {
        8
    }

    fn quote(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }

    fn fingerprint(&self, hash: &mut Fingerprint) {
        hash.u64(self.0);
    }
}

/// What of a member must be equal.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Seen {
    term: u64,
    vote: u64,
    leader: u64,
    role: &'static str,
    commit: u64,
    /// Terms and numbers; `None` for the empty entry of a new leader.
    log: Vec<(u64, Option<u64>)>,
}

/// Something both clusters are given to do.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Campaign(u64),
    Propose(u64, u64),
    Transfer(u64, u64),
}

/// A cluster of either kind.
trait Cluster {
    /// Begins to do something; refusals are as good as anything.
    fn begin(&mut self, deed: Deed);
    /// Lets every leader show that it leads.
    fn beat(&mut self);
    /// Delivers messages until there are none, but for those between members that are cut.
    fn exhaust(&mut self, cut: &BTreeSet<(u64, u64)>);
    fn seen(&self) -> Vec<Seen>;
}

struct Ours(Vec<RawNode<Number>>);

struct Theirs(Vec<raft::RawNode<MemStorage>>);

impl Ours {
    fn new(count: u64, pre_vote: bool) -> Self {
        let founding = Arc::new(Snapshot {
            last: EntryId::default(),
            conf_state: ConfState::of_voters(1..=count),
            data: (),
        });
        let node = |id| {
            let config = Config {
                election_tick: 100_000,
                check_quorum: false,
                pre_vote,
                log_level: Level::None,
                ..Config::new(id)
            };
            let storage = Storage::from_snapshot(founding.clone());
            RawNode::new(config, storage, Rng::new(id)).expect("it is set up well")
        };
        Self((1..=count).map(node).collect())
    }

    /// Stores and applies what a member asks for, and takes its messages.
    fn work(node: &mut RawNode<Number>) -> Vec<Message<Number>> {
        let mut mail = Vec::new();
        while node.has_ready() {
            let mut ready = node.ready();
            let storage = node.storage_mut();
            storage.append(&ready.entries);
            if let Some(state) = ready.hard_state {
                storage.set_hard_state(state);
            }
            mail.append(&mut ready.messages);
            node.advance();
        }
        mail
    }
}

impl Cluster for Ours {
    fn begin(&mut self, deed: Deed) {
        let node = |id: u64| id as usize - 1;
        match deed {
            Deed::Campaign(id) => _ = self.0[node(id)].campaign(),
            Deed::Propose(id, number) => _ = self.0[node(id)].propose(Number(number)),
            Deed::Transfer(id, to) => self.0[node(id)].transfer_leader(to),
        }
    }

    fn beat(&mut self) {
        let leads = |node: &&mut RawNode<Number>| node.leader() == node.id();
        self.0.iter_mut().filter(leads).for_each(RawNode::tick);
    }

    fn exhaust(&mut self, cut: &BTreeSet<(u64, u64)>) {
        loop {
            let mail: VecDeque<_> = self.0.iter_mut().flat_map(Self::work).collect();
            if mail.is_empty() {
                return;
            }
            for message in mail {
                if !cut.contains(&(message.from, message.to)) {
                    let _ = self.0[message.to as usize - 1].step(message);
                }
            }
        }
    }

    fn seen(&self) -> Vec<Seen> {
        let number = |payload: &Payload<Number>| match payload {
            Payload::Data(number) => Some(number.0),
            _ => None,
        };
        let seen = |node: &RawNode<Number>| Seen {
            term: node.term(),
            vote: node.vote(),
            leader: node.leader(),
            role: match node.role().to_string().as_str() {
                "StateLeader" => "leader",
                "StateFollower" => "follower",
                "StateCandidate" => "candidate",
                _ => "pre-candidate",
            },
            commit: node.commit_index(),
            log: node
                .entries(1, node.last_index() + 1)
                .map(|entry| (entry.term, number(&entry.payload)))
                .collect(),
        };
        self.0.iter().map(seen).collect()
    }
}

impl Theirs {
    fn new(count: u64, pre_vote: bool) -> Self {
        let logger = slog::Logger::root(slog::Discard, slog::o!());
        let node = |id| {
            let config = raft::Config {
                id,
                election_tick: 100_000,
                heartbeat_tick: 1,
                pre_vote,
                max_size_per_msg: 1024 * 1024,
                max_inflight_msgs: 512,
                ..raft::Config::default()
            };
            let voters: Vec<u64> = (1..=count).collect();
            let storage = MemStorage::new_with_conf_state((voters, Vec::new()));
            raft::RawNode::new(&config, storage, &logger).expect("it is set up well")
        };
        Self((1..=count).map(node).collect())
    }

    fn work(node: &mut raft::RawNode<MemStorage>) -> Vec<raft::eraftpb::Message> {
        let mut mail = Vec::new();
        while node.has_ready() {
            let mut ready = node.ready();
            mail.extend(ready.take_messages());
            {
                let mut storage = node.mut_store().wl();
                storage.append(ready.entries()).expect("entries follow each other");
                if let Some(state) = ready.hs() {
                    storage.set_hardstate(state.clone());
                }
            }
            mail.extend(ready.take_persisted_messages());
            let mut light = node.advance(ready);
            if let Some(commit) = light.commit_index() {
                node.mut_store().wl().mut_hard_state().set_commit(commit);
            }
            mail.extend(light.take_messages());
            node.advance_apply();
        }
        mail
    }
}

impl Cluster for Theirs {
    fn begin(&mut self, deed: Deed) {
        let node = |id: u64| id as usize - 1;
        match deed {
            Deed::Campaign(id) => _ = self.0[node(id)].campaign(),
            Deed::Propose(id, number) => {
                _ = self.0[node(id)].propose(Vec::new(), number.to_le_bytes().to_vec());
            }
            Deed::Transfer(id, to) => self.0[node(id)].transfer_leader(to),
        }
    }

    fn beat(&mut self) {
        let leads = |node: &&mut raft::RawNode<MemStorage>| node.raft.state == StateRole::Leader;
        self.0.iter_mut().filter(leads).for_each(|node| _ = node.tick());
    }

    fn exhaust(&mut self, cut: &BTreeSet<(u64, u64)>) {
        loop {
            let mail: VecDeque<_> = self.0.iter_mut().flat_map(Self::work).collect();
            if mail.is_empty() {
                return;
            }
            for message in mail {
                if !cut.contains(&(message.from, message.to)) {
                    let _ = self.0[message.to as usize - 1].step(message);
                }
            }
        }
    }

    fn seen(&self) -> Vec<Seen> {
        let number = |data: &[u8]| Some(u64::from_le_bytes(data.try_into().ok()?));
        let seen = |node: &raft::RawNode<MemStorage>| Seen {
            term: node.raft.term,
            vote: node.raft.vote,
            leader: node.raft.leader_id,
            role: match node.raft.state {
                StateRole::Leader => "leader",
                StateRole::Follower => "follower",
                StateRole::Candidate => "candidate",
                StateRole::PreCandidate => "pre-candidate",
            },
            commit: node.raft.raft_log.committed,
            log: node
                .raft
                .raft_log
                .all_entries()
                .iter()
                .map(|entry| (entry.term, number(&entry.data)))
                .collect(),
        };
        self.0.iter().map(seen).collect()
    }
}

fn draw(rng: &mut Rng, count: u64, number: u64) -> Deed {
    let mut any = || 1 + rng.below(count);
    let (one, other) = (any(), any());
    match rng.below(10) {
        0..3 => Deed::Campaign(one),
        3..9 => Deed::Propose(one, number),
        _ => Deed::Transfer(one, other),
    }
}

fn compare(seed: u64) {
    let mut rng = Rng::new(seed).split("differential");
    let (count, pre_vote) = ([1, 3, 3, 5][rng.below(4) as usize], rng.chance(500_000));
    let (mut ours, mut theirs) = (Ours::new(count, pre_vote), Theirs::new(count, pre_vote));
    let (mut cut, mut done) = (BTreeSet::new(), Vec::new());
    for number in 1..=DEEDS {
        match rng.below(8) {
            0 => {
                let alone = 1 + rng.below(count);
                cut.extend((1..=count).flat_map(|id| [(alone, id), (id, alone)]));
                cut.retain(|(from, to)| from != to);
            }
            1 => cut.clear(),
            _ => {}
        }
        let deed = draw(&mut rng, count, number);
        done.push((deed, cut.clone()));
        for cluster in [&mut ours as &mut dyn Cluster, &mut theirs] {
            cluster.begin(deed);
            cluster.exhaust(&cut);
            for _ in 0..ROUNDS {
                cluster.beat();
                cluster.exhaust(&cut);
            }
        }
        let (our, their) = (ours.seen(), theirs.seen());
        assert_eq!(our, their, "ORRERY_DIFF_SEED={seed}, pre-vote {pre_vote}, after {done:#?}");
    }
}

#[test]
fn both_come_to_the_same() {
    let seed = std::env::var("ORRERY_DIFF_SEED").ok();
    match seed.map(|seed| seed.parse().expect("a seed is a number")) {
        Some(seed) => compare(seed),
        None => (0..RUNS).for_each(compare),
    }
}
