//! The Common Expression Language, as far as rules about objects use it.
//!
//! Models cel-go with the libraries of apiserver/pkg/cel/library. Types are looked at while an
//! expression is evaluated, not before; undeclared names are found before. Invariant: an expression
//! takes a bounded number of steps, whatever it is and whatever it looks at.

mod eval;
mod functions;
mod parse;
mod strings;
mod token;
mod value;

use parse::{Expr, Node};

pub use value::Val;

/// An expression that can be evaluated.
#[derive(Clone, PartialEq, Debug)]
pub struct Program(Expr);

/// What expressions may take together: the cost limit of a policy or a schema, in our steps.
pub const STEPS_MAX: u64 = 1_000_000;

/// The variables of an expression by name, those added last first, and what it may still take.
pub struct Scope<'a> {
    variables: Vec<(&'a str, Val)>,
    steps_left: u64,
}

impl<'a> Scope<'a> {
    /// A scope with these variables.
    pub fn new(variables: impl IntoIterator<Item = (&'a str, Val)>) -> Self {
        Self { variables: variables.into_iter().collect(), steps_left: STEPS_MAX }
    }

    /// Gives a variable another value, or adds it.
    pub fn set(&mut self, name: &'a str, value: Val) {
        match self.variables.iter_mut().find(|(own, _)| *own == name) {
            Some(variable) => variable.1 = value,
            None => self.variables.push((name, value)),
        }
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&Val> {
        self.variables.iter().rev().find(|(own, _)| *own == name).map(|(_, value)| value)
    }
}

impl Program {
    /// Reads an expression that may use the variables called `known`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the server says it, with the place shown under the text.
    pub fn compile(text: &str, known: &[&str]) -> Result<Self, String> {
        let shown = |(at, why): (usize, String)| {
            let before = text.get(..at).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            let shown = text.lines().nth(line - 1).unwrap_or_default();
            let dots = ".".repeat(column - 1);
            format!("ERROR: <input>:{line}:{column}: {why}\n | {shown}\n | {dots}^")
        };
        let expr = parse::parse(text).map_err(shown)?;
        match undeclared(&expr, &mut known.to_vec()) {
            Some(mistake) => Err(shown(mistake)),
            None => Ok(Self(expr)),
        }
    }

    /// What it comes to.
    ///
    /// # Errors
    ///
    /// Why it comes to nothing, in the words of cel-go.
    pub fn evaluate(&self, scope: &mut Scope<'_>) -> Result<Val, String> {
        let mut machine = eval::Machine { scope, locals: Vec::new() };
        machine.eval(&self.0)
    }
}

/// The names of types and of literals.
const BUILT_IN: [&str; 14] = [
    "true",
    "false",
    "null",
    "int",
    "uint",
    "double",
    "bool",
    "string",
    "bytes",
    "list",
    "map",
    "null_type",
    "type",
    "optional",
];

/// A name that nobody has declared, and where it is.
fn undeclared<'e>(expr: &'e Expr, known: &mut Vec<&'e str>) -> Option<(usize, String)> {
    match &expr.node {
        Node::Literal(_) => None,
        Node::Name(name) => {
            let is_known = known.contains(&name.as_str()) || BUILT_IN.contains(&name.as_str());
            let text = || format!("undeclared reference to '{name}' (in container '')");
            (!is_known).then(|| (expr.at, text()))
        }
        Node::Field(inner, ..) | Node::Unary(_, inner) => undeclared(inner, known),
        Node::Index(a, b, _) | Node::Binary(_, a, b) => {
            undeclared(a, known).or_else(|| undeclared(b, known))
        }
        Node::Choice(parts) => parts.iter().find_map(|part| undeclared(part, known)),
        Node::List(items) => items.iter().find_map(|item| undeclared(item, known)),
        Node::Map(entries) => entries
            .iter()
            .find_map(|(key, value)| undeclared(key, known).or_else(|| undeclared(value, known))),
        Node::Call(target, name, arguments) => {
            let is_library = |expr: &Expr| {
                matches!(&expr.node, Node::Name(name)
                    if matches!(name.as_str(), "math" | "sets" | "strings" | "cel" | "optional"))
            };
            let target = target.as_deref().filter(|target| !is_library(target));
            if let Some(found) = target.and_then(|target| undeclared(target, known)) {
                return Some(found);
            }
            let bound = eval::bound(name, arguments);
            let count = known.len();
            known.extend(bound.iter().map(|name| name.as_str()));
            let found = arguments.iter().skip(bound.len()).find_map(|a| undeclared(a, known));
            known.truncate(count);
            if found.is_some() || !bound.is_empty() || functions::is_known(name) {
                return found;
            }
            Some((expr.at, format!("undeclared reference to '{name}' (in container '')")))
        }
    }
}

#[cfg(test)]
mod tests;
