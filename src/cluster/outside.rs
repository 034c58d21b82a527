//! Programs outside the simulation that talk to the cluster: real clients of its API.
//!
//! Each of their connections is a line, with a port of the person's machine as its end: what comes
//! in over it is a [`super::Command`] that goes to the load balancer as the packets of every client
//! do, and what comes back is heard here, where whoever carries it on finds it.
//!
//! Invariant: no more than [`BYTES_MAX`] is kept, however slowly it is carried on. What a listener
//! has missed it knows by the numbers.

use std::sync::Arc;

use super::event::Payload;
use super::place::{Component, port};
use super::{Cluster, Sink};
use crate::api::rpc::{Answer, Call, FieldValidation, Request, ToClient, ToServer};
use crate::api::{HttpRequest, HttpResponse, List, Str};
use crate::network::{Closed, Packet, Transport};
use crate::sim::{Address, Log, RecordId};

/// How many lines there may be at once.
pub const LINES_MAX: u16 = 1024;
/// How many bytes of answers are kept.
pub const BYTES_MAX: usize = 32 << 20;

/// Something that came over a line.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The line.
    pub line: u16,
    /// What.
    pub what: Word,
}

/// What comes over a line.
#[derive(Clone, Debug)]
pub enum Word {
    /// The answer to a request, by its number.
    Answer(u32, Arc<HttpResponse>),
    /// More of a body that goes on.
    Frames(u32, Str),
    /// A body that went on has ended.
    End(u32),
    /// The line is cut: the server at its other end is gone, or none was found.
    Cut,
}

/// What has come over all lines.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    heard: Log<Heard>,
    bytes: usize,
}

impl Outside {
    /// What was heard from number `from` on, as far as it is kept.
    pub fn since(&self, from: u64) -> impl Iterator<Item = &Heard> {
        self.heard.range(from.max(self.heard.start())..self.heard.end())
    }

    /// The numbers of the first that is kept and of the next that will be heard.
    pub fn kept(&self) -> std::ops::Range<u64> {
        self.heard.start()..self.heard.end()
    }

    fn hear(&mut self, line: u16, what: Word) {
        self.bytes += what.len();
        self.heard.push(Heard { line, what });
        let start = self.heard.start();
        let mut end = start;
        while self.bytes > BYTES_MAX
            && let Some(oldest) = self.heard.get(end)
        {
            self.bytes -= oldest.what.len();
            end += 1;
        }
        self.heard.cut_front(end);
    }
}

impl Word {
    fn len(&self) -> usize {
        // So much for what is not text.
        64 + match self {
            Self::Answer(_, response) => response.body.len(),
            Self::Frames(_, text) => text.len(),
            Self::End(_) | Self::Cut => 0,
        }
    }
}

impl Cluster {
    /// What has come for programs outside the simulation.
    pub fn outside(&self) -> &Outside {
        &self.outside
    }

    /// Sends a request of a program outside on its way, as coming from `user`.
    pub(super) fn call_from_outside(
        &mut self,
        (line, number): (u16, u32),
        (user, groups): (&str, &[String]),
        request: &Arc<HttpRequest>,
        cause: RecordId,
        sink: &mut impl Sink,
    ) {
        let Some(from) = self.end_of(line) else { return };
        if !self.network.is_open(from) {
            self.network.open(from);
        }
        let request = Request {
            user: user.into(),
            groups: groups.iter().map(|group| Str::from(group.as_str())).collect::<List<Str>>(),
            agent: Str::default(),
            manager: Str::default(),
            call: Call::Http(request.clone()),
            dry_run: false,
            field_validation: FieldValidation::Ignore,
            as_table: false,
        };
        let payload = Payload::ToServer(ToServer::Request(number, Arc::new(request)));
        let (to, via, through) = (self.balancer_address, Transport::Stream, None);
        let packet = Packet { from, to, via, through, sent: self.now, cause, payload };
        self.transmit(self.now, packet, sink);
    }

    /// A program outside hangs up: its server learns it, and forgets its watches.
    pub(super) fn hang_up(&mut self, line: u16, cause: RecordId) {
        let Some(end) = self.end_of(line) else { return };
        if !self.network.is_open(end) {
            return;
        }
        for (at, closed) in self.network.close(self.now, end) {
            match closed {
                Closed::Told(broken) => self.break_stream(at, broken, cause),
                Closed::Silent(end, gone) => {
                    self.queue.push(at, super::event::Event::GiveUp(end, gone));
                }
            }
        }
        self.balancer_mut().disconnected(end);
    }

    /// Something has come over the line that ends at `end`.
    pub(super) fn hear_outside(&mut self, end: Address, message: ToClient) {
        let line = end.port - port::OUTSIDE;
        let word = match message {
            ToClient::Response(number, response) => match &response.result {
                Ok(Answer::Http(answer)) => Word::Answer(number, answer.clone()),
                // Only what comes over HTTP is answered here.
                _ => Word::End(number),
            },
            ToClient::Frames(number, _, text) => Word::Frames(number, text),
            ToClient::WatchClosed(number, _) | ToClient::Events(number, _) => Word::End(number),
        };
        self.outside.hear(line, word);
    }

    /// The line that ends at `end` is cut.
    pub(super) fn cut_outside(&mut self, end: Address, cause: RecordId) {
        self.hang_up(end.port - port::OUTSIDE, cause);
        self.outside.hear(end.port - port::OUTSIDE, Word::Cut);
    }

    fn end_of(&self, line: u16) -> Option<Address> {
        let base = self.places.address(Component::Outside);
        (line < LINES_MAX).then(|| Address::new(base.host, base.port + line))
    }
}
