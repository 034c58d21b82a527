//! YAML and JSON text to values and back, with the line and column of everything.
//!
//! Reads what kubectl reads and prints what `kubectl -o yaml` prints, and tells the editor what is
//! wrong and what may stand where. Everything is a function of its arguments; no text makes it
//! panic, recurse deeper than 100 levels, or take more than a bounded time.
//!
//! Models sigs.k8s.io/yaml and apimachinery/pkg/util/yaml, which kubectl reads and prints with.

mod complete;
mod cursor;
mod diagnose;
mod emit;
mod json;
mod number;
mod place;
mod read;
mod yaml;

pub use complete::{Completion, CompletionKind, Completions, complete};
pub use diagnose::{Diagnoser, Diagnostic, Hint, Issue, Severity, diagnose};
pub use emit::to_yaml;
pub use json::{JsonError, parse_json};
pub use place::{Duplicate, Entry, Pos, Span, Spot};
pub use read::{BYTES_MAX, Document, SyntaxError, read};
