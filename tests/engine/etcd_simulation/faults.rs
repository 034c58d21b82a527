//! What befalls members and messages, and Raft's rules, which hold all the same.

use std::time::Duration;

use orrery::etcd::Fault;
use orrery::etcd::raft::invariants::{Scope, View, check};
use orrery::sim::{HostId, Time};

use super::world::{Event, Input, Step, World};

impl World {
    pub fn befall_member(&mut self, at: usize, fault: Fault) {
        self.log.push(format!("{:?} {at} {fault:?}", self.now));
        self.input_at(self.now, HostId(at as u16), Input::Fault(fault));
    }

    pub fn befall(&mut self) {
        let at = self.rng.below(self.hosts.len() as u64) as usize;
        let other = self.rng.below(self.hosts.len() as u64) as usize;
        match self.rng.below(14) {
            0..3 => {
                let loses = self.rng.chance(500_000);
                self.stop(at, loses);
                let gone = 100 + self.rng.below(3000);
                self.later(gone, Event::Start(at));
            }
            3 => self.befall_member(at, Fault::Pause),
            4 | 5 => self.befall_member(at, Fault::Resume),
            6 => self.befall_member(at, Fault::TimeOut),
            7 => {
                let more = Duration::from_millis(self.rng.below(80));
                self.befall_member(at, Fault::SlowDisk(more));
            }
            8 => {
                let ticks = 1 + self.rng.below(12);
                let when = self.now + Duration::from_millis(20);
                (0..self.hosts.len())
                    .for_each(|at| self.befall_member(at, Fault::Timers(when, ticks)));
            }
            9 | 10 => {
                _ = self.cut.insert((at as u16, other as u16));
                if self.rng.chance(600_000) {
                    self.cut.insert((other as u16, at as u16));
                }
            }
            11 => self.cut.clear(),
            _ => self.operate(),
        }
    }

    /// How many copies of a message between members arrive.
    pub fn copies(&mut self, from: u16, to: u16) -> u32 {
        match self.rng.below(100) {
            _ if self.cut.contains(&(from, to)) => 0,
            0 if self.is_faulty => 0,
            1 if self.is_faulty => 2,
            _ => 1,
        }
    }

    pub fn latency(&mut self, may_be_late: bool) -> Duration {
        let is_late = may_be_late && self.is_faulty && self.rng.chance(20_000);
        let micros = if is_late { 400_000 } else { 1_000 };
        Duration::from_micros(200 + self.rng.below(micros))
    }

    pub fn in_order(&mut self, from: u16, to: u16, sent: Time) -> Time {
        let at = sent + self.latency(false);
        let last = self.streams.entry((from, to)).or_default();
        *last = at.max(*last);
        *last
    }

    /// Checks the rules of Raft, when there is anything new to see.
    pub fn check_raft(&mut self) -> Step {
        let graves = self.graves.iter().map(|disk| View::stopped(disk.id(), disk.storage()));
        let views: Vec<View<'_, _>> = self
            .hosts
            .iter()
            .filter_map(|host| match &host.state {
                Ok(member) => Some(View::running(member.node())),
                Err(disk) if disk.id() != 0 => Some(View::stopped(disk.id(), disk.storage())),
                Err(_) => None,
            })
            .chain(graves)
            .collect();
        let founded = views.iter().filter(|view| view.storage().last_index() > 0).count();
        if founded < self.known.len().min(views.len()) && self.canon.is_empty() {
            return Ok(());
        }
        let seen: Vec<_> = views
            .iter()
            .map(|view| {
                let node = view.node();
                let term = node.map_or(0, |node| node.term());
                (view.id(), node.is_some(), term, view.commit(), view.last().index)
            })
            .collect();
        if seen == self.seen {
            return Ok(());
        }
        self.seen = seen;
        let scope = Scope { depth: 12, leaders_store_first: false };
        match check(&mut self.history, &views, scope).first() {
            Some(violation) => Err(violation.to_string()),
            None => Ok(()),
        }
    }
}
