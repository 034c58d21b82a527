//! Taking a line apart into commands and words.
//!
//! Models the grammar of bash as far as it goes here. A `<` or `>` within a word is part of it:
//! people write `-n <namespace>` as the documentation does. Invariant: no line makes it recurse;
//! what stands in `$(…)` is taken apart only when it is run.

use std::collections::VecDeque;

use crate::api::Str;

/// A line taken apart.
pub type Commands = VecDeque<Simple>;

/// One command with where its input comes from and its output goes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Simple {
    /// Its words; the first is its name.
    pub words: VecDeque<Word>,
    /// When it runs.
    pub condition: Condition,
    /// Whether its output is the input of the next.
    pub piped: bool,
    /// Where its input comes from, unless from the command before it.
    pub stdin: Option<Input>,
    /// The file its output goes to, and whether it is added to what is there.
    pub stdout: Option<(Word, bool)>,
    /// The file its errors go to; they vanish where it is `/dev/null`.
    pub stderr: Option<Word>,
    /// Whether its errors go where its output goes.
    pub joins_errors: bool,
    /// Whether the line goes on without waiting for it.
    pub in_background: bool,
}

/// When a command runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Condition {
    /// In any case.
    #[default]
    Always,
    /// If the one before has succeeded.
    IfSucceeded,
    /// If the one before has failed.
    IfFailed,
}

/// Where input comes from.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// A file.
    File(Word),
    /// The text itself, and whether variables in it are put in.
    Text(Str, bool),
}

/// A word, in parts.
pub type Word = Vec<Part>;

/// A part of a word.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// Text that may be a pattern of file names.
    Plain(String),
    /// Text that stood in quotes.
    Quoted(String),
    /// `$(…)`: what a line prints, in quotes or not.
    Substitute(String, bool),
    /// `$NAME`: a variable, in quotes or not.
    Variable(String, bool),
}

/// Takes a line apart. An error is what bash says about it.
pub fn parse(text: &str) -> Result<Commands, String> {
    let mut parser =
        Parser { rest: text, after: None, commands: Commands::new(), current: Simple::default() };
    parser.read()?;
    Ok(parser.commands)
}

struct Parser<'a> {
    rest: &'a str,
    /// What follows `rest` when a text has been taken out between them.
    after: Option<&'a str>,
    commands: Commands,
    current: Simple,
}

impl<'a> Parser<'a> {
    fn read(&mut self) -> Result<(), String> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\r']);
            if self.rest.is_empty() {
                let Some(after) = self.after.take() else { break };
                self.rest = after;
                self.end("\n")?;
                continue;
            }
            if self.rest.starts_with("\\\n") {
                self.rest = &self.rest[2..];
            } else if self.rest.starts_with('#') {
                self.rest = &self.rest[self.rest.find('\n').unwrap_or(self.rest.len())..];
            } else if !self.operator()? {
                let word = self.word()?;
                self.current.words.push_back(word);
            }
        }
        let is_waiting = self.current.condition != Condition::Always
            || self.commands.back().is_some_and(|last| last.piped);
        if self.current.words.is_empty() && is_waiting {
            return Err("syntax error: unexpected end of file".into());
        }
        self.end("")
    }

    /// Reads an operator, if one is next.
    fn operator(&mut self) -> Result<bool, String> {
        type Operator = (&'static str, Condition, bool);
        const ENDS: [Operator; 5] = [
            ("&&", Condition::IfSucceeded, false),
            ("||", Condition::IfFailed, false),
            ("|", Condition::Always, true),
            (";", Condition::Always, false),
            ("\n", Condition::Always, false),
        ];
        for (mark, condition, piped) in ENDS {
            if let Some(rest) = self.rest.strip_prefix(mark) {
                self.rest = rest;
                self.current.piped = piped;
                self.end(mark)?;
                self.current.condition = condition;
                return Ok(true);
            }
        }
        for mark in ["<<-", "<<", "&>", ">>", "2>&1", "2>>", "2>", "1>", ">&2", ">", "<", "&"] {
            if let Some(rest) = self.rest.strip_prefix(mark) {
                self.rest = rest.trim_start_matches([' ', '\t']);
                self.redirect(mark)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn redirect(&mut self, mark: &str) -> Result<(), String> {
        match mark {
            "&" if self.current.words.is_empty() => {
                return Err("syntax error near unexpected token `&'".into());
            }
            "&" => {
                self.current.in_background = true;
                return self.end("&");
            }
            "2>&1" => {
                self.current.joins_errors = true;
                return Ok(());
            }
            // What is shown is the same.
            ">&2" => return Ok(()),
            _ => {}
        }
        if self.rest.is_empty() || self.rest.starts_with(['\n', ';', '|', '&', '<', '>']) {
            return Err("syntax error near unexpected token `newline'".into());
        }
        let word = self.word()?;
        match mark {
            "<" => self.current.stdin = Some(Input::File(word)),
            ">" | ">>" | "1>" => self.current.stdout = Some((word, mark == ">>")),
            "2>" | "2>>" => self.current.stderr = Some(word),
            "&>" => {
                self.current.stdout = Some((word, false));
                self.current.joins_errors = true;
            }
            _ => self.here(&word, mark == "<<-"),
        }
        Ok(())
    }

    /// `<<EOF`: the lines after this one, up to one that is `EOF`, are the input.
    fn here(&mut self, word: &Word, trims: bool) {
        let end = plain(word);
        let Some((line, body)) = self.rest.split_once('\n') else {
            self.current.stdin = Some(Input::Text(Str::default(), false));
            return;
        };
        let (mut text, mut left) = (String::new(), body);
        while !left.is_empty() {
            let (next, after) = left.split_once('\n').unwrap_or((left, ""));
            let next = if trims { next.trim_start_matches('\t') } else { next };
            left = after;
            if next.trim_end_matches('\r') == end {
                break;
            }
            text.push_str(next);
            text.push('\n');
        }
        // Quotes around the mark keep the text as it is.
        let expands = word.iter().all(|part| matches!(part, Part::Plain(_)));
        self.current.stdin = Some(Input::Text(text.into(), expands));
        // What stands behind the mark on its own line belongs to the command as well.
        (self.rest, self.after) = (line, Some(left));
    }

    /// The command ends.
    fn end(&mut self, mark: &str) -> Result<(), String> {
        let command = std::mem::take(&mut self.current);
        if !command.words.is_empty() || command.stdout.is_some() {
            self.commands.push_back(command);
        } else if !matches!(mark, "" | "\n") {
            return Err(format!("syntax error near unexpected token `{mark}'"));
        } else {
            // An empty line does not end what `&&` or `|` has begun.
            self.current.condition = command.condition;
        }
        Ok(())
    }

    fn word(&mut self) -> Result<Word, String> {
        let mut word = Word::new();
        let mut plain = String::new();
        while let Some(c) = self.rest.chars().next() {
            // Other blanks than a shell's own, such as a no-break space, are letters to it.
            if matches!(c, ' ' | '\t' | '\r' | '\n' | ';' | '|' | '&') {
                break;
            }
            if let Some(inner) = self.rest.strip_prefix("$(") {
                push(&mut word, Part::Plain(std::mem::take(&mut plain)));
                word.push(Part::Substitute(self.substitution(inner)?, false));
                continue;
            }
            if let Some(name) = self.variable() {
                push(&mut word, Part::Plain(std::mem::take(&mut plain)));
                word.push(Part::Variable(name, false));
                continue;
            }
            self.rest = &self.rest[c.len_utf8()..];
            match c {
                '`' => {
                    push(&mut word, Part::Plain(std::mem::take(&mut plain)));
                    let Some((line, rest)) = self.rest.split_once('`') else {
                        return Err(unclosed('`'));
                    };
                    word.push(Part::Substitute(line.to_owned(), false));
                    self.rest = rest;
                }
                '\'' | '"' => {
                    push(&mut word, Part::Plain(std::mem::take(&mut plain)));
                    if c == '\'' { self.single(&mut word)? } else { self.double(&mut word)? }
                }
                '\\' => {
                    push(&mut word, Part::Plain(std::mem::take(&mut plain)));
                    let next = self.rest.chars().next();
                    self.rest = &self.rest[next.map_or(0, char::len_utf8)..];
                    let shown = next.filter(|&next| next != '\n').map(String::from);
                    word.push(Part::Quoted(shown.unwrap_or_default()));
                }
                c => plain.push(c),
            }
        }
        push(&mut word, Part::Plain(plain));
        Ok(word)
    }

    fn single(&mut self, word: &mut Word) -> Result<(), String> {
        let Some((inner, rest)) = self.rest.split_once('\'') else { return Err(unclosed('\'')) };
        word.push(Part::Quoted(inner.to_owned()));
        self.rest = rest;
        Ok(())
    }

    fn double(&mut self, word: &mut Word) -> Result<(), String> {
        let mut text = String::new();
        loop {
            if let Some(inner) = self.rest.strip_prefix("$(") {
                word.push(Part::Quoted(std::mem::take(&mut text)));
                word.push(Part::Substitute(self.substitution(inner)?, true));
                continue;
            }
            if let Some(name) = self.variable() {
                word.push(Part::Quoted(std::mem::take(&mut text)));
                word.push(Part::Variable(name, true));
                continue;
            }
            let Some(c) = self.rest.chars().next() else { return Err(unclosed('"')) };
            self.rest = &self.rest[c.len_utf8()..];
            match c {
                '"' => break,
                '\\' => {
                    let next = self.rest.chars().next();
                    let escaped = next.filter(|next| matches!(next, '"' | '\\' | '$' | '`'));
                    text.push(escaped.unwrap_or('\\'));
                    self.rest = &self.rest[escaped.map_or(0, char::len_utf8)..];
                }
                c => text.push(c),
            }
        }
        word.push(Part::Quoted(text));
        Ok(())
    }

    /// Reads `$NAME` or `${NAME}`, if one is next; `$?` is a name as well.
    fn variable(&mut self) -> Option<String> {
        let behind = self.rest.strip_prefix('$')?;
        let len = name_len(behind.strip_prefix('{').unwrap_or(behind));
        if len == 0 {
            return None;
        }
        match behind.strip_prefix('{') {
            Some(inner) => {
                self.rest = inner[len..].strip_prefix('}')?;
                Some(inner[..len].to_owned())
            }
            None => {
                self.rest = &behind[len..];
                Some(behind[..len].to_owned())
            }
        }
    }

    /// The line within `$(…)`, whose beginning has been taken off `inner`.
    fn substitution(&mut self, inner: &'a str) -> Result<String, String> {
        let (mut depth, mut quote) = (0, None);
        for (at, c) in inner.char_indices() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, '(') => depth += 1,
                (None, ')') if depth > 0 => depth -= 1,
                (None, ')') => {
                    self.rest = &inner[at + 1..];
                    return Ok(inner[..at].to_owned());
                }
                _ => {}
            }
        }
        Err(unclosed(')'))
    }
}

/// How long the name of the variable is that `text` begins with; none is 0.
pub fn name_len(text: &str) -> usize {
    let is_letter = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    match text.bytes().next() {
        Some(b'?') => 1,
        Some(b) if b.is_ascii_alphabetic() || b == b'_' => {
            text.bytes().take_while(is_letter).count()
        }
        _ => 0,
    }
}

fn unclosed(mark: char) -> String {
    format!("unexpected EOF while looking for matching `{mark}'")
}

fn push(word: &mut Word, part: Part) {
    if part != Part::Plain(String::new()) {
        word.push(part);
    }
}

/// The text of a word without what it would substitute.
pub fn plain(word: &Word) -> String {
    let text = |part: &Part| match part {
        Part::Plain(text) | Part::Quoted(text) => text.clone(),
        Part::Substitute(..) | Part::Variable(..) => String::new(),
    };
    word.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commands as words in brackets, with their conditions and redirections.
    fn shown(line: &str) -> String {
        let commands = match parse(line) {
            Ok(commands) => commands,
            Err(error) => return error,
        };
        let mut text = String::new();
        for command in commands {
            text.push_str(match command.condition {
                Condition::Always => "",
                Condition::IfSucceeded => "&&",
                Condition::IfFailed => "||",
            });
            let words: Vec<String> = command.words.iter().map(plain).collect();
            text.push_str(&format!("{words:?}"));
            match &command.stdin {
                Some(Input::File(file)) => text.push_str(&format!("<{}", plain(file))),
                Some(Input::Text(input, _)) => text.push_str(&format!("<<{input:?}")),
                None => {}
            }
            if let Some((file, adds)) = &command.stdout {
                text.push_str(&format!("{}{}", if *adds { ">>" } else { ">" }, plain(file)));
            }
            text.push_str(if command.piped { "|" } else { "" });
        }
        text
    }

    #[test]
    fn lines_become_commands() {
        let check = |line: &str, expected: &str| assert_eq!(shown(line), expected, "{line}");
        check("", "");
        check(" # nothing", "");
        check("a 'b  c' \"d\\\"e\"f\\ g ''", r#"["a", "b  c", "d\"ef g", ""]"#);
        check("a;b && c||d", r#"["a"]["b"]&&["c"]||["d"]"#);
        check("a | b > c.yaml", r#"["a"]|["b"]>c.yaml"#);
        check("a <in >>out", r#"["a"]<in>>out"#);
        check("get svc -n=<namespace>", r#"["get", "svc", "-n=<namespace>"]"#);
        check("a -f - <<EOF x\nb: c\n\nEOF\nd", r#"["a", "-f", "-", "x"]<<"b: c\n\n"["d"]"#);
        check("a <<E | b\nx\nE", r#"["a"]<<"x\n"|["b"]"#);
        check("a\nb\\\n c", r#"["a"]["b", "c"]"#);
        check("a &&", "syntax error: unexpected end of file");
        check("; a", "syntax error near unexpected token `;'");
        check("a & b", r#"["a"]["b"]"#);
        check("a 2>/dev/null >x", r#"["a"]>x"#);
        check("& a", "syntax error near unexpected token `&'");
        check("a <", "syntax error near unexpected token `newline'");
        check("a 'b", "unexpected EOF while looking for matching `''");
        check("a $(b", "unexpected EOF while looking for matching `)'");
    }

    #[test]
    fn substitutions_are_kept_for_later() {
        let commands = parse("a x$(b \"c)\" $(d))y \"$(e)\"").unwrap();
        let inner = Part::Substitute("b \"c)\" $(d)".into(), false);
        let expected = vec![Part::Plain("x".into()), inner, Part::Plain("y".into())];
        assert_eq!(commands[0].words[1], expected);
        assert!(commands[0].words[2].contains(&Part::Substitute("e".into(), true)));
    }
}
