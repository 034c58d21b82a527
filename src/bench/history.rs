//! Ten minutes of a teaching-size cluster in which a lot happens, and going back into them.

use std::time::Duration;

use super::deploy::{apply, deployment, play};
use super::{Meter, percentile};
use crate::cluster::{Command, Component, Config, Session, Time};

const SPAN: Duration = Duration::from_secs(600);
const SEEKS: u64 = 100;

/// The session after those ten minutes.
#[derive(Clone, Debug)]
pub struct History {
    session: Session,
    start: Time,
    pub events_per_second: f64,
}

impl History {
    pub fn new(meter: Meter) -> Self {
        let mut session = Session::new(Config::teaching(1));
        let start = session.cluster().now();
        let ((), seconds) = meter.time(|| live(&mut session, start));
        let events = session.cluster().moment().position;
        Self { session, start, events_per_second: events as f64 / seconds }
    }

    /// The 95th percentile of what a seek takes, in milliseconds.
    pub fn seek_ms(&mut self, meter: Meter) -> f64 {
        let mut state = 1_u64;
        let seek = |_| {
            // Knuth's generator: any moments do, as long as they are the same ones every time.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let after = Duration::from_millis((state >> 33) % SPAN.as_millis() as u64);
            let ((), seconds) = meter.time(|| {
                self.session.seek(self.start + after);
                while !self.session.seek_on(u64::MAX) {}
            });
            seconds * 1000.0
        };
        percentile(&mut (0..SEEKS).map(seek).collect::<Vec<_>>(), 95)
    }
}

/// Five rollouts, one node that is lost and comes back, one change of the leader of etcd.
fn live(session: &mut Session, start: Time) {
    let at = |session: &mut Session, second: u64| {
        session.play(start + Duration::from_secs(second), u64::MAX);
    };
    at(session, 30);
    apply(session, "web", &deployment("web", 6, "nginx:1.20"));
    for rollout in 1..=5 {
        at(session, 60 * rollout);
        apply(session, "web", &deployment("web", 6, &format!("nginx:1.2{rollout}")));
    }
    let host = "node-2".to_owned();
    at(session, 330);
    session.execute(Command::PowerOff { host: host.clone() });
    at(session, 420);
    // Members are numbered from 1, masters from 0.
    let leader = session.cluster().etcd(0).map_or(1, |member| member.node().leader());
    let component = Component::Etcd(leader.saturating_sub(1) as u8);
    session.execute(Command::Stop { component });
    play(session, Duration::from_secs(10));
    session.execute(Command::Start { component });
    at(session, 480);
    session.execute(Command::PowerOn { host });
    at(session, 600);
}
