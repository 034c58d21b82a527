//! Following a template through a value. Models client-go/util/jsonpath/jsonpath.go, with its
//! errors and with `AllowMissingKeys`.

use super::{Filter, Node, Slice};
use crate::api::{Value, patch};

/// How many values may be looked at: far more than any listing has, far fewer than nested ranges
/// could ask for.
const WORK_MAX: usize = 4_000_000;

type Result<T> = std::result::Result<T, String>;
type Values = Vec<Value>;

/// What `nodes` find in `value`, a group for each.
pub fn find(nodes: &[Node], value: &Value) -> Result<Vec<Values>> {
    let mut walk =
        Walk { nodes, ranges_begun: 0, depth: 0, ends: 0, last_end: None, work_left: WORK_MAX };
    walk.find(0, value.clone())
}

/// How far a template has been followed.
struct Walk<'a> {
    nodes: &'a [Node],
    /// Ranges whose `range` has just been met.
    ranges_begun: usize,
    /// How many ranges are open.
    depth: usize,
    /// Ranges whose `end` has just been met.
    ends: usize,
    /// Where the last `end` was.
    last_end: Option<usize>,
    work_left: usize,
}

impl Walk<'_> {
    fn find(&mut self, start: usize, value: Value) -> Result<Vec<Values>> {
        let current = vec![value];
        let mut all = Vec::new();
        let mut at = start;
        while let Some(node) = self.nodes.get(at) {
            let found = self.walk(&current, node)?;
            if self.ends > 0 && self.ends <= self.depth {
                self.ends -= 1;
                self.last_end = Some(at);
                break;
            }
            if self.ranges_begun > 0 {
                self.ranges_begun -= 1;
                self.depth += 1;
                let nothing = found.is_empty();
                for value in found {
                    all.extend(self.find(at + 1, value)?);
                }
                if nothing {
                    // The body is followed all the same, to find its end.
                    self.find(at + 1, Value::Null)?;
                }
                self.depth -= 1;
                at = self.last_end.filter(|&end| end > at).unwrap_or(at) + 1;
                continue;
            }
            all.push(found);
            at += 1;
        }
        Ok(all)
    }

    fn walk(&mut self, input: &[Value], node: &Node) -> Result<Values> {
        let found = match node {
            Node::Text(text) => vec![text.as_str().into()],
            Node::Path(nodes) => self.path(input, nodes)?,
            Node::Field(name) => input.iter().filter_map(|value| field(value, name)).collect(),
            Node::Slice(slice) => items(input, *slice)?,
            Node::Filter(filter) => self.filter(input, filter)?,
            Node::Union(paths) => {
                let parts = paths.iter().map(|nodes| self.path(input, nodes));
                parts.collect::<Result<Vec<_>>>()?.concat()
            }
            Node::Wildcard => input.iter().flat_map(children).collect(),
            Node::Recursive => {
                let mut found = Vec::new();
                self.descend(input, &mut found)?;
                found
            }
            Node::Literal(value) => vec![value.clone(); input.len()],
            Node::Word(word) => self.word(input, word)?,
        };
        self.work(1 + found.len())?;
        Ok(found)
    }

    fn work(&mut self, amount: usize) -> Result<()> {
        let left = self.work_left.checked_sub(amount);
        self.work_left = left.ok_or("the template asks for too much")?;
        Ok(())
    }

    fn path(&mut self, input: &[Value], nodes: &[Node]) -> Result<Values> {
        let mut current = input.to_vec();
        for node in nodes {
            current = self.walk(&current, node)?;
        }
        Ok(current)
    }

    fn word(&mut self, input: &[Value], word: &str) -> Result<Values> {
        match word {
            "range" => {
                self.ranges_begun += 1;
                Ok(input.to_vec())
            }
            "end" if self.depth > 0 => {
                self.ends += 1;
                Ok(Vec::new())
            }
            "end" => Err("not in range, nothing to end".into()),
            other => Err(format!("unrecognized identifier {other}")),
        }
    }

    /// Every value that holds others, from the outside inwards.
    fn descend(&mut self, input: &[Value], found: &mut Values) -> Result<()> {
        for value in input {
            let inner = children(value);
            self.work(1 + inner.len())?;
            if !inner.is_empty() {
                found.push(value.clone());
                self.descend(&inner, found)?;
            }
        }
        Ok(())
    }

    fn filter(&mut self, input: &[Value], filter: &Filter) -> Result<Values> {
        let mut kept = Vec::new();
        for list in input {
            let Value::List(items) = list else {
                let shown = patch::printed(list);
                return Err(format!("{shown} is not array or slice and cannot be filtered"));
            };
            for item in items.iter() {
                if self.keeps(item, filter)? {
                    kept.push(item.clone());
                }
            }
        }
        Ok(kept)
    }

    fn keeps(&mut self, item: &Value, filter: &Filter) -> Result<bool> {
        let left = self.path(std::slice::from_ref(item), &filter.left);
        if filter.operator == "exists" {
            return Ok(left.is_ok_and(|left| !left.is_empty()));
        }
        let Some(left) = single(left?)? else { return Ok(false) };
        let right = self.path(std::slice::from_ref(item), &filter.right)?;
        let Some(right) = single(right)? else { return Ok(false) };
        compare(&left, &filter.operator, &right)
    }
}

fn single(values: Values) -> Result<Option<Value>> {
    if values.len() > 1 {
        return Err("can only compare one element at a time".into());
    }
    Ok(values.into_iter().next())
}

fn field(value: &Value, name: &str) -> Option<Value> {
    value.as_map()?.get(name).cloned()
}

fn children(value: &Value) -> Values {
    match value {
        Value::List(items) => items.to_vec(),
        Value::Map(fields) => fields.iter().map(|(_, value)| value.clone()).collect(),
        _ => Vec::new(),
    }
}

fn items(input: &[Value], slice: Slice) -> Result<Values> {
    let mut found = Vec::new();
    for value in input {
        match value {
            Value::Null => {}
            Value::List(items) => found.extend(some(items, slice)?),
            other => return Err(format!("{} is not array or slice", go_type(other))),
        }
    }
    Ok(found)
}

fn some(items: &[Value], slice: Slice) -> Result<Values> {
    let len = items.len() as i64;
    let from = slice.from.unwrap_or(0);
    let from = if from < 0 { from + len } else { from };
    let to = slice.to.unwrap_or(len);
    let to = if to < 0 || (to == 0 && slice.single) { to + len } else { to };
    if from == to {
        return Ok(Vec::new());
    }
    let outside = |index: i64| format!("array index out of bounds: index {index}, length {len}");
    if !(0..len).contains(&from) {
        return Err(outside(from));
    }
    if !(0..=len).contains(&to) {
        return Err(outside(to - 1));
    }
    if from > to {
        return Err(format!("starting index {from} is greater than ending index {to}"));
    }
    let step = usize::try_from(slice.step.unwrap_or(1)).ok().filter(|&step| step > 0);
    let step = step.ok_or("step must be > 0")?;
    Ok(items[from as usize..to as usize].iter().step_by(step).cloned().collect())
}

/// Models client-go/third_party/forked/golang/template/funcs.go.
fn compare(left: &Value, operator: &str, right: &Value) -> Result<bool> {
    use std::cmp::Ordering;
    let order = match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Str(a), Value::Str(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) if matches!(operator, "==" | "!=") => Some(a.cmp(b)),
        (Value::Bool(_), _) | (_, Value::Bool(_)) if !matches!(operator, "==" | "!=") => {
            return Err("invalid type for comparison".into());
        }
        (Value::List(_) | Value::Map(_) | Value::Null, _)
        | (_, Value::List(_) | Value::Map(_) | Value::Null) => {
            return Err("invalid type for comparison".into());
        }
        _ => return Err("incompatible types for comparison".into()),
    };
    Ok(match operator {
        "==" => order == Some(Ordering::Equal),
        "!=" => order != Some(Ordering::Equal),
        "<" => order == Some(Ordering::Less),
        "<=" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        ">" => order == Some(Ordering::Greater),
        ">=" => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        other => return Err(format!("unrecognized filter operator {other}")),
    })
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int64",
        Value::Float(_) => "float64",
        Value::Str(_) => "string",
        Value::List(_) => "[]interface {}",
        Value::Map(_) => "map[string]interface {}",
    }
}
