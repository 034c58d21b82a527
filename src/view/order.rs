//! The order in which people read names: `node-2` before `node-10`.

use std::cmp::Ordering;

/// Compares two names, runs of digits by their value.
pub fn natural(one: &str, other: &str) -> Ordering {
    let (mut a, mut b) = (one, other);
    loop {
        let (head_a, rest_a) = head(a);
        let (head_b, rest_b) = head(b);
        let order = match (head_a.parse::<u64>(), head_b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            _ => head_a.cmp(head_b),
        };
        if order != Ordering::Equal {
            return order;
        }
        if rest_a.is_empty() || rest_b.is_empty() {
            // `07` and `7` are worth the same; then the letters decide.
            return rest_a.len().cmp(&rest_b.len()).then_with(|| one.cmp(other));
        }
        (a, b) = (rest_a, rest_b);
    }
}

/// The first run of digits, or of anything else, and what follows it.
fn head(name: &str) -> (&str, &str) {
    let digits = name.starts_with(|c: char| c.is_ascii_digit());
    let end = name.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(name.len());
    name.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_by_their_value() {
        let mut names = ["node-10", "node-2", "a", "node", "node-02", "node-1", "node-1b", ""];
        names.sort_by(|a, b| natural(a, b));
        let expected = ["", "a", "node", "node-1", "node-1b", "node-02", "node-2", "node-10"];
        assert_eq!(names, expected);
    }
}
