//! The reference's own scripts, replayed.
//!
//! Models the data-driven tests of etcd-io/raft: `rafttest/` with `testdata/`, `quorum/testdata/`
//! and `confchange/testdata/`. A script is a sequence of commands with the output each must give,
//! byte for byte. Invariant: this room reads no files; whoever has them hands in their text.

mod changes;
mod interaction;
mod output;
mod quorums;
mod script;

use std::fmt;

use script::Command;

/// Which kind of script a text is. Each kind lives in a folder of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suite {
    /// Nodes that exchange messages.
    Interaction,
    /// Majorities and joint majorities.
    Quorum,
    /// Changes of configuration.
    ConfChange,
}

/// What came of one script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileResult {
    /// Which script.
    pub name: String,
    /// How many commands gave what they must, or the first that did not.
    pub outcome: Result<usize, Difference>,
}

/// A command that did not give what it must.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Its line, counted from 1.
    pub line: usize,
    /// The command.
    pub command: String,
    /// What it must give.
    pub expected: String,
    /// What it gave.
    pub actual: String,
}

/// What runs the commands of one script, one after another. The error is a command that makes no
/// sense.
trait Runner {
    fn run(&mut self, command: &Command) -> Result<String, String>;
}

impl Suite {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Interaction, Self::Quorum, Self::ConfChange];

    /// The folder in which scripts of this kind are kept.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Interaction => "interaction",
            Self::Quorum => "quorum",
            Self::ConfChange => "confchange",
        }
    }
}

/// Replays the script `text`, to be known as `name`.
pub fn run(suite: Suite, name: &str, text: &str) -> FileResult {
    let mut runner: Box<dyn Runner> = match suite {
        Suite::Interaction => Box::new(interaction::Env::default()),
        Suite::Quorum => Box::new(quorums::Quorums),
        Suite::ConfChange => Box::new(changes::Changes::default()),
    };
    FileResult { name: name.to_owned(), outcome: run_all(runner.as_mut(), text) }
}

fn run_all(runner: &mut dyn Runner, text: &str) -> Result<usize, Difference> {
    let mut done = 0;
    for command in script::read(text) {
        let mut actual = match runner.run(&command) {
            Ok(output) => output,
            Err(problem) => format!("this command makes no sense: {problem}"),
        };
        if !actual.is_empty() && !actual.ends_with('\n') {
            actual.push('\n');
        }
        if actual != command.expected {
            return Err(Difference {
                line: command.line,
                command: command.text,
                expected: command.expected,
                actual,
            });
        }
        done += 1;
    }
    Ok(done)
}

impl FileResult {
    /// Whether every command gave what it must.
    pub const fn is_ok(&self) -> bool {
        self.outcome.is_ok()
    }
}

impl fmt::Display for FileResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Ok(count) => write!(f, "ok   {} ({count} commands)", self.name),
            Err(difference) => write!(f, "FAIL {}:{difference}", self.name),
        }
    }
}

/// The command, and the two outputs from the first line in which they differ.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.line, self.command)?;
        let pairs = self.expected.lines().zip(self.actual.lines());
        let same = pairs.take_while(|(expected, actual)| expected == actual).count();
        let mut side = |title, text: &str| {
            writeln!(f, "  {title}, from line {} of the output:", same + 1)?;
            let mut lines = text.lines().skip(same).take(12);
            lines.try_for_each(|line| writeln!(f, "    {line}"))
        };
        side("expected", &self.expected)?;
        side("actual", &self.actual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The replayer finds what differs, and where.
    #[test]
    fn tells_the_first_difference() {
        let text = "simple\nv1\n----\nvoters=(1)\n1: StateProbe match=0 next=1\n\n\
                    # wrong:\nsimple\nv2\n----\nvoters=(1 2)\n1: StateProbe match=0 next=1\n";
        let result = run(Suite::ConfChange, "some.txt", text);
        let difference = result.outcome.clone().unwrap_err();
        assert_eq!((difference.line, difference.command.as_str()), (8, "simple"));
        assert_eq!(
            result.to_string(),
            "FAIL some.txt:8: simple\n  expected, from line 3 of the output:\n  \
             actual, from line 3 of the output:\n    2: StateProbe match=0 next=1\n"
        );
        let ok = run(Suite::ConfChange, "some.txt", &text[..text.find('#').unwrap()]);
        assert_eq!(ok.to_string(), "ok   some.txt (1 commands)");
    }
}
