//! What a person's hands do on the bench, as commands.

use smol_str::SmolStr;

use crate::cluster::{self, Cluster, Command, Tuning};
use crate::view::engine::raft::is_cut;
use crate::view::raft::{Cables, MemberDeed, MessageDeed, RaftDeed, Timing};

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
        RaftDeed::Timing(Timing { heartbeat_ms, election_ms, spread_ms }) => {
            let (heartbeat_ms, election_ms, spread_ms) = (*heartbeat_ms, *election_ms, *spread_ms);
            let tuning = Tuning { heartbeat_ms, election_ms, spread_ms, ..cluster.tuning() };
            vec![Command::Tune { tuning }]
        }
        RaftDeed::Groups(groups) => {
            let names = |group: &Vec<SmolStr>| group.iter().map(SmolStr::to_string).collect();
            vec![Command::Partition { groups: groups.iter().map(names).collect() }]
        }
        RaftDeed::CutOneWay(from, to) => {
            vec![Command::CutOneWay { from: from.to_string(), to: to.to_string() }]
        }
        RaftDeed::Mend(a, b) => vec![Command::Mend { a: a.to_string(), b: b.to_string() }],
        RaftDeed::Isolate(host) => vec![Command::Isolate { host: host.to_string() }],
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
