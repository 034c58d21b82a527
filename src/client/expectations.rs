//! What a controller has asked for and its cache has not shown yet.
//!
//! Without them a controller whose cache lags would create the same pods twice.
//! Models pkg/controller/controller_utils.go ControllerExpectations.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::Key;
use crate::sim::{Duration, Time};

/// After this long a controller no longer waits: a change was missed.
const TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// Creations and deletions that are awaited, by the controller that asked for them.
#[derive(Clone, Debug, Default)]
pub struct Expectations(BTreeMap<Key, Expected>);

#[derive(Clone, Debug)]
struct Expected {
    creations: u32,
    /// By name: a pod that is deleted is seen to change more than once.
    deletions: BTreeSet<Key>,
    since: Time,
}

impl Expectations {
    /// `owner` awaits `n` creations, and nothing else.
    pub fn expect_creations(&mut self, owner: &Key, n: u32, now: Time) {
        self.0.insert(
            owner.clone(),
            Expected { creations: n, deletions: BTreeSet::new(), since: now },
        );
    }

    /// `owner` awaits these deletions, and nothing else.
    pub fn expect_deletions(
        &mut self,
        owner: &Key,
        deletions: impl IntoIterator<Item = Key>,
        now: Time,
    ) {
        let deletions = deletions.into_iter().collect();
        self.0.insert(owner.clone(), Expected { creations: 0, deletions, since: now });
    }

    /// A creation was seen, or will never be.
    pub fn creation_observed(&mut self, owner: &Key) {
        if let Some(expected) = self.0.get_mut(owner) {
            expected.creations = expected.creations.saturating_sub(1);
        }
    }

    /// A deletion was seen, or will never be.
    pub fn deletion_observed(&mut self, owner: &Key, deleted: &Key) {
        if let Some(expected) = self.0.get_mut(owner) {
            expected.deletions.remove(deleted);
        }
    }

    /// Whether the cache has caught up with what `owner` asked for.
    pub fn satisfied(&self, owner: &Key, now: Time) -> bool {
        self.0.get(owner).is_none_or(|expected| {
            (expected.creations == 0 && expected.deletions.is_empty())
                || now.since(expected.since) > TIMEOUT
        })
    }

    /// `owner` is gone.
    pub fn forget(&mut self, owner: &Key) {
        self.0.remove(owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_for_what_was_asked_for_and_not_for_ever() {
        let (owner, pod) = (Key::new("d", "rs"), Key::new("d", "pod"));
        let now = Time::from_secs(1000);
        let mut expectations = Expectations::default();
        assert!(expectations.satisfied(&owner, now));
        expectations.expect_creations(&owner, 2, now);
        expectations.creation_observed(&owner);
        assert!(!expectations.satisfied(&owner, now));
        expectations.creation_observed(&owner);
        assert!(expectations.satisfied(&owner, now));
        expectations.expect_deletions(&owner, [pod.clone()], now);
        assert!(!expectations.satisfied(&owner, now));
        assert!(expectations.satisfied(&owner, now + TIMEOUT + Duration::from_secs(1)));
        expectations.deletion_observed(&owner, &pod);
        assert!(expectations.satisfied(&owner, now));
    }
}
