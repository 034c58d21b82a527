//! An append-only sequence that is cloned in constant time.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// Items a chunk holds. A clone that is appended to copies one chunk, so chunks are small.
const CHUNK: u64 = 64;

/// A sequence with stable indexes that grows at its end and can be cut at both ends; clones share
/// what did not change.
///
/// Indexes count from the start of the log's life: cutting the front does not renumber the rest.
#[derive(Clone, Debug)]
pub struct Log<T> {
    /// Item `base + k * CHUNK + i` is item `i` of chunk `k`. All chunks but the last are full.
    chunks: Arc<VecDeque<Arc<Vec<T>>>>,
    base: u64,
    start: u64,
    end: u64,
}

impl<T: Clone> Log<T> {
    /// An empty log whose first item will have index `start`.
    pub fn starting_at(start: u64) -> Self {
        Self { chunks: Arc::default(), base: start, start, end: start }
    }

    /// Index of the first item kept; [`Log::end`] when there is none.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// One past the index of the last item.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// How many items are kept.
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether none are.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The item at `index`, if it is kept.
    pub fn get(&self, index: u64) -> Option<&T> {
        if !(self.start..self.end).contains(&index) {
            return None;
        }
        let at = index - self.base;
        Some(&self.chunks[(at / CHUNK) as usize][(at % CHUNK) as usize])
    }

    /// The last item.
    pub fn last(&self) -> Option<&T> {
        self.get(self.end.checked_sub(1)?)
    }

    /// The items of `range` that are kept, in order.
    pub fn range(&self, range: Range<u64>) -> impl DoubleEndedIterator<Item = &T> {
        let from = range.start.clamp(self.start, self.end);
        let to = range.end.clamp(from, self.end);
        (from..to).filter_map(|index| self.get(index))
    }

    /// All items kept, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.range(self.start..self.end)
    }

    /// Appends `item` and returns its index.
    pub fn push(&mut self, item: T) -> u64 {
        let chunks = Arc::make_mut(&mut self.chunks);
        if (self.end - self.base).is_multiple_of(CHUNK) {
            chunks.push_back(Arc::new(Vec::with_capacity(CHUNK as usize)));
        }
        let last = chunks.back_mut().expect("a chunk with room was just made sure of");
        Arc::make_mut(last).push(item);
        self.end += 1;
        self.end - 1
    }

    /// Forgets the items before `index`.
    pub fn cut_front(&mut self, index: u64) {
        self.start = index.clamp(self.start, self.end);
        let chunks = Arc::make_mut(&mut self.chunks);
        while self.base + CHUNK <= self.start && !chunks.is_empty() {
            chunks.pop_front();
            self.base += CHUNK;
        }
    }

    /// Removes the item at `index` and all after it.
    pub fn cut_back(&mut self, index: u64) {
        if index >= self.end {
            return;
        }
        self.end = index.max(self.start);
        let keep = self.end - self.base;
        let chunks = Arc::make_mut(&mut self.chunks);
        chunks.truncate(keep.div_ceil(CHUNK) as usize);
        let in_last = keep % CHUNK;
        if let Some(last) = chunks.back_mut().filter(|_| in_last != 0) {
            Arc::make_mut(last).truncate(in_last as usize);
        }
    }
}

impl<T: Clone> Default for Log<T> {
    fn default() -> Self {
        Self::starting_at(0)
    }
}

impl<T: Clone + PartialEq> PartialEq for Log<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.end) == (other.start, other.end) && self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the plainest model there is, through several chunks.
    #[test]
    fn behaves_like_a_deque_with_stable_indexes() {
        let mut rng = crate::sim::Rng::new(3);
        let mut log = Log::starting_at(5);
        let (mut model, mut first) = (VecDeque::new(), 5);
        for step in 0..5000u64 {
            match rng.below(20) {
                0 => {
                    let to = first + rng.below(model.len() as u64 + 1);
                    log.cut_front(to);
                    model.drain(..(to - first) as usize);
                    first = to;
                }
                1 => {
                    let keep = model.len() as u64 - rng.below(1 + model.len() as u64 / 4);
                    log.cut_back(first + keep);
                    model.truncate(keep as usize);
                }
                _ => {
                    assert_eq!(log.push(step), first + model.len() as u64);
                    model.push_back(step);
                }
            }
            assert_eq!((log.start(), log.len()), (first, model.len()));
            assert_eq!(log.last(), model.back());
        }
        assert!(log.iter().eq(model.iter()));
        assert_eq!(log.get(first.wrapping_sub(1)), None);
    }

    #[test]
    fn clones_do_not_see_each_other() {
        let mut log = Log::default();
        (0..100).for_each(|i| _ = log.push(i));
        let before = log.clone();
        log.cut_back(70);
        log.push(-1);
        assert_eq!((before.len(), before.get(70)), (100, Some(&70)));
        assert_eq!((log.len(), log.get(70)), (71, Some(&-1)));
    }
}
