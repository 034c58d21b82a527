//! From the text of a template to its parts. Models text/template/parse.

use super::{Node, Operand, Pipeline};
use crate::api::Value;

/// How deep parts and parentheses may nest.
const DEPTH_MAX: usize = 32;

/// What ends a list of parts.
#[derive(Clone, PartialEq, Debug)]
enum Ended {
    Text,
    Block,
    /// `else`, and the `if` that may follow it.
    Else(Option<Pipeline>),
}

/// Reads a whole template.
pub fn template(source: &str) -> Result<Vec<Node>, String> {
    let mut reader = Reader { rest: source, trims: false };
    match reader.nodes(0)? {
        (nodes, Ended::Text) => Ok(nodes),
        (_, Ended::Block) => Err("unexpected {{end}}".into()),
        (_, Ended::Else(_)) => Err("unexpected {{else}}".into()),
    }
}

struct Reader<'a> {
    rest: &'a str,
    /// Whether the space that comes next is left out.
    trims: bool,
}

impl<'a> Reader<'a> {
    fn nodes(&mut self, depth: usize) -> Result<(Vec<Node>, Ended), String> {
        if depth > DEPTH_MAX {
            return Err("template nests too deep".into());
        }
        let mut nodes = Vec::new();
        loop {
            let (text, found) = match self.rest.find("{{") {
                Some(at) => (&self.rest[..at], true),
                None => (self.rest, false),
            };
            let text = if self.trims { text.trim_start() } else { text };
            self.rest =
                if found { &self.rest[self.rest.find("{{").unwrap_or(0) + 2..] } else { "" };
            let before = self.rest.strip_prefix("- ");
            let text = if before.is_some() { text.trim_end() } else { text };
            self.rest = before.unwrap_or(self.rest);
            if !text.is_empty() {
                nodes.push(Node::Text(text.to_owned()));
            }
            if !found {
                return Ok((nodes, Ended::Text));
            }
            let action = self.action()?;
            if action.starts_with("/*") {
                continue;
            }
            if let Some(end) = self.node(action, depth, &mut nodes)? {
                return Ok((nodes, end));
            }
        }
    }

    /// The text up to the end of an action, quoted texts passed over.
    fn action(&mut self) -> Result<&'a str, String> {
        let (mut quote, mut escaped) = (None, false);
        for (at, c) in self.rest.char_indices() {
            match quote {
                Some('"') if escaped => escaped = false,
                Some('"') if c == '\\' => escaped = true,
                Some(mark) if c == mark => quote = None,
                Some(_) => {}
                None if matches!(c, '"' | '`') => quote = Some(c),
                None if self.rest[at..].starts_with("}}") => {
                    let action = &self.rest[..at];
                    self.rest = &self.rest[at + 2..];
                    let trimmed = action.strip_suffix(" -");
                    self.trims = trimmed.is_some();
                    return Ok(trimmed.unwrap_or(action).trim());
                }
                None => {}
            }
        }
        Err("unclosed action".into())
    }

    fn node(
        &mut self,
        action: &str,
        depth: usize,
        nodes: &mut Vec<Node>,
    ) -> Result<Option<Ended>, String> {
        let (word, rest) = action.split_once(char::is_whitespace).unwrap_or((action, ""));
        match word {
            "end" => return Ok(Some(Ended::Block)),
            "else" => {
                let rest = rest.trim();
                let condition = match rest.strip_prefix("if ") {
                    Some(condition) => Some(pipeline(condition)?),
                    None => None,
                };
                return Ok(Some(Ended::Else(condition)));
            }
            "if" | "with" | "range" => {
                let condition = pipeline(rest)?;
                if condition.commands.is_empty() {
                    return Err(format!("missing value for {word}"));
                }
                nodes.push(self.block(word, condition, depth)?);
            }
            "" => return Err("missing value for command".into()),
            _ => nodes.push(Node::Print(pipeline(action)?)),
        }
        Ok(None)
    }

    fn block(&mut self, word: &str, condition: Pipeline, depth: usize) -> Result<Node, String> {
        let (body, end) = self.nodes(depth + 1)?;
        let otherwise = match end {
            Ended::Block => Vec::new(),
            Ended::Text => return Err("unexpected EOF".into()),
            Ended::Else(Some(condition)) => vec![self.block("if", condition, depth + 1)?],
            Ended::Else(None) => match self.nodes(depth + 1)? {
                (otherwise, Ended::Block) => otherwise,
                _ => return Err("expected end; found {{else}}".into()),
            },
        };
        Ok(match word {
            "if" => Node::If(condition, body, otherwise),
            "with" => Node::With(condition, body, otherwise),
            _ => Node::Range(condition, body, otherwise),
        })
    }
}

fn pipeline(text: &str) -> Result<Pipeline, String> {
    let mut tokens = Tokens { rest: text, depth: 0 };
    let found = tokens.pipeline()?;
    match tokens.rest.trim().is_empty() {
        true => Ok(found),
        false => Err(format!("unexpected {:?} in operand", tokens.rest.trim())),
    }
}

struct Tokens<'a> {
    rest: &'a str,
    depth: usize,
}

impl Tokens<'_> {
    fn pipeline(&mut self) -> Result<Pipeline, String> {
        let mut found = Pipeline::default();
        if let Some((names, rest)) = self.rest.split_once(":=") {
            let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
            if names.iter().all(|name| name.starts_with('$')) {
                found.variables = names;
                self.rest = rest;
            }
        }
        let mut command = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            match self.rest.chars().next() {
                None | Some(')') => {
                    if command.is_empty() && !found.commands.is_empty() {
                        return Err("missing value for command".into());
                    }
                    if !command.is_empty() {
                        found.commands.push(command);
                    }
                    return Ok(found);
                }
                Some('|') => {
                    self.rest = &self.rest[1..];
                    if command.is_empty() {
                        return Err("missing value for command".into());
                    }
                    found.commands.push(std::mem::take(&mut command));
                }
                Some(_) => command.push(self.operand()?),
            }
        }
    }

    fn operand(&mut self) -> Result<Operand, String> {
        let first = self.rest.chars().next().unwrap_or(' ');
        match first {
            '(' => {
                self.depth += 1;
                if self.depth > DEPTH_MAX {
                    return Err("template nests too deep".into());
                }
                self.rest = &self.rest[1..];
                let inner = self.pipeline()?;
                self.rest = self.rest.strip_prefix(')').ok_or("unclosed left paren")?;
                self.depth -= 1;
                let fields = self.word();
                Ok(Operand::Inner(inner, fields_of(&fields)))
            }
            '"' | '`' => self.text(first).map(|text| Operand::Literal(text.into())),
            '.' => Ok(Operand::Dot(fields_of(&self.word()))),
            '$' => {
                let word = self.word();
                let (name, fields) = word.split_once('.').unwrap_or((&word, ""));
                Ok(Operand::Variable(name.to_owned(), fields_of(fields)))
            }
            _ => {
                let word = self.word();
                match word.as_str() {
                    "true" => Ok(Operand::Literal(true.into())),
                    "false" => Ok(Operand::Literal(false.into())),
                    "nil" => Ok(Operand::Literal(Value::Null)),
                    "" => Err(format!("unexpected {first:?} in command")),
                    word => Ok(match word.parse() {
                        Ok(number) => Operand::Literal(Value::Int(number)),
                        Err(_) => Operand::Function(word.to_owned()),
                    }),
                }
            }
        }
    }

    fn word(&mut self) -> String {
        let ends = |c: char| c.is_whitespace() || matches!(c, '|' | ')' | '(' | '"' | '`');
        let (word, rest) = self.rest.split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        word.to_owned()
    }

    fn text(&mut self, mark: char) -> Result<String, String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                c if c == mark => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' if mark == '"' => match chars.next().map(|(_, c)| c) {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('r') => text.push('\r'),
                    Some(c) => text.push(c),
                    None => {}
                },
                c => text.push(c),
            }
        }
        Err("unterminated quoted string".into())
    }
}

fn fields_of(path: &str) -> Vec<String> {
    path.split('.').filter(|field| !field.is_empty()).map(str::to_owned).collect()
}
