//! Work that several components would do alike, done once.

use std::fmt;
use std::sync::Mutex;

/// What following one change leads to, remembered beside the change.
///
/// Replicas (the members of etcd, the caches of the apiservers) follow the same changes from the
/// same states. The first to follow a change leaves the state it reached here; the others, each
/// when its own time comes, adopt it instead of computing and storing an equal one of their own.
///
/// This is a cache and nothing else: emptying it at any moment changes no outcome, which is why it
/// may sit behind a lock inside data that is otherwise immutable. States are told apart by a
/// `version` that the caller derives from their content.
pub struct Memo<S>(Mutex<Option<Followed<S>>>);

struct Followed<S> {
    from: u64,
    to: S,
    adoptions_left: u32,
}

impl<S: Clone> Memo<S> {
    /// Nothing remembered yet.
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// The state that follows the one of version `from`: remembered, or computed by `follow` and
    /// remembered until `replicas - 1` others have adopted it.
    pub fn follow(&self, from: u64, replicas: u32, follow: impl FnOnce() -> S) -> S {
        if let Some(known) = self.adopt(from) {
            return known;
        }
        let to = follow();
        if replicas > 1 {
            let remembered = Followed { from, to: to.clone(), adoptions_left: replicas - 1 };
            *self.slot() = Some(remembered);
        }
        to
    }

    /// Remembers nothing any more: everyone who could adopt it has, or is so late that it may as
    /// well work it out again. A state that is kept for nobody keeps all that is in it.
    pub fn forget(&self) {
        *self.slot() = None;
    }

    fn adopt(&self, from: u64) -> Option<S> {
        let mut slot = self.slot();
        let followed = slot.as_mut().filter(|followed| followed.from == from)?;
        let to = followed.to.clone();
        followed.adoptions_left -= 1;
        if followed.adoptions_left == 0 {
            *slot = None;
        }
        Some(to)
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Followed<S>>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl<S: Clone> Default for Memo<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for Memo<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_adopted_by_equals_and_forgotten_after_the_last() {
        let memo = Memo::new();
        let mut computed = 0;
        let mut follow = |from| {
            memo.follow(from, 3, || {
                computed += 1;
                from + 100
            })
        };
        assert_eq!([follow(1), follow(1), follow(1)], [101; 3]);
        assert_eq!(follow(2), 102);
        assert_eq!(follow(1), 101);
        assert_eq!(computed, 3);
        memo.forget();
        assert_eq!(memo.follow(1, 3, || 7), 7);
    }
}
