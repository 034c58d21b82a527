//! `-o go-template`: Go's text templates, as far as people use them to print objects.
//!
//! Models text/template and cli-runtime/pkg/printers/template.go: fields, variables, pipelines,
//! `if`, `range`, `with`, and the functions that need no methods. Invariant: nesting is bounded,
//! and so is what one template can print.

mod eval;
mod parse;
#[cfg(test)]
mod tests;

use crate::api::Value;

/// A template that has been read.
#[derive(Clone, PartialEq, Debug)]
pub struct GoTemplate {
    source: String,
    nodes: Vec<Node>,
}

/// A part of a template.
#[derive(Clone, PartialEq, Debug)]
enum Node {
    /// Text as it is.
    Text(String),
    /// The value of a pipeline.
    Print(Pipeline),
    /// One of two parts, by whether a pipeline's value is something.
    If(Pipeline, Vec<Node>, Vec<Node>),
    /// The first part with the pipeline's value as the dot, if it is something.
    With(Pipeline, Vec<Node>, Vec<Node>),
    /// The first part for each item, the second if there is none.
    Range(Pipeline, Vec<Node>, Vec<Node>),
}

/// Commands, each of which gets the value of the one before as its last argument.
#[derive(Clone, PartialEq, Debug, Default)]
struct Pipeline {
    /// Variables that get the value: of a range the key and the item.
    variables: Vec<String>,
    commands: Vec<Vec<Operand>>,
}

/// A word of a command.
#[derive(Clone, PartialEq, Debug)]
enum Operand {
    /// The dot and fields of it.
    Dot(Vec<String>),
    /// A variable and fields of it.
    Variable(String, Vec<String>),
    /// A function.
    Function(String),
    /// A text, number or truth.
    Literal(Value),
    /// A pipeline in parentheses, and fields of its value.
    Inner(Pipeline, Vec<String>),
}

impl GoTemplate {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// What kubectl says of a text that is none.
    pub fn parse(source: &str) -> Result<Self, String> {
        let nodes = parse::template(source)
            .map_err(|why| format!("error parsing template {source}, template: output:1: {why}"))?;
        Ok(Self { source: source.to_owned(), nodes })
    }

    /// What it prints of a value.
    ///
    /// # Errors
    ///
    /// What kubectl says when the template does not fit the value.
    pub fn print(&self, value: &Value) -> Result<String, String> {
        let mut scope = eval::Scope::new(value);
        let mut out = String::new();
        match scope.run(&self.nodes, value, &mut out) {
            Ok(()) => Ok(out),
            Err(why) => Err(format!(
                "error executing template {}: template: output:1: executing \"output\" at {why}",
                crate::api::quote(&self.source)
            )),
        }
    }
}
