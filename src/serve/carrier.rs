//! Carries requests into the simulation and answers out of it, while time passes.
//!
//! Invariant: the cluster belongs to one thread. It falls behind the wall clock rather than keep
//! anyone waiting for a backlog of simulated time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration as WallTime;

use tokio::sync::mpsc::Sender;

use crate::api::{HttpRequest, HttpResponse, Str};
use crate::cluster::{Cluster, Command, Word};
use crate::sim::{Duration, Time};

/// What connections want.
#[derive(Debug)]
pub enum Ask {
    /// A request, over a line of its own connection.
    Request {
        /// The line.
        line: u16,
        /// As whom the connection is known.
        user: &'static str,
        /// What is asked.
        request: Arc<HttpRequest>,
        /// Where the answer goes.
        reply: Sender<Piece>,
    },
    /// The connection is gone.
    HangUp(u16),
    /// A person does something to the cluster.
    Do(Command),
}

/// A piece of an answer.
#[derive(Debug)]
pub enum Piece {
    /// The answer; its body goes on if it says so.
    Answer(Arc<HttpResponse>),
    /// More of the body.
    Frames(Str),
    /// The end of a body that went on.
    End,
}

/// Pieces of one answer that may wait to be written. A watcher that does not read is cut.
pub const PIECES_MAX: usize = 1024;
/// Events that are handled between two looks at what connections want.
const SLICE_EVENTS: u64 = 5000;
/// The longest time without a look at what has changed.
const NAP: WallTime = WallTime::from_millis(5);
/// Simulated time that is made up for; what is more is let go.
const BACKLOG_MAX: Duration = Duration::from_millis(500);

/// The cluster, the clock it follows, and who waits for an answer.
pub struct Carrier {
    cluster: Cluster,
    clock: Clock,
    asks: Receiver<Ask>,
    /// By line: the number of the request under way, and where its answer goes.
    waiting: BTreeMap<u16, (u32, Sender<Piece>)>,
    next: u32,
    heard: u64,
}

impl Carrier {
    /// A carrier for a cluster whose time passes at a speed from now on.
    pub fn new(cluster: Cluster, speed_thousandths: u32, asks: Receiver<Ask>) -> Self {
        let clock = Clock::new(cluster.now(), speed_thousandths);
        let heard = cluster.outside().kept().end;
        Self { cluster, clock, asks, waiting: BTreeMap::new(), next: 1, heard }
    }

    /// The cluster.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Goes on until `stop` says so.
    pub fn run(&mut self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            match self.asks.recv_timeout(self.nap()) {
                Ok(ask) => {
                    self.pass();
                    self.take(ask);
                    // Whoever else waits is taken in at the same moment.
                    while let Ok(ask) = self.asks.try_recv() {
                        self.take(ask);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.pass();
            self.carry_out();
        }
    }

    /// How long nothing happens, as far as is known.
    fn nap(&self) -> WallTime {
        match self.cluster.next_event() {
            Some(next) => self.clock.until(next).min(NAP),
            None => NAP,
        }
    }

    /// Lets the simulated time pass that has passed by the clock.
    fn pass(&mut self) {
        let target = self.clock.now();
        if self.cluster.run_until(target, SLICE_EVENTS, &mut ()) < SLICE_EVENTS {
            return;
        }
        let behind = target.since(self.cluster.now());
        if behind > BACKLOG_MAX {
            self.clock.set(self.cluster.now() + BACKLOG_MAX);
        }
    }

    fn take(&mut self, ask: Ask) {
        let command = match ask {
            Ask::Request { line, user, request, reply } => {
                let number = self.next;
                self.next = self.next.wrapping_add(1);
                self.waiting.insert(line, (number, reply));
                Command::Http { line, number, user: user.to_owned(), groups: Vec::new(), request }
            }
            Ask::HangUp(line) => {
                self.waiting.remove(&line);
                Command::HangUp { line }
            }
            Ask::Do(command) => command,
        };
        self.cluster.execute(&Arc::new(command), &mut ());
    }

    /// Carries on what has come for connections.
    fn carry_out(&mut self) {
        let outside = self.cluster.outside();
        let kept = outside.kept();
        let mut cut: Vec<u16> = Vec::new();
        if self.heard < kept.start {
            // So much came at once that some of it was not kept: nobody knows whose it was.
            cut.extend(self.waiting.keys());
        }
        for heard in outside.since(self.heard) {
            let Some((number, reply)) = self.waiting.get(&heard.line) else { continue };
            let (of, piece, ends) = match &heard.what {
                Word::Answer(of, answer) => (*of, Piece::Answer(answer.clone()), !answer.streams),
                Word::Frames(of, text) => (*of, Piece::Frames(text.clone()), false),
                Word::End(of) => (*of, Piece::End, true),
                Word::Cut => {
                    cut.push(heard.line);
                    continue;
                }
            };
            if of != *number {
                continue;
            }
            let sent = reply.try_send(piece);
            if sent.is_err() && !ends {
                cut.push(heard.line);
            }
            if ends {
                self.waiting.remove(&heard.line);
            }
        }
        self.heard = kept.end;
        for line in cut {
            // Whoever waits finds the other end gone.
            self.waiting.remove(&line);
            self.cluster.execute(&Arc::new(Command::HangUp { line }), &mut ());
        }
    }
}

/// Simulated time by the wall clock.
struct Clock {
    speed_thousandths: u32,
    /// A moment, and the simulated time it was then.
    since: (Moment, Time),
}

#[expect(clippy::disallowed_types, reason = "here the wall clock is what time follows")]
type Moment = std::time::Instant;

impl Clock {
    fn new(time: Time, speed_thousandths: u32) -> Self {
        Self { speed_thousandths: speed_thousandths.max(1), since: (Moment::now(), time) }
    }

    fn now(&self) -> Time {
        let passed = u64::try_from(self.since.0.elapsed().as_micros()).unwrap_or(u64::MAX);
        let scaled = u128::from(passed) * u128::from(self.speed_thousandths) / 1000;
        self.since.1 + Duration::from_micros(u64::try_from(scaled).unwrap_or(u64::MAX))
    }

    fn set(&mut self, time: Time) {
        self.since = (Moment::now(), time);
    }

    /// How long it takes until `time`.
    fn until(&self, time: Time) -> WallTime {
        let left = time.since(self.now()).as_micros();
        let micros = left * 1000 / u128::from(self.speed_thousandths);
        WallTime::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}
