//! File names with `*`, `?` and `[…]`.
//!
//! Models Go's path/filepath Match, which kubectl uses, and bash's pattern matching, which agree
//! on these. Invariant: matching takes time proportional to pattern times name.

/// Whether `text` is a pattern at all.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Whether all of `name` matches `pattern`.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where to go on if what follows the last star does not match here.
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        if pattern.get(p) == Some(&'*') {
            retry = Some((p + 1, n));
            p += 1;
            continue;
        }
        match one(&pattern[p.min(pattern.len())..], name[n]) {
            Some(len) => (p, n) = (p + len, n + 1),
            None => {
                let Some((star, at)) = retry.filter(|(_, at)| name[*at] != '/') else {
                    return false;
                };
                retry = Some((star, at + 1));
                (p, n) = (star, at + 1);
            }
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// How much of `pattern` stands for the one character `c`, if it does.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern.first()? {
        '?' => (c != '/').then_some(1),
        '[' => {
            let close = pattern.iter().skip(2).position(|&p| p == ']')? + 2;
            let (negated, set) = match pattern[1] {
                '!' | '^' => (true, &pattern[2..close]),
                _ => (false, &pattern[1..close]),
            };
            let listed = set.contains(&c);
            let ranged = set.windows(3).any(|w| w[1] == '-' && (w[0]..=w[2]).contains(&c));
            ((listed || ranged) != negated).then_some(close + 1)
        }
        literal => (*literal == c).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let check = |pattern: &str, name: &str, expected: bool| {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        };
        check("*.yaml", "pod.yaml", true);
        check("*.yaml", "pod.yml", false);
        check("*", "", true);
        check("a*b*c", "aXbYbZc", true);
        check("a*b*c", "aXbYbZ", false);
        check("p?d-[0-9].yaml", "pod-7.yaml", true);
        check("p?d-[!0-9].yaml", "pod-7.yaml", false);
        check("*", "dir/pod", false);
        check("[", "[", false);
        check(&"*a".repeat(50), &"a".repeat(200), true);
    }
}
