//! Regular expressions of `grep`, `sed` and `awk`.
//!
//! Models POSIX basic and extended expressions as far as people type them. Invariant: a match takes
//! no more than [`STEPS_MAX`] steps, whatever the pattern; one that would is none.

use std::ops::Range;

/// How many steps a match may take.
const STEPS_MAX: u32 = 100_000;
/// How deep groups may nest.
const DEPTH_MAX: usize = 20;

/// An expression.
#[derive(Clone, Debug)]
pub struct Regex {
    alternatives: Vec<Sequence>,
    folds: bool,
}

/// Atoms one after another, each so and so often.
type Sequence = Vec<(Atom, u32, u32)>;

#[derive(Clone, Debug)]
enum Atom {
    Start,
    End,
    Any,
    Letter(char),
    /// Ranges of letters, and whether all others are meant.
    Set(Vec<(char, char)>, bool),
    /// A group with its number.
    Group(Vec<Sequence>, usize),
}

/// Where groups were found; the whole match first.
pub type Groups = Vec<Option<Range<usize>>>;

impl Regex {
    /// Reads an expression: an extended one, or a basic one where `+`, `?`, `|` and brackets need
    /// a backslash. `None` if it makes no sense.
    pub fn new(text: &str, extended: bool, folds: bool) -> Option<Self> {
        let text = if folds { text.to_lowercase() } else { text.to_owned() };
        let mut parser = Parser { rest: text.chars().collect(), at: 0, extended, groups: 0 };
        let alternatives = parser.alternatives(0)?;
        (parser.at == parser.rest.len()).then_some(Self { alternatives, folds })
    }

    /// The first match at or after `from`, in bytes.
    pub fn find(&self, text: &str, from: usize) -> Option<Groups> {
        let folded = if self.folds { text.to_lowercase() } else { text.to_owned() };
        let mut run = Run { text: &folded, steps: 0, groups: vec![None; 10] };
        let starts = folded.char_indices().map(|(at, _)| at).chain([folded.len()]);
        for start in starts.filter(|start| *start >= from) {
            run.groups.fill(None);
            if let Some(end) = run.any(&self.alternatives, start, &mut |_, end| Some(end)) {
                run.groups[0] = Some(start..end);
                return Some(run.groups);
            }
        }
        None
    }

    /// Whether it is anywhere in `text`.
    pub fn is_in(&self, text: &str) -> bool {
        self.find(text, 0).is_some()
    }
}

struct Parser {
    rest: Vec<char>,
    at: usize,
    extended: bool,
    groups: usize,
}

impl Parser {
    /// The operator that is next: a character, which a basic expression puts a backslash before.
    fn operator(&self) -> Option<(char, usize)> {
        let c = *self.rest.get(self.at)?;
        match (self.extended, c) {
            (true, '+' | '?' | '|' | '(' | ')' | '{') => Some((c, 1)),
            (false, '\\') => {
                let next = *self.rest.get(self.at + 1)?;
                matches!(next, '+' | '?' | '|' | '(' | ')' | '{').then_some((next, 2))
            }
            _ => None,
        }
    }

    fn eat(&mut self, wanted: char) -> bool {
        match self.operator() {
            Some((c, len)) if c == wanted => {
                self.at += len;
                true
            }
            _ => false,
        }
    }

    fn alternatives(&mut self, depth: usize) -> Option<Vec<Sequence>> {
        let mut all = vec![self.sequence(depth)?];
        while self.eat('|') {
            all.push(self.sequence(depth)?);
        }
        Some(all)
    }

    fn sequence(&mut self, depth: usize) -> Option<Sequence> {
        let mut sequence = Sequence::new();
        while self.at < self.rest.len() {
            if matches!(self.operator(), Some(('|' | ')', _))) {
                break;
            }
            let atom = self.atom(depth, sequence.is_empty())?;
            let (mut min, mut max) = (1, 1);
            loop {
                match self.rest.get(self.at).copied() {
                    Some('*') if !matches!(atom, Atom::Start) => {
                        self.at += 1;
                        (min, max) = (0, u32::MAX);
                    }
                    _ if self.eat('+') => max = u32::MAX,
                    _ if self.eat('?') => min = 0,
                    _ => break,
                }
            }
            sequence.push((atom, min, max));
        }
        Some(sequence)
    }

    fn atom(&mut self, depth: usize, is_first: bool) -> Option<Atom> {
        if self.eat('(') {
            if depth >= DEPTH_MAX {
                return None;
            }
            self.groups += 1;
            let number = self.groups;
            let inner = self.alternatives(depth + 1)?;
            return self.eat(')').then_some(Atom::Group(inner, number));
        }
        let c = self.rest[self.at];
        self.at += 1;
        Some(match c {
            '^' if self.extended || is_first => Atom::Start,
            '$' if self.extended || self.at == self.rest.len() => Atom::End,
            '.' => Atom::Any,
            '[' => self.set()?,
            '\\' => {
                let next = *self.rest.get(self.at)?;
                self.at += 1;
                match next {
                    's' => Atom::Set(vec![(' ', ' '), ('\t', '\t')], false),
                    'd' => Atom::Set(vec![('0', '9')], false),
                    'w' => Atom::Set(vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')], false),
                    next => Atom::Letter(next),
                }
            }
            c => Atom::Letter(c),
        })
    }

    fn set(&mut self) -> Option<Atom> {
        let is_negated = self.rest.get(self.at) == Some(&'^');
        self.at += usize::from(is_negated);
        let mut ranges = Vec::new();
        let begin = self.at;
        loop {
            let c = *self.rest.get(self.at)?;
            if c == ']' && self.at > begin {
                self.at += 1;
                return Some(Atom::Set(ranges, is_negated));
            }
            let class: String = self.rest[self.at..].iter().take(9).collect();
            if let Some((len, class)) = class_of(&class) {
                ranges.extend(class);
                self.at += len;
                continue;
            }
            match (self.rest.get(self.at + 1), self.rest.get(self.at + 2)) {
                (Some('-'), Some(&end)) if end != ']' => {
                    ranges.push((c, end));
                    self.at += 3;
                }
                _ => {
                    ranges.push((c, c));
                    self.at += 1;
                }
            }
        }
    }
}

/// A class such as `[:digit:]`, with its length.
fn class_of(text: &str) -> Option<(usize, &'static [(char, char)])> {
    const CLASSES: [(&str, &[(char, char)]); 5] = [
        ("[:digit:]", &[('0', '9')]),
        ("[:alpha:]", &[('a', 'z'), ('A', 'Z')]),
        ("[:alnum:]", &[('a', 'z'), ('A', 'Z'), ('0', '9')]),
        ("[:space:]", &[(' ', ' '), ('\t', '\t')]),
        ("[:upper:]", &[('A', 'Z')]),
    ];
    let found = CLASSES.iter().find(|(name, _)| text.starts_with(name))?;
    Some((found.0.len(), found.1))
}

struct Run<'a> {
    text: &'a str,
    steps: u32,
    groups: Groups,
}

/// What is to be matched behind something.
type Then<'t> = &'t mut dyn FnMut(&mut Run<'_>, usize) -> Option<usize>;

impl Run<'_> {
    fn any(&mut self, all: &[Sequence], at: usize, then: Then<'_>) -> Option<usize> {
        all.iter().find_map(|sequence| self.sequence(sequence, at, then))
    }

    fn sequence(&mut self, rest: &[(Atom, u32, u32)], at: usize, then: Then<'_>) -> Option<usize> {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return None;
        }
        let Some(((atom, min, max), rest)) = rest.split_first() else { return then(self, at) };
        if let Atom::Group(inner, number) = atom {
            return self.group(inner, *number, (*min, *max), at, &mut |run, end| {
                run.sequence(rest, end, then)
            });
        }
        // As many as there are, then fewer.
        let mut ends = vec![at];
        while ends.len() <= *max as usize
            && let Some(next) = self.one(atom, ends[ends.len() - 1])
        {
            ends.push(next);
            if next == ends[ends.len() - 2] {
                break;
            }
        }
        let least = *min as usize;
        (least..ends.len()).rev().find_map(|count| self.sequence(rest, ends[count], then))
    }

    fn group(
        &mut self,
        inner: &[Sequence],
        number: usize,
        (min, max): (u32, u32),
        at: usize,
        then: Then<'_>,
    ) -> Option<usize> {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return None;
        }
        if max > 0 {
            let before = self.groups.get(number).cloned().flatten();
            let found = self.any(inner, at, &mut |run, end| {
                if end == at && min == 0 {
                    return None;
                }
                if let Some(group) = run.groups.get_mut(number) {
                    *group = Some(at..end);
                }
                run.group(inner, number, (min.saturating_sub(1), max - 1), end, then)
            });
            if found.is_some() {
                return found;
            }
            if let Some(group) = self.groups.get_mut(number) {
                *group = before;
            }
        }
        if min == 0 { then(self, at) } else { None }
    }

    /// Where one atom that begins at `at` ends.
    fn one(&self, atom: &Atom, at: usize) -> Option<usize> {
        let next = self.text[at..].chars().next();
        let matches = match atom {
            Atom::Start => return (at == 0).then_some(at),
            Atom::End => return next.is_none().then_some(at),
            Atom::Any => next.is_some(),
            Atom::Letter(letter) => next == Some(*letter),
            Atom::Set(ranges, is_negated) => next.is_some_and(|c| {
                ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != *is_negated
            }),
            Atom::Group(..) => false,
        };
        matches.then(|| at + next.map_or(0, char::len_utf8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, extended: bool, text: &str, expected: Option<&str>) {
        let regex = Regex::new(pattern, extended, false).expect(pattern);
        let found = regex.find(text, 0).and_then(|groups| groups[0].clone());
        assert_eq!(found.map(|range| &text[range]), expected, "{pattern} {text}");
    }

    #[test]
    fn expressions_find_what_they_mean() {
        check("web", false, "a web-1", Some("web"));
        check("^web", false, "a web-1", None);
        check("[0-9]*$", false, "a web-12", Some("12"));
        check("a|b", false, "xa|b", Some("a|b"));
        check("a|b", true, "xb", Some("b"));
        check(r"a\|b", false, "xb", Some("b"));
        check("(ab)+c", true, "xababc", Some("ababc"));
        check("x?y", true, "y", Some("y"));
        check("[^ ]+ [[:digit:]]+", true, "한글 12", Some("한글 12"));
        check(r"1\.2", true, "1x2 1.2", Some("1.2"));
        check("Running|Pending", true, "web Pending", Some("Pending"));
        check("", true, "x", Some(""));
        assert!(Regex::new("(", true, false).is_none() && Regex::new("[a", true, false).is_none());
        assert!(Regex::new("WEB", false, true).expect("one").is_in("a Web"));
    }

    #[test]
    fn a_pattern_that_would_take_for_ever_finds_nothing() {
        let regex = Regex::new("(a*)*b", true, false).expect("an expression");
        assert!(!regex.is_in(&"a".repeat(200)));
    }
}
