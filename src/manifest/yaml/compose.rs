//! From tokens to values with their places: the grammar, anchors, merge keys and limits.
//!
//! A value is finished bottom-up; an alias shares what its anchor stands for, and what would be
//! gained by expanding it is counted, so that no text grows without bound. Models
//! gopkg.in/yaml.v2 parserc.go and decode.go, and sigs.k8s.io/yaml convertToJSONableObject.

use std::collections::BTreeMap;

use super::node::{Anchor, ListNode, MapNode, Node, check_depth};
use super::resolve::{self, Scalar};
use super::scan::{Result, Scanner};
use super::token::{By, Kind, Problem, Style, Tag, Token};
use crate::api::{Str, Value};
use crate::manifest::cursor::Mark;
use crate::manifest::place::{Duplicate, Pos, Spot};

/// A document of YAML text.
#[derive(Debug, Default)]
pub(super) struct Composed {
    pub(super) value: Value,
    pub(super) spot: Spot,
    pub(super) duplicates: Vec<Duplicate>,
    /// Where there is more after the end of the document. It is not read.
    pub(super) rest: Option<Mark>,
}

/// Reads the first document of `text`, which begins after `lines_before` lines. Like upstream,
/// what follows the document is not looked at.
pub(super) fn compose(text: &str, lines_before: u32) -> Result<Composed> {
    let mut composer = Composer {
        scanner: Scanner::new(text),
        lines_before,
        anchors: BTreeMap::new(),
        duplicates: Vec::new(),
        refusal: None,
        visited: 0,
        aliased: 0,
    };
    let node = composer.document()?;
    if let Some(refusal) = composer.refusal {
        return Err(refusal);
    }
    let rest = composer.scanner.rest();
    let Node { value, spot, .. } = node;
    Ok(Composed { value, spot, duplicates: composer.duplicates, rest })
}

pub(super) struct Composer<'a> {
    scanner: Scanner<'a>,
    pub(super) lines_before: u32,
    anchors: BTreeMap<Str, Anchor>,
    pub(super) duplicates: Vec<Duplicate>,
    /// The first thing the decoder would refuse. Upstream decodes only what has been parsed to
    /// its end, so a syntax error after it comes first.
    refusal: Option<Problem>,
    /// How many nodes the decoder would visit, all aliases expanded.
    pub(super) visited: u64,
    /// How many of them come from aliases.
    aliased: u64,
}

/// What stands before a node.
#[derive(Default)]
struct Properties {
    anchor: Option<Str>,
    tag: Option<(Tag, Mark)>,
    from: Option<Mark>,
}

impl Composer<'_> {
    fn document(&mut self) -> Result<Node> {
        let explicit = match self.scanner.peek()?.kind {
            Kind::StreamEnd => return Ok(self.nothing_at(Mark::default())),
            Kind::DocumentStart => {
                self.scanner.take()?;
                true
            }
            Kind::Directive => return Err(self.refuse_directives()?),
            _ => false,
        };
        let next = self.scanner.peek()?;
        let at = next.from;
        let node = match next.kind {
            Kind::Directive | Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd
                if explicit =>
            {
                self.nothing_at(at)
            }
            _ => self.node(Place::BLOCK, 0)?,
        };
        // Upstream looks for an end marker, and so meets what cannot be scanned.
        self.scanner.peek()?;
        Ok(node)
    }

    /// The reader of kubectl cuts off the document that directives belong to.
    fn refuse_directives(&mut self) -> Result<Problem> {
        while self.scanner.peek()?.kind == Kind::Directive {
            self.scanner.take()?;
        }
        let at = self.scanner.peek()?.from;
        Ok(Problem::parser("did not find expected <document start>", at, Mark::default()))
    }

    fn node(&mut self, place: Place, depth: usize) -> Result<Node> {
        let properties = self.properties()?;
        let visited = self.visited;
        if let Some(anchor) = &properties.anchor {
            self.anchors.insert(anchor.clone(), Anchor::Open);
        }
        let mut node = self.content(place, depth, &properties)?;
        node.weight = self.visited - visited;
        if let Some(anchor) = properties.anchor {
            self.anchors.insert(anchor, Anchor::Done(node.clone()));
        }
        Ok(node)
    }

    /// An anchor and a tag, in either order.
    fn properties(&mut self) -> Result<Properties> {
        let mut properties = Properties::default();
        loop {
            let takes = match self.scanner.peek()?.kind {
                Kind::Anchor(_) => properties.anchor.is_none(),
                Kind::Tag(_) => properties.tag.is_none(),
                _ => false,
            };
            if !takes {
                break;
            }
            let token = self.scanner.take()?;
            properties.from.get_or_insert(token.from);
            match token.kind {
                Kind::Anchor(name) => properties.anchor = Some(name),
                Kind::Tag(tag) => properties.tag = Some((tag, token.from)),
                _ => {}
            }
        }
        if let Some((tag, at)) = &properties.tag
            && !matches!(tag.handle.as_str(), "" | "!" | "!!")
        {
            let from = properties.from.unwrap_or(*at);
            return Err(Problem::parser("found undefined tag handle", *at, from));
        }
        Ok(properties)
    }

    fn content(&mut self, place: Place, depth: usize, properties: &Properties) -> Result<Node> {
        let bare = properties.from.is_none();
        let next = self.scanner.peek()?;
        let (at, from) = (next.from, properties.from.unwrap_or(next.from));
        match next.kind {
            Kind::Alias(_) if bare => self.alias(depth),
            Kind::Scalar(..) => self.scalar(properties),
            Kind::FlowList => self.flow_list(depth),
            Kind::FlowMap => self.flow_map(depth),
            Kind::BlockList if place.block => self.block_list(depth, from),
            Kind::BlockMap if place.block => self.block_map(depth, from),
            Kind::BlockEntry if place.bare_list => self.bare_list(depth),
            _ if !bare => {
                let tag = properties.tag.as_ref().map(|(tag, _)| tag);
                self.make_scalar(Str::default(), Style::Plain, tag, from, at)
            }
            _ => Err(Problem::parser("did not find expected node content", at, from)),
        }
    }

    fn alias(&mut self, depth: usize) -> Result<Node> {
        let Token { kind: Kind::Alias(name), from, to } = self.scanner.take()? else {
            unreachable!("the caller has seen an alias");
        };
        self.visited += 1;
        match self.anchors.get(&name) {
            Some(Anchor::Done(node)) => {
                let mut node = node.clone();
                node.spot = Spot::leaf(from.span(to, self.lines_before));
                self.visited += node.weight;
                self.aliased += node.weight;
                check_depth(depth + node.height, from)?;
                self.check_aliases(from)?;
                node.merges = false;
                Ok(node)
            }
            Some(Anchor::Open) => {
                self.refuse(format!("anchor '{name}' value contains itself"), from);
                Ok(self.nothing_at(from))
            }
            None => Err(Problem::decoder(format!("unknown anchor '{name}' referenced"), from)),
        }
    }

    /// Of a small document, 99 of 100 nodes may come from aliases, of a large one ever fewer.
    /// Models gopkg.in/yaml.v2 decode.go allowedAliasRatio, in whole hundredths.
    fn check_aliases(&self, at: Mark) -> Result<()> {
        const SMALL: u64 = 400_000;
        const LARGE: u64 = 4_000_000;
        let beyond = self.visited.clamp(SMALL, LARGE) - SMALL;
        let allowed = 99 - 89 * beyond / (LARGE - SMALL);
        if self.aliased > 100 && self.visited > 1000 && self.aliased * 100 > allowed * self.visited
        {
            return Err(Problem::decoder("document contains excessive aliasing", at));
        }
        Ok(())
    }

    fn scalar(&mut self, properties: &Properties) -> Result<Node> {
        let Token { kind: Kind::Scalar(text, style), from, to } = self.scanner.take()? else {
            unreachable!("the caller has seen a scalar");
        };
        let tag = properties.tag.as_ref().map(|(tag, _)| tag);
        self.make_scalar(text, style, tag, from, to)
    }

    fn make_scalar(
        &mut self,
        text: Str,
        style: Style,
        tag: Option<&Tag>,
        from: Mark,
        to: Mark,
    ) -> Result<Node> {
        self.visited += 1;
        let tag = tag.map(|tag| match tag.handle.as_str() {
            "!!" => format!("!!{}", tag.suffix),
            handle => resolve::short_tag(&[handle, &tag.suffix].concat()),
        });
        let merges = text == "<<"
            && match tag.as_deref() {
                None | Some("!") => style == Style::Plain,
                tag => tag == Some("!!merge"),
            };
        let scalar = match tag.as_deref() {
            None if style == Style::Quoted => Ok(Scalar::Text(text)),
            None => Ok(resolve::plain(text)),
            Some(tag) => resolve::tagged(tag, text),
        };
        let scalar = scalar.unwrap_or_else(|complaint| {
            self.refuse(complaint, from);
            Scalar::Null
        });
        if let Some(name) = scalar.unsupported() {
            self.refuse_in_json(format!("json: unsupported value: {name}"), from);
        }
        let key = scalar.key();
        let value = Value::from(scalar);
        let spot = Spot::leaf(from.span(to, self.lines_before));
        Ok(Node { value, spot, key, merges, height: 0, weight: 1 })
    }

    /// An absent value.
    fn nothing_at(&mut self, at: Mark) -> Node {
        self.visited += 1;
        let spot = Spot::leaf(at.span(at, self.lines_before));
        Node { value: Value::Null, spot, key: None, merges: false, height: 0, weight: 1 }
    }

    /// `- a`, indented more than what is around it.
    fn block_list(&mut self, depth: usize, from: Mark) -> Result<Node> {
        let mut list = ListNode::begin(self, depth, from)?;
        let opening = self.scanner.take()?.from;
        loop {
            let token = self.scanner.take()?;
            match token.kind {
                Kind::BlockEntry => {
                    let next = self.scanner.peek()?;
                    let item = match next.kind {
                        Kind::BlockEntry | Kind::BlockEnd => self.nothing_at(token.to),
                        _ => self.node(Place::BLOCK, depth + 1)?,
                    };
                    list.push(item);
                }
                Kind::BlockEnd => return Ok(list.finish(self, token.to)),
                _ => {
                    let text = "did not find expected '-' indicator";
                    return Err(Problem::parser(text, token.from, opening));
                }
            }
        }
    }

    /// `- a` in the column of the key it belongs to.
    fn bare_list(&mut self, depth: usize) -> Result<Node> {
        let from = self.scanner.peek()?.from;
        let mut list = ListNode::begin(self, depth, from)?;
        loop {
            let token = self.scanner.peek()?;
            if token.kind != Kind::BlockEntry {
                let end = token.from;
                return Ok(list.finish(self, end));
            }
            let at = self.scanner.take()?.to;
            let next = self.scanner.peek()?;
            let item = match next.kind {
                Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => self.nothing_at(at),
                _ => self.node(Place::BLOCK, depth + 1)?,
            };
            list.push(item);
        }
    }

    fn block_map(&mut self, depth: usize, from: Mark) -> Result<Node> {
        let mut map = MapNode::begin(self, depth, from)?;
        let opening = self.scanner.take()?.from;
        let ends = |kind: &Kind| matches!(kind, Kind::Key | Kind::Value | Kind::BlockEnd);
        loop {
            let token = self.scanner.take()?;
            match token.kind {
                Kind::Key => {}
                Kind::BlockEnd => return Ok(map.finish(self, token.to)),
                _ => {
                    let text = "did not find expected key";
                    return Err(Problem::parser(text, token.from, opening));
                }
            }
            let key = match ends(&self.scanner.peek()?.kind) {
                true => self.nothing_at(token.to),
                false => self.node(Place::ENTRY, depth + 1)?,
            };
            let value = self.value(Place::ENTRY, depth, ends)?;
            map.push(self, key, value);
        }
    }

    /// The value of an entry, `:` included; nothing when there is none.
    fn value(&mut self, place: Place, depth: usize, ends: fn(&Kind) -> bool) -> Result<Node> {
        let next = self.scanner.peek()?;
        if next.kind != Kind::Value {
            let at = next.from;
            return Ok(self.nothing_at(at));
        }
        let at = self.scanner.take()?.to;
        if ends(&self.scanner.peek()?.kind) {
            return Ok(self.nothing_at(at));
        }
        self.node(place, depth + 1)
    }

    fn flow_list(&mut self, depth: usize) -> Result<Node> {
        let opening = self.scanner.take()?.from;
        let mut list = ListNode::begin(self, depth, opening)?;
        loop {
            if !list.items.is_empty() && self.scanner.peek()?.kind != Kind::FlowListEnd {
                let text = "did not find expected ',' or ']'";
                self.take_flow_entry(text, opening)?;
            }
            match self.scanner.peek()?.kind {
                Kind::FlowListEnd => {
                    let end = self.scanner.take()?.to;
                    return Ok(list.finish(self, end));
                }
                Kind::Key => list.push(self.flow_pair(depth + 1)?),
                _ => list.push(self.node(Place::FLOW, depth + 1)?),
            }
        }
    }

    fn take_flow_entry(&mut self, complaint: &str, opening: Mark) -> Result<()> {
        let next = self.scanner.peek()?;
        if next.kind != Kind::FlowEntry {
            return Err(Problem::parser(complaint, next.from, opening));
        }
        self.scanner.take().map(|_| ())
    }

    /// `a: b` as an item of `[…]`.
    fn flow_pair(&mut self, depth: usize) -> Result<Node> {
        let ends = |kind: &Kind| matches!(kind, Kind::FlowEntry | Kind::FlowListEnd);
        let from = self.scanner.take()?.from;
        let mut map = MapNode::begin(self, depth, from)?;
        let next = self.scanner.peek()?;
        let key = if ends(&next.kind) || next.kind == Kind::Value {
            // Upstream swallows the token that ends the key.
            let at = self.scanner.take()?.to;
            self.nothing_at(at)
        } else {
            self.node(Place::FLOW, depth + 1)?
        };
        let value = self.value(Place::FLOW, depth, ends)?;
        let end = self.scanner.peek()?.from;
        map.push(self, key, value);
        Ok(map.finish(self, end))
    }

    fn flow_map(&mut self, depth: usize) -> Result<Node> {
        let ends = |kind: &Kind| matches!(kind, Kind::FlowEntry | Kind::FlowMapEnd);
        let opening = self.scanner.take()?.from;
        let mut map = MapNode::begin(self, depth, opening)?;
        let mut first = true;
        loop {
            if !first && self.scanner.peek()?.kind != Kind::FlowMapEnd {
                self.take_flow_entry("did not find expected ',' or '}'", opening)?;
            }
            first = false;
            let next = self.scanner.peek()?;
            let at = next.from;
            match next.kind {
                Kind::FlowMapEnd => {
                    let end = self.scanner.take()?.to;
                    return Ok(map.finish(self, end));
                }
                Kind::Key => {
                    self.scanner.take()?;
                    let next = &self.scanner.peek()?.kind;
                    let key = match ends(next) || *next == Kind::Value {
                        true => self.nothing_at(at),
                        false => self.node(Place::FLOW, depth + 1)?,
                    };
                    let value = self.value(Place::FLOW, depth, ends)?;
                    map.push(self, key, value);
                }
                _ => {
                    let key = self.node(Place::FLOW, depth + 1)?;
                    let value = self.nothing_at(at);
                    map.push(self, key, value);
                }
            }
        }
    }

    pub(super) fn refuse(&mut self, complaint: String, at: Mark) {
        if self.refusal.as_ref().is_none_or(|first| first.by == By::Conversion) {
            self.refusal = Some(Problem::decoder(complaint, at));
        }
    }

    /// What the conversion to JSON would refuse; it runs after everything has been decoded.
    pub(super) fn refuse_in_json(&mut self, complaint: String, at: Mark) {
        self.refusal.get_or_insert_with(|| Problem::conversion(complaint, at));
    }

    pub(super) fn mark_of(&self, node: &Node) -> Mark {
        let Pos { line, column } = node.spot.span.from;
        Mark { offset: 0, line: line - self.lines_before - 1, column: column - 1 }
    }
}

/// What may stand where a node is expected.
#[derive(Clone, Copy)]
struct Place {
    block: bool,
    /// A list in the column of its key.
    bare_list: bool,
}

impl Place {
    const BLOCK: Self = Self { block: true, bare_list: false };
    const ENTRY: Self = Self { block: true, bare_list: true };
    const FLOW: Self = Self { block: false, bare_list: false };
}
