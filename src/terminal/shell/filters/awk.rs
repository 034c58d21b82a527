//! `awk`: prints fields of lines. Models what is typed of it behind kubectl.

use super::{Args, inputs};
use crate::terminal::screen::Piece;
use crate::terminal::shell::World;
use crate::terminal::shell::builtins::Done;
use crate::terminal::shell::regex::Regex;

/// `awk [-F C] '[NR>1] [/PATTERN/] {print $1, $2}'`: what is printed behind kubectl.
pub fn awk(args: &[String], stdin: Option<&str>, world: &mut World) -> Done {
    let args = Args::of(args, "Fv");
    let Some((program, names)) = args.words.split_first() else {
        return Done::fail(
            2,
            "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]".into(),
        );
    };
    let (condition, action) = match program.split_once('{') {
        Some((condition, action)) => {
            (condition.trim(), action.trim_end().trim_end_matches('}').trim())
        }
        None => (program.trim(), "print"),
    };
    let Some(printed) = action.strip_prefix("print").map(str::trim) else {
        return Done::fail(2, format!("awk: only print is part of this simulation: {action}"));
    };
    let (by_number, pattern) = match condition.strip_prefix('/').and_then(|c| c.strip_suffix('/')) {
        Some(source) => (None, Regex::new(source, true, false)),
        None => (Some(condition), None),
    };
    let mut done = Done::default();
    let texts = inputs("awk", names, stdin, world, &mut done);
    for (number, line) in texts.iter().flat_map(|(_, text)| text.lines()).enumerate() {
        let is_meant = match (by_number, &pattern) {
            (Some(""), _) => true,
            (Some(condition), _) => compares(condition, number + 1, line, args.value('F')),
            (None, pattern) => pattern.as_ref().is_some_and(|pattern| pattern.is_in(line)),
        };
        if is_meant {
            let parts: Vec<String> = match printed {
                "" => vec![line.to_owned()],
                _ => printed
                    .split(',')
                    .map(|part| value(part, number + 1, line, args.value('F')))
                    .collect(),
            };
            done.printed.push(Piece::out(parts.join(" ") + "\n"));
        }
    }
    done
}

/// Words beside one another in awk, put together: `$1 "/" NR`.
fn value(text: &str, number: usize, line: &str, border: Option<&str>) -> String {
    let fields: Vec<&str> = match border {
        Some(border) if !border.is_empty() => line.split(border).collect(),
        _ => line.split_whitespace().collect(),
    };
    let (mut out, mut rest) = (String::new(), text.trim());
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('"') {
            let (literal, behind) = inner.split_once('"').unwrap_or((inner, ""));
            out.push_str(&literal.replace("\\t", "\t").replace("\\n", "\n"));
            rest = behind.trim_start();
            continue;
        }
        let (word, behind) = rest.split_at(rest.find([' ', '"']).unwrap_or(rest.len()));
        match word {
            "NR" => out.push_str(&number.to_string()),
            "NF" => out.push_str(&fields.len().to_string()),
            "$0" => out.push_str(line),
            "$NF" => out.push_str(fields.last().unwrap_or(&"")),
            _ => {
                let at = word.strip_prefix('$').and_then(|n| n.parse::<usize>().ok());
                let field = at.filter(|at| *at > 0).and_then(|at| fields.get(at - 1));
                out.push_str(field.copied().unwrap_or(if at.is_some() { "" } else { word }));
            }
        }
        rest = behind.trim_start();
    }
    out
}

/// Whether `NR>1` or `$3=="Running"` holds.
fn compares(condition: &str, number: usize, line: &str, border: Option<&str>) -> bool {
    for mark in ["==", "!=", ">=", "<=", "!~", "~", ">", "<"] {
        let Some((left, right)) = condition.split_once(mark) else { continue };
        let left = value(left, number, line, border);
        if mark.ends_with('~') {
            let source = right.trim().trim_matches('/');
            let found = Regex::new(source, true, false).is_some_and(|regex| regex.is_in(&left));
            return found == (mark == "~");
        }
        let right = value(right, number, line, border);
        let order = match (left.parse::<i64>(), right.parse::<i64>()) {
            (Ok(left), Ok(right)) => left.cmp(&right),
            _ => left.cmp(&right),
        };
        return match mark {
            "==" => order.is_eq(),
            "!=" => order.is_ne(),
            ">=" => order.is_ge(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            _ => order.is_lt(),
        };
    }
    !matches!(value(condition, number, line, border).as_str(), "" | "0")
}
