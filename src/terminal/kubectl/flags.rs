//! Flags: one static table a command says which there are, and drives reading and help.
//!
//! Models github.com/spf13/pflag, with its errors: `--name value`, `--name=value`, `-n value`,
//! `-nvalue`, `-n=value`, `-abc`, and `--` after which nothing is a flag.

use std::collections::BTreeMap;

use super::globals;
use crate::api::quote;
use crate::sim::Duration;

/// A flag a command takes.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// Its name, after `--`.
    pub name: &'static str,
    /// Its letter, after `-`.
    pub short: Option<char>,
    /// What it takes.
    pub kind: Kind,
    /// Its value when it is not given.
    pub default: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// What is said when it is given though it should not be any more; help does not show it.
    pub deprecated: Option<&'static str>,
}

/// What a flag takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Nothing, or `=true` or `=false`.
    Bool,
    /// Text.
    Text,
    /// Text after a `=`; this without one.
    Optional(&'static str),
    /// A whole number.
    Int,
    /// A duration such as `1m30s`; nothing is zero.
    Duration,
    /// Texts separated by commas; more of them when it is given again.
    List,
    /// Text; more of them when it is given again.
    Repeated,
}

/// Tables of flags, which together are those of a command.
pub type Tables = &'static [&'static [Flag]];

/// Flags as they were given.
#[derive(Clone, Debug)]
pub struct Flags {
    tables: Tables,
    /// Those that every command of the program takes.
    globals: &'static [Flag],
    given: BTreeMap<&'static str, Vec<String>>,
    /// What is said of flags that should not be given any more.
    deprecations: Vec<String>,
}

/// A command line taken apart.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The flags.
    pub flags: Flags,
    /// What is no flag.
    pub args: Vec<String>,
    /// How many arguments came before `--`, if it was there.
    pub args_before_dash: Option<usize>,
}

impl Flag {
    /// A flag that is off unless it is given.
    pub const fn switch(name: &'static str, about: &'static str) -> Self {
        Self { name, short: None, kind: Kind::Bool, default: "false", about, deprecated: None }
    }

    /// A flag that takes text, empty unless it is given.
    pub const fn text(name: &'static str, about: &'static str) -> Self {
        Self { name, short: None, kind: Kind::Text, default: "", about, deprecated: None }
    }

    /// A flag that takes a whole number.
    pub const fn int(name: &'static str, default: &'static str, about: &'static str) -> Self {
        Self { name, short: None, kind: Kind::Int, default, about, deprecated: None }
    }

    /// The flag with a letter.
    #[must_use]
    pub const fn short(self, letter: char) -> Self {
        Self { short: Some(letter), ..self }
    }

    /// The flag with another kind of value.
    #[must_use]
    pub const fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// The flag with a value for when it is not given.
    #[must_use]
    pub const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    /// The flag as one that should not be given any more, and why.
    #[must_use]
    pub const fn deprecated(self, why: &'static str) -> Self {
        Self { deprecated: Some(why), ..self }
    }

    /// What it stands for when nothing follows it; `None` if it must have a value.
    fn without_value(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Bool => Some("true"),
            Kind::Optional(value) => Some(value),
            _ => None,
        }
    }

    /// As errors name it.
    fn named(&self) -> String {
        match self.short {
            Some(letter) => format!("-{letter}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }

    /// Whether `value` is one for this flag; otherwise what is wrong with it.
    fn check(&self, value: &str) -> Result<(), String> {
        match self.kind {
            Kind::Bool => parse_bool(value).map(drop),
            Kind::Int => parse_int(value).map(drop),
            Kind::Duration => parse_duration(value).map(drop),
            Kind::Text | Kind::Optional(_) | Kind::List | Kind::Repeated => Ok(()),
        }
        .map_err(|why| {
            format!("invalid argument {} for \"{}\" flag: {why}", quote(value), self.named())
        })
    }
}

/// Reads a command line. An error is what kubectl says after `error: `.
pub fn parse(args: &[String], tables: Tables) -> Result<Parsed, String> {
    parse_for(args, tables, globals::FLAGS)
}

/// Reads a command line of a program whose commands all take `globals`.
pub fn parse_for(
    args: &[String],
    tables: Tables,
    globals: &'static [Flag],
) -> Result<Parsed, String> {
    let mut parsed = Parsed {
        flags: Flags { tables, globals, given: BTreeMap::new(), deprecations: Vec::new() },
        args: Vec::new(),
        args_before_dash: None,
    };
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if arg == "--" {
            parsed.args_before_dash = Some(parsed.args.len());
            parsed.args.extend(rest.by_ref().cloned());
        } else if let Some(long) = arg.strip_prefix("--") {
            parsed.flags.long(long, arg, &mut rest)?;
        } else if arg.len() > 1 && arg.starts_with('-') {
            parsed.flags.letters(arg, &mut rest)?;
        } else {
            parsed.args.push(arg.clone());
        }
    }
    Ok(parsed)
}

type Rest<'a> = std::slice::Iter<'a, String>;

impl Flags {
    fn long(&mut self, text: &str, arg: &str, rest: &mut Rest<'_>) -> Result<(), String> {
        if text.starts_with(['-', '=']) {
            return Err(format!("bad flag syntax: {arg}"));
        }
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let flag = self.find(name).ok_or_else(|| format!("unknown flag: --{name}"))?;
        let value = match (value, flag.without_value()) {
            (Some(value), _) => value,
            (None, Some(value)) => value,
            (None, None) => {
                rest.next().ok_or_else(|| format!("flag needs an argument: --{name}"))?
            }
        };
        self.give(flag, value)
    }

    fn letters(&mut self, arg: &str, rest: &mut Rest<'_>) -> Result<(), String> {
        let mut letters = &arg[1..];
        while let Some(letter) = letters.chars().next() {
            let behind = &letters[letter.len_utf8()..];
            let with_letter = |flag: &&Flag| flag.short == Some(letter);
            let flag = self
                .all()
                .find(with_letter)
                .ok_or_else(|| format!("unknown shorthand flag: '{letter}' in -{letters}"))?;
            if let Some(value) = behind.strip_prefix('=').filter(|value| !value.is_empty()) {
                return self.give(flag, value);
            }
            if let Some(value) = flag.without_value() {
                self.give(flag, value)?;
                letters = behind;
                continue;
            }
            if !behind.is_empty() {
                return self.give(flag, behind);
            }
            let missing = || format!("flag needs an argument: '{letter}' in -{letters}");
            return self.give(flag, rest.next().ok_or_else(missing)?);
        }
        Ok(())
    }

    fn all(&self) -> impl Iterator<Item = &'static Flag> + use<> {
        self.tables.iter().flat_map(|table| table.iter()).chain(self.globals)
    }

    fn find(&self, name: &str) -> Option<&'static Flag> {
        self.all().find(|flag| flag.name == name)
    }

    fn give(&mut self, flag: &'static Flag, value: &str) -> Result<(), String> {
        flag.check(value)?;
        if let Some(why) = flag.deprecated {
            self.deprecations.push(format!("Flag --{} has been deprecated, {why}", flag.name));
        }
        let values = self.given.entry(flag.name).or_default();
        match flag.kind {
            Kind::List if value.is_empty() => {}
            Kind::List => values.extend(value.split(',').map(str::to_owned)),
            Kind::Repeated => values.push(value.to_owned()),
            _ => *values = vec![value.to_owned()],
        }
        Ok(())
    }

    /// The flags that were given, each as ` --name=value`.
    pub fn written(&self) -> String {
        let one = |(name, values): (&&str, &Vec<String>)| format!(" --{name}={}", values.join(","));
        self.given.iter().map(one).collect()
    }

    /// What is said of flags that should not be given any more.
    pub fn deprecations(&self) -> &[String] {
        &self.deprecations
    }

    /// Whether a flag of this name was given.
    pub fn is_given(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// Whether the command has a flag of this name itself, and does not mean the global one.
    pub fn is_own(&self, name: &str) -> bool {
        self.tables.iter().flat_map(|table| table.iter()).any(|flag| flag.name == name)
    }

    /// The flag as text.
    pub fn text(&self, name: &str) -> &str {
        let given = self.given.get(name).and_then(|values| values.last());
        match given {
            Some(value) => value,
            None => self.find(name).map_or("", |flag| flag.default),
        }
    }

    /// Whether the flag is on; off where the command has no such flag.
    pub fn is_on(&self, name: &str) -> bool {
        parse_bool(self.text(name)).unwrap_or(false)
    }

    /// The flag as a number.
    pub fn int(&self, name: &str) -> i64 {
        parse_int(self.text(name)).unwrap_or(0)
    }

    /// The flag as a duration; zero when it is not given.
    pub fn duration(&self, name: &str) -> Duration {
        parse_duration(self.text(name)).unwrap_or_default()
    }

    /// Everything the flag was given.
    pub fn list(&self, name: &str) -> &[String] {
        self.given.get(name).map_or(&[], Vec::as_slice)
    }
}

/// All flags of some tables, and those that every command takes.
pub fn all(tables: Tables) -> impl Iterator<Item = &'static Flag> {
    tables.iter().flat_map(|table| table.iter()).chain(globals::FLAGS)
}

/// The flag called `name`.
pub fn find(tables: Tables, name: &str) -> Option<&'static Flag> {
    all(tables).find(|flag| flag.name == name)
}

/// Where the words stand that are neither flags nor their values, as far as can be told before
/// the command is known; `takes_next` says whether a flag takes the argument after it, and is told
/// how many words came before. Models cobra's stripFlags.
pub fn words(args: &[String], takes_next: impl Fn(&str, usize) -> bool) -> Vec<usize> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|arg| *arg != "--") {
        if !arg.starts_with('-') || arg == "-" {
            words.push(at);
        } else if takes_next(arg, words.len()) {
            at += 1;
        }
        at += 1;
    }
    words
}

/// Whether `arg` is a flag that takes the argument after it as its value.
pub fn takes_next(tables: Tables, arg: &str) -> bool {
    if arg.contains('=') {
        return false;
    }
    let flag = match arg.strip_prefix("--") {
        Some(name) => find(tables, name),
        None => {
            let letter = arg.strip_prefix('-').and_then(|letters| letters.chars().last());
            all(tables).find(|flag| letter.is_some() && flag.short == letter)
        }
    };
    flag.is_some_and(|flag| flag.without_value().is_none())
}

/// Models strconv.ParseBool.
pub fn parse_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(format!("strconv.ParseBool: parsing {}: invalid syntax", quote(text))),
    }
}

fn parse_int(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let why = if is_number { "value out of range" } else { "invalid syntax" };
    let parsed = text.parse().ok().filter(|_| is_number);
    parsed.ok_or_else(|| format!("strconv.ParseInt: parsing {}: {why}", quote(text)))
}

/// A duration as Go reads one, such as `1h2m3.5s`; negative ones are zero.
/// Models time.ParseDuration.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, u64); 8] = [
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("μs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];
    let invalid = || format!("time: invalid duration {}", quote(text));
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" || text.is_empty() {
        return if text.is_empty() { Err(invalid()) } else { Ok(Duration::ZERO) };
    }
    let mut nanos: u64 = 0;
    while !rest.is_empty() {
        let is_digit = |c: char| c.is_ascii_digit() || c == '.';
        let (number, behind) = rest.split_at(rest.find(|c| !is_digit(c)).unwrap_or(rest.len()));
        let (unit, after) = behind.split_at(behind.find(is_digit).unwrap_or(behind.len()));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return Err(invalid());
        }
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {}", quote(text)));
        }
        let size = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, size)| *size);
        let size = size.ok_or_else(|| {
            format!("time: unknown unit {} in duration {}", quote(unit), quote(text))
        })?;
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        let part: u64 = format!("{fraction:0<9}")[..9].parse().map_err(|_| invalid())?;
        let part = u128::from(part) * u128::from(size) / 1_000_000_000;
        let amount = whole.checked_mul(size).and_then(|n| n.checked_add(part as u64));
        nanos = amount.and_then(|amount| nanos.checked_add(amount)).ok_or_else(invalid)?;
        rest = after;
    }
    Ok(if negative { Duration::ZERO } else { Duration::from_nanos(nanos) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: Tables = &[&[
        Flag::text("namespace", "").short('n'),
        Flag::switch("all-namespaces", "").short('A'),
        Flag::switch("watch", "").short('w'),
        Flag::text("filename", "").short('f').kind(Kind::List),
        Flag::text("dry-run", "").kind(Kind::Optional("unchanged")).default("none"),
        Flag::int("replicas", "-1", ""),
        Flag::text("timeout", "").kind(Kind::Duration).default("0s"),
    ]];

    fn words(line: &str) -> Vec<String> {
        line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    #[track_caller]
    fn check(line: &str, given: &[(&str, &[&str])], args: &[&str]) {
        let parsed = parse(&words(line), TABLES).unwrap_or_else(|error| panic!("{line}: {error}"));
        let found: Vec<_> =
            parsed.flags.given.iter().map(|(name, values)| (*name, values.clone())).collect();
        let given: Vec<_> = given
            .iter()
            .map(|(name, values)| (*name, values.iter().map(|v| v.to_string()).collect()))
            .collect();
        assert_eq!(found, given, "{line}");
        assert_eq!(parsed.args, args, "{line}");
    }

    #[track_caller]
    fn check_error(line: &str, error: &str) {
        assert_eq!(parse(&words(line), TABLES).unwrap_err(), error, "{line}");
    }

    #[test]
    fn every_way_to_give_a_flag() {
        check("a --namespace x b", &[("namespace", &["x"])], &["a", "b"]);
        check("--namespace=x=y", &[("namespace", &["x=y"])], &[]);
        check("-n=x -nx -n x", &[("namespace", &["x"])], &[]);
        check("-Aw", &[("all-namespaces", &["true"]), ("watch", &["true"])], &[]);
        check(
            "-An kube-system",
            &[("all-namespaces", &["true"]), ("namespace", &["kube-system"])],
            &[],
        );
        check("-A=false - x", &[("all-namespaces", &["false"])], &["-", "x"]);
        check("-f a,b -f c", &[("filename", &["a", "b", "c"])], &[]);
        check("--dry-run x", &[("dry-run", &["unchanged"])], &["x"]);
        check("--dry-run=client", &[("dry-run", &["client"])], &[]);
        check("a -- -n x", &[], &["a", "-n", "x"]);
    }

    #[test]
    fn errors_are_those_of_pflag() {
        check_error("--namepsace=x", "unknown flag: --namepsace");
        check_error("-all-namespaces", "unknown shorthand flag: 'a' in -all-namespaces");
        check_error("-Ax", "unknown shorthand flag: 'x' in -x");
        check_error("--namespace", "flag needs an argument: --namespace");
        check_error("-n", "flag needs an argument: 'n' in -n");
        check_error("--=x", "bad flag syntax: --=x");
        check_error(
            "--replicas=two",
            "invalid argument \"two\" for \"--replicas\" flag: strconv.ParseInt: parsing \"two\": \
             invalid syntax",
        );
        check_error(
            "--watch=maybe",
            "invalid argument \"maybe\" for \"-w, --watch\" flag: strconv.ParseBool: parsing \
             \"maybe\": invalid syntax",
        );
        check_error(
            "--timeout=5",
            "invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\"",
        );
    }

    #[test]
    fn values_and_defaults() {
        let flags = parse(&words("--replicas=3 --timeout=1m1.5s -w"), TABLES).unwrap().flags;
        assert_eq!((flags.int("replicas"), flags.text("dry-run")), (3, "none"));
        assert_eq!(flags.duration("timeout"), Duration::from_millis(61_500));
        assert!(flags.is_on("watch") && !flags.is_on("all-namespaces") && !flags.is_on("other"));
        assert!(flags.is_given("watch") && !flags.is_given("dry-run"));
        for bad in ["", "x", "1x", ".s", "1.2.3s", "99999999999h"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
        assert!(takes_next(TABLES, "-n") && takes_next(TABLES, "--replicas"));
        assert!(!takes_next(TABLES, "-w") && !takes_next(TABLES, "--dry-run"));
    }
}
