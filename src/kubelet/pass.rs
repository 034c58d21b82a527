//! When a pod worker has to look at its pod again.
//!
//! Models pkg/kubelet/pod_workers.go (pendingUpdate, completeWork) and pkg/kubelet/pleg/generic.go.

use crate::sim::{Duration, Time};

/// What is known of the pass that goes on or was the last, and of the next.
///
/// The runtime's list tells each change of the last second as an event of its own. The first event
/// sets off a pass at once, all others together one more.
///
/// Departure: a container that starts and ends between two lists is told twice here, once
/// upstream. It makes a container that ends at once be seen waiting in `CrashLoopBackOff`, as
/// people know it; where a container runs for seconds before it fails, v1.36 shows `Error` until
/// it is started again, and so do we.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pass {
    /// When the last one ended.
    pub ended: Option<Time>,
    /// When to try again what failed.
    pub retry: Option<Retry>,
    /// Whether another one has been asked for meanwhile.
    pub is_wanted: bool,
    /// Changes in the runtime that the next list will tell …
    changes: u8,
    /// … and when it will.
    listed_at: Option<Time>,
}

/// When to try again what failed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Retry {
    /// At a time that is known.
    At(Time),
    /// After a while.
    Later,
}

impl Pass {
    /// A new pass, which answers everything that has been told so far.
    pub fn next(self) -> Self {
        let told = self.changes + u8::from(self.is_wanted);
        Self { is_wanted: told > 1, ended: self.ended, ..Self::default() }
    }

    /// The pass is over; whether there has to be another.
    pub fn end(&mut self, now: Time) -> bool {
        self.ended = Some(now);
        self.tell_until(now);
        self.is_wanted || self.changes > 0
    }

    /// Something changed in the runtime, which the list at `listed_at` will tell.
    pub fn note_change(&mut self, listed_at: Time) {
        // What an earlier list told came in the middle of the pass.
        self.tell_until(listed_at - Duration::from_micros(1));
        self.listed_at = Some(listed_at);
        self.changes = self.changes.saturating_add(1);
    }

    fn tell_until(&mut self, now: Time) {
        if self.listed_at.is_some_and(|listed_at| listed_at <= now) {
            (self.is_wanted, self.changes, self.listed_at) = (true, 0, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Time {
        Time::from_secs(1000) + Duration::from_millis(millis)
    }

    #[test]
    fn what_a_pass_did_is_looked_at_once_more_for_each_event() {
        let mut pass = Pass::default();
        pass.note_change(at(1000));
        assert!(pass.end(at(500)), "the next list will tell");
        let mut second = pass.next();
        assert!(!second.end(at(1000)), "one event, one pass");
        pass.note_change(at(1000));
        let mut second = pass.next();
        assert!(second.end(at(1000)), "two events, one more");
        assert!(!second.next().end(at(2000)));
    }

    #[test]
    fn what_is_told_in_the_middle_of_a_pass_is_looked_at_after_it() {
        let mut pass = Pass::default();
        pass.note_change(at(1000));
        pass.note_change(at(3000));
        assert!(pass.end(at(2500)) && pass.is_wanted);
        let mut second = pass.next();
        assert!(second.is_wanted, "the list at 3 s tells the second change");
        assert!(second.end(at(3000)));
        let mut pass = Pass::default();
        assert!(!pass.end(at(100)));
        pass.is_wanted = true;
        assert!(pass.end(at(200)));
    }
}
