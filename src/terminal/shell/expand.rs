//! From the parts of a word to the words a program gets.
//!
//! Models bash's expansions in their order: variables, words, file names. Invariant: what stood in
//! quotes stays one word.

use std::collections::VecDeque;

use super::parse::{self, Part, Word};
use super::{World, builtins, glob};
use crate::api::Str;

/// The words as a program gets them.
pub fn words(words: &VecDeque<Word>, world: &World) -> Vec<String> {
    let mut expanded = Vec::new();
    for word in words {
        for (text, is_pattern) in split(word, world) {
            let before = expanded.len();
            if is_pattern {
                let matching = world.files.keys().filter(|file| glob::matches(&text, file));
                expanded.extend(matching.map(Str::to_string));
            }
            if expanded.len() == before {
                expanded.push(text);
            }
        }
    }
    expanded
}

/// A word that stays one, such as the name of a file.
pub fn word(word: &Word, world: &World) -> String {
    let text = |part: &Part| match part {
        Part::Plain(text) | Part::Quoted(text) => text.clone(),
        Part::Variable(name, _) => world.variable(name),
        Part::Substitute(..) => String::new(),
    };
    word.iter().map(text).collect()
}

/// A text with its variables put in, as in `<<EOF`.
pub fn text(text: &str, world: &World) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(['$', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            let next = escaped.chars().next().filter(|c| matches!(c, '$' | '\\' | '`'));
            out.push(next.unwrap_or('\\'));
            rest = &escaped[next.map_or(0, char::len_utf8)..];
            continue;
        }
        let inner = &rest[1..];
        let braced = inner.strip_prefix('{');
        let len = parse::name_len(braced.unwrap_or(inner));
        let end = braced.map_or(0, |braced| usize::from(braced[len..].starts_with('}')));
        if len == 0 || braced.is_some() && end == 0 {
            out.push('$');
            rest = inner;
            continue;
        }
        let from = usize::from(braced.is_some());
        out.push_str(&world.variable(&inner[from..from + len]));
        rest = &inner[from + len + end..];
    }
    out + rest
}

/// The words that one becomes, each with whether it may be a pattern of file names.
fn split(word: &Word, world: &World) -> Vec<(String, bool)> {
    let assigns =
        matches!(word.first(), Some(Part::Plain(text)) if builtins::assigned(text).is_some());
    let mut done: Vec<(String, bool)> = Vec::new();
    let (mut text, mut is_pattern, mut is_there) = (String::new(), false, false);
    for part in word {
        match part {
            Part::Plain(plain) => {
                is_pattern |= glob::is_pattern(plain);
                is_there = true;
                text.push_str(plain);
            }
            Part::Quoted(quoted) => {
                is_there = true;
                text.push_str(quoted);
            }
            Part::Variable(name, is_quoted) if *is_quoted || assigns => {
                is_there = true;
                text.push_str(&world.variable(name));
            }
            Part::Variable(name, _) => {
                let value = world.variable(name);
                for (at, piece) in value.split_whitespace().enumerate() {
                    if at > 0 {
                        done.push((std::mem::take(&mut text), std::mem::take(&mut is_pattern)));
                    }
                    is_there = true;
                    text.push_str(piece);
                }
            }
            Part::Substitute(..) => {}
        }
    }
    if is_there {
        done.push((text, is_pattern));
    }
    done
}
