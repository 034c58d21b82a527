//! Whether what clients saw of one key could have happened one operation after another.
//!
//! Models the checker of Wing and Gong with the memory of Lowe, as porcupine has it. Invariant: an
//! operation takes effect at one moment between its call and its answer; one that was never
//! answered takes effect at any moment after its call, or never.

use std::collections::BTreeSet;

use orrery::sim::Time;

/// What was done to a key, and what came of it. Values are numbers; 0 is no value.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Put(u64),
    Get(u64),
    /// Replaces the first value by the second; whether it was there.
    Replace(u64, u64, bool),
}

/// An operation; the end is `None` when no answer came.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    pub start: Time,
    pub end: Option<Time>,
    pub deed: Deed,
}

/// How many operations on one key can be judged.
pub const OPERATIONS_MAX: usize = 128;

/// Whether there is an order that explains everything.
pub fn is_linearizable(operations: &[Operation]) -> bool {
    assert!(operations.len() <= OPERATIONS_MAX);
    let answered = |n: usize| operations[n].end.is_some();
    let all: u128 = (0..operations.len()).filter(|&n| answered(n)).map(|n| 1 << n).sum();
    let mut seen = BTreeSet::new();
    let mut open = vec![(0_u128, 0_u64)];
    while let Some((done, value)) = open.pop() {
        if done & all == all {
            return true;
        }
        if !seen.insert((done, value)) {
            continue;
        }
        let left = || (0..operations.len()).filter(|n| done >> n & 1 == 0);
        // Nothing can come after an answer that its operation must come before.
        let first_end = left().filter_map(|n| operations[n].end).min();
        for n in left().filter(|&n| first_end.is_none_or(|end| operations[n].start <= end)) {
            if let Some(value) = after(operations[n], value) {
                open.push((done | 1 << n, value));
            }
        }
    }
    false
}

/// The value after an operation; `None` when it cannot have been answered so.
fn after(operation: Operation, value: u64) -> Option<u64> {
    let is_known = operation.end.is_some();
    match operation.deed {
        Deed::Put(new) => Some(new),
        Deed::Get(seen) => (!is_known || seen == value).then_some(value),
        Deed::Replace(from, to, succeeded) => {
            let happens = from == value;
            (!is_known || succeeded == happens).then_some(if happens { to } else { value })
        }
    }
}

#[test]
fn stale_reads_and_lost_writes_are_told() {
    let operation = |start, end, deed| Operation {
        start: Time::from_secs(start),
        end: Some(Time::from_secs(end)),
        deed,
    };
    let put = |start, end, value| operation(start, end, Deed::Put(value));
    let get = |start, end, value| operation(start, end, Deed::Get(value));
    assert!(is_linearizable(&[put(1, 5, 1), get(2, 3, 0), get(4, 6, 1)]));
    assert!(!is_linearizable(&[put(1, 2, 1), get(3, 4, 0)]), "it is stale");
    assert!(!is_linearizable(&[put(1, 9, 1), get(2, 3, 1), get(4, 5, 0)]), "it goes back");
    let lost = Operation { end: None, ..put(1, 2, 1) };
    assert!(is_linearizable(&[lost, get(3, 4, 0), get(5, 6, 1)]));
    let replace = |start, done| operation(start, start + 1, Deed::Replace(1, 2, done));
    assert!(is_linearizable(&[put(1, 2, 1), replace(3, true), replace(5, false)]));
    assert!(!is_linearizable(&[put(1, 2, 1), replace(3, true), replace(5, true)]));
}
