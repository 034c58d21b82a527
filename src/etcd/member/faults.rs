//! What a person may do to a member from outside, to see what becomes of it.
//!
//! Models nothing of etcd: these are SIGSTOP, a slow disk, a timer that goes off early. Invariant:
//! no fault makes a member break its promises to others, but for a disk that lies, which is what
//! hashes are for.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Input, Member, Out, Timer};
use crate::etcd::mvcc::StoredValue;
use crate::etcd::tuning::Tuning;
use crate::sim::{Duration, Time};

/// How many inputs a paused process keeps: what its sockets hold.
const BACKLOG_MAX: usize = 4096;

/// Something that befalls a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Its process is stopped where it stands.
    Pause,
    /// And goes on.
    Resume,
    /// Its election timer goes off.
    TimeOut,
    /// Its disk takes so much longer to sync.
    SlowDisk(Duration),
    /// Its disk is full, or is no longer.
    FullDisk(bool),
    /// Its disk alters a value.
    CorruptData,
    /// It runs with other flags from now on.
    Tune(Tuning),
    /// Its election timer begins anew at this time and goes off after so many ticks.
    Timers(Time, u64),
}

/// What the machine beneath is like.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Hardware {
    /// How much longer than usual its disk takes to sync.
    pub sync_more: Duration,
    /// Whether its disk is full.
    pub is_full: bool,
}

impl<V: StoredValue> Member<V> {
    pub(super) fn on_fault(&mut self, fault: Fault, out: &mut Out<V>) {
        match fault {
            Fault::Pause => self.backlog = Some(VecDeque::new()),
            Fault::Resume => {}
            // One that leads, or may not stand, says so itself.
            Fault::TimeOut => _ = self.node.campaign(),
            Fault::SlowDisk(more) => self.hardware.sync_more = more,
            Fault::FullDisk(is_full) => self.hardware.is_full = is_full,
            Fault::CorruptData => {
                if self.state.store.corrupt() {
                    // Nobody who holds the right state may take over what follows from this one.
                    self.state.altered = self.rng.next_u64() | 1 << 63;
                }
            }
            Fault::Tune(tuning) => {
                self.settings = Arc::new((*self.settings).clone().tuned(&tuning));
                self.node.tune(&self.settings.raft(self.node.id()));
                self.tick_at(out.now() + self.settings.heartbeat, out);
            }
            Fault::Timers(at, ticks) => {
                self.node.restart_election_timer(ticks);
                self.tick_at(at, out);
            }
        }
    }
}

/// Keeps an input for a paused process. Ticks that nobody takes do not pile up, what finds no room
/// is lost, and one that is paused cannot be paused again.
pub fn defer<V: StoredValue>(backlog: &mut VecDeque<Input<V>>, input: Input<V>) {
    let is_tick = |input: &Input<V>| matches!(input, Input::Timer(Timer::Tick));
    let is_own = matches!(input, Input::Timer(_) | Input::Fault(_));
    let is_surplus = is_tick(&input) && backlog.iter().any(is_tick);
    let is_surplus = is_surplus || matches!(input, Input::Fault(Fault::Pause));
    if !is_surplus && (is_own || backlog.len() < BACKLOG_MAX) {
        backlog.push_back(input);
    }
}
