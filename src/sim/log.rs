//! An append-only sequence that is cloned in constant time.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// Items a chunk holds. A clone that is appended to copies one chunk, so chunks are small.
const CHUNK: u64 = 32;
/// Chunks a block holds. A clone that fills a chunk copies the list of blocks and one block, of
/// references only.
const BLOCK: u64 = 64;

/// A sequence with stable indexes that grows at its end and can be cut at both ends; clones share
/// what did not change.
///
/// Indexes count from the start of the log's life: cutting the front does not renumber the rest.
#[derive(Clone, Debug)]
pub struct Log<T> {
    /// Item `base + (k * BLOCK + j) * CHUNK + i` is item `i` of chunk `j` of block `k`. All chunks
    /// are full, but for those that were cut off the front, which are empty.
    blocks: Arc<VecDeque<Arc<Block<T>>>>,
    /// The items behind the last full chunk.
    tail: Arc<Vec<T>>,
    base: u64,
    start: u64,
    end: u64,
}

type Block<T> = Vec<Arc<Vec<T>>>;

impl<T: Clone> Log<T> {
    /// An empty log whose first item will have index `start`.
    pub fn starting_at(start: u64) -> Self {
        Self { blocks: Arc::default(), tail: Arc::default(), base: start, start, end: start }
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
        let chunk = match at / CHUNK {
            chunk if chunk == self.full_chunks() => &self.tail,
            chunk => &self.blocks[(chunk / BLOCK) as usize][(chunk % BLOCK) as usize],
        };
        Some(&chunk[(at % CHUNK) as usize])
    }

    /// The item at `index`, to be changed in place, if it is kept.
    pub fn get_mut(&mut self, index: u64) -> Option<&mut T> {
        if !(self.start..self.end).contains(&index) {
            return None;
        }
        let at = index - self.base;
        let chunk = match at / CHUNK {
            chunk if chunk == self.full_chunks() => &mut self.tail,
            chunk => {
                let block = &mut Arc::make_mut(&mut self.blocks)[(chunk / BLOCK) as usize];
                &mut Arc::make_mut(block)[(chunk % BLOCK) as usize]
            }
        };
        Some(&mut Arc::make_mut(chunk)[(at % CHUNK) as usize])
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
        match Arc::get_mut(&mut self.tail) {
            Some(tail) => tail.push(item),
            None => {
                let mut tail = Vec::with_capacity(CHUNK as usize);
                tail.extend_from_slice(&self.tail);
                tail.push(item);
                self.tail = Arc::new(tail);
            }
        }
        self.end += 1;
        if self.tail.len() as u64 == CHUNK {
            let chunk = std::mem::take(&mut self.tail);
            let blocks = Arc::make_mut(&mut self.blocks);
            match blocks.back_mut().filter(|block| (block.len() as u64) < BLOCK) {
                Some(block) => Arc::make_mut(block).push(chunk),
                None => blocks.push_back(Arc::new(vec![chunk])),
            }
        }
        self.end - 1
    }

    /// Forgets the items before `index`.
    pub fn cut_front(&mut self, index: u64) {
        self.start = index.clamp(self.start, self.end);
        let blocks = Arc::make_mut(&mut self.blocks);
        while self.base + BLOCK * CHUNK <= self.start && !blocks.is_empty() {
            blocks.pop_front();
            self.base += BLOCK * CHUNK;
        }
        // Of the block in which the log begins now, the chunks before keep their places only.
        let gone = (self.start - self.base) / CHUNK;
        if let Some(first) = blocks.front_mut() {
            let gone = first.len().min(gone as usize);
            if first[..gone].last().is_some_and(|chunk| !chunk.is_empty()) {
                let first = Arc::make_mut(first);
                let left = first[..gone].iter_mut().rev().take_while(|chunk| !chunk.is_empty());
                left.for_each(|chunk| *chunk = Arc::default());
            }
        }
    }

    /// Removes the item at `index` and all after it.
    pub fn cut_back(&mut self, index: u64) {
        if index >= self.end {
            return;
        }
        let full_before = self.full_chunks();
        self.end = index.max(self.start);
        let (full, in_tail) = (self.full_chunks(), ((self.end - self.base) % CHUNK) as usize);
        if full < full_before {
            let (block, chunk) = ((full / BLOCK) as usize, (full % BLOCK) as usize);
            let blocks = Arc::make_mut(&mut self.blocks);
            self.tail = blocks[block][chunk].clone();
            blocks.truncate(block + usize::from(chunk > 0));
            if let Some(last) = blocks.get_mut(block) {
                Arc::make_mut(last).truncate(chunk);
            }
        }
        if in_tail < self.tail.len() {
            Arc::make_mut(&mut self.tail).truncate(in_tail);
        }
    }

    /// How many full chunks there are, those cut off the front included.
    fn full_chunks(&self) -> u64 {
        (self.end - self.base) / CHUNK
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

    /// Against the plainest model there is; one change in `odds` cuts.
    fn check(odds: u64) {
        let mut rng = crate::sim::Rng::new(odds);
        let mut log = Log::starting_at(5);
        let (mut model, mut first) = (VecDeque::new(), 5);
        let mut earlier = (log.clone(), model.clone());
        for step in 0..20_000u64 {
            match rng.below(2 * odds) {
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
                2 => {
                    assert!(earlier.0.iter().eq(&earlier.1), "a clone saw what came after it");
                    earlier = (log.clone(), model.clone());
                }
                _ => {
                    assert_eq!(log.push(step), first + model.len() as u64);
                    model.push_back(step);
                }
            }
            assert_eq!((log.start(), log.len()), (first, model.len()));
            assert_eq!(log.last(), model.back());
            let some = rng.below(1 + model.len() as u64);
            assert_eq!(log.get(first + some), model.get(some as usize));
        }
        assert!(log.iter().eq(model.iter()));
        assert_eq!(log.get(first.wrapping_sub(1)), None);
    }

    #[test]
    fn behaves_like_a_deque_with_stable_indexes() {
        // Within a chunk, across chunks, and across blocks.
        [5, 20, 200, 2000].into_iter().for_each(check);
    }

    #[test]
    fn clones_do_not_see_each_other() {
        let mut log = Log::default();
        (0..100).for_each(|i| _ = log.push(i));
        let before = log.clone();
        log.cut_back(70);
        log.push(-1);
        *log.get_mut(3).unwrap() = -3;
        assert_eq!((before.len(), before.get(70), before.get(3)), (100, Some(&70), Some(&3)));
        assert_eq!((log.len(), log.get(70), log.get(3)), (71, Some(&-1), Some(&-3)));
        assert_eq!(log.get_mut(71), None);
    }
}
