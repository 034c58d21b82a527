//! Outputs without what differs from run to run: hashes, random names, times, ages, addresses.
//!
//! Models what was done to the recorded transcripts when they were recorded; applied to both sides
//! of a comparison, it leaves what must be equal. Invariant: normalising twice changes nothing.

/// Characters of the hash of a pod template: a decimal number in the alphabet of names.
const HASH: &[u8] = b"bcdf456789";
/// Characters of the random end of a name.
const RANDOM: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
/// Characters of a random end of a name, and what stands for them.
const RANDOM_LEN: usize = 5;
const RANDOM_MARK: &str = "XXXXX";

/// The output as it is compared: what differs from run to run replaced by a word, runs of spaces
/// made one, rows of tables and of events sorted.
pub fn normalise(output: &str) -> String {
    let mut lines: Vec<String> = output.lines().map(|line| spaces(&line_of(line))).collect();
    sort_tables(&mut lines);
    sort_events(&mut lines);
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}

/// The first line in which two outputs differ once they are normalised: what was expected there and
/// what was found, `None` where one of them has ended. `None` altogether when they are equal.
pub fn first_difference(expected: &str, found: &str) -> Option<(Option<String>, Option<String>)> {
    let (expected, found) = (normalise(expected), normalise(found));
    let (mut a, mut b) = (expected.lines(), found.lines());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return None,
            (a, b) if a == b => {}
            (a, b) => return Some((a.map(Into::into), b.map(Into::into))),
        }
    }
}

/// One line with everything replaced that differs from run to run.
fn line_of(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let before = line[..at].chars().next_back();
        match replacement(&line[at..], before) {
            Some((len, word)) => {
                out.push_str(word);
                at += len;
            }
            None => {
                out.push(c);
                at += c.len_utf8();
            }
        }
    }
    out
}

/// What is to be replaced where `rest` begins: how many bytes, and by what. The order is that of
/// the recording.
fn replacement(rest: &str, before: Option<char>) -> Option<(usize, &'static str)> {
    let starts_word = before.is_none_or(|c| !c.is_ascii_alphanumeric());
    dashed(rest)
        .or_else(|| token_volume(rest))
        .or_else(|| uuid(rest).filter(|_| starts_word))
        .or_else(|| timestamp(rest).filter(|_| starts_word))
        .or_else(|| address(rest).filter(|_| starts_word && before != Some('.')))
        .or_else(|| revision(rest))
        .or_else(|| age(rest).filter(|_| before.is_none_or(|c| c == ' ' || c == '\t')))
}

/// `-<hash>-<random>`, `-<hash>`, `=<hash>` of a label, `-<random>`.
fn dashed(rest: &str) -> Option<(usize, &'static str)> {
    if let Some(after) = rest.strip_prefix("pod-template-hash=") {
        let len = run(after, HASH);
        let len = if len == 0 && after.starts_with("HASH") { 4 } else { len };
        return (len > 0).then_some((rest.len() - after.len() + len, "pod-template-hash=HASH"));
    }
    let after = rest.strip_prefix('-')?;
    let hash = if after.starts_with("HASH") { 4 } else { run(after, HASH) };
    if (8..=10).contains(&hash) || after.starts_with("HASH") {
        let behind = &after[hash..];
        if let Some(random) = behind.strip_prefix('-').and_then(random) {
            return Some((1 + hash + 1 + random, "-HASH-XXXXX"));
        }
        // A name that is still to get its random end ends in a dash.
        if ends_name(behind.strip_prefix('-').unwrap_or(behind)) {
            return Some((1 + hash, "-HASH"));
        }
    }
    random(after).map(|len| (1 + len, "-XXXXX"))
}

/// The random end of a name, or what stands for it.
fn random(text: &str) -> Option<usize> {
    let is_random = run(text, RANDOM) == RANDOM_LEN || text.starts_with(RANDOM_MARK);
    (is_random && ends_name(&text[RANDOM_LEN..])).then_some(RANDOM_LEN)
}

fn ends_name(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
}

fn run(text: &str, alphabet: &[u8]) -> usize {
    text.bytes().take_while(|b| alphabet.contains(b)).count()
}

fn token_volume(rest: &str) -> Option<(usize, &'static str)> {
    let after = rest.strip_prefix("kube-api-access-")?;
    let len = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
    (len == RANDOM_LEN).then_some((rest.len() - after.len() + len, "kube-api-access-XXXXX"))
}

/// Reads `pattern`, in which `0` is a digit, `a` a letter, `x` a hexadecimal digit and everything
/// else itself. Returns the length.
fn shaped(text: &str, pattern: &str) -> Option<usize> {
    let bytes = text.as_bytes().get(..pattern.len())?;
    let fits = |(byte, shape): (&u8, u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        b'a' => byte.is_ascii_alphabetic(),
        b'x' => byte.is_ascii_hexdigit(),
        other => *byte == other,
    };
    bytes.iter().zip(pattern.bytes()).all(fits).then_some(pattern.len())
}

fn uuid(rest: &str) -> Option<(usize, &'static str)> {
    shaped(rest, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx").map(|len| (len, "UID"))
}

/// RFC 3339 with any fraction, and RFC 1123 with a numeric zone.
fn timestamp(rest: &str) -> Option<(usize, &'static str)> {
    if let Some(mut len) = shaped(rest, "0000-00-00T00:00:00") {
        if rest[len..].starts_with('.') {
            len += 1 + rest[len + 1..].bytes().take_while(u8::is_ascii_digit).count();
        }
        let zone = if rest[len..].starts_with('Z') {
            1
        } else {
            shaped(&rest[len..], "+00:00").or_else(|| shaped(&rest[len..], "-00:00"))?
        };
        return Some((len + zone, "TIME"));
    }
    shaped(rest, "aaa, 00 aaa 0000 00:00:00 +0000").map(|len| (len, "TIME"))
}

/// Addresses of pods, 10.244.0.0/16, and of services, 10.96.0.0/12.
fn address(rest: &str) -> Option<(usize, &'static str)> {
    let mut len = 0;
    let mut parts = [0u32; 4];
    for (at, part) in parts.iter_mut().enumerate() {
        if at > 0 {
            rest[len..].strip_prefix('.')?;
            len += 1;
        }
        let digits = rest[len..].bytes().take_while(u8::is_ascii_digit).count();
        *part = rest[len..len + digits].parse().ok().filter(|_| digits <= 3)?;
        len += digits;
    }
    match parts {
        [10, 244, ..] => Some((len, "POD_IP")),
        [10, 96..=111, ..] => Some((len, "CLUSTER_IP")),
        _ => None,
    }
}

fn revision(rest: &str) -> Option<(usize, &'static str)> {
    const BEFORE: &str = "resourceVersion: \"";
    let after = rest.strip_prefix(BEFORE)?;
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let known = digits > 0 && after[digits..].starts_with('"');
    known.then_some((BEFORE.len() + digits + 1, "resourceVersion: \"RV\""))
}

/// A duration that stands alone: `42s`, `5m30s`, `2d4h`.
fn age(rest: &str) -> Option<(usize, &'static str)> {
    let mut len = 0;
    for _ in 0..2 {
        let digits = rest[len..].bytes().take_while(u8::is_ascii_digit).count();
        let unit = rest[len + digits..].starts_with(['s', 'm', 'h', 'd', 'y']);
        if digits == 0 || !unit {
            break;
        }
        len += digits + 1;
    }
    let alone = rest[len..].chars().next().is_none_or(char::is_whitespace);
    (len > 0 && alone).then_some((len, "AGE"))
}

/// Runs of two or more spaces are one separator; trailing spaces vanish.
fn spaces(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line.trim_end();
    while let Some(at) = rest.find("  ") {
        out.push_str(&rest[..at + 2]);
        rest = rest[at..].trim_start_matches(' ');
    }
    out + rest
}

/// Sorts the rows below each line of headings.
fn sort_tables(lines: &mut [String]) {
    let mut at = 0;
    while at < lines.len() {
        if is_heading(&lines[at]) {
            let end = lines[at..].iter().position(String::is_empty).map_or(lines.len(), |n| at + n);
            lines[at + 1..end].sort();
            at = end;
        }
        at += 1;
    }
}

/// Whether a line is made of headings such as `NAME  READY  UP-TO-DATE`.
fn is_heading(line: &str) -> bool {
    let columns: Vec<_> = line.split("  ").map(str::trim).collect();
    let is_word = |word: &str| {
        word.len() > 1
            && word.chars().all(|c| c.is_ascii_uppercase() || " -()/_".contains(c))
            && word.starts_with(|c: char| c.is_ascii_uppercase())
    };
    !line.starts_with(' ') && columns.iter().all(|column| is_word(column))
}

/// Sorts the rows of the events of a description.
fn sort_events(lines: &mut [String]) {
    let is_row = |line: &String| line.starts_with("  ");
    let mut at = 0;
    while at + 2 < lines.len() {
        if lines[at] == "Events:" && lines[at + 2].starts_with("  ----") {
            let from = at + 3;
            let rows = lines[from..].iter().take_while(|line| is_row(line)).count();
            lines[from..from + rows].sort();
            at = from + rows;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, expected: &str) {
        assert_eq!(normalise(output), expected, "{output:?}");
        assert_eq!(normalise(expected), expected, "once more: {output:?}");
    }

    #[test]
    fn random_names_and_hashes() {
        check("pod/web-7c5ddbdf54-x7k2p", "pod/web-HASH-XXXXX");
        check("replicaset.apps/web-7c5ddbdf54 created", "replicaset.apps/web-HASH created");
        check("job-x7k2p, kube-proxy", "job-XXXXX, kube-proxy");
        check("app=web,pod-template-hash=7c5ddbdf54", "app=web,pod-template-hash=HASH");
        check("kube-api-access-abcde:", "kube-api-access-XXXXX:");
        check("uid: 12345678-1234-4234-8234-123456789abc", "uid: UID");
    }

    #[test]
    fn times_and_ages() {
        check("creationTimestamp: \"2026-01-05T09:00:00Z\"", "creationTimestamp: \"TIME\"");
        check("RenewTime:  Mon, 05 Jan 2026 09:00:00 +0000", "RenewTime:  TIME");
        check("  op=Exists for 300s", "  op=Exists for AGE");
        check("a   5m30s   x", "a  AGE  x");
        check("delay=0s period=10s 3smile 5", "delay=0s period=10s 3smile 5");
    }

    #[test]
    fn addresses_and_revisions() {
        check("10.244.1.7:80,10.96.0.1 10.112.0.1", "POD_IP:80,CLUSTER_IP 10.112.0.1");
        check("110.244.1.7 192.168.1.101", "110.244.1.7 192.168.1.101");
        check("  resourceVersion: \"42\"", "  resourceVersion: \"RV\"");
    }

    #[test]
    fn rows_are_sorted_and_other_lines_are_not() {
        check("NAME   AGE\nb      1s\na      2s\n\nz\ny", "NAME  AGE\na  AGE\nb  AGE\n\nz\ny");
        check(
            "Events:\n  Type   Age\n  ----   ---\n  Normal  1s  b\n  Normal  2s  a\n",
            "Events:\n  Type  Age\n  ----  ---\n  Normal  AGE  a\n  Normal  AGE  b",
        );
    }

    #[test]
    fn the_first_difference_is_found() {
        assert_eq!(first_difference("a  1s\n", "a    7m2s"), None);
        assert_eq!(first_difference("a\nb", "a\nc"), Some((Some("b".into()), Some("c".into()))));
        assert_eq!(first_difference("a", "a\nc"), Some((None, Some("c".into()))));
    }
}
