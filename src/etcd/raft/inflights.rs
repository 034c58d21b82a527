//! The append messages on their way to one follower.
//!
//! Models etcd-io/raft `tracker/inflights.go`. Invariant: the indexes rise, and the bytes counted
//! are those of the messages kept.

use std::collections::VecDeque;

/// A sliding window over the append messages sent and not yet acknowledged, limited in number and
/// in bytes.
#[derive(Clone, Debug)]
pub struct Inflights {
    count_max: u64,
    bytes_max: u64,
    bytes: u64,
    /// The last index and the payload bytes of each message.
    sent: VecDeque<(u64, u64)>,
}

impl Inflights {
    /// Nothing in flight yet. No more than `count_max` messages may be, and none beyond the one
    /// that reaches `bytes_max`; 0 bytes is no limit.
    pub const fn new(count_max: u64, bytes_max: u64) -> Self {
        Self { count_max, bytes_max, bytes: 0, sent: VecDeque::new() }
    }

    /// Notes a message whose last entry is at `index`, with `bytes` of payload.
    pub fn add(&mut self, index: u64, bytes: u64) {
        assert!(!self.is_full(), "a message was sent beyond the window");
        self.bytes += bytes;
        self.sent.push_back((index, bytes));
    }

    /// Forgets the messages up to and including the one whose last entry is at `index`.
    pub fn free_to(&mut self, index: u64) {
        while let Some(&(last, bytes)) = self.sent.front() {
            if last > index {
                break;
            }
            self.bytes -= bytes;
            self.sent.pop_front();
        }
    }

    /// Forgets all messages.
    pub fn clear(&mut self) {
        self.sent.clear();
        self.bytes = 0;
    }

    /// Whether no message may be added.
    pub fn is_full(&self) -> bool {
        let by_bytes = self.bytes_max != 0 && self.bytes >= self.bytes_max;
        self.count() >= self.count_max || by_bytes
    }

    /// How many messages are in flight.
    pub fn count(&self) -> u64 {
        self.sent.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_full_by_number_or_bytes() {
        let check = |count_max, bytes_max, fits| {
            let mut inflights = Inflights::new(count_max, bytes_max);
            let mut added = 0;
            while added < 100 && !inflights.is_full() {
                added += 1;
                inflights.add(added, 10);
            }
            assert_eq!(added, fits, "{count_max} messages, {bytes_max} bytes");
        };
        check(5, 0, 5);
        check(5, 1000, 5);
        check(50, 100, 10);
        check(50, 95, 10);
        check(50, 1, 1);
    }

    #[test]
    fn frees_what_is_acknowledged() {
        let mut inflights = Inflights::new(3, 40);
        let check = |inflights: &Inflights, count, bytes, full| {
            let found = (inflights.count(), inflights.bytes, inflights.is_full());
            assert_eq!(found, (count, bytes, full));
        };
        for (index, bytes) in [(3, 10), (5, 20), (9, 5)] {
            inflights.add(index, bytes);
        }
        check(&inflights, 3, 35, true);
        inflights.free_to(2);
        check(&inflights, 3, 35, true);
        inflights.free_to(5);
        check(&inflights, 1, 5, false);
        inflights.add(12, 35);
        check(&inflights, 2, 40, true);
        inflights.free_to(100);
        check(&inflights, 0, 0, false);
    }
}
