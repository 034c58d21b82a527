//! What is done on the Raft bench, as commands: deeds at once, scenes one command after another.
//!
//! A scene is commands like any others, so it is in the log, can be stepped through and taken back.

use std::collections::VecDeque;

use super::raft::is_cut;
use crate::cluster::rooms::etcd::raft::Role;
use crate::cluster::{self, Cluster, Command, Component, Session};
use crate::sim::{Duration, Time};
use crate::view::raft::{Cables, MemberDeed, MessageDeed, RaftDeed, Scene};

/// What is still to be done of a scene, in the order of time.
#[derive(Default)]
pub struct Script(VecDeque<(Time, Command)>);

impl Script {
    /// What `scene` does from now on.
    pub fn of(scene: Scene, cluster: &Cluster) -> Self {
        let now = cluster.now();
        let at = |(millis, command)| (now + Duration::from_millis(millis), command);
        Self(steps(scene, cluster).into_iter().map(at).collect())
    }

    /// When something is done next.
    pub fn next(&self) -> Option<Time> {
        self.0.front().map(|(at, _)| *at)
    }

    /// What is to be done by now.
    pub fn due(&mut self, session: &Session) -> Option<Command> {
        let now = session.cluster().now();
        self.next().filter(|at| *at <= now)?;
        self.0.pop_front().map(|(_, command)| command)
    }
}

/// What is done, and after how many milliseconds.
fn steps(scene: Scene, cluster: &Cluster) -> Vec<(u64, Command)> {
    let masters = cluster.places().masters();
    let leads =
        |at: &u8| cluster.etcd(*at).is_some_and(|member| member.node().role() == Role::Leader);
    let leader = (0..masters).find(leads).unwrap_or(0);
    let follower = (leader + 1) % masters;
    let stop = |at| Command::Stop { component: Component::Etcd(at) };
    let start = |at| Command::Start { component: Component::Etcd(at) };
    let host = |at| cluster.places().name(cluster.places().master(at)).to_string();
    match scene {
        Scene::FirstElection => Vec::new(),
        Scene::LeaderCrash => vec![(500, stop(leader)), (6000, start(leader))],
        Scene::OldLeaderReturns => {
            vec![(500, Command::Isolate { host: host(leader) }), (7000, Command::MendAll)]
        }
        Scene::SplitVote => vec![
            (500, stop(leader)),
            (1000, Command::Timers { aligned: true }),
            (9000, start(leader)),
        ],
        Scene::Transfer => {
            let heir = cluster.etcd(follower).map_or(0, |member| member.node().id());
            let endpoint = cluster.places().ip(cluster.places().master(leader));
            let line = format!("etcdctl move-leader {heir:x} --endpoints=https://{endpoint}:2379");
            vec![(500, Command::Type { line })]
        }
        Scene::PreVote => {
            vec![(500, Command::Isolate { host: host(follower) }), (6000, Command::MendAll)]
        }
        Scene::QuorumLost => {
            let lost = usize::from(masters / 2 + 1);
            let others = (0..masters).map(|n| (follower + n) % masters);
            let lost: Vec<u8> = others.take(lost).collect();
            let stops = lost.iter().map(|at| (500, stop(*at)));
            stops.chain(lost.iter().map(|at| (7000, start(*at)))).collect()
        }
    }
}

/// What is done on the bench, as commands.
pub fn commands(deed: &RaftDeed, cluster: &Cluster) -> Vec<Command> {
    match deed {
        RaftDeed::Message(number, deed) => {
            let deed = match deed {
                MessageDeed::Deliver => cluster::MessageDeed::Deliver,
                MessageDeed::Hold => cluster::MessageDeed::Hold,
                MessageDeed::Drop => cluster::MessageDeed::Drop,
                MessageDeed::Duplicate => cluster::MessageDeed::Duplicate,
                MessageDeed::Delay => cluster::MessageDeed::Delay { micros: 1_000_000 },
            };
            vec![Command::Message { number: *number, deed }]
        }
        RaftDeed::Member(host, deed) => {
            let deed = match deed {
                MemberDeed::TimeOut => cluster::MemberDeed::TimeOut,
                MemberDeed::Pause => cluster::MemberDeed::Pause,
                MemberDeed::Resume => cluster::MemberDeed::Resume,
                MemberDeed::Crash => cluster::MemberDeed::Crash,
            };
            vec![Command::Member { host: host.to_string(), deed }]
        }
        RaftDeed::Timers { aligned } => vec![Command::Timers { aligned: *aligned }],
        RaftDeed::Cables(cables) => worsen(*cables, cluster),
    }
}

/// Makes all cables between masters as bad as `cables`, but for those that are cut.
fn worsen(cables: Cables, cluster: &Cluster) -> Vec<Command> {
    let pairs = cluster.places().master_pairs();
    let whole = pairs.filter(|(a, b)| !is_cut(cluster, *a, *b));
    let commands = whole.flat_map(|(a, b)| {
        let [a, b] = [a, b].map(|host| cluster.places().name(host).to_string());
        let mend = Command::Mend { a: a.clone(), b: b.clone() };
        let worse = (cables != Cables::default()).then_some(Command::Worsen {
            a,
            b,
            loss_per_million: cables.loss_percent * 10_000,
            delay_micros: cables.delay_ms * 1000,
            jitter_micros: cables.jitter_ms * 1000,
        });
        std::iter::once(mend).chain(worse)
    });
    commands.collect()
}
