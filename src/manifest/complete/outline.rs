//! Where a place lies in a text that may be broken: the path of keys that leads there.
//!
//! Lines are read one by one for their indentation, `-`, keys and brackets; nothing is refused.

use crate::api::{Path, Step, Str};
use crate::manifest::place::{Pos, Span};

/// What is known of a place.
#[derive(Debug)]
pub(super) struct Outline {
    /// The API version of the object there; empty when not known.
    pub(super) api_version: String,
    /// The kind of the object there; empty when not known.
    pub(super) kind: String,
    /// The path of the map that a key is written in, or of the value that is written.
    pub(super) path: Path,
    /// What is being written.
    pub(super) target: Target,
    /// The word that is being written.
    pub(super) span: Span,
}

/// What is being written at a place.
#[derive(Debug)]
pub(super) enum Target {
    /// A key. The keys that the map has already.
    Key { present: Vec<Str> },
    /// A value.
    Value,
}

impl Outline {
    /// The outline at `at`; `None` in comments and block scalars.
    pub(super) fn of(text: &str, at: Pos) -> Option<Self> {
        let line_index = (at.line as usize).checked_sub(1)?;
        let lines: Vec<&str> = text.lines().collect();
        let is_separator = |line: &&str| line.starts_with("---");
        let start = lines.iter().take(line_index).rposition(is_separator);
        let start = start.map_or(0, |separator| separator + 1);
        let end = lines.iter().skip(line_index).position(is_separator);
        let end = end.map_or(lines.len(), |length| line_index + length);
        let line = lines.get(line_index).copied().unwrap_or("");
        let written: String = line.chars().take(at.column.saturating_sub(1) as usize).collect();
        let mut stack = Stack::default();
        for line in lines.get(start..line_index.min(lines.len()))? {
            stack.line(line);
        }
        let word = stack.open_line(&written)?;
        let mut outline = Self {
            api_version: String::new(),
            kind: String::new(),
            path: stack.path(),
            target: Target::Value,
            span: Span { from: Pos { column: at.column - word.length, ..at }, to: at },
        };
        let all = lines.get(start..end).unwrap_or(&[]);
        outline.find_kind(all, &stack, line_index - start);
        if !word.is_value {
            let below = lines.get(line_index + 1..end).unwrap_or(&[]);
            outline.target = Target::Key { present: stack.present(below) };
        }
        Some(outline)
    }

    /// The kind of the object: of the document, or of the item of a `List`.
    fn find_kind(&mut self, lines: &[&str], stack: &Stack, here: usize) {
        let (mut first, mut indent) = (0, 0);
        let item = stack.levels.iter().position(|level| matches!(level.step, Step::Index(_)));
        let is_list = |lines: &[&str]| value_of(lines, 0, "kind").is_some_and(|k| k == "List");
        let in_items = self.path.0.first() == Some(&Step::Key("items".into()));
        if let Some(item) = item.filter(|_| in_items && is_list(lines)) {
            let level = &stack.levels[item];
            indent = level.column + 2;
            let begins =
                |line: &&str| indent_of(line) == level.column && line.trim_start().starts_with('-');
            first = lines[..=here.min(lines.len() - 1)].iter().rposition(begins).unwrap_or(0);
            self.path.0.drain(..=item);
        }
        let lines = &lines[first.min(lines.len())..];
        let text = |key| value_of(lines, indent, key).unwrap_or_default();
        (self.api_version, self.kind) = (text("apiVersion"), text("kind"));
    }
}

/// The text of the entry `key` in column `indent`, up to where its map ends. In a document of JSON,
/// columns mean nothing.
fn value_of(lines: &[&str], indent: usize, key: &str) -> Option<String> {
    let is_json = lines.iter().any(|line| indent_of(line) == 0 && line.starts_with('{'));
    for (at, line) in lines.iter().enumerate() {
        let dashed = at == 0 && indent > 0 && line.trim_start().starts_with("- ");
        let column = indent_of(line) + if dashed { 2 } else { 0 };
        if at > 0 && column < indent && !line.trim().is_empty() {
            break;
        }
        if column != indent && !is_json {
            continue;
        }
        let entry = line.trim_start().trim_start_matches(['-', ' ', '{']);
        let entry = entry.strip_prefix('"').map_or(entry, |quoted| quoted);
        let Some(rest) = entry.strip_prefix(key) else { continue };
        let rest = rest.strip_prefix('"').unwrap_or(rest).trim_start();
        let Some(value) = rest.strip_prefix(':') else { continue };
        let value = value.split(" #").next().unwrap_or("").trim().trim_end_matches([',', '}']);
        return Some(value.trim().trim_matches(['"', '\'']).to_owned());
    }
    None
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// What is open at a place, from the outside in.
#[derive(Default)]
struct Stack {
    levels: Vec<Level>,
    /// Brackets that are open.
    flows: Vec<Flow>,
    /// The column that lines of a block scalar are indented more than.
    block: Option<usize>,
}

#[derive(Debug)]
struct Level {
    /// The column it begins in.
    column: usize,
    step: Step,
    /// The keys of the map it lies in, itself included.
    siblings: Vec<Str>,
}

/// An open bracket.
#[derive(Debug)]
struct Flow {
    is_map: bool,
    /// The key whose value is being written, or the number of the item.
    key: Option<Str>,
    index: usize,
    keys: Vec<Str>,
}

/// The word at the end of what has been written.
struct Word {
    /// In characters.
    length: u32,
    is_value: bool,
}

impl Stack {
    fn path(&self) -> Path {
        let block = self.levels.iter().map(|level| level.step.clone());
        let flow = self.flows.iter().filter_map(|flow| match flow.is_map {
            true => flow.key.clone().map(Step::Key),
            false => Some(Step::Index(flow.index)),
        });
        Path(block.chain(flow).collect())
    }

    /// Reads a whole line.
    fn line(&mut self, line: &str) {
        if let Some(column) = self.block {
            if line.trim().is_empty() || indent_of(line) > column {
                return;
            }
            self.block = None;
        }
        let rest = if self.flows.is_empty() { self.indentation(line) } else { line };
        if self.flows.is_empty() {
            let Some((key, value)) = split_key(rest) else {
                return self.flow(rest);
            };
            let column = line.len() - rest.len();
            self.push_key(column, key);
            if value.starts_with(['|', '>']) {
                self.block = Some(column);
            }
            return self.flow(value);
        }
        self.flow(rest);
    }

    /// Closes what ends before the line, opens an item for each `-`, and returns what follows.
    fn indentation<'a>(&mut self, line: &'a str) -> &'a str {
        let mut rest = line.trim_start_matches(' ');
        while let Some(after) =
            rest.strip_prefix('-').filter(|a| a.is_empty() || a.starts_with(' '))
        {
            let column = line.len() - rest.len();
            self.push_item(column);
            rest = after.trim_start_matches(' ');
        }
        if rest.starts_with('#') { "" } else { rest }
    }

    fn push_item(&mut self, column: usize) {
        let mut index = 0;
        while let Some(level) = self.levels.last() {
            match &level.step {
                Step::Index(last) if level.column == column => index = last + 1,
                Step::Key(_) if level.column == column => break,
                _ if level.column < column => break,
                _ => {}
            }
            self.levels.pop();
        }
        self.levels.push(Level { column, step: Step::Index(index), siblings: Vec::new() });
    }

    fn push_key(&mut self, column: usize, key: Str) {
        let mut siblings = self.close(column);
        siblings.push(key.clone());
        self.levels.push(Level { column, step: Step::Key(key), siblings });
    }

    /// Closes what begins in `column` or after it, and returns the keys of the map in `column`.
    fn close(&mut self, column: usize) -> Vec<Str> {
        let mut siblings = Vec::new();
        while let Some(level) = self.levels.pop_if(|level| level.column >= column) {
            siblings = if level.column == column { level.siblings } else { Vec::new() };
        }
        siblings
    }

    /// Reads brackets and what is in them.
    fn flow(&mut self, text: &str) {
        let mut word = String::new();
        let mut quote = None;
        for c in text.chars() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), c) => word.push(c),
                (None, '"' | '\'') if word.trim().is_empty() => quote = Some(c),
                (None, '{' | '[') if !self.flows.is_empty() || word.trim().is_empty() => {
                    let (is_map, keys) = (c == '{', Vec::new());
                    self.flows.push(Flow { is_map, key: None, index: 0, keys });
                    word.clear();
                }
                (None, '}' | ']') if !self.flows.is_empty() => {
                    self.flows.pop();
                    word.clear();
                }
                (None, ':' | ',') => {
                    if let Some(flow) = self.flows.last_mut() {
                        flow.punctuate(c, word.trim());
                        word.clear();
                    } else {
                        word.push(c);
                    }
                }
                (None, '#') if word.ends_with(' ') => return,
                (None, c) => word.push(c),
            }
        }
    }

    /// Reads the line that is being written, up to the place.
    fn open_line(&mut self, written: &str) -> Option<Word> {
        if let Some(column) = self.block {
            if written.trim().is_empty() && indent_of(written) <= column {
                self.block = None;
            } else if indent_of(written) > column {
                return None;
            }
        }
        let in_flow = !self.flows.is_empty();
        let rest = if in_flow { written } else { self.indentation(written) };
        if rest.is_empty() && written.contains('#') {
            return None;
        }
        if !in_flow {
            let column = written.len() - rest.len();
            match split_key(rest) {
                Some((key, value)) => {
                    self.push_key(column, key);
                    self.flow(value);
                    if self.flows.is_empty() {
                        return Some(Word { length: value.chars().count() as u32, is_value: true });
                    }
                }
                None if rest.starts_with(['{', '[']) => self.flow(rest),
                None => {
                    self.open_key(column);
                    let length = rest.chars().count() as u32;
                    return Some(Word { length, is_value: false });
                }
            }
        } else {
            self.flow(rest);
        }
        let word = rest.rsplit(['{', '[', ',', ':']).next().unwrap_or("").trim_start();
        let word = word.trim_start_matches(['"', '\'']);
        let flow = self.flows.last()?;
        let is_value = !flow.is_map || flow.key.is_some();
        Some(Word { length: word.chars().count() as u32, is_value })
    }

    /// A key is begun in `column`. Its siblings are kept in a level of their own.
    fn open_key(&mut self, column: usize) {
        let siblings = self.close(column);
        self.flows.push(Flow { is_map: true, key: None, index: 0, keys: siblings });
        self.block = Some(column);
    }

    /// The keys of the map in which a key is being written.
    fn present(&self, below: &[&str]) -> Vec<Str> {
        let mut present = self.flows.last().map_or(Vec::new(), |flow| flow.keys.clone());
        let Some(column) = self.block else { return present };
        for line in below.iter().filter(|line| !line.trim().is_empty()) {
            let indent = indent_of(line);
            if indent < column {
                break;
            }
            if indent == column {
                let Some((key, _)) = split_key(&line[column..]) else { break };
                present.push(key);
            }
        }
        present
    }
}

impl Flow {
    fn punctuate(&mut self, c: char, word: &str) {
        match c {
            ':' if self.is_map && self.key.is_none() => {
                self.key = Some(word.into());
                self.keys.push(word.into());
            }
            ',' => {
                self.key = None;
                self.index += 1;
            }
            _ => {}
        }
    }
}

/// `key: value` in its parts; the value's leading spaces are left out.
fn split_key(text: &str) -> Option<(Str, &str)> {
    let first = text.chars().next()?;
    if matches!(first, '{' | '[' | '#' | '-' | '&' | '*' | '!' | '|' | '>' | '%' | '@' | '`') {
        return None;
    }
    let (key, rest) = if matches!(first, '"' | '\'') {
        text[1..].split_once(first)?
    } else {
        let colon = text.match_indices(':').map(|(at, _)| at);
        let ends = |&at: &usize| text[at + 1..].is_empty() || text[at + 1..].starts_with(' ');
        let at = colon.into_iter().find(ends)?;
        (&text[..at], &text[at..])
    };
    Some((key.trim_end().into(), rest.trim_start().strip_prefix(':')?.trim_start()))
}
