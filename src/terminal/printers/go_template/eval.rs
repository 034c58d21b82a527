//! What a template prints of a value. Models text/template exec.go and funcs.go.

use super::{Node, Operand, Pipeline};
use crate::api::patch::printed;
use crate::api::{Str, Value, base64};

/// How much one template prints at most.
const PRINTED_MAX: usize = 1 << 20;

/// The variables there are.
pub struct Scope {
    variables: Vec<(String, Value)>,
}

impl Scope {
    /// Only `$`, which is the whole.
    pub fn new(whole: &Value) -> Self {
        Self { variables: vec![("$".to_owned(), whole.clone())] }
    }

    /// Prints parts of a template.
    pub fn run(&mut self, nodes: &[Node], dot: &Value, out: &mut String) -> Result<(), String> {
        for node in nodes {
            if out.len() > PRINTED_MAX {
                return Err("<.>: too much is printed".into());
            }
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Print(pipeline) => {
                    let value = self.value(pipeline, dot)?;
                    if pipeline.variables.is_empty() {
                        out.push_str(&shown(&value));
                    }
                    self.declare(pipeline, &[value]);
                }
                Node::If(condition, body, otherwise) => {
                    let depth = self.variables.len();
                    let value = self.value(condition, dot)?;
                    let chosen = if is_true(&value) { body } else { otherwise };
                    self.declare(condition, &[value]);
                    self.run(chosen, dot, out)?;
                    self.variables.truncate(depth);
                }
                Node::With(condition, body, otherwise) => {
                    let depth = self.variables.len();
                    let value = self.value(condition, dot)?;
                    self.declare(condition, std::slice::from_ref(&value));
                    match is_true(&value) {
                        true => self.run(body, &value, out)?,
                        false => self.run(otherwise, dot, out)?,
                    }
                    self.variables.truncate(depth);
                }
                Node::Range(over, body, otherwise) => {
                    self.range((over, body, otherwise), dot, out)?;
                }
            }
        }
        Ok(())
    }

    fn range(
        &mut self,
        (over, body, otherwise): (&Pipeline, &[Node], &[Node]),
        dot: &Value,
        out: &mut String,
    ) -> Result<(), String> {
        let value = self.value(over, dot)?;
        let items: Vec<(Value, Value)> = match &value {
            Value::List(items) => {
                let keyed = items.iter().enumerate();
                keyed.map(|(at, item)| (Value::Int(at as i64), item.clone())).collect()
            }
            Value::Map(fields) => {
                fields.iter().map(|(key, item)| (Value::Str(key.clone()), item.clone())).collect()
            }
            Value::Null => Vec::new(),
            other => {
                return Err(format!("<{}>: range can't iterate over {}", "range", shown(other)));
            }
        };
        if items.is_empty() {
            return self.run(otherwise, dot, out);
        }
        for (key, item) in items {
            let depth = self.variables.len();
            match over.variables.len() {
                2 => self.declare(over, &[key, item.clone()]),
                _ => self.declare(over, std::slice::from_ref(&item)),
            }
            self.run(body, &item, out)?;
            self.variables.truncate(depth);
        }
        Ok(())
    }

    fn declare(&mut self, pipeline: &Pipeline, values: &[Value]) {
        let all = pipeline.variables.iter().zip(values);
        self.variables.extend(all.map(|(name, value)| (name.clone(), value.clone())));
    }

    fn value(&self, pipeline: &Pipeline, dot: &Value) -> Result<Value, String> {
        let mut last: Option<Value> = None;
        for command in &pipeline.commands {
            last = Some(self.command(command, dot, last.take())?);
        }
        Ok(last.unwrap_or_default())
    }

    fn command(
        &self,
        command: &[Operand],
        dot: &Value,
        piped: Option<Value>,
    ) -> Result<Value, String> {
        let Some((first, rest)) = command.split_first() else { return Ok(Value::Null) };
        let Operand::Function(name) = first else {
            if rest.is_empty() && piped.is_none() {
                return self.operand(first, dot);
            }
            return Err("<.>: can't give argument to non-function".into());
        };
        let mut args = Vec::with_capacity(rest.len() + 1);
        for operand in rest {
            args.push(self.operand(operand, dot)?);
        }
        args.extend(piped);
        call(name, &args)
    }

    fn operand(&self, operand: &Operand, dot: &Value) -> Result<Value, String> {
        match operand {
            Operand::Dot(path) => field(dot, path),
            Operand::Variable(name, path) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                let (_, value) = found.ok_or_else(|| format!("<{name}>: undefined variable"))?;
                field(value, path)
            }
            Operand::Function(name) => call(name, &[]),
            Operand::Literal(value) => Ok(value.clone()),
            Operand::Inner(pipeline, path) => field(&self.value(pipeline, dot)?, path),
        }
    }
}

fn field(value: &Value, path: &[String]) -> Result<Value, String> {
    let mut value = value;
    for name in path {
        value = match value {
            Value::Map(_) | Value::Null => value.at(name),
            other => {
                let (kind, path) = (other.go_kind(), path.join("."));
                return Err(format!("<.{path}>: can't evaluate field {name} in type {kind}"));
            }
        };
    }
    Ok(value.clone())
}

/// Whether a value is something. Models IsTrue.
fn is_true(value: &Value) -> bool {
    !value.is_empty()
}

/// A value as it is printed.
fn shown(value: &Value) -> String {
    if value.is_null() { "<no value>".to_owned() } else { printed(value) }
}

fn call(name: &str, args: &[Value]) -> Result<Value, String> {
    let two = || match args {
        [a, b] => Ok((a, b)),
        _ => Err(format!("<{name}>: wrong number of args for {name}: want 2 got {}", args.len())),
    };
    let compared = |holds: fn(std::cmp::Ordering) -> bool| {
        let (a, b) = two()?;
        let order = match (a, b) {
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Str(a), Value::Str(b)) => a.cmp(b),
            _ => return Err(format!("<{name}>: error calling {name}: incompatible types")),
        };
        Ok(Value::Bool(holds(order)))
    };
    Ok(match name {
        "and" => args.iter().find(|a| !is_true(a)).or(args.last()).cloned().unwrap_or_default(),
        "or" => args.iter().find(|a| is_true(a)).or(args.last()).cloned().unwrap_or_default(),
        "not" => Value::Bool(!args.first().is_some_and(is_true)),
        "eq" => {
            let (first, rest) =
                args.split_first().ok_or("<eq>: missing argument for comparison")?;
            Value::Bool(rest.iter().any(|other| other == first))
        }
        "ne" => two().map(|(a, b)| Value::Bool(a != b))?,
        "lt" => compared(std::cmp::Ordering::is_lt)?,
        "le" => compared(std::cmp::Ordering::is_le)?,
        "gt" => compared(std::cmp::Ordering::is_gt)?,
        "ge" => compared(std::cmp::Ordering::is_ge)?,
        "len" => match args.first() {
            Some(Value::Str(text)) => Value::Int(text.len() as i64),
            Some(Value::Map(fields)) => Value::Int(fields.len() as i64),
            Some(other) => Value::Int(other.items().len() as i64),
            None => return Err("<len>: wrong number of args for len: want 1 got 0".into()),
        },
        "index" => index(args)?,
        "print" => args.iter().map(shown).collect::<String>().into(),
        "println" => (args.iter().map(shown).collect::<Vec<_>>().join(" ") + "\n").into(),
        "printf" => formatted(args).into(),
        "exists" => {
            let (first, rest) = args.split_first().ok_or("<exists>: no value")?;
            let found = rest.iter().try_fold(first, |value, key| match value {
                Value::Map(fields) => fields.get(key.text()),
                _ => None,
            });
            Value::Bool(found.is_some())
        }
        "base64decode" => {
            let bytes = base64::decode(args.first().map_or("", Value::text)).unwrap_or_default();
            Value::from(String::from_utf8_lossy(&bytes).into_owned())
        }
        other => return Err(format!("<{other}>: function {other:?} not defined")),
    })
}

fn index(args: &[Value]) -> Result<Value, String> {
    let Some((first, keys)) = args.split_first() else { return Ok(Value::Null) };
    let mut value = first.clone();
    for key in keys {
        value = match (&value, key) {
            (Value::List(items), Value::Int(at)) => {
                let item = usize::try_from(*at).ok().and_then(|at| items.get(at));
                let out_of_range = || {
                    format!("<index>: error calling index: reflect: slice index out of range: {at}")
                };
                item.cloned().ok_or_else(out_of_range)?
            }
            (Value::Map(fields), Value::Str(key)) => fields.get(key).cloned().unwrap_or_default(),
            _ => Value::Null,
        };
    }
    Ok(value)
}

/// Models fmt.Sprintf for `%s`, `%v`, `%d`, `%q` and widths.
fn formatted(args: &[Value]) -> Str {
    let Some((format, args)) = args.split_first() else { return Str::default() };
    let mut args = args.iter();
    let mut out = String::new();
    let mut rest = format.text();
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let flags =
            after.len() - after.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit()).len();
        let (width, verb) = after.split_at(flags);
        let Some(letter) = verb.chars().next() else {
            out.push_str("%!(NOVERB)");
            return out.into();
        };
        rest = &verb[letter.len_utf8()..];
        if letter == '%' {
            out.push('%');
            continue;
        }
        let text = match args.next() {
            None => format!("%!{letter}(MISSING)"),
            Some(value) if letter == 'q' => crate::api::quote(value.text()),
            Some(value) => shown(value),
        };
        // No wider than a line, whatever is asked for.
        let columns = width.trim_start_matches('-').parse::<usize>().unwrap_or(0).min(1000);
        out += &match width.starts_with('-') {
            true => format!("{text:<columns$}"),
            false => format!("{text:>columns$}"),
        };
    }
    out.push_str(rest);
    out.into()
}
