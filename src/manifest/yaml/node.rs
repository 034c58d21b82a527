//! Nodes while they are composed: a value with its place, and what limits must know of it.

use super::compose::Composer;
use super::resolve;
use super::scan::{DEPTH_MAX, Result};
use super::token::Problem;
use crate::api::{Str, Value};
use crate::manifest::cursor::Mark;
use crate::manifest::place::{MapBuilder, Spot};

#[derive(Clone)]
pub(super) enum Anchor {
    /// Its value is being read.
    Open,
    Done(Node),
}

#[derive(Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) spot: Spot,
    /// What the value is as a key; `None` for a collection.
    pub(super) key: Option<Str>,
    /// Whether it is the plain or tagged `<<`.
    pub(super) merges: bool,
    /// How deep collections nest in it.
    pub(super) height: usize,
    /// How many nodes the decoder would visit for it.
    pub(super) weight: u64,
}

/// A list while it is read.
pub(super) struct ListNode {
    pub(super) items: Vec<Value>,
    spots: Vec<Spot>,
    from: Mark,
    height: usize,
}

impl ListNode {
    pub(super) fn begin(composer: &mut Composer, depth: usize, from: Mark) -> Result<Self> {
        check_depth(depth + 1, from)?;
        composer.visited += 1;
        Ok(Self { items: Vec::new(), spots: Vec::new(), from, height: 0 })
    }

    pub(super) fn push(&mut self, item: Node) {
        self.height = self.height.max(item.height);
        self.items.push(item.value);
        self.spots.push(item.spot);
    }

    pub(super) fn finish(self, composer: &Composer, end: Mark) -> Node {
        let spot = Spot::list(self.from.span(end, composer.lines_before), self.spots);
        let (value, height) = (self.items.into(), self.height + 1);
        Node { value, spot, key: None, merges: false, height, weight: 0 }
    }
}

/// A map while it is read.
pub(super) struct MapNode {
    map: MapBuilder,
    from: Mark,
    height: usize,
}

impl MapNode {
    pub(super) fn begin(composer: &mut Composer, depth: usize, from: Mark) -> Result<Self> {
        check_depth(depth + 1, from)?;
        composer.visited += 1;
        Ok(Self { map: MapBuilder::default(), from, height: 0 })
    }

    pub(super) fn push(&mut self, composer: &mut Composer, key: Node, value: Node) {
        self.height = self.height.max(value.height);
        let span = key.spot.span;
        let at = composer.mark_of(&key);
        if key.merges {
            return self.merge(composer, &value.value, &key.spot, at);
        }
        match (key.key, &key.value) {
            (Some(key), _) => self.map.push(key, span, value.value, value.spot),
            (None, Value::List(_) | Value::Map(_)) => {
                let key = resolve::go_syntax(&key.value);
                composer.refuse(format!("invalid map key: {key}"), at);
            }
            (None, _) => {
                let value = resolve::go_syntax(&value.value);
                let what = "unsupported map key of type: %!s(<nil>), key: <nil>";
                composer.refuse_in_json(format!("{what}, value: {value}"), at);
            }
        }
    }

    /// Adds the entries of one map, or of several of which earlier ones count more. Their places
    /// are that of the `<<`. As in go-yaml 2, entries that were there before are replaced too.
    fn merge(&mut self, composer: &mut Composer, value: &Value, key: &Spot, at: Mark) {
        let sources = match value {
            Value::List(items) => items.iter().rev().collect::<Vec<_>>(),
            other => vec![other],
        };
        for source in sources {
            let Some(fields) = source.as_map() else {
                let text = "map merge requires map or sequence of maps as the value";
                return composer.refuse(text.into(), at);
            };
            for (name, value) in fields.iter() {
                let (name, value) = (name.clone(), value.clone());
                self.map.push_merged(name, key.span, value);
            }
        }
    }

    pub(super) fn finish(self, composer: &mut Composer, end: Mark) -> Node {
        let span = self.from.span(end, composer.lines_before);
        let (value, spot) = self.map.finish(span, &mut composer.duplicates);
        Node { value, spot, key: None, merges: false, height: self.height + 1, weight: 0 }
    }
}

/// Refuses collections that nest too deep.
pub(super) fn check_depth(depth: usize, at: Mark) -> Result<()> {
    if depth <= DEPTH_MAX {
        return Ok(());
    }
    Err(Problem::scanner(&format!("exceeded max depth of {DEPTH_MAX}"), at, at))
}
