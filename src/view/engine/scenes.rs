//! Scenes of the Raft bench: what is done to the cluster as it is, and when.
//!
//! A scene is commands like any others, so it is in the log, can be stepped through and taken back.

use std::collections::VecDeque;

use crate::cluster::rooms::etcd::raft::Role;
use crate::cluster::{Cluster, Command, Component, Session};
use crate::sim::{Duration, Time};
use crate::view::raft::Scene;

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
