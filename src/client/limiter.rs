//! A token bucket. Models golang.org/x/time/rate as client-go's flowcontrol uses it.

use crate::sim::{Duration, Time};

/// Lets `burst` requests through at once and `qps` a second in the long run.
#[derive(Clone, Debug)]
pub struct Limiter {
    interval: Duration,
    burst: u32,
    /// When the bucket would be full again if nothing more were taken.
    full_at: Time,
}

impl Limiter {
    /// A full bucket.
    pub fn new(qps: u32, burst: u32) -> Self {
        Self::every(Duration::from_secs(1) / qps.max(1), burst)
    }

    /// A full bucket of `burst` tokens that gets one back each `interval`.
    pub fn every(interval: Duration, burst: u32) -> Self {
        Self { interval, burst: burst.max(1), full_at: Time::default() }
    }

    /// Takes a token and says how long to wait for it. Those who ask first are served first.
    pub fn reserve(&mut self, now: Time) -> Duration {
        let full_at = self.full_at.max(now) + self.interval;
        self.full_at = full_at;
        (full_at - self.interval * self.burst).since(now)
    }

    /// Takes a token if there is one at once.
    pub fn take(&mut self, now: Time) -> bool {
        let full_at = self.full_at.max(now) + self.interval;
        let there = full_at - self.interval * self.burst <= now;
        if there {
            self.full_at = full_at;
        }
        there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_a_burst_through_and_then_a_steady_flow() {
        let mut limiter = Limiter::new(20, 30);
        let now = Time::from_secs(100);
        let waits: Vec<_> = (0..33).map(|_| limiter.reserve(now).as_millis()).collect();
        assert!(waits[..30].iter().all(|&wait| wait == 0));
        assert_eq!(waits[30..], [50, 100, 150]);
        assert_eq!(limiter.reserve(now + Duration::from_secs(10)).as_millis(), 0);
    }

    #[test]
    fn takes_only_what_is_there() {
        let mut limiter = Limiter::new(1, 2);
        let now = Time::from_secs(100);
        assert_eq!([limiter.take(now), limiter.take(now), limiter.take(now)], [true, true, false]);
        assert!(limiter.take(now + Duration::from_secs(1)));
    }
}
