//! How long to wait before trying again what failed: containers that end, images that cannot be
//! pulled.
//!
//! Models client-go/util/flowcontrol/backoff.go with the kubelet's figures (pkg/kubelet/kubelet.go
//! containerBackOff, imageBackOff).

use crate::sim::{Duration, Time};

/// The first wait; it doubles with each failure.
const FIRST: Duration = Duration::from_secs(10);
/// The longest wait. What has gone well for twice as long begins anew.
const LAST: Duration = Duration::from_secs(300);

/// What is remembered of earlier failures of one thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Backoff(Option<Entry>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    wait: Duration,
    updated: Time,
}

impl Backoff {
    /// Whether to wait still at `now` after a failure at `failed`: until when, and how long the
    /// wait is in all. Models IsInBackOffSince.
    pub fn waits_since(&self, failed: Time, now: Time) -> Option<(Time, Duration)> {
        let entry = self.0.filter(|entry| !entry.is_forgotten(failed))?;
        let until = failed + entry.wait;
        (now < until).then_some((until, entry.wait))
    }

    /// Whether to wait still at `now` after the failure that was noted last.
    /// Models IsInBackOffSinceUpdate.
    pub fn waits(&self, now: Time) -> Option<Time> {
        let entry = self.0.filter(|entry| !entry.is_forgotten(now))?;
        let until = entry.updated + entry.wait;
        (now < until).then_some(until)
    }

    /// Notes at `now` a failure that happened at `failed`: the next wait is twice as long.
    /// Models Next.
    pub fn note(&mut self, failed: Time, now: Time) {
        let known = self.0.filter(|entry| !entry.is_forgotten(failed));
        let wait = known.map_or(FIRST, |entry| (entry.wait * 2).min(LAST));
        self.0 = Some(Entry { wait, updated: now });
    }
}

impl Entry {
    fn is_forgotten(&self, at: Time) -> bool {
        at.since(self.updated) > LAST * 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Time {
        Time::from_secs(10_000 + secs)
    }

    /// A container that ends as soon as it is started: the waits before each start.
    #[test]
    fn the_first_restart_is_immediate_and_later_ones_wait_twice_as_long() {
        let (mut backoff, mut now, mut waits) = (Backoff::default(), at(0), Vec::new());
        for _ in 0..8 {
            let ended = now;
            if let Some((until, wait)) = backoff.waits_since(ended, now) {
                assert_eq!(until, ended + wait);
                now = until;
            }
            assert_eq!(backoff.waits_since(ended, now), None);
            waits.push(now.since(ended).as_secs());
            backoff.note(ended, now);
        }
        assert_eq!(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
    }

    #[test]
    fn ten_good_minutes_are_enough_to_begin_anew() {
        let mut backoff = Backoff::default();
        backoff.note(at(0), at(0));
        backoff.note(at(1), at(1));
        assert!(backoff.waits_since(at(500), at(500)).is_some());
        assert_eq!(backoff.waits_since(at(602), at(602)), None);
        backoff.note(at(602), at(602));
        assert_eq!(backoff.waits_since(at(602), at(603)), Some((at(612), FIRST)));
    }

    #[test]
    fn pulls_wait_from_the_failure_on() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.waits(at(0)), None);
        backoff.note(at(0), at(0));
        assert_eq!(backoff.waits(at(9)), Some(at(10)));
        assert_eq!(backoff.waits(at(10)), None);
        backoff.note(at(12), at(12));
        assert_eq!(backoff.waits(at(13)), Some(at(32)));
    }
}
