//! Faults as commands: they do what they say, are serialisable, and replay the same.

use std::time::Duration;

use orrery::cluster::rooms::etcd::raft::Role;
use orrery::cluster::{
    Cluster, Command, Config, MemberDeed, MessageDeed, Said, Session, Style, Summary,
};

fn session() -> Session {
    let mut session = Session::new(Config::new(7, 3, Style::Bare));
    pass(&mut session, Duration::from_secs(20));
    session
}

fn pass(session: &mut Session, span: Duration) {
    session.play(session.cluster().now() + span, u64::MAX);
}

/// Lets time pass until messages between members are on their way, and gives their numbers.
fn messages(session: &mut Session) -> Vec<u64> {
    loop {
        let in_flight = session.cluster().in_flight();
        let of_raft =
            in_flight.filter(|(.., packet)| matches!(Said::of(&packet.payload), Said::Raft { .. }));
        let numbers: Vec<u64> = of_raft.map(|(_, number, _)| number).collect();
        if !numbers.is_empty() {
            return numbers;
        }
        pass(session, Duration::from_millis(1));
    }
}

fn befall(session: &mut Session, number: u64, deed: MessageDeed) {
    session.execute(Command::Message { number, deed });
}

fn is_in_flight(cluster: &Cluster, number: u64) -> bool {
    cluster.in_flight().any(|(_, seq, _)| seq == number)
}

#[test]
fn single_messages_are_held_delivered_dropped_doubled_and_delayed() {
    let mut session = session();
    let number = messages(&mut session)[0];
    befall(&mut session, number, MessageDeed::Hold);
    assert!(!is_in_flight(session.cluster(), number));
    assert!(session.cluster().held().any(|(held, _)| held == number));
    pass(&mut session, Duration::from_secs(1));
    let count = |session: &Session| session.cluster().in_flight().count();
    let before = count(&session);
    befall(&mut session, number, MessageDeed::Deliver);
    assert_eq!((session.cluster().held().count(), count(&session)), (0, before + 1));
    let number = messages(&mut session)[0];
    let before = count(&session);
    befall(&mut session, number, MessageDeed::Duplicate);
    assert_eq!(count(&session), before + 1);
    let number = messages(&mut session)[0];
    let before = count(&session);
    befall(&mut session, number, MessageDeed::Drop);
    assert_eq!(count(&session), before - 1);
    let number = messages(&mut session)[0];
    befall(&mut session, number, MessageDeed::Delay { micros: 500_000 });
    assert!(!is_in_flight(session.cluster(), number), "it has another number now");
    befall(&mut session, u64::MAX, MessageDeed::Drop);
    pass(&mut session, Duration::from_secs(5));
    assert!(leader(session.cluster()).is_some());
}

fn leader(cluster: &Cluster) -> Option<u8> {
    let leads = |at: &u8| cluster.etcd(*at).is_some_and(|m| m.node().role() == Role::Leader);
    (0..cluster.places().masters()).find(leads)
}

/// One of every fault there is.
fn all() -> Vec<Command> {
    let member = |n: u8, deed| Command::Member { host: format!("master-{n}"), deed };
    let [a, b] = ["master-1", "master-2"].map(str::to_owned);
    vec![
        member(1, MemberDeed::Pause),
        member(1, MemberDeed::Resume),
        member(2, MemberDeed::TimeOut),
        member(3, MemberDeed::Crash),
        member(1, MemberDeed::SlowDisk { micros: 20_000 }),
        member(1, MemberDeed::FullDisk { is_full: true }),
        member(1, MemberDeed::FullDisk { is_full: false }),
        Command::CutOneWay { from: a.clone(), to: b.clone() },
        Command::Worsen {
            a: a.clone(),
            b: b.clone(),
            loss_per_million: 100_000,
            delay_micros: 5_000,
            jitter_micros: 5_000,
        },
        Command::Mend { a: a.clone(), b: b.clone() },
        Command::Partition { groups: vec![vec![a], vec![b, "master-3".to_owned()]] },
        Command::MendAll,
        Command::Timers { aligned: true },
        Command::Timers { aligned: false },
        member(2, MemberDeed::CorruptData),
        member(2, MemberDeed::CorruptSnapshot),
        member(2, MemberDeed::Wipe),
        Command::Restore { directory: "nowhere".to_owned() },
    ]
}

#[test]
fn every_fault_is_written_down_and_replays_the_same() {
    let mut session = session();
    for command in all() {
        let text = serde_json::to_string(&command).expect("it can be written");
        let read: Command = serde_json::from_str(&text).expect("and read");
        assert_eq!(read, command);
        session.execute(read);
        pass(&mut session, Duration::from_millis(1500));
    }
    let cluster = session.cluster();
    let (hash, state) = (cluster.record_hash(), cluster.state_hash());
    session.seek_position(1000);
    session.seek_head();
    while !session.seek_on(100_000) {}
    let cluster = session.cluster();
    assert_eq!((cluster.record_hash(), cluster.state_hash()), (hash, state));
}

#[test]
fn a_lost_message_is_recorded() {
    let mut session = session();
    let number = messages(&mut session)[0];
    befall(&mut session, number, MessageDeed::Drop);
    let last = session.timeline().next_id().0 - 1;
    let record = session.timeline().get(orrery::sim::RecordId(last));
    let lost = record.map(|record| record.payload.clone());
    assert!(
        matches!(
            lost,
            Some(orrery::cluster::Record::Lost(Summary { said: Said::Raft { .. }, .. }))
        ),
        "{lost:?}"
    );
}
