//! `--sort-by`: an order by what a path finds.
//!
//! Models kubectl/pkg/cmd/get/sorter.go: numbers by value, texts naturally (`a2` before `a10`),
//! texts that are quantities by amount.

use std::cmp::Ordering;

use super::custom_columns::relaxed;
use super::jsonpath::Template;
use crate::api::{Quantity, Value, quote};

/// The order of `objects` by what `path` finds in each: the index of the first, the second …
pub fn order(objects: &[Value], path: &str) -> Result<Vec<usize>, String> {
    let path = relaxed(path)?;
    let template = Template::parse(&path)?;
    let first = |object: &Value| -> Result<Option<Value>, String> {
        Ok(template.find(object)?.into_iter().next().and_then(|found| found.into_iter().next()))
    };
    let keys = objects.iter().map(first).collect::<Result<Vec<_>, _>>()?;
    if !keys.is_empty() && keys.iter().all(Option::is_none) {
        let path = quote(&path);
        return Err(format!("couldn't find any field with path {path} in the list of objects"));
    }
    let mut order: Vec<usize> = (0..objects.len()).collect();
    // What has no such field comes first.
    order.sort_by(|&a, &b| match (&keys[a], &keys[b]) {
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    });
    Ok(order)
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Str(a), Value::Str(b)) => match (Quantity::parse(a), Quantity::parse(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => natural(a, b),
        },
        _ => Ordering::Equal,
    }
}

/// Models github.com/fvbommel/sortorder NaturalLess: runs of digits compare as numbers.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let (Some(&x), Some(&y)) = (a.first(), b.first()) {
        if !x.is_ascii_digit() || !y.is_ascii_digit() {
            if x != y {
                return x.cmp(&y);
            }
            (a, b) = (&a[1..], &b[1..]);
            continue;
        }
        let (first, rest_a) = number(a);
        let (second, rest_b) = number(b);
        let order = first.len().cmp(&second.len()).then_with(|| first.cmp(second));
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
    a.len().cmp(&b.len())
}

/// The digits that a text begins with, without leading zeros, and what follows them.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let zeros = text[..end].iter().take_while(|&&b| b == b'0').count();
    (&text[zeros..end], &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[&str], expected: &[usize]) {
        let object = |value: &&str| match *value {
            "" => Value::map::<&str, 0>([]),
            text => Value::map([("x", text.parse().map_or(text.into(), Value::Int))]),
        };
        let objects: Vec<_> = values.iter().map(object).collect();
        assert_eq!(order(&objects, ".x").as_deref(), Ok(expected), "{values:?}");
    }

    #[test]
    fn sorts_numbers_quantities_and_texts() {
        check(&["10", "9", "-1"], &[2, 1, 0]);
        check(&["1Gi", "500Mi", "2Ki"], &[2, 1, 0]);
        check(&["node-10", "node-9", "node-1"], &[2, 1, 0]);
        check(&["b", "", "a"], &[1, 2, 0]);
        check(&["same", "same"], &[0, 1]);
    }

    #[test]
    fn a_field_nobody_has_is_refused() {
        let objects = [Value::map::<&str, 0>([])];
        let error = "couldn't find any field with path \"{.y}\" in the list of objects";
        assert_eq!(order(&objects, "y"), Err(error.into()));
        assert_eq!(order(&[], "y"), Ok(vec![]));
    }
}
