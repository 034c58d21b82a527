//! A set of voters that decides by majority.
//!
//! Models etcd-io/raft `quorum/majority.go`.

use std::collections::BTreeSet;
use std::fmt;

use super::VoteResult;

/// Up to how many voters the committed index is found without allocating.
const ON_STACK: usize = 7;

/// Voters, of whom more than half must agree.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MajorityConfig(pub BTreeSet<u64>);

impl MajorityConfig {
    /// Whether `id` votes here.
    pub fn contains(&self, id: u64) -> bool {
        self.0.contains(&id)
    }

    /// Whether nobody votes here.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The voters in order.
    pub fn to_vec(&self) -> Vec<u64> {
        self.0.iter().copied().collect()
    }

    /// The greatest index that a majority has acknowledged, given what each voter has; `u64::MAX`
    /// when nobody votes.
    pub fn committed_index(&self, acked: impl Fn(u64) -> Option<u64>) -> u64 {
        let count = self.0.len();
        if count == 0 {
            return u64::MAX;
        }
        let mut stack = [0; ON_STACK];
        let mut heap = Vec::new();
        let indexes = if count <= ON_STACK {
            &mut stack[..count]
        } else {
            heap.resize(count, 0);
            &mut heap[..]
        };
        for (slot, &id) in indexes.iter_mut().zip(&self.0) {
            *slot = acked(id).unwrap_or(0);
        }
        indexes.sort_unstable();
        indexes[count - (count / 2 + 1)]
    }

    /// How the vote stands, given what each voter said.
    pub fn vote_result(&self, vote: impl Fn(u64) -> Option<bool>) -> VoteResult {
        if self.0.is_empty() {
            return VoteResult::Won;
        }
        let (mut granted, mut missing) = (0, 0);
        for &id in &self.0 {
            match vote(id) {
                Some(true) => granted += 1,
                Some(false) => {}
                None => missing += 1,
            }
        }
        let needed = self.0.len() / 2 + 1;
        if granted >= needed {
            VoteResult::Won
        } else if granted + missing >= needed {
            VoteResult::Pending
        } else {
            VoteResult::Lost
        }
    }

    /// A drawing of what each voter has acknowledged: a bar as long as the number of voters it is
    /// ahead of.
    pub fn describe(&self, acked: impl Fn(u64) -> Option<u64>) -> String {
        if self.0.is_empty() {
            return "<empty majority quorum>".to_owned();
        }
        let count = self.0.len();
        let mut indexes: Vec<u64> = self.0.iter().map(|&id| acked(id).unwrap_or(0)).collect();
        indexes.sort_unstable();
        let mut text = format!("{:count$}    idx\n", "");
        for &id in &self.0 {
            let index = acked(id);
            let bar = match index {
                None => "?".to_owned(),
                Some(index) => {
                    let ahead_of = indexes.partition_point(|&other| other < index);
                    format!("{}>", "x".repeat(ahead_of))
                }
            };
            let index = index.unwrap_or(0);
            text += &format!("{bar:<width$} {index:>5}    (id={id})\n", width = count + 1);
        }
        text
    }
}

impl FromIterator<u64> for MajorityConfig {
    fn from_iter<I: IntoIterator<Item = u64>>(ids: I) -> Self {
        Self(ids.into_iter().collect())
    }
}

impl fmt::Display for MajorityConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (i, id) in self.0.iter().enumerate() {
            let space = if i > 0 { " " } else { "" };
            write!(f, "{space}{id}")?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counting how many voters have reached each index gives the same as sorting, through sizes
    /// on both sides of what fits on the stack.
    #[test]
    fn committed_index_is_what_a_majority_has_reached() {
        let mut rng = crate::sim::Rng::new(5);
        for _ in 0..2000 {
            let count = 1 + rng.below(10);
            let config: MajorityConfig = (1..=count).collect();
            let indexes: Vec<Option<u64>> =
                (0..count).map(|_| rng.chance(800_000).then(|| rng.below(20))).collect();
            let acked = |id: u64| indexes[id as usize - 1];
            let reached = |index: u64| (1..=count).filter(|&id| acked(id) >= Some(index)).count();
            let expected =
                (0..20).rev().find(|&index| index == 0 || reached(index) > count as usize / 2);
            assert_eq!(Some(config.committed_index(acked)), expected);
        }
        assert_eq!(MajorityConfig::default().committed_index(|_| None), u64::MAX);
    }

    #[test]
    fn voters_are_listed_in_order() {
        let config: MajorityConfig = [3, 1, 2].into_iter().collect();
        assert_eq!(config.to_string(), "(1 2 3)");
        assert_eq!(MajorityConfig::default().to_string(), "()");
    }
}
