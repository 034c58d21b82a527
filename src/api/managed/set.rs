//! A set of fields, as `fieldsV1` writes it: `{"f:data":{".":{},"f:a":{}}}`.
//!
//! Models structured-merge-diff/fieldpath Set. Elements of paths are kept as they are written:
//! `f:NAME` a field, `k:{KEYS}` an item by its keys, `v:VALUE` a plain value of a list.

use std::collections::BTreeMap;

use crate::api::{Fields, Str, Value};

/// A set of fields of an object.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FieldSet {
    /// Whether the place itself is in the set.
    member: bool,
    /// What lies below it.
    below: BTreeMap<Str, FieldSet>,
}

/// The member that stands for the place itself.
const ITSELF: &str = ".";

impl FieldSet {
    /// Reads `fieldsV1`.
    pub fn load(value: &Value) -> Self {
        Self { member: false, ..Self::node(value) }
    }

    fn node(value: &Value) -> Self {
        let mut set = Self::default();
        for (key, below) in value.as_map().into_iter().flat_map(Fields::iter) {
            if key == ITSELF {
                set.member = true;
            } else {
                set.below.insert(key.clone(), Self::node(below));
            }
        }
        set.member |= set.below.is_empty();
        set
    }

    /// The set as `fieldsV1`.
    pub fn dump(&self) -> Value {
        let below = self.below.iter().map(|(key, set)| (key.clone(), set.dump()));
        let mut fields: Fields = below.collect();
        if self.member && !fields.is_empty() {
            fields.insert(ITSELF, Fields::new().into());
        }
        fields.into()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        !self.member && self.below.is_empty()
    }

    /// Puts a place in.
    pub fn insert(&mut self, path: &[Str]) {
        let node = path.iter().fold(self, |set, step| set.below.entry(step.clone()).or_default());
        node.member = true;
    }

    /// Takes a place out, with everything below it.
    pub fn forget(&mut self, path: &[&str]) {
        match path {
            [] => *self = Self::default(),
            [first, rest @ ..] => self.within(first, |set| set.forget(rest)),
        }
    }

    /// Takes a place out, and leaves what is below it.
    pub fn dismiss(&mut self, path: &[&str]) {
        match path {
            [] => self.member = false,
            [first, rest @ ..] => self.within(first, |set| set.dismiss(rest)),
        }
    }

    fn within(&mut self, step: &str, change: impl FnOnce(&mut Self)) {
        if let Some(set) = self.below.get_mut(step) {
            change(set);
            if set.is_empty() {
                self.below.remove(step);
            }
        }
    }

    /// Whether the item at this step is in the set, and what lies below it.
    pub fn step(&self, step: &str) -> Option<(bool, &Self)> {
        self.below.get(step).map(|set| (set.member, set))
    }

    /// What is in one of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.member |= other.member;
        for (key, set) in &other.below {
            let known = all.below.entry(key.clone()).or_default();
            *known = known.union(set);
        }
        all
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.combined(other, |own, other| own && other.is_some_and(|set| set.member))
    }

    /// What is not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        self.combined(other, |own, other| own && other.is_none_or(|set| !set.member))
    }

    fn combined(&self, other: &Self, keeps: fn(bool, Option<&Self>) -> bool) -> Self {
        fn walk(
            a: &FieldSet,
            b: Option<&FieldSet>,
            keeps: fn(bool, Option<&FieldSet>) -> bool,
        ) -> FieldSet {
            let below = a.below.iter().map(|(key, set)| {
                (key.clone(), walk(set, b.and_then(|b| b.below.get(key)), keeps))
            });
            FieldSet {
                member: keeps(a.member, b),
                below: below.filter(|(_, set)| !set.is_empty()).collect(),
            }
        }
        walk(self, Some(other), keeps)
    }

    /// The set with every named field on the way to a member. Models EnsureNamedFieldsAreMembers.
    #[must_use]
    pub fn with_parents(&self) -> Self {
        let mut set = self.clone();
        for (key, below) in &mut set.below {
            *below = below.with_parents();
            below.member |= key.starts_with("f:");
        }
        set
    }

    /// Its members as paths: `.spec.containers[name="nginx"].image`.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.collect(&mut String::new(), &mut paths);
        paths
    }

    fn collect(&self, path: &mut String, paths: &mut Vec<String>) {
        if self.member {
            paths.push(path.clone());
        }
        for (step, below) in &self.below {
            let len = path.len();
            path.push_str(&printed(step));
            below.collect(path, paths);
            path.truncate(len);
        }
    }
}

/// A step as paths print it. Models PathElement String.
fn printed(step: &str) -> String {
    let (kind, rest) = step.split_at(step.len().min(2));
    match kind {
        "f:" => format!(".{rest}"),
        "k:" => {
            let keys = rest.trim_start_matches('{').trim_end_matches('}');
            let mut text = String::new();
            let (mut quoted, mut at_key) = (false, true);
            for c in keys.chars() {
                match c {
                    '"' if at_key => {}
                    ':' if at_key => {
                        at_key = false;
                        text.push('=');
                    }
                    ',' if !quoted && !at_key => {
                        at_key = true;
                        text.push(',');
                    }
                    c => {
                        quoted ^= c == '"';
                        text.push(c);
                    }
                }
            }
            format!("[{text}]")
        }
        "v:" => format!("[={rest}]"),
        _ => format!("[{rest}]"),
    }
}
