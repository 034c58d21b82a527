//! Changes to objects, written down: the three kinds of patch a server takes, and the patch a
//! client makes of what it applied last, what it finds and what it wants.
//!
//! Models apimachinery/pkg/util/{strategicpatch,jsonmergepatch} and github.com/evanphx/json-patch.
//! Pure: a patch and a document give a document, or the words in which it is refused.

mod json;
mod merge;
mod strategic;

use std::fmt;

pub use json::apply as apply_json;
pub use merge::{apply as apply_merge, create as create_merge, three_way as three_way_merge};
pub use strategic::{apply as apply_strategic, three_way, two_way};

use super::{Str, Value};

/// Why a patch does not apply.
#[derive(Clone, PartialEq, Debug)]
pub enum PatchError {
    /// It is no patch of its kind.
    Malformed(Str),
    /// It is one, but not for this document.
    Inapplicable(Str),
    /// What it would change has been changed by someone else.
    Conflict {
        /// What was to be done.
        patch: Value,
        /// What was done in the meantime.
        changed: Value,
    },
}

impl PatchError {
    fn malformed(text: impl Into<Str>) -> Self {
        Self::Malformed(text.into())
    }

    fn inapplicable(text: impl Into<Str>) -> Self {
        Self::Inapplicable(text.into())
    }
}

impl fmt::Display for PatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(text) | Self::Inapplicable(text) => f.write_str(text),
            Self::Conflict { patch, changed } => write!(
                f,
                "patch:\n{}\nconflicts with changes made from original to current:\n{}\n",
                patch.to_json(),
                changed.to_json()
            ),
        }
    }
}

/// A value as Go's `%v` prints it: `map[a:1 b:[x y]]`. Complaints about a whole patch show it so.
pub fn printed(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".into(),
        Value::Str(text) => text.to_string(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(printed).collect::<Vec<_>>().join(" "))
        }
        Value::Map(fields) => {
            let entries = fields.iter().map(|(key, value)| format!("{key}:{}", printed(value)));
            format!("map[{}]", entries.collect::<Vec<_>>().join(" "))
        }
        scalar => scalar.to_json(),
    }
}

#[cfg(test)]
mod tests;
