//! Rules of plain text: headers, widths and lengths, colours, notes to oneself.
//!
//! Models nothing of Kubernetes. Invariant: these rules read lines, never the meaning of code.

use super::Finding;

const LINES_MAX: usize = 500;
const COLUMNS_MAX: usize = 100;
/// The one style sheet that may name colours.
const TOKENS: &str = "style/tokens.css";
/// Spelt in two halves so that this file does not find itself.
const MARKERS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
/// What we write by hand; recordings and locks may hold any word.
const WRITTEN: [&str; 7] = [".rs", ".css", ".html", ".js", ".mjs", ".toml", ".sh"];
const COLOUR_FUNCTIONS: [&str; 10] =
    ["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "oklab(", "oklch(", "color("];
/// The names people reach for; the other hundred are caught by the eye.
const COLOUR_NAMES: [&str; 20] = [
    "aqua", "black", "blue", "brown", "cyan", "gold", "gray", "green", "grey", "lime", "magenta",
    "navy", "orange", "pink", "purple", "red", "silver", "teal", "white", "yellow",
];

/// What a written file opens with when a program wrote it: its lengths are that program's affair.
const GENERATED: &str = "//! @generated";

/// All findings of this room's rules.
pub fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |line: usize, advice: String| {
        findings.push(Finding { path: path.to_owned(), line, advice });
    };
    if WRITTEN.iter().any(|ending| path.ends_with(ending)) {
        markers(text, &mut report);
    }
    if path.ends_with(".rs") {
        header(text, &mut report);
        length(text, &mut report);
    }
    if path.ends_with(".css") && path != TOKENS {
        colours(text, &mut report);
    }
    findings
}

/// Whether a text is, or calls for, a colour of its own.
pub fn is_colour(word: &str) -> bool {
    let hex = word.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 4 | 6 | 8) && digits.chars().all(|c| c.is_ascii_hexdigit())
    });
    hex || COLOUR_FUNCTIONS.iter().any(|function| word.starts_with(function))
}

/// Whether a column lies beyond the widest a line may be.
pub fn is_beyond_margin(column: usize) -> bool {
    column > COLUMNS_MAX
}

fn markers(text: &str, report: &mut impl FnMut(usize, String)) {
    for (at, line) in text.lines().enumerate() {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let found = line.split(|c| !is_part(c)).find(|word| MARKERS.contains(word));
        if let Some(word) = found {
            report(at + 1, format!("`{word}`: do it now, or say in a sentence why it stays out"));
        }
    }
}

fn header(text: &str, report: &mut impl FnMut(usize, String)) {
    if !text.starts_with("//!") {
        report(1, "open the file with `//!`: what it is, what it models, its invariant".to_owned());
    }
}

fn length(text: &str, report: &mut impl FnMut(usize, String)) {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
    if lines > LINES_MAX && !text.starts_with(GENERATED) {
        report(LINES_MAX + 1, format!("{lines} lines before the tests; split the file by concept"));
    }
}

/// Reads a style sheet as pieces between `{`, `;` and `}`; what ends in `{` is a selector.
fn colours(text: &str, report: &mut impl FnMut(usize, String)) {
    let text = without_comments(text);
    let mut start = 0;
    for (end, ending) in text.match_indices(['{', ';', '}']) {
        let piece = &text[start..end];
        if ending != "{"
            && let Some((property, value)) = piece.split_once(':')
        {
            let first = start + property.len() + 1;
            for (offset, word) in words(value) {
                let word = word.to_ascii_lowercase();
                if is_colour(&word) || COLOUR_NAMES.contains(&word.as_str()) {
                    let line = 1 + text[..first + offset].matches('\n').count();
                    report(
                        line,
                        format!("`{word}`: name the colour in {TOKENS} and use var(--it)"),
                    );
                }
            }
        }
        start = end + 1;
    }
}

/// The words of a value with their offsets; a function keeps its opening bracket.
fn words(value: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in value.char_indices().chain([(value.len(), ' ')]) {
        let is_part = c.is_ascii_alphanumeric() || matches!(c, '#' | '-' | '_' | '.' | '%');
        match start {
            None if is_part => start = Some(at),
            Some(from) if !is_part => {
                let end = if c == '(' { at + 1 } else { at };
                words.push((from, &value[from..end]));
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// The same text with comments blanked out, line ends kept.
fn without_comments(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        clean.push_str(before);
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        clean.extend(comment.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    clean + rest
}

#[cfg(test)]
mod tests {
    use super::super::expect;

    #[test]
    fn a_file_opens_with_its_header() {
        expect("src/sim/a.rs", "//! What it is.\n", &[]);
        expect("src/sim/a.rs", "\n//! What it is.\n", &[(1, "open the file")]);
        expect("xtask/src/a.rs", "fn main() {}\n", &[(1, "open the file")]);
    }

    #[test]
    fn a_file_has_500_lines_before_its_tests() {
        let full = format!("//! x\n{}", "// x\n".repeat(499));
        expect("src/sim/a.rs", &full, &[]);
        expect("src/sim/a.rs", &format!("{full}#[cfg(test)]\n{full}"), &[]);
        expect("src/sim/a.rs", &format!("{full}// x\n"), &[(501, "split the file")]);
    }

    #[test]
    fn nothing_is_left_for_later() {
        let note = concat!("/* TO", "DO: colours */");
        expect("style/a.css", note, &[(1, "do it now")]);
        expect("style/a.css", "/* A todo list and XXXL shirts. */", &[]);
        expect("tests/cases/a.case", note, &[]);
    }

    #[test]
    fn colours_are_tokens() {
        let check = |css: &str, expected: &[(usize, &str)]| expect("style/a.css", css, expected);
        check(".a { color: var(--ink); border: 1px solid transparent; }", &[]);
        check("#fff, .a:hover { color: inherit }", &[]);
        check("/* #fff */ .a { color: color-mix(in oklch, var(--a) 40%, var(--b)); }", &[]);
        check(".a {\n  color: #1a2b3c;\n}", &[(2, "`#1a2b3c`")]);
        check(".a { /*\n*/ fill: Red; stroke:\n white }", &[(2, "`red`"), (3, "`white`")]);
        check(
            ".a { background: linear-gradient(oklch(0.5 0.1 20), #000) }",
            &[(1, "`oklch(`"), (1, "`#000`")],
        );
        check("@media (width < 40em) { .a { color: rgb(0 0 0) } }", &[(1, "`rgb(`")]);
        expect("style/tokens.css", ":root { --ink: #123; }", &[]);
    }
}
