//! The Raft bench, worked out from the members of etcd.
//!
//! It costs something, so it is worked out only while it is looked at. The rules that must hold are
//! checked at every look, on members that run and on what stopped ones have stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use crate::cluster::rooms::apiserver::Stored;
use crate::cluster::rooms::etcd::mvcc::Op;
use crate::cluster::rooms::etcd::raft::invariants::{self, History, Rule, Scope, View};
use crate::cluster::rooms::etcd::raft::{Entry, EntryId, Payload as EntryPayload, Role};
use crate::cluster::rooms::etcd::{self, Disk, Member, Proposal};
use crate::cluster::rooms::network::Action;
use crate::cluster::{
    BranchId, Cluster, Command, Given, Payload, Said, Session, Style, Summary, Tuning, port,
};
use crate::sim::HostId;
use crate::timeline::Moment;
use crate::view::clock::Speed;
use crate::view::raft::{
    Cables, Known, Lamp, LogCell, LogEdges, RaftMember, RaftMessage, RaftView, Timing, Troupe,
};

use super::deeds::{Records, label};
use super::names::{resource_of, stored_at};
use super::sayings::Sayings;
use super::{flights, nodes};

/// How many entries of the logs are shown.
const WINDOW: u64 = 12;
/// How far back logs are compared at every look.
const DEPTH: u64 = 64;

/// What the entries in a window depend on: the window, and the last entry, which names all before.
type CellsKey = ((u64, u64), EntryId);

/// What is kept between two looks.
#[derive(Default)]
pub struct Bench {
    /// Whether anyone looks.
    pub open: bool,
    /// Whether steps by message pass over heartbeats.
    pub folds: bool,
    /// What was seen of the members, as far as time only went on since.
    history: History,
    seen: Moment,
    /// How many clusters were founded: what was true of one need not be of the next.
    founded: usize,
    branch: BranchId,
    /// How everyone stood when the rules were checked last: nothing else can break one.
    checked: Vec<[u64; 8]>,
    sayings: Sayings,
    /// By member: the entries in the window, and of which log and window.
    cells: BTreeMap<u8, (CellsKey, Arc<[LogCell]>)>,
    broken: BTreeSet<Lamp>,
}

impl Bench {
    /// The bench as it is now, messages drawn as they are while time runs at `running` or is held.
    pub fn look(&mut self, session: &Session, running: Option<Speed>) -> RaftView {
        let cluster = session.cluster();
        self.check(session);
        let views = cluster.raft_views();
        let leader = leader(cluster);
        let last = views.iter().map(|view| view.last().index).max().unwrap_or(0);
        let window = (last.saturating_sub(WINDOW - 1).max(1), last);
        let members = 0..seats(cluster);
        let members: Vec<_> = members.map(|at| self.member(cluster, at, leader, window)).collect();
        let seated = |message: &RaftMessage| message.from.max(message.to) < members.len();
        let messages = match running {
            Some(speed) => arrived(cluster, session.timeline(), speed),
            None => under_way(cluster),
        };
        RaftView {
            messages: messages.into_iter().filter(seated).collect(),
            voters: voters(cluster, leader),
            members,
            window,
            cuts: cuts(cluster),
            cables: cables(cluster),
            troupe: match cluster.config().style {
                Style::Etcd => Troupe::Alone(cluster.config().founders()),
                _ => Troupe::Cluster,
            },
            timing: timing(cluster),
            scene: None,
            folds: self.folds,
            lamps: Lamp::ALL.map(|lamp| (lamp, !self.broken.contains(&lamp))).to_vec(),
            said: self.sayings.look(cluster, session.timeline()),
        }
    }

    /// Begins with another session.
    pub fn forget(&mut self) {
        *self = Self { open: self.open, folds: self.folds, ..Self::default() };
    }

    /// Checks what must hold. What was seen before counts only while time goes on.
    fn check(&mut self, session: &Session) {
        let cluster = session.cluster();
        let now = cluster.moment();
        let restored = |given: &&Given| matches!(*given.command, Command::Restore { .. });
        let given = session.commands().iter().take_while(|given| given.at <= now);
        let founded = given.filter(restored).count();
        let branch = session.active();
        if now < self.seen || (founded, branch) != (self.founded, self.branch) {
            self.forget();
        }
        (self.seen, self.founded, self.branch) = (now, founded, branch);
        // A member that is being founded takes the first entries for committed before anyone has
        // stored them.
        let views = cluster.raft_views();
        let founded = views.iter().filter(|view| view.storage().last_index() > 0).count();
        if founded < usize::from(cluster.config().founders()) {
            return;
        }
        let standing = views.iter().map(standing).collect::<Vec<_>>();
        if self.checked == standing {
            return;
        }
        self.checked = standing;
        // Members send what they append while they still store it.
        let scope = Scope { depth: DEPTH, leaders_store_first: false };
        let found = invariants::check(&mut self.history, &views, scope);
        self.broken.extend(found.into_iter().map(|violation| lamp_of(violation.rule)));
    }

    fn member(
        &mut self,
        cluster: &Cluster,
        at: u8,
        leader: Option<&Member<Stored>>,
        window: (u64, u64),
    ) -> RaftMember {
        let name = cluster.places().name(cluster.places().master(at)).clone();
        let Some(member) = cluster.etcd(at) else {
            return stopped(cluster, at, leader, name, window);
        };
        let node = member.node();
        let leads = node.role() == Role::Leader;
        let timer = node.election_elapsed() * 100 / node.randomized_election_timeout().max(1);
        let stands = matches!(node.role(), Role::Candidate | Role::PreCandidate);
        let votes = node.votes().filter(|_| stands);
        let known = leader.filter(|leader| leader.node().id() != node.id());
        let known = known
            .and_then(|leader| leader.node().progress().find(|(other, _)| *other == node.id()))
            .map(|(_, progress)| Known { matched: progress.matched, next: progress.next });
        let last = EntryId {
            term: node.term_at(node.last_index()).unwrap_or(0),
            index: node.last_index(),
        };
        let read = || node.entries(window.0, window.1 + 1).map(cell).collect();
        let cells = self.cells_of(at, (window, last), read);
        RaftMember {
            name,
            runs: true,
            role: nodes::role(node.role()),
            is_learner: node.members().learners.contains(&node.id()),
            belongs: leader.is_none_or(|leader| leader.state().membership.get(node.id()).is_some()),
            term: node.term(),
            vote: (node.vote() != 0).then(|| name_of(cluster, node.vote())),
            votes: votes.map(|(id, granted)| (name_of(cluster, id), granted)).collect(),
            timer_percent: (!leads).then_some(timer.min(100) as u8),
            busy: member.phases(),
            log: LogEdges {
                last: node.last_index(),
                durable: node.stable_index(),
                committed: node.commit_index(),
                applied: node.applied_index(),
            },
            known,
            cells,
        }
    }

    /// The entries of a member in the window; read again only when they are others.
    fn cells_of(
        &mut self,
        at: u8,
        key: CellsKey,
        read: impl FnOnce() -> Arc<[LogCell]>,
    ) -> Arc<[LogCell]> {
        match self.cells.get(&at) {
            Some((known, cells)) if *known == key => cells.clone(),
            _ => {
                let cells = read();
                self.cells.insert(at, (key, cells.clone()));
                cells
            }
        }
    }
}

/// What of a member the rules are about, in numbers that change whenever it does.
fn standing(view: &View<'_, Proposal<Stored>>) -> [u64; 8] {
    let (storage, state) = (view.storage(), view.storage().hard_state());
    let Some(node) = view.node() else {
        return [state.term, state.commit, storage.last_index(), state.vote, 0, 0, 0, 0];
    };
    let known = node.progress().map(|(_, progress)| progress.matched + progress.next);
    [
        node.term(),
        node.commit_index(),
        storage.last_index(),
        node.vote(),
        node.role() as u64 + 1,
        node.last_index(),
        node.applied_index(),
        known.fold(node.stable_index(), u64::wrapping_add),
    ]
}

const fn lamp_of(rule: Rule) -> Lamp {
    match rule {
        Rule::ElectionSafety | Rule::LeaderHasOwnTerm => Lamp::OneLeader,
        Rule::VoteIsKept | Rule::TermRises => Lamp::OneVote,
        Rule::LogMatching | Rule::LogInv | Rule::MatchBelowNext => Lamp::LogsMatch,
        Rule::LeaderCompleteness | Rule::MoreUpToDateCorrect | Rule::CommitsOwnTerm => {
            Lamp::LeaderComplete
        }
        Rule::StateMachineSafety | Rule::LeaderAppendOnly | Rule::CommitRises => {
            Lamp::CommittedStays
        }
        Rule::QuorumLog | Rule::CommittedIsDurable | Rule::LogLimits | Rule::PromiseIsStored => {
            Lamp::OnQuorumDisks
        }
    }
}

/// How many masters have, or have had, a member of etcd, counted up to the last that has.
fn seats(cluster: &Cluster) -> u8 {
    let is_used = |at: &u8| cluster.etcd(*at).is_some() || cluster.etcd_disk(*at).is_some();
    let last = (0..cluster.places().masters()).rev().find(is_used).map_or(0, |at| at + 1);
    last.max(cluster.config().founders())
}

/// How many members vote, as far as the leader knows, or else any member.
fn voters(cluster: &Cluster, leader: Option<&Member<Stored>>) -> usize {
    let running = || (0..cluster.places().masters()).find_map(|at| cluster.etcd(at));
    match leader.or_else(running) {
        Some(member) => member.state().membership.voters().count(),
        None => cluster.config().founders().into(),
    }
}

fn timing(cluster: &Cluster) -> Timing {
    let Tuning { heartbeat_ms, election_ms, spread_ms, .. } = cluster.tuning();
    Timing { heartbeat_ms, election_ms, spread_ms }
}

/// The member that leads; of two that think so, the one of the later term.
fn leader(cluster: &Cluster) -> Option<&Member<Stored>> {
    let members = (0..cluster.places().masters()).filter_map(|at| cluster.etcd(at));
    let leaders = members.filter(|member| member.node().role() == Role::Leader);
    leaders.max_by_key(|member| member.node().term())
}

/// The host of the member with this id.
fn name_of(cluster: &Cluster, id: u64) -> SmolStr {
    let is_it = |at: &u8| match cluster.etcd(*at) {
        Some(member) => member.node().id() == id,
        None => cluster.etcd_disk(*at).is_some_and(|disk| disk.id() == id),
    };
    let at = (0..cluster.places().masters()).find(is_it);
    let name = |at| cluster.places().name(cluster.places().master(at)).clone();
    at.map_or_else(|| format_smolstr!("{id:x}"), name)
}

/// What is left of a member that does not run: what it has stored.
fn stopped(
    cluster: &Cluster,
    at: u8,
    leader: Option<&Member<Stored>>,
    name: SmolStr,
    window: (u64, u64),
) -> RaftMember {
    let id = cluster.etcd_disk(at).map_or(0, Disk::id);
    let storage = cluster.etcd_disk(at).map(Disk::storage);
    let last = storage.map_or(0, |storage| storage.last_index());
    let commit = storage.map_or(0, |storage| storage.hard_state().commit);
    let entries = storage.into_iter().flat_map(|storage| storage.range(window.0..window.1 + 1));
    RaftMember {
        name,
        runs: false,
        role: nodes::role(Role::Follower),
        is_learner: false,
        belongs: leader.is_none_or(|leader| leader.state().membership.get(id).is_some()),
        term: storage.map_or(0, |storage| storage.hard_state().term),
        vote: None,
        votes: Vec::new(),
        timer_percent: None,
        busy: (false, false),
        log: LogEdges { last, durable: last, committed: commit, applied: commit },
        known: None,
        cells: entries.map(cell).collect(),
    }
}

fn cell(entry: &Entry<Proposal<Stored>>) -> LogCell {
    let (label, tells) = match &entry.payload {
        EntryPayload::Empty => ("no-op".into(), "the first entry of a term".into()),
        EntryPayload::Data(proposal) => told(proposal.command()),
        EntryPayload::ConfChange(_) | EntryPayload::ConfChangeV2(_) => {
            ("member".into(), "a change of the members".into())
        }
    };
    LogCell { index: entry.index, term: entry.term, label, tells }
}

/// What a command is, in a word and in a line.
fn told(command: &etcd::Command<Stored>) -> (SmolStr, SmolStr) {
    let about = |verb: &str, key: &str| (kind_word(key), format_smolstr!("{verb} {key}"));
    match command {
        etcd::Command::Txn(txn) => match txn.success.first() {
            Some(Op::Put { key, .. }) => about("put", key),
            Some(Op::Delete { range, .. }) => about("delete", &range.start),
            _ => ("txn".into(), "a transaction that writes nothing".into()),
        },
        etcd::Command::Compact(revision) => {
            ("compact".into(), format_smolstr!("compact up to revision {revision}"))
        }
        etcd::Command::LeaseGrant { ttl_secs, .. } => {
            ("grant".into(), format_smolstr!("grant a lease of {ttl_secs} s"))
        }
        etcd::Command::LeaseRevoke { .. } => ("revoke".into(), "revoke a lease".into()),
        etcd::Command::Alarm(_) => ("alarm".into(), "raise an alarm".into()),
        etcd::Command::Disarm(_) => ("disarm".into(), "take alarms back".into()),
        etcd::Command::Publish { name, .. } => {
            ("name".into(), format_smolstr!("member {name} says who it is"))
        }
        etcd::Command::Member(_) => ("member".into(), "a change of the members".into()),
    }
}

/// What kind of object a key holds, in a word short enough for an entry.
fn kind_word(key: &str) -> SmolStr {
    const LETTERS_MAX: usize = 6;
    let Some(id) = stored_at(key) else {
        return key.rsplit('/').next().unwrap_or_default().to_smolstr();
    };
    let short = resource_of(&id.kind).and_then(|r| r.info().short_names.first().copied());
    match (id.kind.len() <= LETTERS_MAX, short) {
        (false, Some(short)) => short.into(),
        _ => id.kind.to_ascii_lowercase().into(),
    }
}

/// The ways on which nothing gets from one member to another.
fn cuts(cluster: &Cluster) -> Vec<(usize, usize)> {
    let seats = u16::from(seats(cluster));
    let ways = cluster.places().master_pairs().flat_map(|(a, b)| [(a, b), (b, a)]);
    let cut =
        ways.filter(|(from, to)| from.0.max(to.0) < seats && !cluster.network().passes(*from, *to));
    cut.map(|(from, to)| (usize::from(from.0), usize::from(to.0))).collect()
}

/// Whether nothing gets from one of two hosts to the other, at least one way.
pub fn is_cut(cluster: &Cluster, a: HostId, b: HostId) -> bool {
    let network = cluster.network();
    !network.passes(a, b) || !network.passes(b, a)
}

/// How bad the worst cable between members is that is not cut.
fn cables(cluster: &Cluster) -> Cables {
    let mut worst = Cables::default();
    for (a, b) in cluster.places().master_pairs().filter(|(a, b)| !is_cut(cluster, *a, *b)) {
        let mut own = Cables::default();
        let rules = cluster.network().rules().iter().map(|(_, rule)| rule);
        for rule in rules.filter(|rule| rule.ends.covers(a, b)) {
            match rule.action {
                Action::Cut => {}
                Action::Lose { per_million } => own.loss_percent += per_million / 10_000,
                Action::Delay { by, jitter } => {
                    own.delay_ms += by.as_millis() as u64;
                    own.jitter_ms += jitter.as_millis() as u64;
                }
            }
        }
        worst.delay_ms = worst.delay_ms.max(own.delay_ms);
        worst.jitter_ms = worst.jitter_ms.max(own.jitter_ms);
        worst.loss_percent = worst.loss_percent.max(own.loss_percent);
    }
    worst
}

/// What is under way while time is held.
fn under_way(cluster: &Cluster) -> Vec<RaftMessage> {
    let now = cluster.now();
    let moving = cluster.in_flight().filter(|(_, _, packet)| packet.sent <= now);
    let messages = moving.filter_map(|(at, seq, packet)| {
        let Payload::Peer(_) = &packet.payload else { return None };
        let way = at.since(packet.sent).as_secs_f64().max(f64::EPSILON);
        let summary = Summary { from: packet.from, to: packet.to, said: Said::of(&packet.payload) };
        let fraction = now.since(packet.sent).as_secs_f64() / way;
        message(seq, &summary, fraction.clamp(0.0, 1.0), false)
    });
    let held = cluster.held().filter_map(|(number, packet)| {
        let said = Said::of(&packet.payload);
        let mut held =
            message(number, &Summary { from: packet.from, to: packet.to, said }, 0.5, false)?;
        held.held = true;
        Some(held)
    });
    messages.chain(held).collect()
}

/// What arrived a moment ago, while time runs.
fn arrived(cluster: &Cluster, records: &Records, speed: Speed) -> Vec<RaftMessage> {
    let latest = flights::latest(cluster, records, speed);
    let messages = latest.filter_map(|(id, age, summary, lost)| {
        message(id.0, summary, if lost { age.min(0.5) } else { age }, lost)
    });
    let mut drawn: Vec<RaftMessage> = Vec::new();
    for message in messages {
        let same = |other: &RaftMessage| (other.from, other.to) == (message.from, message.to);
        if !drawn.iter().any(same) {
            drawn.push(message);
        }
    }
    drawn
}

fn message(id: u64, summary: &Summary, fraction: f64, lost: bool) -> Option<RaftMessage> {
    let is_peer = summary.from.port == port::ETCD_PEER && summary.to.port == port::ETCD_PEER;
    is_peer.then(|| RaftMessage {
        id,
        from: usize::from(summary.from.host.0),
        to: usize::from(summary.to.host.0),
        label: label(&summary.said),
        kind: flights::kind(&summary.said),
        fraction,
        lost,
        held: false,
    })
}
