//! Scenes of leaders and followers: elections, crashes, cuts.

use super::{Act, Cast, Goal, endpoint, host, run, split, start, stop};
use crate::cluster::{Cluster, Command};
use crate::view::raft::Scene;

/// The beats of a scene in which nobody comes or goes.
pub fn beats(scene: Scene, cluster: &Cluster, cast: &Cast) -> Vec<Vec<Act>> {
    let leader = cast[0];
    let follower = cast[1 % cast.len()];
    let until = Act::Until;
    let isolate = |at| Act::Give(Command::Isolate { host: host(cluster, at) });
    let mend = || Act::Give(Command::MendAll);
    match scene {
        Scene::FirstElection => vec![
            vec![Act::Rewind, until(Goal::Stand(1))],
            vec![until(Goal::AnyLeads)],
            vec![until(Goal::Follows(leader)), Act::Wait(150)],
        ],
        Scene::SplitVote => vec![
            vec![stop(leader), Act::Wait(300)],
            vec![Act::Give(Command::Timers { aligned: true }), until(Goal::Stand(2))],
            vec![until(Goal::AnyLeads)],
            vec![start(leader), until(Goal::Follows(leader))],
        ],
        Scene::LeaderCrash => vec![
            vec![stop(leader), Act::Wait(300)],
            vec![until(Goal::Stand(1))],
            vec![until(Goal::AnyLeads)],
            vec![start(leader), until(Goal::Follows(leader))],
        ],
        Scene::OldLeaderReturns => vec![
            vec![isolate(leader), Act::Wait(300)],
            vec![until(Goal::AnotherLeads(leader))],
            vec![until(Goal::LeadsNot(leader))],
            vec![mend(), until(Goal::Follows(leader))],
        ],
        Scene::PreVote => vec![
            vec![isolate(follower), Act::Wait(300)],
            vec![until(Goal::Stands(follower))],
            vec![mend(), until(Goal::Follows(follower))],
        ],
        Scene::Transfer => {
            let heir = cluster.etcd(follower).map_or(0, |member| member.node().id());
            let line = format!("etcdctl move-leader {heir:x} {}", endpoint(cluster, leader));
            vec![
                vec![run(line), until(Goal::Stands(follower))],
                vec![until(Goal::Leads(follower))],
                vec![until(Goal::Free), until(Goal::Follows(leader))],
            ]
        }
        Scene::QuorumLost => {
            let lost = &cast[1..=cast.len() / 2 + usize::from(cast.len() > 1)];
            let stops = lost.iter().map(|at| stop(*at)).chain([Act::Wait(300)]);
            let starts = lost.iter().map(|at| start(*at));
            vec![
                stops.collect(),
                vec![until(Goal::NobodyLeads)],
                starts.chain([until(Goal::AnyLeads)]).collect(),
            ]
        }
        _ => partition(cluster, cast),
    }
}

/// Two members with the leader on one side, three on the other.
fn partition(cluster: &Cluster, cast: &Cast) -> Vec<Vec<Act>> {
    let (leader, few, many) = (cast[0], &cast[..2], &cast[2..]);
    let put = format!("etcdctl put seat minority {}", endpoint(cluster, leader));
    let get = format!("etcdctl get seat --consistency=s {}", endpoint(cluster, leader));
    let until = Act::Until;
    vec![
        vec![Act::Give(split(cluster, &[few, many])), Act::Wait(200)],
        vec![
            run(put),
            until(Goal::Longer(leader)),
            until(Goal::SameLogs(few.to_vec())),
            Act::Give(Command::Interrupt),
        ],
        vec![until(Goal::AnotherLeads(leader))],
        vec![Act::Ask(put_with_majority), until(Goal::Free)],
        vec![until(Goal::LeadsNot(leader)), run(get), until(Goal::Free)],
        vec![
            Act::Give(Command::MendAll),
            until(Goal::Follows(leader)),
            until(Goal::SameLogs(cast.clone())),
        ],
    ]
}

fn put_with_majority(cluster: &Cluster, cast: &Cast) -> Vec<Command> {
    let line = format!("etcdctl put seat majority {}", endpoint(cluster, cast[2]));
    vec![Command::Type { line }]
}
