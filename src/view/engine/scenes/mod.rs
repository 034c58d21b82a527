//! What is done on the Raft bench, as commands: deeds at once, scenes beat by beat.
//!
//! A scene is commands like any others, so it is in the log, can be stepped through and taken back.
//! Each beat gives commands and waits for what comes of them; then time is held, and the page tells
//! what happened and why. Invariant: nothing here changes the cluster but by a command.

mod deeds;
mod goal;
mod members;
mod paper;
mod plays;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::cluster::{BranchId, Cluster, Command, Component, MemberDeed, Session};
use crate::sim::{Duration, Time};
use crate::view::raft::{Scene, SceneView};

pub use deeds::commands;
use goal::Goal;

/// How long a beat waits for what should come about, before it goes on without.
const WAIT_MAX: Duration = Duration::from_secs(40);

/// The members a scene is about, by the numbers of their masters: the leader, then the others.
type Cast = Vec<u8>;

/// A part of a beat.
#[derive(Clone, Debug)]
enum Act {
    /// Gives this command.
    Give(Command),
    /// Gives the commands that follow from how things are then.
    Ask(fn(&Cluster, &Cast) -> Vec<Command>),
    /// Waits for this.
    Until(Goal),
    /// Lets so many milliseconds pass.
    Wait(u64),
    /// Goes back to where time began.
    Rewind,
    /// Goes back to the end of this beat, to go another way from there.
    Return(usize),
}

/// What is asked of whoever drives the session.
pub enum Next {
    /// Give this command.
    Give(Command),
    /// Go to before this event.
    Seek(u64),
    /// Let time pass up to this moment at most, one event at a time.
    Pass(Time),
    /// The beat has ended: hold time.
    Hold,
}

/// Where a beat ended.
#[derive(Clone, Copy, Debug)]
pub struct End {
    /// On which branch.
    pub branch: BranchId,
    /// Before which event.
    pub position: u64,
}

/// A scene as it is played.
pub struct Script {
    scene: Scene,
    cast: Cast,
    beats: Vec<Vec<Act>>,
    /// The beat that is told.
    at: usize,
    /// What is left of it.
    acts: VecDeque<Act>,
    /// Until when the first of these waits, and how long the logs were when it began.
    waits: Option<(Time, Vec<u64>)>,
    /// Whether the beat is still under way.
    under_way: bool,
    /// Where each beat that was played ended.
    ends: Vec<End>,
}

impl Script {
    /// A scene that begins now.
    pub fn of(scene: Scene, cluster: &Cluster) -> Self {
        let members = cluster.config().founders();
        let first = goal::leader(cluster).unwrap_or(0);
        let cast: Cast = (0..members).map(|n| (first + n) % members).collect();
        let beats = match scene {
            Scene::Figure7 => paper::figure_7(),
            Scene::Figure8 => paper::figure_8(),
            Scene::Membership => members::membership(cluster, &cast),
            Scene::Snapshot => members::snapshot(cluster, &cast),
            Scene::Restore => members::restore(cluster, &cast),
            _ => plays::beats(scene, cluster, &cast),
        };
        let mut script = Self {
            scene,
            cast,
            beats,
            at: 0,
            acts: VecDeque::new(),
            waits: None,
            under_way: true,
            ends: Vec::new(),
        };
        script.begin(0);
        script
    }

    /// Whether a beat is under way.
    pub fn is_under_way(&self) -> bool {
        self.under_way
    }

    /// Goes on to the next beat, or with the one that is under way. To one that has been played,
    /// and that nothing has changed since, one only has to go: says where it ended.
    pub fn forward(&mut self, session: &Session) -> Option<End> {
        if self.under_way || self.at + 1 >= self.beats.len() {
            return None;
        }
        let is_unchanged = self.ends.get(self.at).is_some_and(|end| end.branch == session.active());
        let known = self.ends.get(self.at + 1).copied().filter(|_| is_unchanged);
        match known {
            Some(_) => self.at += 1,
            None => self.begin(self.at + 1),
        }
        known
    }

    /// Goes back to the beat before; says where it ended.
    pub fn back(&mut self) -> Option<End> {
        let at = self.at.checked_sub(1)?;
        let end = *self.ends.get(at)?;
        (self.at, self.under_way) = (at, false);
        self.acts.clear();
        Some(end)
    }

    /// What is to be done now.
    pub fn next(&mut self, session: &Session) -> Next {
        let cluster = session.cluster();
        loop {
            let Some(act) = self.acts.front() else {
                self.under_way = false;
                self.ends.truncate(self.at);
                let position = cluster.moment().position;
                self.ends.push(End { branch: session.active(), position });
                return Next::Hold;
            };
            match act.clone() {
                Act::Give(command) => {
                    self.acts.pop_front();
                    return Next::Give(command);
                }
                Act::Ask(ask) => {
                    self.acts.pop_front();
                    let commands = ask(cluster, &self.cast).into_iter().map(Act::Give);
                    commands.rev().for_each(|act| self.acts.push_front(act));
                }
                Act::Rewind => {
                    self.acts.pop_front();
                    return Next::Seek(0);
                }
                Act::Return(beat) => {
                    self.acts.pop_front();
                    if let Some(end) = self.ends.get(beat) {
                        return Next::Seek(end.position);
                    }
                }
                Act::Until(goal) => {
                    let (until, lengths) = self.wait(cluster, WAIT_MAX);
                    if *until > cluster.now() && !goal.is_met(cluster, lengths) {
                        return Next::Pass(*until);
                    }
                    self.go_on();
                }
                Act::Wait(millis) => {
                    let (until, _) = self.wait(cluster, Duration::from_millis(millis));
                    if *until > cluster.now() {
                        return Next::Pass(*until);
                    }
                    self.go_on();
                }
            }
        }
    }

    /// How far it has been told.
    pub fn view(&self, cluster: &Cluster) -> SceneView {
        let name = |at: u8| cluster.places().name(cluster.places().master(at)).clone();
        SceneView {
            scene: self.scene,
            beat: self.at,
            beats: self.beats.len(),
            under_way: self.under_way,
            cast: self.cast.iter().map(|at| name(*at)).collect(),
            leader: goal::leader(cluster).map(name).unwrap_or_default(),
        }
    }

    fn begin(&mut self, at: usize) {
        self.at = at;
        self.acts = self.beats[at].iter().cloned().collect();
        (self.waits, self.under_way) = (None, true);
    }

    fn wait(&mut self, cluster: &Cluster, most: Duration) -> &(Time, Vec<u64>) {
        let lengths = || {
            (0..cluster.places().masters()).map(|at| goal::length(cluster, at)).collect::<Vec<_>>()
        };
        self.waits.get_or_insert_with(|| (cluster.now() + most, lengths()))
    }

    fn go_on(&mut self) {
        self.acts.pop_front();
        self.waits = None;
    }
}

fn stop(at: u8) -> Act {
    Act::Give(Command::Stop { component: Component::Etcd(at) })
}

fn start(at: u8) -> Act {
    Act::Give(Command::Start { component: Component::Etcd(at) })
}

fn run(line: String) -> Act {
    Act::Give(Command::Type { line })
}

fn host(cluster: &Cluster, at: u8) -> String {
    cluster.places().name(cluster.places().master(at)).to_string()
}

/// What `etcdctl` needs to ask the member on this master.
fn endpoint(cluster: &Cluster, at: u8) -> String {
    format!("--endpoints=https://{}:2379", cluster.places().ip(cluster.places().master(at)))
}

fn member(cluster: &Cluster, at: u8, deed: MemberDeed) -> Act {
    Act::Give(Command::Member { host: host(cluster, at), deed })
}

/// Who can talk to whom: those of one group.
fn split(cluster: &Cluster, groups: &[&[u8]]) -> Command {
    let names = |group: &&[u8]| group.iter().map(|at| host(cluster, *at)).collect();
    Command::Partition { groups: groups.iter().map(names).collect() }
}
