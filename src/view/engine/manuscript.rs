//! What is wrong with a text, as the editor shows it.

use smol_str::format_smolstr;

use crate::cluster::rooms::manifest;
use crate::view::manuscript::{Caret, Diagnostic, Severity};

/// More than this a list would not be read.
const DIAGNOSTICS_MAX: usize = 100;

/// All that is wrong with `text`; quicker with who has looked at it before.
pub fn check(diagnoser: &mut manifest::Diagnoser, text: &str) -> Vec<Diagnostic> {
    let found = diagnoser.diagnose(text);
    found.iter().take(DIAGNOSTICS_MAX).map(diagnostic).collect()
}

fn diagnostic(found: &manifest::Diagnostic) -> Diagnostic {
    let caret = |at: manifest::Pos| Caret { line: at.line, col: at.column };
    let severity = match (found.severity, &found.issue) {
        (_, manifest::Issue::NotSimulated(_)) => Severity::Note,
        (manifest::Severity::Error, _) => Severity::Error,
        (manifest::Severity::Warning, _) => Severity::Warning,
        (manifest::Severity::Hint, _) => Severity::Note,
    };
    let hint = found.hint.as_ref().map(|hint| format!(" ({hint})"));
    let message = format_smolstr!("{}{}", found.issue, hint.unwrap_or_default());
    let (from, to) = (caret(found.span.from), caret(found.span.to));
    Diagnostic { from, to: to.max(from), severity, message }
}
