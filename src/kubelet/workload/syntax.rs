//! The grammar of the little shell: words, operators, loops and conditions.
//!
//! Models the POSIX shell grammar, forgivingly: what does not fit is read as far as it does.
//!
//! Invariant: depth is bounded, so that no text can exhaust the stack.

/// Scripts nested deeper than this are cut off.
const DEPTH_MAX: u32 = 32;

/// A script, parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Script {
    /// Words, and the files that redirections make.
    Command(Vec<String>, Vec<String>),
    Sequence(Vec<Script>),
    /// Each is run or left out by how those before it came out.
    Chain(Vec<(Joint, Script)>),
    Not(Box<Script>),
    If(Box<Script>, Box<Script>, Box<Script>),
    While {
        until: bool,
        condition: Box<Script>,
        body: Box<Script>,
    },
    /// Once for each word.
    For(Vec<String>, Box<Script>),
    Background(Box<Script>),
}

/// When a part of a chain is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Joint {
    /// After success: `&&`, or the first of the chain.
    And,
    /// After failure: `||`.
    Or,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    /// A word, and whether any of it was quoted: quoted words are never keywords.
    Word(String, bool),
    /// `;`, `&`, `&&`, `||`, `|`, `(`, `)`, `>`, `>>`, `<`, or a new line.
    Operator(&'static str),
}

/// Reads a script.
pub(super) fn parse(text: &str) -> Script {
    let mut parser = Parser { tokens: tokens(text), at: 0, depth: 0 };
    let mut scripts = Vec::new();
    // A stray `done` or `)` ends a list early; what follows it counts all the same.
    while parser.at < parser.tokens.len() {
        scripts.push(parser.list());
        parser.at += 1;
    }
    match scripts.len() {
        1 => scripts.swap_remove(0),
        _ => Script::Sequence(scripts),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
}

impl Parser {
    /// Commands one after another, up to a closing word.
    fn list(&mut self) -> Script {
        let mut scripts = Vec::new();
        loop {
            while self.takes(&[";", "\n", "&"]).is_some() {}
            if self.is_at_end() {
                break;
            }
            let script = self.and_or();
            scripts.push(match self.takes(&["&"]) {
                Some(_) => Script::Background(script.into()),
                None => script,
            });
        }
        match scripts.len() {
            1 => scripts.swap_remove(0),
            _ => Script::Sequence(scripts),
        }
    }

    fn and_or(&mut self) -> Script {
        let mut parts = vec![(Joint::And, self.pipeline())];
        while let Some(operator) = self.takes(&["&&", "||"]) {
            while self.takes(&["\n"]).is_some() {}
            let joint = if operator == "&&" { Joint::And } else { Joint::Or };
            parts.push((joint, self.pipeline()));
        }
        match parts.len() {
            1 => parts.swap_remove(0).1,
            _ => Script::Chain(parts),
        }
    }

    fn pipeline(&mut self) -> Script {
        let mut negated = false;
        while self.takes_word("!") {
            negated = !negated;
        }
        let mut scripts = vec![self.compound()];
        while self.takes(&["|"]).is_some() {
            scripts.push(self.compound());
        }
        let script = match scripts.len() {
            1 => scripts.swap_remove(0),
            _ => Script::Sequence(scripts),
        };
        if negated { Script::Not(script.into()) } else { script }
    }

    fn compound(&mut self) -> Script {
        if self.depth >= DEPTH_MAX {
            self.at = self.tokens.len();
            return Script::Sequence(Vec::new());
        }
        self.depth += 1;
        let script = if self.takes_word("while") {
            self.repeat(false)
        } else if self.takes_word("until") {
            self.repeat(true)
        } else if self.takes_word("for") {
            self.each()
        } else if self.takes_word("if") {
            self.condition()
        } else if self.takes_word("{") {
            let script = self.list();
            self.takes_word("}");
            script
        } else if self.takes(&["("]).is_some() {
            let script = self.list();
            self.takes(&[")"]);
            script
        } else {
            self.command()
        };
        self.depth -= 1;
        script
    }

    fn repeat(&mut self, until: bool) -> Script {
        let condition = self.list().into();
        self.takes_word("do");
        let body = self.list().into();
        self.takes_word("done");
        Script::While { until, condition, body }
    }

    fn each(&mut self) -> Script {
        let mut words = Vec::new();
        while let Some(Token::Word(word, quoted)) = self.tokens.get(self.at) {
            if word == "do" && !quoted {
                break;
            }
            words.push(word.clone());
            self.at += 1;
        }
        while self.takes(&[";", "\n"]).is_some() {}
        self.takes_word("do");
        let body = self.list().into();
        self.takes_word("done");
        // The variable and `in`.
        words.drain(..words.len().min(2));
        Script::For(words, body)
    }

    fn condition(&mut self) -> Script {
        let condition = self.list().into();
        self.takes_word("then");
        let then = self.list().into();
        let otherwise = if self.takes_word("elif") {
            // Deep chains are cut off like any other nesting.
            self.depth += 1;
            let script = if self.depth < DEPTH_MAX {
                self.condition()
            } else {
                Script::Sequence(Vec::new())
            };
            self.depth -= 1;
            return Script::If(condition, then, script.into());
        } else if self.takes_word("else") {
            self.list()
        } else {
            Script::Sequence(Vec::new())
        };
        self.takes_word("fi");
        Script::If(condition, then, otherwise.into())
    }

    fn command(&mut self) -> Script {
        let (mut words, mut made) = (Vec::new(), Vec::new());
        loop {
            if let Some(operator) = self.takes(&[">", ">>", "<"]) {
                if let Some(Token::Word(path, _)) = self.tokens.get(self.at).cloned() {
                    self.at += 1;
                    if operator != "<" {
                        made.push(path);
                    }
                }
                continue;
            }
            let Some(Token::Word(word, _)) = self.tokens.get(self.at) else { break };
            words.push(word.clone());
            self.at += 1;
        }
        Script::Command(words, made)
    }

    fn takes(&mut self, operators: &[&str]) -> Option<&'static str> {
        let Some(Token::Operator(operator)) = self.tokens.get(self.at) else { return None };
        let operator = operators.contains(operator).then_some(*operator)?;
        self.at += 1;
        Some(operator)
    }

    fn takes_word(&mut self, keyword: &str) -> bool {
        let is_there =
            matches!(self.tokens.get(self.at), Some(Token::Word(word, false)) if word == keyword);
        self.at += usize::from(is_there);
        is_there
    }

    fn is_at_end(&self) -> bool {
        match self.tokens.get(self.at) {
            None => true,
            Some(Token::Operator(operator)) => *operator == ")",
            Some(Token::Word(word, quoted)) => {
                let closing = ["do", "done", "then", "else", "elif", "fi", "}"];
                !quoted && closing.contains(&word.as_str())
            }
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    const OPERATORS: [&str; 11] = ["&&", "||", ">>", ";", "&", "|", "(", ")", ">", "<", "\n"];
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r']);
        if rest.is_empty() {
            return tokens;
        }
        if rest.starts_with('#') {
            rest = rest.find('\n').map_or("", |at| &rest[at..]);
        } else if let Some(operator) = OPERATORS.into_iter().find(|o| rest.starts_with(o)) {
            tokens.push(Token::Operator(operator));
            rest = &rest[operator.len()..];
        } else {
            let (token, after) = word(rest);
            tokens.push(token);
            rest = after;
        }
    }
}

/// Reads one word: plain text, quoted text, `$(…)` and `{1..5}` as they stand.
fn word(text: &str) -> (Token, &str) {
    let (mut word, mut quoted) = (String::new(), false);
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => {
                return (Token::Word(word, quoted), &text[at..]);
            }
            '\'' | '"' => {
                quoted = true;
                let mut escaped = false;
                for (_, inner) in chars.by_ref() {
                    match inner {
                        _ if escaped => {
                            word.push(inner);
                            escaped = false;
                        }
                        '\\' if c == '"' => escaped = true,
                        _ if inner == c => break,
                        _ => word.push(inner),
                    }
                }
            }
            '\\' => word.extend(chars.next().map(|(_, escaped)| escaped)),
            '$' if text[at..].starts_with("$(") => {
                let mut depth = 0;
                word.push('$');
                for (_, inner) in chars.by_ref() {
                    word.push(inner);
                    depth += i32::from(inner == '(') - i32::from(inner == ')');
                    if depth == 0 {
                        break;
                    }
                }
            }
            _ => word.push(c),
        }
    }
    (Token::Word(word, quoted), "")
}
