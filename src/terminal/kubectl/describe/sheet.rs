//! Where descriptions are written: lines of names and values, two spaces deeper a level.
//!
//! Models kubectl/pkg/describe PrefixWriter and its helpers for labels, annotations and times.

use std::fmt::Display;

use crate::api::{Codec, Timestamp, Value};
use crate::terminal::kubectl::last_applied::LAST_APPLIED;
use crate::terminal::printers::{escaped, tabwriter::TabWriter};
use crate::terminal::text::Text;

/// How long an annotation may be before it gets lines of its own, cut to this length.
const ANNOTATION_MAX: usize = 140;

/// A description being written.
#[derive(Clone, Debug)]
pub struct Sheet {
    writer: TabWriter,
}

impl Sheet {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { writer: TabWriter::description() }
    }

    /// The same, with tabs as they are: where kubectl writes without aligning.
    pub fn unaligned() -> Self {
        Self { writer: TabWriter::raw() }
    }

    /// What has been written.
    pub fn take(&mut self) -> Text {
        self.writer.take()
    }

    /// Ends the columns.
    pub fn flush(&mut self) {
        self.writer.flush();
    }

    /// A line, its cells parted by tabs. Where the text has several lines, only the first is
    /// moved in.
    pub fn line(&mut self, level: usize, text: impl AsRef<str>) {
        let text = "  ".repeat(level) + &escaped(text.as_ref());
        for line in text.split('\n') {
            self.writer.line(line.split('\t').map(Text::from).collect());
        }
    }

    /// A name and its value.
    pub fn field(&mut self, level: usize, name: &str, value: impl Display) {
        self.line(level, format!("{name}:\t{value}"));
    }

    /// The same, unless the value is empty.
    pub fn field_if(&mut self, level: usize, name: &str, value: &str) {
        if !value.is_empty() {
            self.field(level, name, value);
        }
    }

    /// A name and a moment.
    pub fn time(&mut self, level: usize, name: &str, value: &Value) {
        self.field(level, name, moment(value));
    }

    /// The name of an object, and its namespace if it has one.
    pub fn heading(&mut self, object: &Value) {
        let meta = object.at("metadata");
        self.field(0, "Name", meta.at("name").text());
        self.field_if(0, "Namespace", meta.at("namespace").text());
    }

    /// Its labels and annotations.
    pub fn labels_and_annotations(&mut self, object: &Value) {
        self.pairs("Labels", object.at_path(&["metadata", "labels"]));
        self.annotations("Annotations", object.at_path(&["metadata", "annotations"]));
    }

    /// `key=value` lines under one title.
    pub fn pairs(&mut self, title: &str, map: &Value) {
        let pairs = map.as_map().into_iter().flat_map(|fields| fields.iter());
        let lines: Vec<String> =
            pairs.map(|(key, value)| format!("{key}={}", value.text())).collect();
        self.lines(title, &lines);
    }

    /// Lines under one title.
    pub fn lines(&mut self, title: &str, lines: &[String]) {
        let Some((first, rest)) = lines.split_first() else {
            return self.field(0, title, "<none>");
        };
        self.field(0, title, first);
        for line in rest {
            self.line(0, format!("\t{line}"));
        }
    }

    /// Annotations under one title. Models printAnnotationsMultiline.
    pub fn annotations(&mut self, title: &str, map: &Value) {
        let mut lines: Vec<String> = Vec::new();
        let all = map.as_map().into_iter().flat_map(|fields| fields.iter());
        for (key, value) in all.filter(|(key, _)| *key != LAST_APPLIED) {
            let value = value.text();
            let value = value.strip_suffix('\n').unwrap_or(value);
            if value.len() + key.len() + 2 <= ANNOTATION_MAX && !value.contains('\n') {
                lines.push(format!("{key}: {value}"));
                continue;
            }
            lines.push(format!("{key}:"));
            lines.extend(value.split('\n').map(|line| format!("  {}", shortened(line))));
        }
        self.lines(title, &lines);
    }
}

fn shortened(line: &str) -> String {
    let max = ANNOTATION_MAX - 2;
    match line.char_indices().find(|(at, c)| at + c.len_utf8() > max) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}

/// A moment as descriptions show it.
pub fn moment(value: &Value) -> String {
    Timestamp::load(value).rfc1123()
}

/// `text`, or `<none>` where it is empty.
pub fn or_none(text: &str) -> &str {
    if text.is_empty() { "<none>" } else { text }
}

/// A truth as Go prints it.
pub fn truth(value: &Value) -> bool {
    value.as_bool().unwrap_or(false)
}

/// A scalar as text.
pub fn scalar(value: &Value) -> String {
    match value {
        Value::Str(text) => text.to_string(),
        Value::Null => String::new(),
        other => other.to_json(),
    }
}

/// Texts of a list, with commas between them.
pub fn joined(list: &Value, comma: &str) -> String {
    list.items().iter().map(Value::text).collect::<Vec<_>>().join(comma)
}

/// `Kind/name` of the owner that manages the object.
pub fn controlled_by(sheet: &mut Sheet, object: &Value) {
    let owners = object.at_path(&["metadata", "ownerReferences"]).items();
    if let Some(owner) = owners.iter().find(|owner| truth(owner.at("controller"))) {
        let (kind, name) = (owner.at("kind").text(), owner.at("name").text());
        sheet.field(0, "Controlled By", format!("{kind}/{name}"));
    }
}

/// A map of labels as a selector: `a=b,c=d`.
pub fn selector_of(map: &Value) -> String {
    let pairs = map.as_map().into_iter().flat_map(|fields| fields.iter());
    let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={}", value.text())).collect();
    or_none(&pairs.join(",")).to_owned()
}
