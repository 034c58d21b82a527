//! The same seed and commands make the same history, however often one goes back and forth in it.
//!
//! What is compared is the record hash, which covers every record made so far, and the state hash.

use std::time::Duration;

use orrery::cluster::{Command, Component, Config, Grain, Limit, Session, Style, Time};
use orrery::sim::Rng;

const STEP: Limit = Limit { events: 1, time: Duration::from_secs(60) };

/// Where a cluster is, and what it looks like there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Mark {
    position: u64,
    time: Time,
    record_hash: u64,
    state_hash: u64,
}

fn mark(session: &Session) -> Mark {
    let cluster = session.cluster();
    Mark {
        position: cluster.moment().position,
        time: cluster.now(),
        record_hash: cluster.record_hash(),
        state_hash: cluster.state_hash(),
    }
}

/// The clusters the tests are about: one as kubeadm makes it, and a bare one.
fn configs() -> [Config; 2] {
    [Config::teaching(7), Config { masters: 3, ..Config::bare(7, 4) }]
}

/// What a person does in the third of a minute that ends at each of these seconds.
fn commands(style: Style) -> Vec<(u64, Command)> {
    let typed = |line: &str| Command::Type { line: line.to_owned() };
    let host = || "node-2".to_owned();
    let lost = match style {
        Style::Bare => Command::PowerOff { host: host() },
        _ => Command::Stop { component: Component::Etcd(1) },
    };
    vec![
        (20, typed("kubectl create deployment web --image=nginx:1.28 --replicas=5")),
        (40, typed("kubectl scale deployment web --replicas=8")),
        (50, lost),
        (60, Command::Cut { a: "master-1".to_owned(), b: "master-3".to_owned() }),
        (70, typed("kubectl set image deployment/web nginx=nginx:1.29")),
        (80, Command::MendAll),
        (90, Command::Start { component: Component::Etcd(1) }),
        (100, Command::PowerOn { host: host() }),
    ]
}

/// Plays until a second of the session's life.
fn play_until(session: &mut Session, start: Time, second: u64) {
    session.play(start + Duration::from_secs(second), u64::MAX);
}

/// Lives two minutes, and marks many moments in them. No mark lies where a command was given:
/// there, before and after have one position.
fn live(config: &Config) -> (Session, Vec<Mark>) {
    let mut session = Session::new(config.clone());
    let start = session.cluster().now();
    let mut marks = Vec::new();
    let mut commands = commands(config.style).into_iter().peekable();
    for second in (1..=120).step_by(3) {
        while let Some((at, command)) = commands.next_if(|(at, _)| *at <= second) {
            play_until(&mut session, start, at);
            session.execute(command);
        }
        play_until(&mut session, start, second);
        // Just behind the last event of an instant, so that position and time say the same.
        session.step(Grain::Message, STEP);
        session.play(session.cluster().now(), u64::MAX);
        marks.push(mark(&session));
    }
    (session, marks)
}

#[test]
fn the_same_commands_make_the_same_history() {
    for config in configs() {
        let ((first, marks), (second, again)) = (live(&config), live(&config));
        assert_eq!(marks, again);
        assert_eq!(mark(&first), mark(&second));
        let (other, _) = live(&Config { seed: config.seed + 1, ..config });
        assert_ne!(mark(&first).record_hash, mark(&other).record_hash, "luck matters");
    }
}

#[test]
fn every_seek_arrives_at_what_was_there() {
    for config in configs() {
        let (mut session, marks) = live(&config);
        let head = mark(&session);
        let mut rng = Rng::new(11);
        for _ in 0..60 {
            let there = marks[rng.below(marks.len() as u64) as usize];
            if rng.chance(500_000) {
                session.seek_position(there.position);
            } else {
                session.seek(there.time);
                while !session.seek_on(1 + rng.below(5000)) {}
            }
            assert_eq!(mark(&session), there);
            if rng.chance(300_000) {
                // One event on and one back is the same place; steps are whole events.
                session.step(Grain::Message, STEP);
                session.step_back(Grain::Message);
                assert_eq!(mark(&session).record_hash, there.record_hash);
            }
        }
        session.seek(head.time);
        while !session.seek_on(u64::MAX) {}
        assert_eq!(mark(&session), head);
        assert_eq!(session.branches().len(), 1, "looking around starts no branch");
    }
}

#[test]
fn branches_are_what_would_have_happened() {
    for config in configs() {
        let (mut session, marks) = live(&config);
        let (there, head) = (marks[15], mark(&session));
        let other = Command::Type { line: "kubectl delete deployment web --wait=false".to_owned() };
        session.seek_position(there.position);
        session.execute(other.clone());
        let end = there.time + Duration::from_secs(40);
        session.play(end, u64::MAX);
        let branch = mark(&session);
        assert_ne!(branch.record_hash, head.record_hash);

        // A session that never knew the other future.
        let mut alone = Session::new(config.clone());
        let start = alone.cluster().now();
        for (second, command) in commands(config.style) {
            let at = start + Duration::from_secs(second);
            if at < there.time {
                alone.play(at, u64::MAX);
                alone.execute(command);
            }
        }
        alone.play(there.time, u64::MAX);
        assert_eq!(mark(&alone), there);
        alone.execute(other);
        alone.play(end, u64::MAX);
        assert_eq!(mark(&alone), branch);

        session.switch(0);
        assert_eq!(mark(&session), head, "the old future is kept");
        session.switch(1);
        assert_eq!(mark(&session), branch, "and so is the new one");
    }
}
