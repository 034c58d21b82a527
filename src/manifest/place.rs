//! Where things stand in a text: lines and columns, and the places of everything in a document.

use crate::api::{Fields, Step, Str, Value};

/// A place in a text: line and column, both counted from 1, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Pos {
    /// The line.
    pub line: u32,
    /// The column, in characters (not bytes, not UTF-16 units).
    pub column: u32,
}

/// A stretch of text, its end not included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// Where it begins.
    pub from: Pos,
    /// Where the text after it begins.
    pub to: Pos,
}

impl Span {
    /// The empty stretch at `at`.
    pub fn at(at: Pos) -> Self {
        Self { from: at, to: at }
    }
}

/// The place of a value, and of everything in it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Spot {
    /// Where the value stands; for an alias, where the alias stands.
    pub span: Span,
    inner: Inner,
}

#[derive(Clone, PartialEq, Debug, Default)]
enum Inner {
    #[default]
    Leaf,
    List(Vec<Spot>),
    /// Sorted by key, each key once.
    Map(Vec<Entry>),
}

/// The place of one entry of a map.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Its key.
    pub key: Str,
    /// Where the key stands.
    pub key_span: Span,
    /// Where the value stands.
    pub value: Spot,
}

/// A key that was given before in the same map. The last one counts, as for kubectl.
#[derive(Clone, PartialEq, Debug)]
pub struct Duplicate {
    /// The key.
    pub key: Str,
    /// Where it stands again.
    pub span: Span,
}

impl Spot {
    /// The place of a value with nothing in it.
    pub fn leaf(span: Span) -> Self {
        Self { span, inner: Inner::Leaf }
    }

    /// The place of a list.
    pub fn list(span: Span, items: Vec<Self>) -> Self {
        Self { span, inner: Inner::List(items) }
    }

    /// The place of what is at `path`: its key where it has one, itself otherwise. Of a path that
    /// leads nowhere, the last step that leads somewhere.
    pub fn key_span(&self, path: &[Step]) -> Span {
        self.walk(path).0
    }

    /// The place of the value at `path`. Of a path that leads nowhere, the last step that leads
    /// somewhere.
    pub fn value_span(&self, path: &[Step]) -> Span {
        self.walk(path).1.span
    }

    fn walk(&self, path: &[Step]) -> (Span, &Self) {
        let (mut key, mut spot) = (self.span, self);
        for step in path {
            let next = match (step, &spot.inner) {
                (Step::Key(key), Inner::Map(entries)) => {
                    let found = entries.binary_search_by(|entry| entry.key.cmp(key));
                    found.ok().map(|at| (entries[at].key_span, &entries[at].value))
                }
                (Step::Index(index), Inner::List(items)) => {
                    items.get(*index).map(|item| (item.span, item))
                }
                _ => None,
            };
            let Some(next) = next else { break };
            (key, spot) = next;
        }
        (key, spot)
    }
}

/// A map while it is read: the entries as they stand, in order.
#[derive(Default)]
pub(super) struct MapBuilder {
    entries: Vec<Written>,
}

struct Written {
    entry: Entry,
    value: Value,
    /// Whether it came in by a merge key: then it may be replaced without a word.
    merged: bool,
}

impl MapBuilder {
    /// Adds an entry; it takes the place of earlier ones with its key.
    pub(super) fn push(&mut self, key: Str, key_span: Span, value: Value, spot: Spot) {
        let entry = Entry { key, key_span, value: spot };
        self.entries.push(Written { entry, value, merged: false });
    }

    /// Adds an entry of another map, which stands where the merge key stands.
    pub(super) fn push_merged(&mut self, key: Str, merge_key: Span, value: Value) {
        let entry = Entry { key, key_span: merge_key, value: Spot::leaf(merge_key) };
        self.entries.push(Written { entry, value, merged: true });
    }

    /// The finished map. Keys that were given twice are added to `duplicates`.
    pub(super) fn finish(self, span: Span, duplicates: &mut Vec<Duplicate>) -> (Value, Spot) {
        let mut written = self.entries;
        // Stable, so that of equal keys the last one stays last.
        written.sort_by(|a, b| a.entry.key.cmp(&b.entry.key));
        let mut fields = Vec::with_capacity(written.len());
        let mut spots: Vec<Entry> = Vec::with_capacity(written.len());
        let mut explicit_before = false;
        for Written { entry, value, merged } in written {
            if spots.last().is_some_and(|last| last.key == entry.key) {
                if explicit_before && !merged {
                    duplicates.push(Duplicate { key: entry.key.clone(), span: entry.key_span });
                }
                spots.pop();
                fields.pop();
            } else {
                explicit_before = false;
            }
            explicit_before |= !merged;
            fields.push((entry.key.clone(), value));
            spots.push(entry);
        }
        let fields: Fields = fields.into_iter().collect();
        (fields.into(), Spot { span, inner: Inner::Map(spots) })
    }
}
