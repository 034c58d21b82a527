//! The path to a field, as the API writes it: `spec.containers[0].image`.

use std::fmt;

use crate::api::Str;

/// One step of a [`Path`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Into the entry of a map or the field of a struct.
    Key(Str),
    /// Into the item of a list.
    Index(usize),
}

/// The way from a value to something in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// Reads a path as validation writes them: a key after a dot or in brackets
    /// (`metadata.labels[app]`), a number in brackets for an item.
    pub fn parse(text: &str) -> Self {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            if let Some(inner) = rest.strip_prefix('[') {
                let (step, after) = inner.split_once(']').unwrap_or((inner, ""));
                let key = || Step::Key(step.trim_matches('"').into());
                steps.push(step.parse().map_or_else(|_| key(), Step::Index));
                rest = after;
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (step, after) = rest.split_at(end);
                if !step.is_empty() {
                    steps.push(Step::Key(step.into()));
                }
                rest = after;
            }
        }
        Self(steps)
    }

    /// This path and one step into the field or entry `key`.
    #[must_use]
    pub fn key(&self, key: impl Into<Str>) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.into()));
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if at == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["", "spec", "spec.containers[0].image", "a[1][2].b"] {
            assert_eq!(Path::parse(text).to_string(), text);
        }
        let keyed = Path::parse("metadata.labels[app.kubernetes.io/name]");
        assert_eq!(keyed.0[2], Step::Key("app.kubernetes.io/name".into()));
        for odd in ["..", "[", "a[", "]", ".a.", "[]"] {
            let _ = Path::parse(odd).to_string();
        }
    }
}
