//! Scenes of members that come, go, fall behind, or lose everything.

use super::{Act, Cast, Goal, endpoint, host, member, run, start};
use crate::cluster::{Cluster, Command, MemberDeed, Tuning};

/// The machines on which members are added, by the numbers of their masters.
const ADDED: u8 = 3;
const REPLACEMENT: u8 = 4;
/// Writes that are more than a leader keeps for a follower that is behind.
const WRITES: usize = 16;

/// A member is added as a learner and promoted; then another loses its disk and is replaced.
pub fn membership(cluster: &Cluster, cast: &Cast) -> Vec<Vec<Act>> {
    let (leader, lost) = (cast[0], cast[1]);
    let etcdctl = |line: String| run(format!("etcdctl {line} {}", endpoint(cluster, leader)));
    let add = |at: u8| {
        let ip = cluster.places().ip(cluster.places().master(at));
        let name = host(cluster, at);
        etcdctl(format!("member add {name} --learner --peer-urls=https://{ip}:2380"))
    };
    let promote = |id: u8| etcdctl(format!("member promote {id}"));
    let free = || Act::Until(Goal::Free);
    let learned = |at| Act::Until(Goal::SameLogs(vec![leader, at]));
    // Ids are given in order, and never twice.
    let (added, replacement) = (ADDED + 1, REPLACEMENT + 1);
    vec![
        vec![add(ADDED), free()],
        vec![promote(added), free()],
        vec![start(ADDED), learned(ADDED), Act::Wait(300)],
        vec![promote(added), free(), learned(ADDED)],
        vec![member(cluster, lost, MemberDeed::Wipe), Act::Wait(1000)],
        vec![etcdctl(format!("member remove {}", lost + 1)), free()],
        vec![
            // Members are changed only when all have been well for so long.
            Act::Wait(5000),
            add(REPLACEMENT),
            free(),
            start(REPLACEMENT),
            learned(REPLACEMENT),
            Act::Wait(300),
            promote(replacement),
            free(),
        ],
    ]
}

/// A follower is away for so long that the leader no longer has the entries it lacks.
pub fn snapshot(cluster: &Cluster, cast: &Cast) -> Vec<Vec<Act>> {
    let (leader, slow) = (cast[0], cast[1]);
    let tuning = Tuning { snapshot_count: 10, ..Tuning::default() };
    let put = |n: usize| run(format!("etcdctl put key {n} {}", endpoint(cluster, leader)));
    let writes = (1..=WRITES).flat_map(|n| [put(n), Act::Until(Goal::Free)]);
    vec![
        vec![
            Act::Give(Command::Tune { tuning }),
            Act::Give(Command::Isolate { host: host(cluster, slow) }),
            Act::Wait(200),
        ],
        writes.chain([Act::Until(Goal::Compacted(leader, slow))]).collect(),
        vec![Act::Give(Command::MendAll), Act::Until(Goal::SnapshotSent)],
        vec![Act::Until(Goal::SameLogs(vec![leader, slow])), Act::Wait(200)],
    ]
}

/// Two disks of three are lost: there will never be a quorum again, but there is a backup.
pub fn restore(cluster: &Cluster, cast: &Cast) -> Vec<Vec<Act>> {
    let left = cast[0];
    let etcdctl = |line: &str| run(format!("etcdctl {line} {}", endpoint(cluster, left)));
    let free = || Act::Until(Goal::Free);
    let wipe = |at: &u8| member(cluster, *at, MemberDeed::Wipe);
    let wipes = cast[1..].iter().map(wipe);
    let directory = "restored".to_owned();
    vec![
        vec![etcdctl("put course raft"), free(), etcdctl("snapshot save backup.db"), free()],
        wipes.chain([Act::Until(Goal::NobodyLeads)]).collect(),
        vec![etcdctl("put course lost"), free()],
        vec![etcdctl("get course --consistency=s"), free()],
        vec![run("etcdutl snapshot restore backup.db --data-dir=restored".to_owned()), free()],
        vec![Act::Give(Command::Restore { directory }), Act::Until(Goal::AnyLeads)],
        vec![etcdctl("get course"), free(), Act::Until(Goal::SameLogs(cast.clone()))],
    ]
}
