//! Reading a template. Models client-go/util/jsonpath/parser.go, with its errors.

use super::{Filter, Node, Slice};
use crate::api::Value;

/// Filters and unions hold paths, which hold filters and unions: no deeper than this.
const DEPTH_MAX: usize = 20;

type Result<T> = std::result::Result<T, String>;

/// Reads a whole template.
pub fn template(text: &str, depth: usize) -> Result<Vec<Node>> {
    if depth > DEPTH_MAX {
        return Err("template is nested too deeply".into());
    }
    let mut nodes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        if at > 0 {
            nodes.push(Node::Text(rest[..at].to_owned()));
        }
        let mut action = Action { rest: &rest[at + 1..], nodes: Vec::new(), depth };
        action.read()?;
        nodes.push(Node::Path(action.nodes));
        rest = action.rest;
    }
    if !rest.is_empty() {
        nodes.push(Node::Text(rest.to_owned()));
    }
    Ok(nodes)
}

/// A path that stands by itself, without braces.
fn path(text: &str, depth: usize) -> Result<Vec<Node>> {
    match template(&format!("{{{text}}}"), depth + 1)?.into_iter().next() {
        Some(Node::Path(nodes)) => Ok(nodes),
        _ => Ok(Vec::new()),
    }
}

/// What is within braces.
struct Action<'a> {
    rest: &'a str,
    nodes: Vec<Node>,
    depth: usize,
}

impl<'a> Action<'a> {
    /// Reads to the closing brace and past it.
    fn read(&mut self) -> Result<()> {
        loop {
            if let Some(rest) = self.rest.strip_prefix('}') {
                self.rest = rest;
                return Ok(());
            }
            if let Some(rest) = self.rest.strip_prefix("[?(") {
                self.rest = rest;
                self.filter()?;
                continue;
            }
            if let Some(rest) = self.rest.strip_prefix("..") {
                self.rest = rest;
                self.recursive()?;
                continue;
            }
            let Some(c) = self.rest.chars().next().filter(|c| !matches!(c, '\r' | '\n')) else {
                return Err("unclosed action".into());
            };
            match c {
                ' ' | '@' | '$' => self.rest = &self.rest[1..],
                '[' => self.brackets()?,
                '"' | '\'' => self.quoted(c)?,
                '.' => {
                    self.rest = &self.rest[1..];
                    self.field();
                }
                '+' | '-' | '0'..='9' => self.number()?,
                c if is_alphanumeric(c) => self.word(),
                c => {
                    let code = c as u32;
                    return Err(format!("unrecognized character in action: U+{code:04X} '{c}'"));
                }
            }
        }
    }

    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(len);
        self.rest = rest;
        taken
    }

    fn word(&mut self) {
        let end = self.rest.find(is_terminator).unwrap_or(self.rest.len());
        let node = match self.take(end) {
            "true" => Node::Literal(true.into()),
            "false" => Node::Literal(false.into()),
            word => Node::Word(word.to_owned()),
        };
        self.nodes.push(node);
    }

    fn field(&mut self) {
        let mut escaped = false;
        let end = self.rest.char_indices().find(|&(_, c)| {
            let ends = !escaped && is_terminator(c);
            escaped = !escaped && c == '\\';
            ends
        });
        let end = end.map_or(self.rest.len(), |(at, _)| at);
        let node = match self.take(end) {
            "*" => Node::Wildcard,
            name => Node::Field(name.replace('\\', "")),
        };
        self.nodes.push(node);
    }

    fn recursive(&mut self) -> Result<()> {
        if self.nodes.last() == Some(&Node::Recursive) {
            return Err("invalid multiple recursive descent".into());
        }
        self.nodes.push(Node::Recursive);
        if self.rest.starts_with(is_alphanumeric) {
            self.field();
        }
        Ok(())
    }

    fn number(&mut self) -> Result<()> {
        let sign = usize::from(self.rest.starts_with(['+', '-']));
        let digits = self.rest[sign..].find(|c: char| c != '.' && !c.is_ascii_digit());
        let end = digits.map_or(self.rest.len(), |digits| sign + digits);
        let text = self.take(end);
        let whole = text.parse().ok().map(Value::Int);
        let number = whole.or_else(|| text.parse().ok().map(Value::Float));
        let number = number.ok_or_else(|| format!("cannot parse number {text}"))?;
        self.nodes.push(Node::Literal(number));
        Ok(())
    }

    fn quoted(&mut self, quote: char) -> Result<()> {
        let (mut text, mut chars) = (String::new(), self.rest.char_indices().skip(1));
        loop {
            match chars.next() {
                None | Some((_, '\n')) => return Err("unterminated quoted string".into()),
                Some((at, c)) if c == quote => {
                    self.rest = &self.rest[at + 1..];
                    self.nodes.push(Node::Text(text));
                    return Ok(());
                }
                Some((_, '\\')) => text.push(match chars.next().map(|(_, c)| c) {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('r') => '\r',
                    Some('0') => '\0',
                    Some(c @ ('\\' | '"' | '\'')) => c,
                    _ => return Err(format!("unquote string {} error invalid syntax", self.rest)),
                }),
                Some((_, c)) => text.push(c),
            }
        }
    }

    /// `[…]`: a key, an item, a slice, or several of them.
    fn brackets(&mut self) -> Result<()> {
        let end = self.rest.find([']', '\n']).filter(|&end| self.rest[end..].starts_with(']'));
        let end = end.ok_or("unterminated array")?;
        let text = &self.take(end + 1)[1..end];
        let text = if text == "*" { ":" } else { text };
        if text.contains(',') {
            let parts = text.split(',').map(|part| part.trim_matches(' '));
            let union = parts.map(|part| path(&format!("[{part}]"), self.depth));
            self.nodes.push(Node::Union(union.collect::<Result<_>>()?));
            return Ok(());
        }
        let key = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        if let Some(key) = key.filter(|key| !key.contains('\'')) {
            self.nodes.extend(path(&format!(".{key}"), self.depth)?);
            return Ok(());
        }
        self.nodes.push(Node::Slice(slice(text)?));
        Ok(())
    }

    fn filter(&mut self) -> Result<()> {
        let text = self.until_filter_ends()?;
        let is_operator = |c: char| "!<>=~".contains(c);
        let left_end = text.find(|c| is_operator(c) && c != '~').filter(|&at| at > 0);
        let Some(left_end) = left_end else {
            return self.push_filter(text, "exists", "");
        };
        let right = text[left_end..].find(|c| !is_operator(c)).map(|at| left_end + at);
        match right {
            None => self.push_filter(text, "exists", ""),
            Some(right) => {
                self.push_filter(&text[..left_end], &text[left_end..right], &text[right..])
            }
        }
    }

    fn push_filter(&mut self, left: &str, operator: &str, right: &str) -> Result<()> {
        let left = path(left, self.depth)?;
        let right = if right.is_empty() { Vec::new() } else { path(right, self.depth)? };
        let filter = Filter { left, operator: operator.to_owned(), right };
        self.nodes.push(Node::Filter(Box::new(filter)));
        Ok(())
    }

    /// The text up to `)]`; a bracket within quotes does not end it.
    fn until_filter_ends(&mut self) -> Result<&'a str> {
        let mut quote = None;
        let mut closed = false;
        let mut before = ' ';
        for (at, c) in self.rest.char_indices() {
            match c {
                '\n' => break,
                '"' | '\'' if quote.is_none() => quote = Some(c),
                c if Some(c) == quote && before != '\\' => closed = true,
                ')' if quote.is_some() == closed => {
                    let text = self.take(at);
                    self.rest =
                        self.rest[1..].strip_prefix(']').ok_or("unclosed array expect ]")?;
                    return Ok(text);
                }
                _ => {}
            }
            before = c;
        }
        Err("unterminated filter".into())
    }
}

fn slice(text: &str) -> Result<Slice> {
    let parts: Vec<_> = text.split(':').collect();
    let is_number =
        |part: &&str| part.strip_prefix('-').unwrap_or(part).bytes().all(|b| b.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().all(is_number) {
        return Err(format!("invalid array index {text}"));
    }
    let number = |at: usize| match parts.get(at).copied() {
        None | Some("") => Ok(None),
        Some(part) => {
            let number = part.parse::<i32>().map(i64::from);
            number.map(Some).map_err(|_| format!("array index {part} is not a number"))
        }
    };
    let from = number(0)?;
    let single = parts.len() == 1;
    let to = if single { Some(from.unwrap_or(0) + 1) } else { number(1)? };
    Ok(Slice { from, to, step: number(2)?, single })
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn is_terminator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}
