//! House style as a test: it reads the tree as text and tokens and says where a rule is broken.
//!
//! `tokens` holds the rules of Rust code (who may import whom, lengths, forbidden names), `text`
//! those of plain text (headers, widths, colours). Rules speak in sentences that say what to do.
//! Invariant: a rule depends on one file's path and text alone, so that each is tested below on a
//! few lines.

mod text;
mod tokens;

use std::fmt;
use std::fs;
use std::path::Path;

/// A place where a rule is broken.
pub struct Finding {
    /// Path from the checkout, with `/` between its parts.
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub advice: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

/// Folders that hold nothing of ours.
const FOREIGN: [&str; 4] = ["target", "dist", "node_modules", ".git"];

/// Every finding in one file.
fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = text::check(path, text);
    if path.ends_with(".rs") {
        findings.extend(tokens::check(path, text));
    }
    findings.sort_by_key(|finding| finding.line);
    findings
}

/// Calls `visit` with the path and text of every file of ours that is text.
fn walk(folder: &Path, path: &str, visit: &mut impl FnMut(&str, &str)) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().into_string().expect("our file names are UTF-8");
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        if entry.file_type().unwrap().is_dir() {
            if !FOREIGN.contains(&name.as_str()) {
                walk(&entry.path(), &path, visit);
            }
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            visit(&path, &text);
        }
    }
}

#[test]
fn the_tree_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut findings = Vec::new();
    let mut sources = 0;
    walk(root, "", &mut |path, text| {
        sources += usize::from(path.ends_with(".rs"));
        findings.extend(check(path, text).iter().map(Finding::to_string));
    });
    assert!(sources > 10, "the tree was not found below {}", root.display());
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
}

/// Asserts that a file draws exactly these findings, each told by its line and a part of its text.
#[track_caller]
fn expect(path: &str, text: &str, expected: &[(usize, &str)]) {
    let found = check(path, text);
    let shown: Vec<String> = found.iter().map(Finding::to_string).collect();
    assert_eq!(found.len(), expected.len(), "{path}\n{text}\n{shown:#?}");
    for (finding, (line, part)) in found.iter().zip(expected) {
        assert!(
            finding.line == *line && finding.advice.contains(part),
            "{line} {part}: {shown:#?}"
        );
    }
}
