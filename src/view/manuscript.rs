//! The person's text: files, what is wrong with them, and the examples to start from.

use smol_str::SmolStr;

/// How bad a diagnostic is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// The text cannot be applied.
    Error,
    /// It can, but a part of it will be refused or ignored.
    Warning,
    /// It is right, but not simulated here.
    Note,
}

impl Severity {
    /// The word CodeMirror's linter uses.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "info",
        }
    }
}

/// A place in a text: line from 1, column in characters from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Caret {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub col: u32,
}

/// Something wrong at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Where it begins.
    pub from: Caret,
    /// Where it ends, exclusive.
    pub to: Caret,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in Kubernetes' words where it has any.
    pub message: SmolStr,
}

/// The worst of `diagnostics`, and how many there are of it.
pub fn worst(diagnostics: &[Diagnostic]) -> Option<(Severity, usize)> {
    let worst = diagnostics.iter().map(|d| d.severity).min()?;
    let count = diagnostics.iter().filter(|d| d.severity == worst).count();
    Some((worst, count))
}

/// One open file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileView {
    /// Its name: `deployment.yaml`.
    pub name: SmolStr,
    /// Its text.
    pub text: String,
}

/// One example.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExampleView {
    /// A stable name for links.
    pub id: SmolStr,
    /// The file it opens as.
    pub file: SmolStr,
    /// What it shows, in English and in Korean.
    pub title: [SmolStr; 2],
    /// Its text.
    pub text: String,
}

/// Examples that belong together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExampleGroup {
    /// The title of the group, in English and in Korean.
    pub title: [SmolStr; 2],
    /// Its examples.
    pub examples: Vec<ExampleView>,
}

/// Where a place is in `text`, counted as browsers count: in UTF-16 units from the start.
pub fn offset(text: &str, at: Caret) -> u32 {
    let units = |text: &str| text.encode_utf16().count() as u32;
    let mut offset = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        if number == at.line {
            let before: String = line.chars().take(at.col.saturating_sub(1) as usize).collect();
            return offset + units(&before);
        }
        offset += units(line);
    }
    offset
}

/// A name for a new file that no file of `taken` has: `untitled.yaml`, `untitled-2.yaml`, …
pub fn free_name(stem: &str, taken: &[SmolStr]) -> SmolStr {
    let stem = stem.strip_suffix(".yaml").unwrap_or(stem);
    let mut name = format!("{stem}.yaml");
    let mut number = 2;
    while taken.iter().any(|other| *other == name) {
        name = format!("{stem}-{number}.yaml");
        number += 1;
    }
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_diagnostics_are_counted() {
        let at = |severity| Diagnostic {
            from: Caret::default(),
            to: Caret::default(),
            severity,
            message: SmolStr::default(),
        };
        assert_eq!(worst(&[]), None);
        let mixed = [Severity::Note, Severity::Warning, Severity::Warning].map(at);
        assert_eq!(worst(&mixed), Some((Severity::Warning, 2)));
    }

    #[test]
    fn places_are_counted_as_browsers_do() {
        let text = "a: 1\n이름: 😀x\n";
        let check = |line, col, expected| assert_eq!(offset(text, Caret { line, col }), expected);
        check(1, 1, 0);
        check(1, 4, 3);
        check(2, 1, 5);
        check(2, 6, 11);
        check(9, 1, 13);
    }

    #[test]
    fn new_files_get_free_names() {
        let taken = ["a.yaml".into(), "a-2.yaml".into()];
        assert_eq!(free_name("a.yaml", &taken), "a-3.yaml");
        assert_eq!(free_name("b", &taken), "b.yaml");
    }
}
