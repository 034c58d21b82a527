//! Figures 7 and 8 of the Raft paper, played: the very logs, through elections and cuts.
//!
//! Models Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm (extended
//! version), sections 5.3 and 5.4.2. The paper's term 1 is the term of the first leader here, and
//! its index 3 (in Figure 8: 1) the last entry that all have in common. A leader's first entry of
//! a term is the empty one that every leader of etcd begins with.
//!
//! Members are timed out by hand. So that nobody else stands meanwhile, timeouts are the longest
//! that etcd allows, and neither pre-vote nor the leader's lease keeps anyone from it.

use super::{Act, Goal, start, stop};
use crate::cluster::{Command, MemberDeed, Tuning};

/// Nobody does anything of its own accord: timeouts of 50 s, and ten between ticks, within which
/// everything happens.
const BY_HAND: Tuning = Tuning {
    heartbeat_ms: 10_000,
    election_ms: 50_000,
    spread_ms: 50_000,
    pre_vote: false,
    check_quorum: false,
    single_entries: false,
    snapshot_count: 10_000,
};

/// The same with heartbeats, which find out what followers lack.
const BEATING: Tuning = Tuning { heartbeat_ms: 100, ..BY_HAND };

/// All members of a figure.
struct Stage {
    members: u8,
}

/// Six followers whose logs differ from the new leader's in every way there is.
pub fn figure_7() -> Vec<Vec<Act>> {
    let stage = Stage { members: 7 };
    // As in the figure: the leader of term 8 on top, then a to f.
    let [top, a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5, 6];
    let until = Act::Until;
    let mut term_2 = stage.elected(f, &[top, a, e]);
    term_2.extend([stage.apart(), put(f, "f1"), put(f, "f2")].concat());
    let mut term_3 = vec![stop(f), start(f), Act::Wait(20)];
    term_3.extend(stage.elected(f, &[top, b, e]));
    term_3.extend([stage.apart(), (3..=6).flat_map(|n| put(f, FS[n])).collect()].concat());
    term_3.push(stop(f));
    let mut term_4 = stage.elected(e, &[top, a, b, c, d]);
    term_4.push(until(Goal::SameLogs(vec![e, top, a, b, c, d])));
    let mut term_4_cut = stage.groups(&[&[e, top, a, c, d]]);
    term_4_cut.extend(put(e, "e1"));
    term_4_cut.push(until(Goal::SameLogs(vec![e, top, a, c, d])));
    term_4_cut.extend([stage.apart(), put(e, "e2"), put(e, "e3")].concat());
    let mut term_5 = stage.elected(top, &[a, c, d]);
    term_5.extend(put(top, "t1"));
    term_5.push(until(Goal::SameLogs(vec![top, a, c, d])));
    let mut term_6 = stage.elected(c, &[top, a, d]);
    term_6.extend(put(c, "c1"));
    term_6.push(until(Goal::SameLogs(vec![c, top, a, d])));
    term_6.extend([stage.groups(&[&[c, top, d]]), put(c, "c2")].concat());
    term_6.push(until(Goal::SameLogs(vec![c, top, d])));
    term_6.extend([stage.apart(), put(c, "c3")].concat());
    let mut term_7 = stage.elected(d, &[top, a, b]);
    term_7.extend([stage.apart(), put(d, "d1")].concat());
    let mut term_8 = stage.elected(top, &[a, b, e]);
    term_8.extend(stage.apart());
    let tune = |tuning| Act::Give(Command::Tune { tuning });
    let repair = |all: &[u8]| {
        let mut acts = stage.groups(&[all]);
        acts.push(until(Goal::SameLogs(all.to_vec())));
        acts
    };
    let first = [vec![tune(BEATING)], repair(&[top, a])].concat();
    let last = [repair(&[top, a, b, e, c, d, f]), vec![tune(Tuning::default())]].concat();
    vec![
        vec![tune(BY_HAND), Act::Wait(20)],
        term_2,
        term_3,
        term_4,
        term_4_cut,
        term_5,
        term_6,
        term_7,
        vec![start(f), Act::Wait(20)],
        term_8,
        first,
        repair(&[top, a, b]),
        repair(&[top, a, b, e]),
        repair(&[top, a, b, e, c, d]),
        last,
    ]
}

/// What the last server of Figure 7 writes, by number.
const FS: [&str; 7] = ["", "", "", "f3", "f4", "f5", "f6"];

/// An entry on a majority that is overwritten all the same, and how a leader prevents that.
pub fn figure_8() -> Vec<Vec<Act>> {
    let stage = Stage { members: 5 };
    let [s1, s2, s3, s4, s5] = [0, 1, 2, 3, 4];
    let tuning = Tuning { single_entries: true, ..BY_HAND };
    let until = Act::Until;
    let mut a = stage.elected(s1, &[s2, s3, s4, s5]);
    a.extend(stage.groups(&[&[s1, s2]]));
    a.push(until(Goal::SameLogs(vec![s1, s2])));
    let mut b = vec![stop(s1)];
    b.extend([stage.elected(s5, &[s3, s4]), stage.apart()].concat());
    b.push(until(Goal::SameLogs(vec![s5])));
    let in_vain = [
        vec![stop(s5), start(s1), Act::Wait(20)],
        stage.groups(&[&[s1, s2, s3, s4]]),
        vec![stage.time_out(s1), until(Goal::Refused(s1, 2))],
    ];
    let mut c = vec![stage.time_out(s1), until(Goal::Leads(s1))];
    c.extend(stage.groups(&[&[s1, s3]]));
    c.push(until(Goal::MatchedButOne(s1, s3)));
    c.extend(stage.apart());
    let mut d = vec![stop(s1), start(s5), Act::Wait(20)];
    d.extend(stage.groups(&[&[s2, s3, s4, s5]]));
    d.extend([stage.time_out(s5), until(Goal::Refused(s5, 2)), stage.time_out(s5)]);
    d.push(until(Goal::Leads(s5)));
    let beating = Tuning { single_entries: true, ..BEATING };
    let mut e = vec![Act::Return(4)];
    e.extend(stage.groups(&[&[s1, s2, s3]]));
    e.extend([Act::Give(Command::Tune { tuning: beating }), until(Goal::AllApplied(s1))]);
    e.push(until(Goal::SameLogs(vec![s1, s2, s3])));
    let mut refused = vec![stop(s1), start(s5), Act::Wait(20)];
    refused.extend(stage.groups(&[&[s2, s3, s4, s5]]));
    refused.extend([stage.time_out(s5), until(Goal::Refused(s5, 2)), stage.time_out(s5)]);
    refused.push(until(Goal::Refused(s5, 2)));
    vec![
        vec![Act::Give(Command::Tune { tuning }), Act::Wait(20)],
        a,
        b,
        in_vain.concat(),
        c,
        d,
        vec![until(Goal::SameLogs(vec![s5, s2, s3, s4]))],
        e,
        refused,
        vec![
            Act::Give(Command::Tune { tuning: Tuning::default() }),
            start(s1),
            Act::Give(Command::MendAll),
            until(Goal::SameLogs(vec![s1, s2, s3, s4, s5])),
        ],
    ]
}

impl Stage {
    /// Has one member stand among these voters, until it leads.
    fn elected(&self, at: u8, voters: &[u8]) -> Vec<Act> {
        let group: Vec<u8> = std::iter::once(at).chain(voters.iter().copied()).collect();
        let mut acts = self.groups(&[&group]);
        acts.extend([self.time_out(at), Act::Until(Goal::Leads(at))]);
        acts
    }

    /// Lets those of one group talk; whoever is in none is alone.
    fn groups(&self, groups: &[&[u8]]) -> Vec<Act> {
        let names = |group: &[u8]| group.iter().map(|at| name(*at)).collect();
        let alone = (0..self.members).filter(|at| !groups.iter().any(|group| group.contains(at)));
        let alone = alone.map(|at| vec![name(at)]);
        let groups = groups.iter().map(|group| names(group)).chain(alone).collect();
        vec![Act::Give(Command::Partition { groups })]
    }

    fn apart(&self) -> Vec<Act> {
        self.groups(&[])
    }

    fn time_out(&self, at: u8) -> Act {
        Act::Give(Command::Member { host: name(at), deed: MemberDeed::TimeOut })
    }
}

/// Writes with this leader until the entry is in its log; the client does not wait for more.
fn put(at: u8, value: &str) -> Vec<Act> {
    let line = format!("etcdctl put x {value} --endpoints=https://192.168.1.{}:2379", 11 + at);
    vec![
        Act::Give(Command::Type { line }),
        Act::Until(Goal::Longer(at)),
        Act::Until(Goal::SameLogs(vec![at])),
        Act::Give(Command::Interrupt),
    ]
}

fn name(at: u8) -> String {
    format!("m{}", at + 1)
}
