//! Evaluation: trees become values.
//!
//! Models cel-go's interpreter: `&&` and `||` overlook what goes wrong on one side if the other
//! decides, and macros go through their lists item by item.

use std::cmp::Ordering;
use std::sync::Arc;

use super::parse::{Expr, Node};
use super::token::Kind;
use super::value::Val;
use super::{Scope, functions};
use crate::api::Str;

/// Evaluates one expression.
pub struct Machine<'m, 'a> {
    pub scope: &'m mut Scope<'a>,
    /// The variables of macros, the innermost last.
    pub locals: Vec<(Str, Val)>,
}

type Outcome = Result<Val, String>;

const OUT_OF_STEPS: &str = "operation cancelled: actual cost limit exceeded";

/// What is said of operations on values of types they do not know.
pub fn no_overload() -> String {
    "no such overload".into()
}

/// The names that the first arguments of a macro give to variables.
pub fn bound<'e>(name: &str, arguments: &'e [Expr]) -> Vec<&'e Str> {
    let takes = match (name, arguments.len()) {
        ("all" | "exists" | "exists_one" | "existsOne" | "filter" | "map", 2) | ("map", 3) => 1,
        ("bind", 3) => 1,
        ("all" | "exists" | "existsOne" | "transformList" | "transformMap", 3) => 2,
        _ => 0,
    };
    let name = |expr: &'e Expr| match &expr.node {
        Node::Name(name) => Some(name),
        _ => None,
    };
    arguments.iter().take(takes).filter_map(name).collect()
}

impl Machine<'_, '_> {
    /// What an expression comes to.
    pub fn eval(&mut self, expr: &Expr) -> Outcome {
        self.take_steps(1)?;
        match &expr.node {
            Node::Literal(kind) => Ok(literal(kind)),
            Node::Name(name) => self.name(name),
            Node::Field(inner, name, may_miss) => {
                let inner = self.eval(inner)?;
                field(&inner, name, *may_miss)
            }
            Node::Index(inner, index, may_miss) => {
                let (inner, index) = (self.eval(inner)?, self.eval(index)?);
                indexed(&inner, &index, *may_miss)
            }
            Node::Unary(sign, inner) => match (*sign, self.eval(inner)?) {
                ("!", Val::Bool(truth)) => Ok(Val::Bool(!truth)),
                ("-", Val::Int(number)) => {
                    // The least literal is its own negation.
                    let least = number == i64::MIN && matches!(inner.node, Node::Literal(_));
                    let negative = if least { Some(number) } else { number.checked_neg() };
                    negative.map(Val::Int).ok_or_else(overflow)
                }
                ("-", Val::Double(number)) => Ok(Val::Double(-number)),
                _ => Err(no_overload()),
            },
            Node::Binary("&&", a, b) => self.decide(false, a, b),
            Node::Binary("||", a, b) => self.decide(true, a, b),
            Node::Binary(sign, a, b) => {
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                self.take_steps(weight(&a) + weight(&b))?;
                binary(sign, &a, &b)
            }
            Node::Choice(parts) => match self.eval(&parts[0])? {
                Val::Bool(true) => self.eval(&parts[1]),
                Val::Bool(false) => self.eval(&parts[2]),
                _ => Err(no_overload()),
            },
            Node::List(items) => {
                let items: Result<Vec<_>, _> = items.iter().map(|item| self.eval(item)).collect();
                Ok(Val::List(Arc::new(items?)))
            }
            Node::Map(entries) => {
                let mut made = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    made.push((self.eval(key)?, self.eval(value)?));
                }
                Ok(Val::Made(Arc::new(made)))
            }
            Node::Call(target, name, arguments) => self.call(target.as_deref(), name, arguments),
        }
    }

    fn take_steps(&mut self, count: u64) -> Result<(), String> {
        match self.scope.steps_left.checked_sub(count) {
            Some(left) => {
                self.scope.steps_left = left;
                Ok(())
            }
            None => Err(OUT_OF_STEPS.into()),
        }
    }

    fn name(&self, name: &str) -> Outcome {
        if let Some((_, value)) = self.locals.iter().rev().find(|(own, _)| own == name) {
            return Ok(value.clone());
        }
        if let Some(value) = self.scope.get(name) {
            return Ok(value.clone());
        }
        Ok(match name {
            "true" => Val::Bool(true),
            "false" => Val::Bool(false),
            "null" => Val::Null,
            "int" => Val::Type("int"),
            "uint" => Val::Type("uint"),
            "double" => Val::Type("double"),
            "bool" => Val::Type("bool"),
            "string" => Val::Type("string"),
            "bytes" => Val::Type("bytes"),
            "list" => Val::Type("list"),
            "map" => Val::Type("map"),
            "null_type" => Val::Type("null_type"),
            "type" => Val::Type("type"),
            _ => return Err(format!("no such attribute(s): {name}")),
        })
    }

    /// `&&` and `||`: `decisive` on either side is the answer, whatever the other is.
    fn decide(&mut self, decisive: bool, a: &Expr, b: &Expr) -> Outcome {
        let first = self.eval(a);
        if first == Ok(Val::Bool(decisive)) {
            return first;
        }
        let second = self.eval(b);
        if second == Ok(Val::Bool(decisive)) {
            return second;
        }
        match (first?, second?) {
            (Val::Bool(_), Val::Bool(_)) => Ok(Val::Bool(!decisive)),
            _ => Err(no_overload()),
        }
    }

    fn call(&mut self, target: Option<&Expr>, name: &str, arguments: &[Expr]) -> Outcome {
        if let (None, "has", [Expr { node: Node::Field(inner, field, _), .. }]) =
            (target, name, arguments)
        {
            let inner = self.eval(inner)?;
            return has(&inner, field);
        }
        let library = match target.map(|target| &target.node) {
            Some(Node::Name(name))
                if matches!(name.as_str(), "math" | "sets" | "strings" | "cel" | "optional")
                    && self.scope.get(name).is_none() =>
            {
                Some(name.clone())
            }
            _ => None,
        };
        if library.as_deref() == Some("cel") && name == "bind" && arguments.len() == 3 {
            let value = self.eval(&arguments[1])?;
            return match bound(name, arguments).first() {
                Some(variable) => self.with(variable, value, &arguments[2]),
                None => Err(no_overload()),
            };
        }
        let is_macro = target.is_some() && library.is_none() && !bound(name, arguments).is_empty();
        if let (true, Some(target)) = (is_macro, target) {
            let target = self.eval(target)?;
            return self.comprehend(&target, name, arguments);
        }
        let mut values = Vec::with_capacity(arguments.len() + 1);
        if let (Some(target), None) = (target, &library) {
            values.push(self.eval(target)?);
        }
        for argument in arguments {
            values.push(self.eval(argument)?);
        }
        self.take_steps(values.iter().map(weight).sum())?;
        functions::call(library.as_deref(), target.is_some() && library.is_none(), name, &values)
    }

    fn with(&mut self, name: &Str, value: Val, expr: &Expr) -> Outcome {
        self.locals.push((name.clone(), value));
        let outcome = self.eval(expr);
        self.locals.pop();
        outcome
    }

    /// A macro that goes through the members of a list or map.
    fn comprehend(&mut self, target: &Val, name: &str, arguments: &[Expr]) -> Outcome {
        let variables: Vec<Str> = bound(name, arguments).into_iter().cloned().collect();
        let members = target.members().ok_or_else(no_overload)?;
        let rest = &arguments[variables.len()..];
        let mut gathered = Vec::new();
        let mut failure = None;
        let mut count = 0;
        for (at, member) in members.into_iter().enumerate() {
            let depth = self.locals.len();
            if let [_, value] = &variables[..] {
                let (first, second) = match target.at(&member) {
                    Some(inner) => (member.clone(), inner),
                    None => (Val::Int(at as i64), member.clone()),
                };
                self.locals.push((variables[0].clone(), first));
                self.locals.push((value.clone(), second));
            } else {
                self.locals.push((variables[0].clone(), member.clone()));
            }
            let outcome = self.one_of(name, rest, &member, &mut gathered);
            self.locals.truncate(depth);
            match (name, outcome) {
                ("all", Ok(Some(false))) => return Ok(Val::Bool(false)),
                ("exists", Ok(Some(true))) => return Ok(Val::Bool(true)),
                (_, Ok(Some(true))) => count += 1,
                (_, Ok(_)) => {}
                // What goes wrong with one may be decided by another.
                ("all" | "exists", Err(error)) if error != OUT_OF_STEPS => failure = Some(error),
                (_, Err(error)) => return Err(error),
            }
        }
        match (name, failure) {
            (_, Some(error)) => Err(error),
            ("all", None) => Ok(Val::Bool(true)),
            ("exists", None) => Ok(Val::Bool(false)),
            ("exists_one" | "existsOne", None) => Ok(Val::Bool(count == 1)),
            _ => Ok(Val::List(Arc::new(gathered))),
        }
    }

    /// What a macro makes of one member: whether it holds, or something to gather.
    fn one_of(
        &mut self,
        name: &str,
        rest: &[Expr],
        member: &Val,
        gathered: &mut Vec<Val>,
    ) -> Result<Option<bool>, String> {
        let truth = |value: Val| match value {
            Val::Bool(truth) => Ok(truth),
            _ => Err(no_overload()),
        };
        match (name, rest) {
            ("map" | "transformList", [make]) => gathered.push(self.eval(make)?),
            ("map" | "transformList", [keep, make]) => {
                if truth(self.eval(keep)?)? {
                    gathered.push(self.eval(make)?);
                }
            }
            ("filter", [keep]) => {
                if truth(self.eval(keep)?)? {
                    gathered.push(member.clone());
                }
            }
            (_, [predicate]) => return truth(self.eval(predicate)?).map(Some),
            _ => return Err(no_overload()),
        }
        Ok(None)
    }
}

fn literal(kind: &Kind) -> Val {
    match kind {
        Kind::Int(number) => Val::Int(*number),
        Kind::Uint(number) => Val::Uint(*number),
        Kind::Double(number) => Val::Double(*number),
        Kind::Text(text) => Val::Text(text.clone()),
        Kind::Bytes(bytes) => Val::Bytes(bytes.clone()),
        Kind::Name(_) | Kind::Sign(_) | Kind::End => Val::Null,
    }
}

/// About how much work a value is: long texts and lists cost more.
fn weight(value: &Val) -> u64 {
    match value {
        Val::Text(text) => text.len() as u64 / 10,
        Val::List(items) => items.len() as u64 / 4,
        _ => 0,
    }
}

fn has(inner: &Val, name: &Str) -> Outcome {
    match inner {
        Val::Map(_) | Val::Made(_) => Ok(Val::Bool(inner.at(&Val::Text(name.clone())).is_some())),
        Val::Optional(Some(inner)) => has(inner, name),
        Val::Optional(None) => Ok(Val::Bool(false)),
        _ => Err(no_overload()),
    }
}

fn optional(found: Option<Val>) -> Val {
    Val::Optional(found.map(Box::new))
}

fn field(inner: &Val, name: &Str, may_miss: bool) -> Outcome {
    let key = Val::Text(name.clone());
    match inner {
        Val::Optional(inner) => Ok(optional(inner.as_ref().and_then(|inner| inner.at(&key)))),
        Val::Map(_) | Val::Made(_) => match (inner.at(&key), may_miss) {
            (found, true) => Ok(optional(found)),
            (Some(found), false) => Ok(found),
            (None, false) => Err(format!("no such key: {name}")),
        },
        _ => Err(no_overload()),
    }
}

fn indexed(inner: &Val, index: &Val, may_miss: bool) -> Outcome {
    let found = match (inner, index) {
        (Val::Optional(inner), index) => {
            let found = inner.as_ref().map(|inner| indexed(inner, index, true));
            return found.unwrap_or(Ok(Val::Optional(None)));
        }
        (Val::List(items), Val::Int(at)) => {
            usize::try_from(*at).ok().and_then(|at| items.get(at)).cloned()
        }
        (Val::Map(_) | Val::Made(_), key) => inner.at(key),
        _ => return Err(no_overload()),
    };
    if may_miss {
        return Ok(optional(found));
    }
    found.ok_or_else(|| match (inner, index) {
        (Val::List(_), Val::Int(at)) => format!("index out of bounds: {at}"),
        (_, Val::Text(key)) => format!("no such key: {key}"),
        (_, Val::Int(key)) => format!("no such key: {key}"),
        _ => "no such key".into(),
    })
}

fn overflow() -> String {
    "integer overflow".into()
}

fn binary(sign: &str, a: &Val, b: &Val) -> Outcome {
    let ordered = |is: fn(Ordering) -> bool| match a.compare(b) {
        Some(order) => Ok(Val::Bool(is(order))),
        None => Err(no_overload()),
    };
    match sign {
        "==" => Ok(Val::Bool(a.equals(b))),
        "!=" => Ok(Val::Bool(!a.equals(b))),
        "<" => ordered(Ordering::is_lt),
        "<=" => ordered(Ordering::is_le),
        ">" => ordered(Ordering::is_gt),
        ">=" => ordered(Ordering::is_ge),
        "in" => match b {
            Val::List(items) => Ok(Val::Bool(items.iter().any(|item| item.equals(a)))),
            Val::Map(_) | Val::Made(_) => Ok(Val::Bool(b.at(a).is_some())),
            _ => Err(no_overload()),
        },
        sign => arithmetic(sign, a, b),
    }
}

fn arithmetic(sign: &str, a: &Val, b: &Val) -> Outcome {
    let whole = |number: Option<i64>| number.ok_or_else(overflow);
    Ok(match (sign, a, b) {
        ("+", Val::Text(a), Val::Text(b)) => Val::text([a.as_str(), b].concat()),
        ("+", Val::Bytes(a), Val::Bytes(b)) => Val::Bytes([&a[..], b].concat()),
        ("+", Val::List(a), Val::List(b)) => Val::list(a.iter().chain(b.iter()).cloned()),
        ("/" | "%", Val::Int(_), Val::Int(0)) | ("/" | "%", Val::Uint(_), Val::Uint(0)) => {
            let what = if sign == "/" { "division by zero" } else { "modulus by zero" };
            return Err(what.into());
        }
        ("+", Val::Int(a), Val::Int(b)) => Val::Int(whole(a.checked_add(*b))?),
        ("-", Val::Int(a), Val::Int(b)) => Val::Int(whole(a.checked_sub(*b))?),
        ("*", Val::Int(a), Val::Int(b)) => Val::Int(whole(a.checked_mul(*b))?),
        ("/", Val::Int(a), Val::Int(b)) => Val::Int(whole(a.checked_div(*b))?),
        ("%", Val::Int(a), Val::Int(b)) => Val::Int(whole(a.checked_rem(*b))?),
        (_, Val::Uint(a), Val::Uint(b)) => {
            let number = match sign {
                "+" => a.checked_add(*b),
                "-" => a.checked_sub(*b),
                "*" => a.checked_mul(*b),
                "/" => a.checked_div(*b),
                _ => a.checked_rem(*b),
            };
            Val::Uint(number.ok_or("unsigned integer overflow")?)
        }
        ("+", Val::Double(a), Val::Double(b)) => Val::Double(a + b),
        ("-", Val::Double(a), Val::Double(b)) => Val::Double(a - b),
        ("*", Val::Double(a), Val::Double(b)) => Val::Double(a * b),
        ("/", Val::Double(a), Val::Double(b)) => Val::Double(a / b),
        ("+", Val::Duration(a), Val::Duration(b)) => Val::Duration(whole(a.checked_add(*b))?),
        ("-", Val::Duration(a), Val::Duration(b)) => Val::Duration(whole(a.checked_sub(*b))?),
        ("-", Val::Moment(a), Val::Moment(b)) => {
            Val::Duration(whole(a.checked_sub(*b).and_then(|span| span.checked_mul(1000)))?)
        }
        ("+", Val::Moment(a), Val::Duration(b)) | ("+", Val::Duration(b), Val::Moment(a)) => {
            Val::Moment(whole(a.checked_add(b / 1000))?)
        }
        ("-", Val::Moment(a), Val::Duration(b)) => Val::Moment(whole(a.checked_sub(b / 1000))?),
        _ => return Err(no_overload()),
    })
}
