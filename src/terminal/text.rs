//! Text in which some words name objects, so that the page can lead from the word to the object.
//!
//! Models nothing of Kubernetes: a real terminal prints letters only. Invariant: links lie within
//! the text, in order, and do not overlap.

use std::fmt;
use std::ops::Range;

use crate::api::{Key, Object, Resource, Str};

/// Text with links.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Text {
    text: String,
    links: Vec<Link>,
}

/// A part of a text that names an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Where it begins, in bytes.
    pub start: u32,
    /// Where it ends, in bytes.
    pub end: u32,
    /// The resource of the object.
    pub resource: Resource,
    /// The object.
    pub key: Key,
}

impl Text {
    /// No text.
    pub fn new() -> Self {
        Self::default()
    }

    /// `text` as the name of an object.
    pub fn link(text: impl Into<String>, resource: Resource, key: Key) -> Self {
        let text = text.into();
        let link = Link { start: 0, end: text.len() as u32, resource, key };
        Self { links: vec![link], text }
    }

    /// `text` as a name of `object`.
    pub fn name(text: impl Into<String>, object: &Object) -> Self {
        Self::link(text, object.resource(), object.key())
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The links, in order.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// How many columns it takes on a screen where every character takes one.
    pub fn width(&self) -> usize {
        self.text.chars().count()
    }

    /// Adds `more` at the end.
    pub fn push(&mut self, more: &Self) {
        let shift = self.text.len() as u32;
        self.text.push_str(&more.text);
        self.links.extend(more.links.iter().map(|link| link.shifted(shift)));
    }

    /// Adds letters at the end.
    pub fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds `count` spaces at the end.
    pub fn pad(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
    }

    /// The text followed by `more`.
    #[must_use]
    pub fn with(mut self, more: impl Into<Self>) -> Self {
        self.push(&more.into());
        self
    }

    /// Where the lines of the text lie, without their ends.
    pub fn lines(&self) -> impl Iterator<Item = Range<usize>> {
        self.text.split_inclusive('\n').scan(0, |start, piece| {
            let line = *start..*start + piece.trim_end_matches('\n').len();
            *start += piece.len();
            Some(line)
        })
    }

    /// Several texts as one, a line each.
    pub fn of_lines<'a>(lines: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = Self::new();
        for line in lines {
            all.push(line);
            all.push_str("\n");
        }
        all
    }

    /// A part of the text, with the links that lie within it.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let (start, end) = (range.start as u32, range.end as u32);
        let first = self.links.partition_point(|link| link.start < start);
        let inside = self.links[first..].iter().take_while(|link| link.end <= end);
        let links = inside.map(|link| Link {
            start: link.start - start,
            end: link.end - start,
            ..link.clone()
        });
        Self { text: self.text[range].to_owned(), links: links.collect() }
    }
}

impl Link {
    fn shifted(&self, by: u32) -> Self {
        Self { start: self.start + by, end: self.end + by, ..self.clone() }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), links: Vec::new() }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { text, links: Vec::new() }
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<Str> for Text {
    fn from(text: Str) -> Self {
        text.as_str().into()
    }
}

impl From<&Str> for Text {
    fn from(text: &Str) -> Self {
        text.as_str().into()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_follow_their_words() {
        let link = |name: &str| Text::link(name, Resource::PODS, Key::new("default", name));
        let text = Text::from("a ").with(link("파드")).with("\n").with(link("b")).with(" c");
        assert_eq!(text.to_string(), "a 파드\nb c");
        let lines: Vec<Text> = text.lines().map(|line| text.slice(line)).collect();
        let spans = |text: &Text| text.links().iter().map(|l| (l.start, l.end)).collect::<Vec<_>>();
        assert_eq!((lines[0].as_str(), spans(&lines[0])), ("a 파드", vec![(2, 8)]));
        assert_eq!((lines[1].as_str(), spans(&lines[1])), ("b c", vec![(0, 1)]));
        assert_eq!(Text::of_lines(&lines).to_string(), "a 파드\nb c\n");
        assert_eq!(lines[0].width(), 4);
    }
}
