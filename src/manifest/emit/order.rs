//! The order of keys: numbers in them count as numbers, and letters come last. Models
//! gopkg.in/yaml.v2 sorter.go.

use crate::api::{Fields, Str, Value};

/// The entries of a map in the order they are printed.
pub(super) fn sorted(fields: &Fields) -> Vec<(&Str, &Value)> {
    let entries: Vec<_> = fields.iter().collect();
    merge_sort(entries)
}

/// Sorts by [`less`], which is no total order (`a2` < `a10` < `a1b` < `a2`): the sorts of the
/// standard library may panic on such.
fn merge_sort<'a>(mut entries: Vec<(&'a Str, &'a Value)>) -> Vec<(&'a Str, &'a Value)> {
    if entries.len() < 2 || entries.windows(2).all(|pair| !less(pair[1].0, pair[0].0)) {
        return entries;
    }
    let right = merge_sort(entries.split_off(entries.len() / 2));
    let left = merge_sort(entries);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let from = if less(b.0, a.0) { &mut right } else { &mut left };
        merged.extend(from.next());
    }
    merged.extend(left);
    merged.extend(right);
    merged
}

fn less(a: &str, b: &str) -> bool {
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    let common: usize = common.map(|(a, _)| a.len_utf8()).sum();
    let (rest_a, rest_b) = (&a[common..], &b[common..]);
    let (Some(first_a), Some(first_b)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return rest_a.is_empty() && !rest_b.is_empty();
    };
    match (first_a.is_alphabetic(), first_b.is_alphabetic()) {
        (true, true) => return first_a < first_b,
        (false, false) => {}
        (_, is_letter) => return is_letter,
    }
    // A zero right after other digits continues a number.
    let digits = a[..common].chars().rev().take_while(char::is_ascii_digit);
    let continues = (first_a == '0' || first_b == '0') && digits.into_iter().any(|c| c != '0');
    let (number_a, length_a) = leading_number(rest_a, continues);
    let (number_b, length_b) = leading_number(rest_b, continues);
    (number_a, length_a, first_a) < (number_b, length_b, first_b)
}

/// The number `text` begins with, and how many digits it has.
fn leading_number(text: &str, continues: bool) -> (i64, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    let number = digits.clone().fold(i64::from(continues), |number, digit| {
        number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'))
    });
    (number, digits.count())
}
