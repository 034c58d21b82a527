//! Rules of Rust code, read as tokens: who may import whom, lengths, names the engine may not use.
//!
//! The import table is the one of ARCHITECTURE.md. Tokens rather than a syntax tree, because they
//! also show what stands inside macros such as `view!`. Invariant: whatever a path is written with
//! (`crate::`, `super::`, braces), it is judged by the room it ends in.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree, token_stream};

use super::{Finding, text};

const FUNCTION_LINES_MAX: usize = 70;
const LONG: &str = "// long: ";

/// Which rooms a room may import besides itself. The longest entry that fits a file counts.
const ROOMS: &[(&str, &[&str])] = &[
    ("sim", &[]),
    ("network", &["sim"]),
    ("timeline", &["sim"]),
    ("api", &["sim"]),
    ("manifest", &["api"]),
    ("etcd", &["sim"]),
    ("etcd/raft", &["sim"]),
    ("apiserver", &["sim", "api", "manifest", "etcd"]),
    ("client", &["sim", "api"]),
    ("scheduler", &["sim", "api", "client"]),
    ("controllers", &["sim", "api", "client"]),
    ("cloud", &["sim", "api", "client"]),
    ("kubelet", &["sim", "api", "client", "network"]),
    ("proxy", &["sim", "api", "client", "network"]),
    ("terminal", &["sim", "api", "manifest", "client", "etcd"]),
    (
        "cluster",
        &[
            "sim",
            "network",
            "timeline",
            "api",
            "manifest",
            "etcd",
            "apiserver",
            "client",
            "scheduler",
            "controllers",
            "cloud",
            "kubelet",
            "proxy",
            "terminal",
        ],
    ),
    ("scenario", &["cluster"]),
    ("serve", &["sim", "api", "manifest", "cluster", "scenario"]),
    ("view", &["sim", "api", "timeline", "cluster"]),
    ("bench", &["sim", "manifest", "cluster", "scenario"]),
    ("ui", &["view", "cluster", "scenario", "manifest"]),
    ("ui/bench", &["ui", "view", "bench"]),
    ("ui/keystrokes", &["ui", "bench"]),
];

/// Names that would let the clock, chance or sharing into the engine.
const BANNED: &[(&str, &str)] = &[
    ("HashMap", "its order differs from run to run; use BTreeMap or sim::Map"),
    ("HashSet", "its order differs from run to run; use BTreeSet or sim::Set"),
    ("Instant", "the engine reads no clock; time is an argument"),
    ("SystemTime", "the engine reads no clock; time is an argument"),
    ("RefCell", "components are plain data; change them through `&mut`"),
];
/// Where those names are at home: the page, programs, what measures them, and what follows a clock.
const UNBANNED: [&str; 5] = ["src/ui/", "src/bin/", "src/bench/", "src/serve/", "xtask/"];

/// All findings of this room's rules.
pub fn check(path: &str, text: &str) -> Vec<Finding> {
    let Ok(tokens) = TokenStream::from_str(text) else {
        return vec![Finding { path: path.to_owned(), line: 1, advice: "not Rust".to_owned() }];
    };
    let module = module_path(path);
    let mut reader = Reader {
        path,
        lines: text.lines().collect(),
        room: module.as_deref().and_then(room_of),
        lines_wide_by_text: BTreeSet::new(),
        findings: Vec::new(),
    };
    if module.as_ref().is_some_and(|module| !module.is_empty()) && reader.room.is_none() {
        reader.report(1, "this room is not in the import table of tidy; add it there".to_owned());
    }
    reader.read(tokens, &module.unwrap_or_default());
    reader.widths();
    reader.findings
}

/// The module a file of the library is, `None` for files that are not part of it.
fn module_path(path: &str) -> Option<Vec<String>> {
    let inside = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    if inside == "main" || inside.starts_with("bin/") {
        return None;
    }
    let mut module: Vec<String> = inside.split('/').map(str::to_owned).collect();
    let last = module.pop()?;
    match last.strip_suffix("_tests") {
        // The tests of a long file, beside it: `log_tests.rs` is the module `tests` of `log`.
        Some(tested) => module.extend([tested.to_owned(), "tests".to_owned()]),
        None if last == "mod" || last == "lib" => {}
        None => module.push(last),
    }
    Some(module)
}

/// The entry of the import table that a module belongs to.
fn room_of(module: &[String]) -> Option<&'static (&'static str, &'static [&'static str])> {
    let fitting = ROOMS.iter().filter(|(room, _)| is_inside(module, room));
    fitting.max_by_key(|(room, _)| room.len())
}

fn is_inside(module: &[String], room: &str) -> bool {
    let parts = room.split('/').count();
    module.len() >= parts && room.split('/').zip(module).all(|(part, name)| part == name)
}

struct Reader<'a> {
    path: &'a str,
    lines: Vec<&'a str>,
    room: Option<&'static (&'static str, &'static [&'static str])>,
    lines_wide_by_text: BTreeSet<usize>,
    findings: Vec<Finding>,
}

type Tokens = Peekable<token_stream::IntoIter>;

impl Reader<'_> {
    fn report(&mut self, line: usize, advice: String) {
        self.findings.push(Finding { path: self.path.to_owned(), line, advice });
    }

    /// Reads one level of tokens and those inside; `module` is where they stand.
    fn read(&mut self, tokens: TokenStream, module: &[String]) {
        let mut tokens = tokens.into_iter().peekable();
        let mut previous = [String::new(), String::new()];
        while let Some(token) = tokens.next() {
            let shown = match &token {
                TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    self.ident(&name, ident.span().start().line, &mut tokens, module);
                    name
                }
                TokenTree::Punct(punct) => punct.as_char().to_string(),
                TokenTree::Literal(literal) => {
                    self.literal(&literal.to_string(), literal.span());
                    String::new()
                }
                TokenTree::Group(group) => {
                    let mut inner = module.to_vec();
                    if group.delimiter() == Delimiter::Brace && previous[0] == "mod" {
                        inner.push(previous[1].clone());
                    }
                    if group.delimiter() == Delimiter::Bracket && previous[1] == "#" {
                        self.attribute(group.stream());
                    }
                    self.read(group.stream(), &inner);
                    String::new()
                }
            };
            previous = [std::mem::take(&mut previous[1]), shown];
        }
    }

    fn ident(&mut self, name: &str, line: usize, tokens: &mut Tokens, module: &[String]) {
        if name == "fn" {
            self.function(line, tokens.clone());
        }
        if matches!(name, "crate" | "super") && follows_path(tokens) {
            let mut base = module.to_vec();
            if name == "crate" {
                base.clear();
            } else {
                base.pop();
            }
            let mut ends = Vec::new();
            path_ends(&mut tokens.clone(), base, &mut ends);
            for end in ends {
                self.import(line, &end);
            }
        }
        let banned = BANNED.iter().find(|(banned, _)| *banned == name);
        if let Some((_, reason)) = banned
            && !UNBANNED.iter().any(|place| self.path.starts_with(place))
        {
            self.report(line, format!("`{name}`: {reason}"));
        }
    }

    fn import(&mut self, line: usize, end: &[String]) {
        let Some((room, allowed)) = self.room else {
            return;
        };
        let Some((target, _)) = room_of(end) else {
            return;
        };
        let is_allowed = is_inside(end, room) || allowed.iter().any(|room| is_inside(end, room));
        if !is_allowed {
            let known =
                if allowed.is_empty() { "no other room".into() } else { allowed.join(", ") };
            self.report(line, format!("room `{room}` may not import `{target}`; it knows {known}"));
        }
    }

    /// `tokens` begin after the word `fn`.
    fn function(&mut self, first_line: usize, mut tokens: Tokens) {
        let Some(TokenTree::Ident(name)) = tokens.next() else {
            return;
        };
        let body = tokens.find_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(Some(group)),
            TokenTree::Punct(punct) if punct.as_char() == ';' => Some(None),
            _ => None,
        });
        let Some(Some(body)) = body else { return };
        let count = body.span_close().end().line + 1 - first_line;
        if count > FUNCTION_LINES_MAX && !self.has_reason(first_line) {
            self.report(
                first_line,
                format!(
                    "`{name}` has {count} lines; split it, or give a long `match` its reason in a \
                     line `{LONG}…` above"
                ),
            );
        }
    }

    /// Whether one of the comments and attributes above a line is a reason for its length.
    fn has_reason(&self, line: usize) -> bool {
        let above = self.lines[..line - 1].iter().rev().map(|line| line.trim_start());
        above
            .take_while(|line| line.starts_with("//") || line.starts_with("#["))
            .any(|line| line.len() > LONG.len() && line.starts_with(LONG))
    }

    fn attribute(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if ident == "ignore" => self.report(
                    ident.span().start().line,
                    "an ignored test proves nothing; mend it, or make it a known failure that \
                     fails once it passes"
                        .to_owned(),
                ),
                TokenTree::Group(group) => self.attribute(group.stream()),
                _ => {}
            }
        }
    }

    fn literal(&mut self, shown: &str, span: proc_macro2::Span) {
        let Some(quote) = shown.find('"') else { return };
        self.lines_wide_by_text.extend(span.start().line..=span.end().line);
        let content = shown[quote + 1..].trim_end_matches(['"', '#']);
        if self.path.starts_with("src/ui/") && text::is_colour(content) {
            let advice = format!("`{content}`: give the element a class and colour it in style/");
            self.report(span.start().line, advice);
        }
    }

    /// Texts are left whole, so that they can be searched for; everything else has a margin.
    fn widths(&mut self) {
        for at in 0..self.lines.len() {
            let line = self.lines[at];
            // To the compiler the words of a doc comment are a text as well.
            let is_comment = line.trim_start().starts_with("//");
            let is_text = self.lines_wide_by_text.contains(&(at + 1)) && !is_comment;
            if text::is_beyond_margin(line.chars().count()) && !is_text {
                self.report(at + 1, "wider than 100 columns; break the line".to_owned());
            }
        }
    }
}

/// Whether `::` comes next.
fn follows_path(tokens: &Tokens) -> bool {
    let mut ahead = tokens.clone();
    (0..2).all(|_| matches!(ahead.next(), Some(TokenTree::Punct(p)) if p.as_char() == ':'))
}

/// Follows a path from `base`, with its branches in braces, to where each branch ends.
fn path_ends(tokens: &mut Tokens, mut base: Vec<String>, ends: &mut Vec<Vec<String>>) {
    while follows_path(tokens) {
        tokens.nth(1);
        match tokens.next() {
            Some(TokenTree::Ident(ident)) if ident == "super" => drop(base.pop()),
            Some(TokenTree::Ident(ident)) => base.push(ident.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                return branches(group.stream(), &base, ends);
            }
            _ => break,
        }
    }
    ends.push(base);
}

fn branches(tokens: TokenStream, base: &[String], ends: &mut Vec<Vec<String>>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let mut branch = base.to_vec();
        if let TokenTree::Ident(ident) = token {
            if ident != "self" {
                branch.push(ident.to_string());
            }
            path_ends(&mut tokens, branch, ends);
        } else {
            // A star, which takes in what `base` holds.
            ends.push(branch);
        }
        // Past an `as` and its name, to the next branch.
        while tokens.next_if(|t| !matches!(t, TokenTree::Punct(p) if p.as_char() == ',')).is_some()
        {
        }
        tokens.next();
    }
}

#[cfg(test)]
mod tests {
    use super::super::expect;

    /// Like `expect`, with the header that every file has on a line 0 of its own.
    #[track_caller]
    fn check(path: &str, code: &str, expected: &[(usize, &str)]) {
        let below: Vec<_> = expected.iter().map(|(line, part)| (line + 1, *part)).collect();
        expect(path, &format!("//! x\n{code}\n"), &below);
    }

    #[test]
    fn rooms_know_what_the_table_says() {
        check("src/api/pod.rs", "use crate::sim::Time; use crate::api::Meta; use super::x;", &[]);
        check("src/scheduler/a.rs", "use crate::apiserver::Server;", &[(1, "may not import")]);
        check("src/sim/a.rs", "type T = crate::api::Pod;", &[(1, "knows no other room")]);
        check("src/ui/map.rs", "view! { <p>{crate::etcd::NAME}</p> }", &[(1, "`etcd`")]);
        check("src/bin/orrery/main.rs", "use orrery::cluster::Cluster;", &[]);
        check("src/garden/mod.rs", "use crate::sim::Time;", &[(0, "not in the import table")]);
    }

    #[test]
    fn braces_and_supers_are_followed() {
        check(
            "src/kubelet/mod.rs",
            "use crate::{\n api::{Pod, Node},\n proxy::*,\n sim::Time as T, cloud,\n};",
            &[(1, "`proxy`"), (1, "`cloud`")],
        );
        check("src/kubelet/cri/mod.rs", "use super::super::proxy;", &[(1, "`proxy`")]);
        check("src/kubelet/a.rs", "mod t { use super::super::super::proxy; }", &[(1, "`proxy`")]);
        check("src/kubelet/a.rs", "mod t { use super::super::proxy; }", &[]);
    }

    #[test]
    fn raft_knows_only_the_kernel() {
        check("src/etcd/server.rs", "use crate::etcd::raft::Raft; use super::raft;", &[]);
        check("src/etcd/raft/log.rs", "use crate::sim::Log; use super::Entry;", &[]);
        check("src/etcd/raft/log_tests.rs", "use super::super::entry::Entry;", &[]);
        check("src/etcd/raft/mod.rs", "use crate::etcd::mvcc::Store;", &[(1, "`etcd`")]);
        check("src/etcd/raft/mod.rs", "use super::mvcc::Store;", &[(1, "`etcd`")]);
    }

    #[test]
    fn functions_have_70_lines() {
        let function = |lines: usize| format!("fn f() {{\n{}}}", "a;\n".repeat(lines - 2));
        check("xtask/src/a.rs", &function(70), &[]);
        check("xtask/src/a.rs", &function(71), &[(1, "`f` has 71 lines")]);
        check("src/sim/a.rs", &format!("{LONG_MATCH}{}", function(71)), &[]);
        check("src/sim/a.rs", &format!("// long: \n{}", function(71)), &[(2, "split it")]);
        check("src/sim/a.rs", &format!("trait T {{ fn g(); }}\n{}", function(71)), &[(2, "`f`")]);
    }

    const LONG_MATCH: &str = "// long: one arm a verb\n#[inline]\n/// Dispatches.\n";

    #[test]
    fn the_engine_has_no_clock_and_no_chance() {
        check("src/sim/a.rs", "use std::collections::{BTreeMap, HashMap};", &[(1, "HashMap")]);
        check("tests/engine/a.rs", "let start = Instant::now();", &[(1, "time is an argument")]);
        check("src/ui/a.rs", "use std::collections::HashMap;", &[]);
        check("src/api/a.rs", "/// Unlike a HashMap.\nconst A: &str = \"Instant\";", &[]);
    }

    #[test]
    fn no_test_is_ignored() {
        check("src/sim/a.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}", &[(2, "ignored")]);
        check("src/sim/a.rs", "#[cfg_attr(miri, ignore)]\nfn f() {}", &[(1, "ignored")]);
    }

    #[test]
    fn only_texts_may_be_wide() {
        let (words, many) = ("words ".repeat(20), "a + ".repeat(30));
        check("src/sim/a.rs", &format!("const A: &str = \"{words}\";"), &[]);
        check("src/sim/a.rs", &format!("const A: u8 = {many}a;"), &[(1, "break the line")]);
        check("src/sim/a.rs", &format!("/// \"{words}\"\nfn f() {{}}"), &[(1, "break the line")]);
    }

    #[test]
    fn the_page_takes_its_colours_from_the_style() {
        check("src/ui/a.rs", "const A: [&str; 3] = [\"#section\", \"#1\", \"rgb\"];", &[]);
        check("src/ui/a.rs", "view! { <path fill=\"#fff\"/> }", &[(1, "give the element a class")]);
    }
}
