//! Colours for YAML that is only read: keys, texts, numbers, comments.
//!
//! It works line by line on the YAML that `kubectl get -o yaml` prints. The editor has a real
//! parser; this is for the inspector, where the text is known to be well formed.

/// What a piece of a line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Token {
    /// Blanks, dashes, colons, brackets.
    Plain,
    /// A key.
    Key,
    /// A text.
    Text,
    /// A number, a boolean or null.
    Literal,
    /// A comment.
    Comment,
}

impl Token {
    /// The name of its CSS modifier.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Key => "key",
            Self::Text => "string",
            Self::Literal => "literal",
            Self::Comment => "comment",
        }
    }
}

/// The pieces of a line, left to right. Together they are the line.
pub fn yaml_line(line: &str) -> Vec<(Token, &str)> {
    let mut out = Vec::new();
    let body = line.trim_start_matches([' ', '-']);
    push(&mut out, Token::Plain, &line[..line.len() - body.len()]);
    if body.starts_with('#') {
        push(&mut out, Token::Comment, body);
        return out;
    }
    let rest = match key_end(body) {
        Some(end) => {
            push(&mut out, Token::Key, &body[..end]);
            push(&mut out, Token::Plain, ":");
            &body[end + 1..]
        }
        None => body,
    };
    value(&mut out, rest);
    out
}

fn push<'a>(out: &mut Vec<(Token, &'a str)>, token: Token, text: &'a str) {
    if !text.is_empty() {
        out.push((token, text));
    }
}

/// Where the key of a line ends: at the colon before a blank or the end, outside of quotes.
fn key_end(body: &str) -> Option<usize> {
    if body.starts_with(['"', '\'']) {
        let quote = body.chars().next()?;
        let close = body[1..].find(quote)? + 1;
        return body[close + 1..].starts_with(':').then_some(close + 1);
    }
    let end = body.find(": ").or_else(|| body.strip_suffix(':').map(str::len))?;
    (!body[..end].contains(['{', '[', '#'])).then_some(end)
}

fn value<'a>(out: &mut Vec<(Token, &'a str)>, rest: &'a str) {
    let text = rest.trim_start();
    push(out, Token::Plain, &rest[..rest.len() - text.len()]);
    let (text, comment) = match text.find(" #") {
        Some(at) if !text.starts_with(['"', '\'']) => text.split_at(at),
        _ => (text, ""),
    };
    push(out, kind(text.trim_end()), text);
    push(out, Token::Comment, comment);
}

fn kind(text: &str) -> Token {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    match text {
        "" | "|" | ">" | "|-" | ">-" | "{}" | "[]" => Token::Plain,
        "true" | "false" | "null" | "~" => Token::Literal,
        _ if number => Token::Literal,
        _ => Token::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let pieces = yaml_line(line);
        let shown: String = (pieces.iter())
            .map(|(token, text)| match token {
                Token::Plain => text.to_string(),
                token => format!("<{} {text}>", token.slug()),
            })
            .collect();
        assert_eq!(shown, expected);
        let whole: String = pieces.iter().map(|(_, text)| *text).collect();
        assert_eq!(whole, line);
    }

    #[test]
    fn lines_keep_their_letters_and_get_their_colours() {
        check("", "");
        check("spec:", "<key spec>:");
        check("  - name: web", "  - <key name>: <string web>");
        check("replicas: 3 # few", "<key replicas>: <literal 3><comment  # few>");
        check("args: [\"a: b\"]", "<key args>: <string [\"a: b\"]>");
        check("\"k: 1\": true", "<key \"k: 1\">: <literal true>");
        check("# only: this", "<comment # only: this>");
        check("- web", "- <string web>");
        check("uid: 7f3a-1", "<key uid>: <string 7f3a-1>");
    }
}
