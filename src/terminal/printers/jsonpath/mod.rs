//! `-o jsonpath`: a template of text and of paths in braces.
//!
//! Models client-go/util/jsonpath, a dialect of its own: `{.a.b}`, `{range .items[*]}…{end}`,
//! unions, slices, filters and `..`. Invariant: no template takes more than a bounded amount of
//! work, however it is nested.

mod eval;
mod parse;

use crate::api::{Value, patch, quote};

/// A template that has been read.
#[derive(Clone, PartialEq, Debug)]
pub struct Template {
    text: String,
    nodes: Vec<Node>,
}

/// A piece of a template.
#[derive(Clone, PartialEq, Debug)]
enum Node {
    /// Text outside braces, or quoted within.
    Text(String),
    /// What is within one pair of braces.
    Path(Vec<Node>),
    /// `.name`.
    Field(String),
    /// `[1]`, `[1:3]`, `[*]`.
    Slice(Slice),
    /// `[?(@.a==1)]`.
    Filter(Box<Filter>),
    /// `['a','b']`.
    Union(Vec<Vec<Node>>),
    /// `.*`.
    Wildcard,
    /// `..`.
    Recursive,
    /// A number, or `true` or `false`.
    Literal(Value),
    /// `range` or `end`, or a word that means nothing.
    Word(String),
}

/// Which items of a list are meant.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Slice {
    from: Option<i64>,
    to: Option<i64>,
    step: Option<i64>,
    /// Whether one item is meant and `to` was made of `from`.
    single: bool,
}

/// Which items of a list are kept.
#[derive(Clone, PartialEq, Debug)]
struct Filter {
    left: Vec<Node>,
    operator: String,
    /// Empty where only the existence of `left` is asked for.
    right: Vec<Node>,
}

impl Template {
    /// Reads a template. An error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.to_owned(), nodes: parse::template(text, 0)? })
    }

    /// What the template finds in `value`, a group for each piece of it. Missing keys find
    /// nothing.
    pub fn find(&self, value: &Value) -> Result<Vec<Vec<Value>>, String> {
        eval::find(&self.nodes, value)
    }

    /// What `-o jsonpath` prints of `value`.
    pub fn print(&self, value: &Value) -> Result<String, String> {
        let groups = self.find(value).map_err(|error| self.failure(&error, value))?;
        let group = |group: &Vec<Value>| group.iter().map(shown).collect::<Vec<_>>().join(" ");
        Ok(groups.iter().map(group).collect())
    }

    /// What `-o jsonpath-as-json` prints of `value`.
    pub fn print_json(&self, value: &Value) -> Result<String, String> {
        let groups = self.find(value).map_err(|error| self.failure(&error, value))?;
        let found: Value = groups.into_iter().flatten().collect();
        Ok(found.to_json_pretty() + "\n")
    }

    fn failure(&self, error: &str, value: &Value) -> String {
        let template = &self.text;
        let object = go_syntax(value);
        format!(
            "error executing jsonpath {}: Error executing template: {error}. Printing more \
             information for debugging the template:\n\ttemplate was:\n\t\t{template}\n\tobject \
             given to jsonpath engine was:\n\t\t{object}\n\n",
            quote(template),
        )
    }
}

/// A value that was found, as text: lists and maps as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::List(_) | Value::Map(_) => value.to_json(),
        scalar => patch::printed(scalar),
    }
}

/// A value as Go's `%#v` prints it.
fn go_syntax(value: &Value) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::Str(text) => quote(text),
        Value::List(items) => {
            format!("[]interface {{}}{{{}}}", list(items.iter().map(go_syntax).collect()))
        }
        Value::Map(fields) => {
            let entry = |(key, value)| format!("{}:{}", quote(key), go_syntax(value));
            let entries = fields.iter().map(|(key, value)| entry((key.as_str(), value)));
            format!("map[string]interface {{}}{{{}}}", list(entries.collect()))
        }
        scalar => scalar.to_json(),
    }
}

#[cfg(test)]
mod tests;
