//! The functions expressions may call: conversions, sizes, lists, sets, numbers, amounts, options.
//!
//! Models cel-go's standard library and ext, and apiserver/pkg/cel/library {lists,quantity}.

use std::cmp::Ordering;
use std::sync::Arc;

use super::eval::no_overload;
use super::strings;
use super::value::Val;
use crate::api::{MicroTime, Quantity, parse_rfc3339};

type Outcome = Result<Val, String>;

/// Every function there is, whatever it is called on.
const KNOWN: [&str; 62] = [
    "add",
    "asApproximateFloat",
    "asInteger",
    "bool",
    "bytes",
    "ceil",
    "charAt",
    "compareTo",
    "contains",
    "double",
    "duration",
    "dyn",
    "endsWith",
    "equivalent",
    "find",
    "findAll",
    "floor",
    "format",
    "getHours",
    "getMinutes",
    "getSeconds",
    "greatest",
    "has",
    "hasValue",
    "indexOf",
    "int",
    "intersects",
    "isGreaterThan",
    "isInteger",
    "isLessThan",
    "isQuantity",
    "isSorted",
    "join",
    "lastIndexOf",
    "least",
    "lowerAscii",
    "matches",
    "max",
    "min",
    "none",
    "of",
    "ofNonZeroValue",
    "optMap",
    "or",
    "orValue",
    "quantity",
    "quote",
    "replace",
    "reverse",
    "sign",
    "size",
    "slice",
    "split",
    "startsWith",
    "string",
    "sub",
    "substring",
    "sum",
    "timestamp",
    "trim",
    "type",
    "uint",
];
/// Those that came later.
const KNOWN_TOO: [&str; 9] =
    ["upperAscii", "value", "abs", "distinct", "flatten", "first", "last", "exists_one", "isIP"];

/// Whether there is such a function at all.
pub fn is_known(name: &str) -> bool {
    KNOWN.contains(&name) || KNOWN_TOO.contains(&name)
}

/// What a function comes to. The first of `values` is what it is called on, if it is.
pub fn call(library: Option<&str>, is_method: bool, name: &str, values: &[Val]) -> Outcome {
    match library {
        Some("math") => math(name, values),
        Some("sets") => sets(name, values),
        Some("optional") => match (name, values) {
            ("none", []) => Ok(Val::Optional(None)),
            ("of", [value]) => Ok(Val::Optional(Some(Box::new(value.clone())))),
            _ => Err(no_overload()),
        },
        Some("strings") => strings::call(name, values),
        Some(_) => Err(no_overload()),
        None if is_method => method(name, values),
        None => function(name, values),
    }
}

fn function(name: &str, values: &[Val]) -> Outcome {
    let [value] = values else {
        return if name == "matches" { strings::call(name, values) } else { Err(no_overload()) };
    };
    match (name, value) {
        ("size", value) => size(value),
        ("type", value) => Ok(Val::Type(value.type_name())),
        ("dyn", value) => Ok(value.clone()),
        ("string", value) => text(value),
        ("bool", Val::Bool(_)) => Ok(value.clone()),
        ("bool", Val::Text(text)) => match text.as_str() {
            "true" | "True" | "TRUE" | "t" | "1" => Ok(Val::Bool(true)),
            "false" | "False" | "FALSE" | "f" | "0" => Ok(Val::Bool(false)),
            _ => Err(conversion("string", "bool")),
        },
        ("bytes", Val::Bytes(_)) => Ok(value.clone()),
        ("bytes", Val::Text(text)) => Ok(Val::Bytes(text.as_bytes().to_vec())),
        ("int", value) => int(value),
        ("uint", value) => uint(value),
        ("double", Val::Text(text)) => {
            text.parse().map(Val::Double).map_err(|_| conversion("string", "double"))
        }
        ("double", value) => value.number().map(Val::Double).ok_or_else(no_overload),
        ("duration", Val::Text(text)) => {
            duration(text).map(Val::Duration).ok_or_else(|| conversion("string", "duration"))
        }
        ("timestamp", Val::Text(text)) => {
            parse_rfc3339(text).map(Val::Moment).ok_or_else(|| conversion("string", "timestamp"))
        }
        ("quantity", Val::Text(text)) => {
            const WRONG: &str = "quantities must match the regular expression \
                                 '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
            Quantity::parse(text).map(Val::Quantity).ok_or_else(|| WRONG.into())
        }
        ("isQuantity", Val::Text(text)) => Ok(Val::Bool(Quantity::parse(text).is_some())),
        ("isIP", Val::Text(text)) => Ok(Val::Bool(text.parse::<std::net::IpAddr>().is_ok())),
        _ => Err(no_overload()),
    }
}

fn conversion(from: &str, to: &str) -> String {
    format!("type conversion error from '{from}' to '{to}'")
}

/// How large a text, list or map is.
fn size(value: &Val) -> Outcome {
    let size = match value {
        Val::Text(text) => text.chars().count(),
        Val::Bytes(bytes) => bytes.len(),
        value => value.members().ok_or_else(no_overload)?.len(),
    };
    Ok(Val::Int(size as i64))
}

/// A value as text.
pub fn text(value: &Val) -> Outcome {
    Ok(match value {
        Val::Text(_) => value.clone(),
        Val::Bool(truth) => Val::text(truth.to_string()),
        Val::Int(number) => Val::text(number.to_string()),
        Val::Uint(number) => Val::text(number.to_string()),
        Val::Double(number) => Val::text(number.to_string()),
        Val::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Val::text(text),
            Err(_) => return Err("invalid UTF-8 in bytes, cannot convert to string".into()),
        },
        Val::Duration(nanos) => Val::text(format!("{}s", *nanos as f64 / 1e9)),
        Val::Moment(micros) => Val::text(MicroTime(*micros).to_string()),
        _ => return Err(no_overload()),
    })
}

fn int(value: &Val) -> Outcome {
    let range = || "integer overflow".to_owned();
    match value {
        Val::Int(_) => Ok(value.clone()),
        Val::Uint(number) => i64::try_from(*number).map(Val::Int).map_err(|_| range()),
        Val::Double(number) if number.abs() < i64::MAX as f64 => Ok(Val::Int(*number as i64)),
        Val::Double(_) => Err(range()),
        Val::Text(text) => text.parse().map(Val::Int).map_err(|_| conversion("string", "int")),
        Val::Moment(micros) => Ok(Val::Int(micros.div_euclid(1_000_000))),
        _ => Err(no_overload()),
    }
}

fn uint(value: &Val) -> Outcome {
    let range = || "unsigned integer overflow".to_owned();
    match value {
        Val::Uint(_) => Ok(value.clone()),
        Val::Int(number) => u64::try_from(*number).map(Val::Uint).map_err(|_| range()),
        Val::Double(number) if (0.0..u64::MAX as f64).contains(number) => {
            Ok(Val::Uint(*number as u64))
        }
        Val::Double(_) => Err(range()),
        Val::Text(text) => text.parse().map(Val::Uint).map_err(|_| conversion("string", "uint")),
        _ => Err(no_overload()),
    }
}

/// `1h30m`, in nanoseconds. Models Go's time.ParseDuration.
fn duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut nanos = 0f64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| *end > 0)?;
        let number: f64 = rest[..end].parse().ok()?;
        rest = &rest[end..];
        const UNITS: [(&str, f64); 8] = [
            ("ns", 1.0),
            ("us", 1e3),
            ("µs", 1e3),
            ("ms", 1e6),
            ("s", 1e9),
            ("m", 6e10),
            ("h", 3.6e12),
            ("d", f64::NAN),
        ];
        let (unit, factor) = UNITS.iter().find(|(unit, _)| rest.starts_with(unit))?;
        nanos += number * factor;
        rest = &rest[unit.len()..];
    }
    let whole = !text.is_empty() && nanos.is_finite() && nanos < i64::MAX as f64;
    whole.then_some(if negative { -nanos as i64 } else { nanos as i64 })
}

fn method(name: &str, values: &[Val]) -> Outcome {
    let Some((target, arguments)) = values.split_first() else { return Err(no_overload()) };
    match target {
        Val::Text(_) if name != "size" => strings::call(name, values),
        Val::List(items) => list(name, items, arguments),
        Val::Quantity(own) => amount(name, *own, arguments),
        Val::Optional(own) => option(name, own.as_deref(), arguments),
        Val::Duration(nanos) => match name {
            "getHours" => Ok(Val::Int(nanos / 3_600_000_000_000)),
            "getMinutes" => Ok(Val::Int(nanos / 60_000_000_000)),
            "getSeconds" => Ok(Val::Int(nanos / 1_000_000_000)),
            _ => Err(no_overload()),
        },
        target if name == "size" => size(target),
        _ => Err(no_overload()),
    }
}

/// The greatest or least of values that can be compared.
fn extreme(items: &[Val], wanted: Ordering) -> Outcome {
    let mut best = items.first().ok_or("min/max called on empty list")?;
    for item in &items[1..] {
        if item.compare(best).ok_or_else(no_overload)? == wanted {
            best = item;
        }
    }
    Ok(best.clone())
}

fn list(name: &str, items: &Arc<Vec<Val>>, arguments: &[Val]) -> Outcome {
    let position = |at: Option<usize>| Val::Int(at.map_or(-1, |at| at as i64));
    Ok(match (name, arguments) {
        ("size", []) => Val::Int(items.len() as i64),
        ("isSorted", []) => Val::Bool(
            items.windows(2).all(|pair| pair[0].compare(&pair[1]).is_some_and(Ordering::is_le)),
        ),
        ("min", []) => return extreme(items, Ordering::Less),
        ("max", []) => return extreme(items, Ordering::Greater),
        ("sum", []) => {
            let mut sum = Val::Int(0);
            for (at, item) in items.iter().enumerate() {
                sum = match (at, &sum, item) {
                    (0, _, item) => item.clone(),
                    (_, Val::Int(a), Val::Int(b)) => {
                        Val::Int(a.checked_add(*b).ok_or("integer overflow")?)
                    }
                    (_, Val::Double(a), Val::Double(b)) => Val::Double(a + b),
                    _ => return Err(no_overload()),
                };
            }
            sum
        }
        ("indexOf", [wanted]) => position(items.iter().position(|item| item.equals(wanted))),
        ("lastIndexOf", [wanted]) => position(items.iter().rposition(|item| item.equals(wanted))),
        ("join", arguments) => return strings::join(items, arguments),
        ("first", []) => Val::Optional(items.first().cloned().map(Box::new)),
        ("last", []) => Val::Optional(items.last().cloned().map(Box::new)),
        ("reverse", []) => Val::list(items.iter().rev().cloned()),
        ("distinct", []) => {
            let mut seen: Vec<Val> = Vec::new();
            for item in items.iter() {
                if !seen.iter().any(|other| other.equals(item)) {
                    seen.push(item.clone());
                }
            }
            Val::list(seen)
        }
        ("flatten", []) => Val::list(items.iter().flat_map(|item| match item {
            Val::List(inner) => inner.to_vec(),
            other => vec![other.clone()],
        })),
        ("slice", [Val::Int(from), Val::Int(to)]) => {
            let range = usize::try_from(*from).ok().zip(usize::try_from(*to).ok());
            let part = range.and_then(|(from, to)| items.get(from..to));
            Val::list(part.ok_or("cannot slice: out of range")?.iter().cloned())
        }
        _ => return Err(no_overload()),
    })
}

fn amount(name: &str, own: Quantity, arguments: &[Val]) -> Outcome {
    let other = match arguments {
        [Val::Quantity(other)] => Some(*other),
        [Val::Int(number)] => Quantity::parse(&number.to_string()),
        _ => None,
    };
    Ok(match (name, other) {
        ("isGreaterThan", Some(other)) => Val::Bool(own > other),
        ("isLessThan", Some(other)) => Val::Bool(own < other),
        ("compareTo", Some(other)) => Val::Int(own.cmp(&other) as i64),
        ("add", Some(other)) => Val::Quantity(own.plus(other)),
        ("sub", Some(other)) => Val::Quantity(own.minus(other)),
        ("sign", None) => Val::Int(if own.is_zero() {
            0
        } else if own.is_negative() {
            -1
        } else {
            1
        }),
        ("isInteger", None) => Val::Bool(own.is_whole()),
        ("asInteger", None) if own.is_whole() => Val::Int(own.value()),
        ("asInteger", None) => return Err("cannot convert value to integer".into()),
        ("asApproximateFloat", None) => Val::Double(own.milli_value() as f64 / 1000.0),
        _ => return Err(no_overload()),
    })
}

fn option(name: &str, own: Option<&Val>, arguments: &[Val]) -> Outcome {
    Ok(match (name, own, arguments) {
        ("hasValue", own, []) => Val::Bool(own.is_some()),
        ("orValue", Some(own), [_]) => own.clone(),
        ("orValue", None, [other]) => other.clone(),
        ("or", Some(own), [_]) => Val::Optional(Some(Box::new(own.clone()))),
        ("or", None, [other]) => other.clone(),
        ("value", Some(own), []) => own.clone(),
        ("value", None, []) => return Err("optional.none() dereference".into()),
        _ => return Err(no_overload()),
    })
}

fn math(name: &str, values: &[Val]) -> Outcome {
    let values = match values {
        [Val::List(items)] => items,
        values => values,
    };
    match (name, values) {
        ("greatest", values) => extreme(values, Ordering::Greater),
        ("least", values) => extreme(values, Ordering::Less),
        ("abs", [Val::Int(number)]) => {
            number.checked_abs().map(Val::Int).ok_or_else(|| "integer overflow".into())
        }
        ("abs", [Val::Double(number)]) => Ok(Val::Double(number.abs())),
        ("ceil", [Val::Double(number)]) => Ok(Val::Double(number.ceil())),
        ("floor", [Val::Double(number)]) => Ok(Val::Double(number.floor())),
        _ => Err(no_overload()),
    }
}

fn sets(name: &str, values: &[Val]) -> Outcome {
    let [Val::List(a), Val::List(b)] = values else { return Err(no_overload()) };
    let all_in = |a: &[Val], b: &[Val]| a.iter().all(|x| b.iter().any(|y| x.equals(y)));
    match name {
        "contains" => Ok(Val::Bool(all_in(b, a))),
        "equivalent" => Ok(Val::Bool(all_in(a, b) && all_in(b, a))),
        "intersects" => Ok(Val::Bool(a.iter().any(|x| b.iter().any(|y| x.equals(y))))),
        _ => Err(no_overload()),
    }
}
