//! The word that was probably meant.

/// The one of `known` that is nearest to `word`, if it is near enough to be meant: at most one
/// mistake in three letters, letters swapped counting as one.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// No name in the API is longer; comparing takes the product of both lengths.
    const CHARS_MAX: usize = 64;
    let chars: Vec<char> = word.chars().take(CHARS_MAX + 1).collect();
    if chars.is_empty() || chars.len() > CHARS_MAX {
        return None;
    }
    let allowed = |name: &str| (chars.len().max(name.len()) / 3).max(1) * 2;
    let fits = known.filter(|name| chars.len().abs_diff(name.len()) * 2 <= allowed(name));
    let scored = fits.map(|name| (distance(&chars, name), name));
    let (best, name) = scored.min_by_key(|&(distance, _)| distance)?;
    (best > 0 && best <= allowed(name)).then_some(name)
}

/// Twice the number of letters to add, leave out, change or swap; one for a letter in the other
/// case.
fn distance(word: &[char], name: &str) -> usize {
    let name: Vec<char> = name.chars().collect();
    let mut before = vec![0; name.len() + 1];
    let mut last: Vec<usize> = (0..=name.len()).map(|n| n * 2).collect();
    for (i, &a) in word.iter().enumerate() {
        let mut row = vec![(i + 1) * 2];
        for (j, &b) in name.iter().enumerate() {
            let change = match (a == b, a.eq_ignore_ascii_case(&b)) {
                (true, _) => 0,
                (false, true) => 1,
                _ => 2,
            };
            let mut best = (last[j] + change).min(last[j + 1] + 2).min(row[j] + 2);
            if i > 0 && j > 0 && a == name[j - 1] && word[i - 1] == b {
                best = best.min(before[j - 1] + 2);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let fields =
            ["containers", "initContainers", "volumes", "name", "namespace", "labels", "ports"];
        for (word, meant) in [
            ("contaners", Some("containers")),
            ("container", Some("containers")),
            ("Containers", Some("containers")),
            ("namepsace", Some("namespace")),
            ("label", Some("labels")),
            ("port", Some("ports")),
            ("nmae", Some("name")),
            ("replicas", None),
            ("x", None),
            ("", None),
            ("labels", None),
        ] {
            assert_eq!(nearest(word, fields.into_iter()), meant, "{word}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), fields.into_iter()), None);
        assert_eq!(nearest("한글", fields.into_iter()), None);
    }
}
