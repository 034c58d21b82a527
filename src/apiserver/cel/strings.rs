//! The functions of texts.
//!
//! Models cel-go/ext/strings.go and apiserver/pkg/cel/library/regex.go.

use super::eval::no_overload;
use super::functions;
use super::value::Val;
use crate::api::quote;

type Outcome = Result<Val, String>;

/// What a compiled pattern may take, in bytes, and a text that is made.
const PATTERN_BYTES_MAX: usize = 256 * 1024;
const TEXT_BYTES_MAX: usize = 1024 * 1024;

fn pattern(text: &str) -> Result<regex_lite::Regex, String> {
    let built = regex_lite::RegexBuilder::new(text).size_limit(PATTERN_BYTES_MAX).build();
    built.map_err(|error| format!("error parsing regexp: {error}"))
}

fn bounded(text: String) -> Outcome {
    if text.len() > TEXT_BYTES_MAX {
        Err("the text is too long".into())
    } else {
        Ok(Val::text(text))
    }
}

fn place(text: &str, at: Option<usize>) -> Val {
    Val::Int(at.map_or(-1, |at| text[..at].chars().count() as i64))
}

/// What a function of a text, the first of `values`, comes to.
pub fn call(name: &str, values: &[Val]) -> Outcome {
    let Some((Val::Text(text), arguments)) = values.split_first() else {
        return Err(no_overload());
    };
    Ok(match (name, arguments) {
        ("contains", [Val::Text(part)]) => Val::Bool(text.contains(part.as_str())),
        ("startsWith", [Val::Text(part)]) => Val::Bool(text.starts_with(part.as_str())),
        ("endsWith", [Val::Text(part)]) => Val::Bool(text.ends_with(part.as_str())),
        ("matches", [Val::Text(wanted)]) => Val::Bool(pattern(wanted)?.is_match(text)),
        ("find", [Val::Text(wanted)]) => {
            let found = pattern(wanted)?;
            Val::text(found.find(text).map_or("", |found| found.as_str()))
        }
        ("findAll", [Val::Text(wanted)]) => {
            let found = pattern(wanted)?;
            Val::list(found.find_iter(text).map(|found| Val::text(found.as_str())))
        }
        ("size", []) => Val::Int(text.chars().count() as i64),
        ("lowerAscii", []) => Val::text(text.to_ascii_lowercase()),
        ("upperAscii", []) => Val::text(text.to_ascii_uppercase()),
        ("trim", []) => Val::text(text.trim()),
        ("reverse", []) => Val::text(text.chars().rev().collect::<String>()),
        ("quote", []) => Val::text(quote(text)),
        ("charAt", [Val::Int(at)]) => {
            let count = text.chars().count() as i64;
            if !(0..=count).contains(at) {
                return Err(format!("index out of range: {at}"));
            }
            Val::text(text.chars().skip(*at as usize).take(1).collect::<String>())
        }
        ("indexOf", [Val::Text(part)]) => place(text, text.find(part.as_str())),
        ("lastIndexOf", [Val::Text(part)]) => place(text, text.rfind(part.as_str())),
        ("replace", [Val::Text(from), Val::Text(to)]) => {
            let grows = text.len().saturating_mul(to.len().max(1));
            if grows > TEXT_BYTES_MAX * 64 {
                return Err("the text is too long".into());
            }
            bounded(text.replace(from.as_str(), to))?
        }
        ("replace", [Val::Text(from), Val::Text(to), Val::Int(count)]) => {
            bounded(text.replacen(from.as_str(), to, usize::try_from(*count).unwrap_or(0)))?
        }
        ("split", [Val::Text(by)]) if by.is_empty() => {
            Val::list(text.chars().map(|c| Val::text(c.to_string())))
        }
        ("split", [Val::Text(by)]) => Val::list(text.split(by.as_str()).map(Val::text)),
        ("split", [Val::Text(by), Val::Int(count)]) => match usize::try_from(*count) {
            Ok(count) => Val::list(text.splitn(count, by.as_str()).map(Val::text)),
            Err(_) => Val::list(text.split(by.as_str()).map(Val::text)),
        },
        ("substring", [Val::Int(from)]) => substring(text, *from, text.chars().count() as i64)?,
        ("substring", [Val::Int(from), Val::Int(to)]) => substring(text, *from, *to)?,
        ("format", [Val::List(arguments)]) => format(text, arguments)?,
        _ => return Err(no_overload()),
    })
}

fn substring(text: &str, from: i64, to: i64) -> Outcome {
    let count = text.chars().count() as i64;
    if from < 0 || to > count || from > to {
        return Err(format!("index out of range: {}", if to > count { to } else { from }));
    }
    let (from, length) = (from as usize, (to - from) as usize);
    Ok(Val::text(text.chars().skip(from).take(length).collect::<String>()))
}

/// The texts of a list, one after another.
pub fn join(items: &[Val], arguments: &[Val]) -> Outcome {
    let between = match arguments {
        [] => "",
        [Val::Text(between)] => between,
        _ => return Err(no_overload()),
    };
    let text = |item: &Val| match item {
        Val::Text(text) => Ok(text.to_string()),
        _ => Err(no_overload()),
    };
    let texts: Vec<String> = items.iter().map(text).collect::<Result<_, _>>()?;
    bounded(texts.join(between))
}

/// `"%s has %d".format([a, b])`.
fn format(text: &str, arguments: &[Val]) -> Outcome {
    let mut out = String::new();
    let mut arguments = arguments.iter();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let verb: String = characters.by_ref().take_while_inclusive();
        if verb == "%" {
            out.push('%');
            continue;
        }
        let value = arguments.next().ok_or("index 0 out of range")?;
        match (verb.chars().last(), value) {
            (Some('s'), value) => out += &shown(value),
            (Some('d'), Val::Int(_) | Val::Uint(_)) => out += &shown(value),
            (Some('x'), Val::Int(number)) => out += &format!("{number:x}"),
            (Some('f'), value) => match value.number() {
                Some(number) => {
                    let digits = verb.trim_matches(|c: char| !c.is_ascii_digit());
                    let digits = digits.parse().unwrap_or(6).min(20);
                    out += &format!("{number:.digits$}");
                }
                None => return Err(no_overload()),
            },
            _ => return Err(format!("could not parse formatting clause: \"%{verb}\"")),
        }
    }
    bounded(out)
}

/// Takes the letters of a formatting clause, its verb included.
trait TakeClause {
    fn take_while_inclusive(self) -> String;
}

impl<I: Iterator<Item = char>> TakeClause for I {
    fn take_while_inclusive(self) -> String {
        let mut taken = String::new();
        for c in self {
            taken.push(c);
            if !c.is_ascii_digit() && c != '.' {
                break;
            }
        }
        taken
    }
}

/// A value as `%s` shows it.
fn shown(value: &Val) -> String {
    match (functions::text(value), value) {
        (Ok(Val::Text(text)), _) => text.to_string(),
        (_, Val::List(items)) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        (_, Val::Null) => "null".into(),
        (_, Val::Quantity(quantity)) => quantity.to_string(),
        (_, value) => {
            let one = |key: &Val| {
                format!("{}: {}", shown(key), value.at(key).as_ref().map(shown).unwrap_or_default())
            };
            let entries: Vec<String> =
                value.members().unwrap_or_default().iter().map(one).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}
