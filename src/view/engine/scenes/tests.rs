//! Scenes as they are played, beat by beat: what must be there to see is there.

use std::sync::Arc;

use crate::cluster::Config;
use crate::sim::Duration;
use crate::view::clock::ClockView;
use crate::view::engine::EngineHost;
use crate::view::host::{Change, Host};
use crate::view::intent::Intent;
use crate::view::node::RaftRole;
use crate::view::raft::{RaftMember, RaftView, Scene, Troupe};
use crate::view::words::scenes::beats_told;

/// A page that looks at the bench.
struct Bench {
    host: EngineHost,
    raft: Arc<RaftView>,
    clock: ClockView,
    /// How many masters the picture shows.
    masters: std::collections::BTreeSet<smol_str::SmolStr>,
    said: Vec<String>,
}

impl Bench {
    fn of(config: Config) -> Self {
        let (raft, clock) = (Arc::default(), ClockView::default());
        let (masters, said) = (Default::default(), Vec::new());
        let mut bench = Self { host: EngineHost::new(config), raft, clock, masters, said };
        bench.send(Intent::Bench(true));
        bench
    }

    /// Does something, and lets it run until time is held.
    fn send(&mut self, intent: Intent) {
        self.host.send(intent);
        self.drain();
        loop {
            let slice = self.host.run(Duration::from_millis(10));
            self.drain();
            if !slice.busy && !self.clock.playing {
                break;
            }
        }
    }

    fn drain(&mut self) {
        use crate::view::console::ConsoleChange;
        use crate::view::picture::PictureChange;
        for change in self.host.changes() {
            match change {
                Change::Raft(raft) => self.raft = raft,
                Change::Clock(clock) => self.clock = clock,
                Change::Console(ConsoleChange::Clear) => self.said.clear(),
                Change::Console(ConsoleChange::Lines(lines)) => {
                    self.said.extend(lines.iter().map(crate::view::console::Line::text));
                }
                Change::Picture(PictureChange::Master(master)) => {
                    self.masters.insert(master.name);
                }
                Change::Picture(PictureChange::MasterGone(name)) => {
                    self.masters.remove(&name);
                }
                _ => {}
            }
        }
        let broken: Vec<_> = self.raft.lamps.iter().filter(|(_, holds)| !holds).collect();
        assert!(broken.is_empty(), "{broken:?} at {:?}", self.raft.scene);
    }

    fn next(&mut self) {
        self.send(Intent::Beat { back: false });
    }

    fn beat(&self) -> usize {
        self.raft.scene.as_ref().expect("a scene is told").beat
    }

    fn come_to_beat(&mut self, beat: usize) {
        while self.beat() < beat {
            self.next();
        }
    }

    fn member(&self, name: &str) -> &RaftMember {
        self.raft.members.iter().find(|member| member.name == name).expect("it is on the bench")
    }

    /// The terms of the entries in each log after the first `skipped`, as the paper counts them.
    fn terms(&self, base: u64, skipped: u64) -> Vec<String> {
        let log = |member: &RaftMember| {
            let own = member.cells.iter().filter(|cell| cell.index > skipped);
            own.map(|cell| (cell.term - base + 1).to_string()).collect::<String>()
        };
        self.raft.members.iter().map(log).collect()
    }
}

#[test]
fn every_scene_is_told_to_its_end_and_back() {
    for scene in Scene::ALL {
        let mut bench = Bench::of(Config::etcd(1, 3, 0));
        bench.send(Intent::Scene(scene));
        let beats = bench.raft.scene.as_ref().unwrap().beats;
        assert_eq!(beats, beats_told(scene), "{scene:?}");
        let mut ends = vec![bench.clock.position];
        while bench.beat() + 1 < beats {
            let before = bench.clock.time;
            bench.next();
            ends.push(bench.clock.position);
            // A beat that waits in vain goes on after 40 s.
            let took = bench.clock.time.saturating_sub(before);
            assert!(took < Duration::from_secs(30), "{scene:?} {}: {took:?}", bench.beat());
        }
        for end in ends.iter().rev().skip(1) {
            bench.send(Intent::Beat { back: true });
            assert_eq!(bench.clock.position, *end, "{scene:?} {}", bench.beat());
        }
        // What has been played is gone to, and not played anew.
        for end in &ends[1..] {
            bench.next();
            assert_eq!(bench.clock.position, *end, "{scene:?} {}", bench.beat());
        }
    }
}

#[test]
fn the_logs_of_figure_7_come_about_and_are_repaired() {
    let mut bench = Bench::of(Config::etcd(1, 3, 0));
    bench.send(Intent::Scene(Scene::Figure7));
    let base = bench.raft.members[0].term;
    let skipped = bench.raft.window.1 - 3;
    assert_eq!(bench.terms(base, skipped), ["111"; 7]);
    bench.come_to_beat(8);
    let figure = [
        "1114455666",
        "111445566",
        "1114",
        "11144556666",
        "111445566677",
        "1114444",
        "11122233333",
    ];
    assert_eq!(bench.terms(base, skipped), figure);
    bench.come_to_beat(9);
    assert_eq!(bench.member("m1").role, RaftRole::Leader);
    let mut repaired = figure.map(String::from);
    repaired[0].push('8');
    for (beat, whole) in [(10, vec![1]), (11, vec![2]), (12, vec![5]), (13, vec![3, 4])] {
        bench.come_to_beat(beat);
        let top = repaired[0].clone();
        whole.into_iter().for_each(|at| repaired[at] = top.clone());
        assert_eq!(bench.terms(base, skipped), repaired, "beat {beat}");
    }
    // Only with a quorum of its own term is anything of it committed.
    bench.come_to_beat(14);
    let logs = bench.terms(base, skipped);
    assert!(logs.iter().all(|log| *log == logs[0] && log.starts_with("11144556668")), "{logs:?}");
    let member = bench.member("m7");
    assert_eq!(member.log.committed, member.log.last);
}

#[test]
fn figure_8_comes_about_both_ways() {
    let mut bench = Bench::of(Config::etcd(1, 3, 0));
    bench.send(Intent::Scene(Scene::Figure8));
    let base = bench.raft.members[0].term;
    let skipped = bench.raft.window.1 - 1;
    let check = |bench: &mut Bench, beat, figure: [&str; 5]| {
        bench.come_to_beat(beat);
        assert_eq!(bench.terms(base, skipped), figure, "beat {beat}");
    };
    check(&mut bench, 0, ["1", "1", "1", "1", "1"]);
    check(&mut bench, 1, ["12", "12", "1", "1", "1"]);
    check(&mut bench, 2, ["12", "12", "1", "1", "13"]);
    check(&mut bench, 4, ["124", "12", "12", "1", "13"]);
    let committed = |bench: &Bench| bench.raft.members.iter().map(|m| m.log.committed).max();
    assert_eq!(committed(&bench), Some(skipped + 1), "a majority has it, and it is not committed");
    check(&mut bench, 6, ["124", "135", "135", "135", "135"]);
    bench.come_to_beat(7);
    // The fourth entry is m1 saying who it is, as every member does that has started.
    assert_eq!(bench.terms(base, skipped), ["1244", "1244", "1244", "1", "13"]);
    assert!(committed(&bench) >= Some(skipped + 3), "with an entry of its own term it is");
    bench.come_to_beat(8);
    assert_ne!(bench.member("m5").role, RaftRole::Leader);
    assert_eq!(bench.clock.branch.0, 1, "the other future is still there");
    bench.come_to_beat(9);
    let logs = bench.terms(base, skipped);
    assert!(logs.iter().all(|log| *log == logs[0] && log.starts_with("124")), "{logs:?}");
}

#[test]
fn members_come_and_go_in_the_words_of_etcd() {
    let mut bench = Bench::of(Config::etcd(1, 3, 0));
    bench.send(Intent::Scene(Scene::Membership));
    assert_eq!((bench.raft.members.len(), bench.raft.quorum()), (3, 2), "{:?}", bench.said);
    bench.come_to_beat(1);
    let refused = "can only promote a learner member which is in sync with leader";
    assert!(bench.said.iter().any(|line| line.contains(refused)), "{:?}", bench.said);
    bench.come_to_beat(2);
    assert!(bench.member("m4").is_learner);
    bench.come_to_beat(3);
    assert_eq!((bench.member("m4").is_learner, bench.raft.quorum()), (false, 3));
    bench.come_to_beat(6);
    let gone = bench.raft.members.iter().filter(|member| !member.belongs).count();
    assert_eq!((bench.raft.members.len(), gone, bench.raft.voters), (5, 1, 4), "{:?}", bench.said);
}

#[test]
fn a_backup_brings_back_what_it_holds() {
    let mut bench = Bench::of(Config::etcd(1, 3, 0));
    bench.send(Intent::Scene(Scene::Restore));
    bench.come_to_beat(2);
    let failed = |line: &String| line.contains("Error:");
    assert!(bench.said.last().is_some_and(failed), "{:?}", bench.said);
    bench.come_to_beat(3);
    assert_eq!(bench.said.last().map(String::as_str), Some("raft"));
    bench.come_to_beat(6);
    assert_eq!(bench.said.last().map(String::as_str), Some("raft"), "{:?}", bench.said);
    assert!(bench.raft.members.iter().all(|member| member.runs));
}

#[test]
fn the_cluster_waits_while_others_are_on_the_bench() {
    let mut bench = Bench::of(Config::teaching(7));
    let (before, shown) = (bench.clock.clone(), bench.masters.clone());
    bench.send(Intent::Troupe(Troupe::Alone(9)));
    assert_eq!(bench.raft.members.len(), 9);
    assert_eq!(bench.raft.troupe, Troupe::Alone(9));
    bench.send(Intent::Scene(Scene::Snapshot));
    assert_eq!(bench.masters.len(), 3);
    bench.send(Intent::Bench(false));
    assert_eq!((bench.clock.time, bench.masters), (before.time, shown));
}
