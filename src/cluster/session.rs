//! Going back and forth: the commands are the document, everything else can be derived again.
//!
//! A session holds branches. Each is a list of commands with their positions, the record made so
//! far, and checkpoints. To seek is to take the nearest checkpoint and replay; to do something in
//! the past starts a branch, and the old future stays.

use std::sync::Arc;

use super::{Cluster, Command, Config, Record};
use crate::sim::{Duration, Time};
use crate::timeline::{Grain, Moment, Timeline};

/// A branch of a session, by the order in which they came about.
pub type BranchId = usize;

/// One way things went.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Where it left another branch, and which.
    parent: Option<(BranchId, Moment)>,
    commands: Vec<Given>,
    timeline: Timeline<Record>,
    checkpoints: Vec<Checkpoint>,
    /// The furthest it has been played.
    head: Moment,
}

/// A command, with where it was given.
#[derive(Clone, Debug)]
pub struct Given {
    /// When, and after how many events.
    pub at: Moment,
    /// What.
    pub command: Arc<Command>,
}

/// The whole cluster at a position, to replay from.
#[derive(Clone, Debug)]
struct Checkpoint {
    cluster: Arc<Cluster>,
    /// How many commands had been given.
    commands: usize,
}

/// A cluster that can be taken back and forth through its history.
#[derive(Clone, Debug)]
pub struct Session {
    branches: Vec<Branch>,
    active: BranchId,
    cluster: Cluster,
    /// How many commands of the active branch have been given where the cluster stands.
    given: usize,
    /// Where a seek is going, while it is under way.
    seeking: Option<Moment>,
}

/// How far to go at most.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Events handled.
    pub events: u64,
    /// Simulated time.
    pub time: Duration,
}

/// What a step came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stepped {
    /// There.
    Arrived,
    /// Not there yet, within the limit given: go on with the same call.
    Underway,
    /// There is nothing there.
    Nothing,
}

/// Events between two checkpoints: few enough to be replayed within a few milliseconds.
const CHECKPOINT_EVENTS: u64 = 2048;
/// Checkpoints kept in all. Large clusters have fewer, because what two of them do not share grows
/// with the cluster: this many times [`CROWD`] hosts.
const CHECKPOINTS_MAX: usize = 160;
/// Hosts up to which a cluster has as many checkpoints as there may be.
const CROWD: usize = 100;
/// And however large it is, at least so many.
const CHECKPOINTS_MIN: usize = 10;
/// About how much the records of one branch may take.
const RECORD_BYTES_MAX: usize = 128 << 20;

impl Session {
    /// A session that begins when the machines of `config` are switched on.
    pub fn new(config: Config) -> Self {
        let mut timeline = Timeline::new(RECORD_BYTES_MAX);
        let cluster = Cluster::new(config, &mut timeline);
        let checkpoint = Checkpoint { cluster: Arc::new(cluster.clone()), commands: 0 };
        let branch = Branch {
            parent: None,
            commands: Vec::new(),
            timeline,
            checkpoints: vec![checkpoint],
            head: cluster.moment(),
        };
        Self { branches: vec![branch], active: 0, cluster, given: 0, seeking: None }
    }

    /// The cluster where it stands.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The record of the active branch, up to its head.
    pub fn timeline(&self) -> &Timeline<Record> {
        &self.branches[self.active].timeline
    }

    /// The branches.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// The branch the cluster is on.
    pub fn active(&self) -> BranchId {
        self.active
    }

    /// The furthest the active branch has been played.
    pub fn head(&self) -> Moment {
        self.branches[self.active].head
    }

    /// Whether the cluster stands at the head of its branch.
    pub fn is_at_head(&self) -> bool {
        self.cluster.moment() == self.head() && self.given == self.commands().len()
    }

    /// Whether a seek is under way.
    pub fn is_seeking(&self) -> bool {
        self.seeking.is_some()
    }

    /// Does something, here and now. In the past this starts a branch.
    pub fn execute(&mut self, command: Command) {
        self.settle();
        if !self.is_at_head() {
            self.branch_off();
        }
        let (at, command) = (self.cluster.moment(), Arc::new(command));
        let branch = &mut self.branches[self.active];
        branch.commands.push(Given { at, command: command.clone() });
        self.given = branch.commands.len();
        self.cluster.execute(&command, &mut branch.timeline);
        branch.head = self.cluster.moment();
    }

    /// Lets time pass until `until`, as far as `events_max` events go; says how many it took.
    pub fn play(&mut self, until: Time, events_max: u64) -> u64 {
        self.settle();
        self.go(Moment { position: u64::MAX, time: until }, events_max).0
    }

    /// Goes on by one step of `grain`, within `limit`.
    pub fn step(&mut self, grain: Grain, limit: Limit) -> Stepped {
        self.settle();
        let time = self.cluster.now() + limit.time;
        for _ in 0..limit.events {
            let position = self.cluster.moment().position;
            if self.go(Moment { position: position + 1, time }, 1).0 == 0 {
                return Stepped::Nothing;
            }
            if grain == Grain::Message || self.timeline().is_step(grain, position) {
                return Stepped::Arrived;
            }
        }
        Stepped::Underway
    }

    /// Goes back by one step of `grain`: to just before the last thing of it that happened.
    pub fn step_back(&mut self, grain: Grain) -> Stepped {
        self.settle();
        let position = self.cluster.moment().position;
        let target = match grain {
            Grain::Message => position.checked_sub(1),
            _ => self.timeline().previous_step(grain, position),
        };
        let Some(target) = target else { return Stepped::Nothing };
        self.seek_position(target);
        Stepped::Arrived
    }

    /// Begins to go to the moment `time`; [`Session::seek_on`] does the work.
    pub fn seek(&mut self, time: Time) {
        if time >= self.head().time {
            return self.seek_head();
        }
        self.begin_seek(Moment { position: u64::MAX, time }, false);
    }

    /// Begins to go to the head of the branch.
    pub fn seek_head(&mut self) {
        self.begin_seek(self.head(), false);
    }

    /// Begins to go to just before the event at `position`, or to the head if that is nearer.
    pub fn seek_event(&mut self, position: u64) {
        if position >= self.head().position {
            return self.seek_head();
        }
        self.begin_seek(Moment { position, time: self.head().time }, false);
    }

    /// Goes on with a seek, as far as `events_max` events go. Says whether it has arrived.
    pub fn seek_on(&mut self, events_max: u64) -> bool {
        if let Some(target) = self.seeking
            && self.go(target, events_max).1
        {
            self.seeking = None;
        }
        self.seeking.is_none()
    }

    /// How much of a seek is left, in simulated time.
    pub fn seek_left(&self) -> Duration {
        self.seeking.map_or(Duration::ZERO, |target| target.time.since(self.cluster.now()))
    }

    /// Goes to just before the event at `position` on the active branch, at once.
    pub fn seek_position(&mut self, position: u64) {
        self.seek_event(position);
        self.settle();
    }

    /// Goes to the head of another branch, at once.
    pub fn switch(&mut self, branch: BranchId) {
        if branch < self.branches.len() {
            self.active = branch;
            self.begin_seek(self.head(), true);
            self.settle();
        }
    }

    /// Everything that was done on the active branch, from the very start.
    pub fn commands(&self) -> &[Given] {
        &self.branches[self.active].commands
    }

    /// Finishes whatever seek is under way.
    fn settle(&mut self) {
        self.seek_on(u64::MAX);
    }

    /// Sets out for `target`: from here if that is nearest, else from a checkpoint. `elsewhere`
    /// says that the cluster stands on another branch.
    fn begin_seek(&mut self, target: Moment, elsewhere: bool) {
        let before = |here: Moment| here.position <= target.position && here.time <= target.time;
        let checkpoints = &self.branches[self.active].checkpoints;
        let nearest = checkpoints.iter().rev().find(|point| before(point.cluster.moment()));
        let nearest = nearest.expect("the first checkpoint lies before everything");
        let here = self.cluster.moment();
        // Commands given here and now are not undone by going on from here.
        let at_last_command = self.commands()[..self.given.min(self.commands().len())]
            .last()
            .is_some_and(|given| given.at.position >= target.position);
        let nearer = nearest.cluster.moment().position > here.position;
        if elsewhere || !before(here) || nearer || at_last_command {
            self.given = nearest.commands;
            self.cluster = (*nearest.cluster).clone();
        }
        self.seeking = Some(target);
    }

    /// Goes towards `target`, as far as `events_max` events go: gives the commands of the record
    /// where they were given, and lets time pass. Says how many events it took, and whether it is
    /// there.
    fn go(&mut self, target: Moment, events_max: u64) -> (u64, bool) {
        let mut handled = 0;
        loop {
            if self.give_next(target) {
                continue;
            }
            if self.cluster.moment().position >= target.position {
                if target == self.head() {
                    self.cluster.pass_until(target.time);
                }
                return (handled, true);
            }
            if handled == events_max {
                return (handled, false);
            }
            let branch = &mut self.branches[self.active];
            if !self.cluster.step(target.time, &mut branch.timeline) {
                self.cluster.pass_until(target.time);
                branch.head = branch.head.max(self.cluster.moment());
                return (handled, true);
            }
            branch.head = branch.head.max(self.cluster.moment());
            branch.checkpoint(&self.cluster, self.given);
            handled += 1;
        }
    }

    /// Gives the next command of the record if it was given here, on the way to `target`.
    fn give_next(&mut self, target: Moment) -> bool {
        let branch = &mut self.branches[self.active];
        let Some(given) = branch.commands.get(self.given) else { return false };
        let due = given.at.position == self.cluster.moment().position
            && (given.at.position < target.position || target == branch.head)
            && given.at.time <= target.time;
        if due {
            self.given += 1;
            self.cluster.pass_until(given.at.time);
            self.cluster.execute(&given.command.clone(), &mut branch.timeline);
        }
        due
    }

    /// Leaves the active branch where the cluster stands.
    fn branch_off(&mut self) {
        let here = self.cluster.moment();
        let old = &self.branches[self.active];
        let mut timeline = old.timeline.clone();
        timeline.cut(self.cluster.next_record());
        let before =
            |point: &&Checkpoint| point.cluster.moment() <= here && point.commands <= self.given;
        let branch = Branch {
            parent: Some((self.active, here)),
            commands: old.commands[..self.given].to_vec(),
            timeline,
            checkpoints: old.checkpoints.iter().filter(before).cloned().collect(),
            head: here,
        };
        self.branches.push(branch);
        self.active = self.branches.len() - 1;
    }
}

impl Branch {
    /// Where it left another branch, and which.
    pub fn parent(&self) -> Option<(BranchId, Moment)> {
        self.parent
    }

    /// The furthest it has been played.
    pub fn head(&self) -> Moment {
        self.head
    }

    /// The commands given on it, those before it left its parent included.
    pub fn commands(&self) -> &[Given] {
        &self.commands
    }

    /// Takes a checkpoint if the last is far enough behind.
    fn checkpoint(&mut self, cluster: &Cluster, commands: usize) {
        let last = self.checkpoints.last().map_or(0, |c| c.cluster.moment().position);
        if cluster.moment().position < last + CHECKPOINT_EVENTS {
            return;
        }
        self.checkpoints.push(Checkpoint { cluster: Arc::new(cluster.clone()), commands });
        self.thin_out(cluster.places().hosts().count());
    }

    /// Keeps the latest checkpoints, at least ten minutes of them in a teaching-size cluster, and
    /// ever fewer of the older: of those, always the one whose neighbours lie closest together
    /// goes. The first stays.
    fn thin_out(&mut self, hosts: usize) {
        let max = (CHECKPOINTS_MAX * CROWD / hosts.max(CROWD)).max(CHECKPOINTS_MIN);
        if self.checkpoints.len() <= max {
            return;
        }
        let old = self.checkpoints.len() - max * 3 / 5;
        let position = |at: usize| self.checkpoints[at].cluster.moment().position;
        let end = position(self.checkpoints.len() - 1);
        // Distance counts less the longer ago it is.
        let weight = |at: usize| {
            let gap = position(at + 1) - position(at - 1);
            u128::from(gap) * 1_000_000 / u128::from(end - position(at) + 1)
        };
        if let Some(least) = (1..old).min_by_key(|&at| weight(at)) {
            self.checkpoints.remove(least);
        }
    }
}
