//! What changed between two texts, line by line.
//!
//! Models github.com/pmezard/go-difflib UnifiedDiff, which the server uses to show a refused change
//! of a pod. It is Python's difflib: longest matching blocks, with lines that occur all over left
//! out of consideration in long texts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

/// From how many lines on frequent ones are left out of consideration.
const FREQUENT_FROM: usize = 200;

/// The changes from `old` to `new` as hunks without file names; empty when there are none.
pub fn unified(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.split('\n').collect(), new.split('\n').collect());
    let mut out = String::new();
    for hunk in hunks(&blocks(&old, &new), old.len(), new.len()) {
        let (first, last) = (&hunk[0], &hunk[hunk.len() - 1]);
        let range_old = header(first.old.start..last.old.end);
        let range_new = header(first.new.start..last.new.end);
        writeln!(out, "@@ -{range_old} +{range_new} @@").expect("strings take all");
        for part in hunk {
            let mut lines = |mark: char, lines: &[&str]| {
                lines.iter().for_each(|line| {
                    writeln!(out, "{mark}{line}").expect("strings take all");
                });
            };
            if part.same {
                lines(' ', &old[part.old]);
            } else {
                lines('-', &old[part.old]);
                lines('+', &new[part.new]);
            }
        }
    }
    out
}

/// A stretch of both texts that is the same, or was changed.
#[derive(Clone, Debug)]
struct Part {
    same: bool,
    old: Range<usize>,
    new: Range<usize>,
}

/// `first,count` as hunks count lines: from 1, a single line without its count.
fn header(range: Range<usize>) -> String {
    match range.len() {
        1 => (range.start + 1).to_string(),
        0 => format!("{},0", range.start),
        count => format!("{},{count}", range.start + 1),
    }
}

/// Groups the stretches so that far-apart changes are apart, each with its context.
fn hunks(parts: &[Part], old_len: usize, new_len: usize) -> Vec<Vec<Part>> {
    let (mut hunks, mut hunk) = (Vec::new(), Vec::new());
    for (at, part) in parts.iter().enumerate() {
        if !part.same {
            hunk.push(part.clone());
            continue;
        }
        let is_first = at == 0;
        let is_last = part.old.end == old_len && part.new.end == new_len && at + 1 == parts.len();
        let count = part.old.len();
        let head = |n: usize| Part {
            same: true,
            old: part.old.start..part.old.start + n,
            new: part.new.start..part.new.start + n,
        };
        let tail = |n: usize| Part {
            same: true,
            old: part.old.end - n..part.old.end,
            new: part.new.end - n..part.new.end,
        };
        if is_first {
            hunk.push(tail(count.min(CONTEXT)));
        } else if is_last {
            hunk.push(head(count.min(CONTEXT)));
        } else if count > 2 * CONTEXT {
            hunk.push(head(CONTEXT));
            hunks.push(std::mem::take(&mut hunk));
            hunk.push(tail(CONTEXT));
        } else {
            hunk.push(part.clone());
        }
    }
    if hunk.iter().any(|part| !part.same) {
        hunks.push(hunk);
    }
    hunks
}

/// The texts cut into stretches, in order.
fn blocks(old: &[&str], new: &[&str]) -> Vec<Part> {
    let index = Index::new(new);
    let mut matches = Vec::new();
    let mut open = vec![(0..old.len(), 0..new.len())];
    while let Some((in_old, in_new)) = open.pop() {
        let found = index.longest_match(old, new, in_old.clone(), in_new.clone());
        if found.2 == 0 {
            continue;
        }
        let (i, j, count) = found;
        open.push((in_old.start..i, in_new.start..j));
        open.push((i + count..in_old.end, j + count..in_new.end));
        matches.push(found);
    }
    matches.sort_unstable();
    let (mut parts, mut i, mut j): (Vec<Part>, _, _) = (Vec::new(), 0, 0);
    for (start_old, start_new, count) in matches.into_iter().chain([(old.len(), new.len(), 0)]) {
        if i < start_old || j < start_new {
            parts.push(Part { same: false, old: i..start_old, new: j..start_new });
        }
        (i, j) = (start_old + count, start_new + count);
        match parts.last_mut().filter(|part| part.same) {
            // Neighbouring matches are one.
            Some(last) => (last.old.end, last.new.end) = (i, j),
            None if count > 0 => {
                parts.push(Part { same: true, old: start_old..i, new: start_new..j });
            }
            None => {}
        }
    }
    parts
}

/// Where each line of the new text occurs.
struct Index<'a>(BTreeMap<&'a str, Vec<usize>>);

impl<'a> Index<'a> {
    fn new(lines: &[&'a str]) -> Self {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, line) in lines.iter().enumerate() {
            places.entry(line).or_default().push(at);
        }
        if lines.len() >= FREQUENT_FROM {
            let often = lines.len() / 100 + 1;
            places.retain(|_, at| at.len() <= often);
        }
        Self(places)
    }

    /// The longest stretch that is the same in both ranges, the first of them: where it starts in
    /// each and how long it is.
    fn longest_match(
        &self,
        old: &[&str],
        new: &[&str],
        in_old: Range<usize>,
        in_new: Range<usize>,
    ) -> (usize, usize, usize) {
        let mut best = (in_old.start, in_new.start, 0);
        let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
        for i in in_old.clone() {
            let mut next = BTreeMap::new();
            for &j in self.0.get(old[i]).into_iter().flatten() {
                if j < in_new.start {
                    continue;
                }
                if j >= in_new.end {
                    break;
                }
                let before = j.checked_sub(1).and_then(|j| lengths.get(&j)).copied().unwrap_or(0);
                let length = before + 1;
                next.insert(j, length);
                if length > best.2 {
                    best = (i + 1 - length, j + 1 - length, length);
                }
            }
            lengths = next;
        }
        // Frequent lines were not considered; those beside the stretch belong to it all the same.
        let (mut i, mut j, mut count) = best;
        while i > in_old.start && j > in_new.start && old[i - 1] == new[j - 1] {
            (i, j, count) = (i - 1, j - 1, count + 1);
        }
        while i + count < in_old.end && j + count < in_new.end && old[i + count] == new[j + count] {
            count += 1;
        }
        (i, j, count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, new: &str, expected: &str) {
        let text = |words: &str| words.split_whitespace().collect::<Vec<_>>().join("\n");
        assert_eq!(unified(&text(old), &text(new)), expected);
    }

    #[test]
    fn shows_changes_in_their_context() {
        check("a b c", "a b c", "");
        check(
            "a b c d e f g h i",
            "a b c d X f g h i",
            "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n",
        );
        check("a", "b", "@@ -1 +1 @@\n-a\n+b\n");
        check("a b", "a x b", "@@ -1,2 +1,3 @@\n a\n+x\n b\n");
    }

    #[test]
    fn keeps_far_changes_apart() {
        let old: Vec<_> = (0..30).map(|n| n.to_string()).collect();
        let mut new = old.clone();
        (new[3], new[25]) = ("x".into(), "y".into());
        let text = unified(&old.join("\n"), &new.join("\n"));
        assert_eq!(text.matches("@@ -").count(), 2, "{text}");
        assert!(text.starts_with("@@ -1,7 +1,7 @@\n"), "{text}");
    }

    /// In long texts frequent lines anchor nothing, yet stay where they are.
    #[test]
    fn long_texts() {
        let old: Vec<_> =
            (0..300).map(|n| if n % 2 == 0 { "}".into() } else { n.to_string() }).collect();
        let mut new = old.clone();
        new[151] = "changed".into();
        let text = unified(&old.join("\n"), &new.join("\n"));
        assert_eq!(text, "@@ -149,7 +149,7 @@\n }\n 149\n }\n-151\n+changed\n }\n 153\n }\n");
    }
}
