//! What the scanner makes of a text, and how its complaints read.

use crate::api::Str;
use crate::manifest::cursor::Mark;

/// A token and where it stands.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) from: Mark,
    pub(super) to: Mark,
}

/// What a token is. Block collections have no brackets of their own: the scanner makes their
/// beginnings and ends of the indentation.
#[derive(PartialEq, Debug)]
pub(super) enum Kind {
    StreamEnd,
    Directive,
    DocumentStart,
    DocumentEnd,
    BlockList,
    BlockMap,
    BlockEnd,
    FlowList,
    FlowListEnd,
    FlowMap,
    FlowMapEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(Str),
    Anchor(Str),
    Tag(Tag),
    Scalar(Str, Style),
}

/// How a scalar is written; only plain ones are taken for numbers, booleans or nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    Plain,
    Quoted,
}

/// A tag as written: `!handle!suffix`, or the whole of it as suffix.
#[derive(PartialEq, Debug)]
pub(super) struct Tag {
    pub(super) handle: String,
    pub(super) suffix: String,
}

/// Why a text is no YAML.
#[derive(Debug)]
pub(super) struct Problem {
    /// In the words of go-yaml.
    pub(super) text: String,
    /// Where it was noticed.
    pub(super) at: Mark,
    /// Where what it is about begins.
    pub(super) context: Mark,
    /// Who noticed it.
    pub(super) by: By,
}

/// Who noticed a problem; this decides how go-yaml counts lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum By {
    /// The reader of characters or the decoder of the finished tree: they tell no line.
    Decoder,
    /// The conversion to JSON, which is not go-yaml's.
    Conversion,
    Scanner,
    Parser,
}

impl Problem {
    pub(super) fn decoder(text: impl Into<String>, at: Mark) -> Self {
        Self { text: text.into(), at, context: at, by: By::Decoder }
    }

    pub(super) fn conversion(text: impl Into<String>, at: Mark) -> Self {
        Self { text: text.into(), at, context: at, by: By::Conversion }
    }

    pub(super) fn scanner(text: &str, at: Mark, context: Mark) -> Self {
        Self { text: text.into(), at, context, by: By::Scanner }
    }

    pub(super) fn parser(text: &str, at: Mark, context: Mark) -> Self {
        Self { text: text.into(), at, context, by: By::Parser }
    }

    /// The complaint as go-yaml prints it. Its line is that of the problem, or of the context when
    /// the problem is on the first line; its parser is one line short, and it prints no line 0.
    /// Models gopkg.in/yaml.v2 decode.go parser.fail.
    pub(super) fn sentence(&self) -> String {
        let line = match self.by {
            By::Conversion => return self.text.clone(),
            By::Decoder => 0,
            By::Scanner if self.at.line != 0 => self.at.line + 1,
            By::Parser if self.at.line != 0 => self.at.line,
            By::Scanner | By::Parser => self.context.line,
        };
        if line == 0 {
            return format!("yaml: {}", self.text);
        }
        format!("yaml: line {line}: {}", self.text)
    }
}
