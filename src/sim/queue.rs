//! What will happen, in the one order in which it will happen.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Time;

/// A queue ordered by (time, sequence number): events of one instant leave in the order in which
/// they entered.
#[derive(Clone, Debug)]
pub struct Queue<E> {
    heap: BinaryHeap<Entry<E>>,
    next_seq: u64,
}

#[derive(Clone, Debug)]
struct Entry<E> {
    time: Time,
    seq: u64,
    event: E,
}

impl<E> Queue<E> {
    /// A queue with nothing in it.
    pub fn new() -> Self {
        Self { heap: BinaryHeap::new(), next_seq: 0 }
    }

    /// Puts `event` in at `time` and returns its sequence number, unique in this queue.
    pub fn push(&mut self, time: Time, event: E) -> u64 {
        let seq = self.next_seq;
        self.next_seq += 1;
        self.heap.push(Entry { time, seq, event });
        seq
    }

    /// Takes the next event out: its time, sequence number and itself.
    pub fn pop(&mut self) -> Option<(Time, u64, E)> {
        self.heap.pop().map(|entry| (entry.time, entry.seq, entry.event))
    }

    /// Takes out the event with a sequence number, wherever it stands: its time and itself. Looks
    /// at the whole queue, so it is for what people do, not for what happens by itself.
    pub fn take(&mut self, seq: u64) -> Option<(Time, E)> {
        let mut taken = None;
        let entries = std::mem::take(&mut self.heap).into_vec();
        let rest = entries.into_iter().filter_map(|entry| {
            if entry.seq != seq {
                return Some(entry);
            }
            taken = Some((entry.time, entry.event));
            None
        });
        self.heap = rest.collect::<Vec<_>>().into();
        taken
    }

    /// When the next event happens.
    pub fn next_time(&self) -> Option<Time> {
        self.heap.peek().map(|entry| entry.time)
    }

    /// The next event, left where it is.
    pub fn peek(&self) -> Option<(Time, &E)> {
        self.heap.peek().map(|entry| (entry.time, &entry.event))
    }

    /// Everything in the queue, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (Time, u64, &E)> {
        self.heap.iter().map(|entry| (entry.time, entry.seq, &entry.event))
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

impl<E> Default for Queue<E> {
    fn default() -> Self {
        Self::new()
    }
}

// The heap keeps its greatest on top, so the order is turned round.
impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.time, other.seq).cmp(&(self.time, self.seq))
    }
}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        (self.time, self.seq) == (other.time, other.seq)
    }
}

impl<E> Eq for Entry<E> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_by_time_then_by_entry() {
        let mut queue = Queue::new();
        for (secs, name) in [(2, "c"), (1, "a"), (2, "d"), (1, "b")] {
            queue.push(Time::from_secs(secs), name);
        }
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(_, _, e)| e).collect();
        assert_eq!(order, ["a", "b", "c", "d"]);
    }

    #[test]
    fn takes_out_what_is_named_and_leaves_the_rest_in_order() {
        let mut queue = Queue::new();
        let numbers: Vec<u64> =
            [3, 1, 2].into_iter().map(|secs| queue.push(Time::from_secs(secs), secs)).collect();
        assert_eq!(queue.take(numbers[1]), Some((Time::from_secs(1), 1)));
        assert_eq!(queue.take(numbers[1]), None);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(_, _, e)| e).collect();
        assert_eq!(order, [2, 3]);
    }
}
