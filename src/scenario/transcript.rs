//! What playing a script came to: its text with the real outputs, and how many were as expected.
//!
//! Invariant: a transcript whose outputs are all as expected is the script itself, up to what
//! differs from run to run.

use std::fmt;

use super::{Action, Script};

/// A script and what came of each of its steps.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// The script.
    pub script: Script,
    /// One for each step, in order.
    pub played: Vec<Played>,
}

/// What a step came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Played {
    /// What it printed, if it was a command.
    pub output: Option<String>,
    /// Whether that is as expected.
    pub verdict: Verdict,
}

/// Whether something is as expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing was said of it.
    Unchecked,
    /// It is.
    Matches,
    /// It is not: the first lines that differ, normalised; `None` where one side has ended.
    Differs {
        /// What was expected.
        expected: Option<String>,
        /// What came.
        found: Option<String>,
    },
}

impl Verdict {
    /// The verdict on a comparison that found this difference.
    pub fn of(difference: Option<(Option<String>, Option<String>)>) -> Self {
        match difference {
            None => Self::Matches,
            Some((expected, found)) => Self::Differs { expected, found },
        }
    }
}

impl Transcript {
    /// How many commands were as expected, and of how many something was expected.
    pub fn score(&self) -> (usize, usize) {
        let commands =
            || self.steps().filter(|(step, _)| matches!(step.action, Action::Run { .. }));
        let count = |wanted: fn(&Verdict) -> bool| {
            commands().filter(|(_, played)| wanted(&played.verdict)).count()
        };
        (
            count(|verdict| *verdict == Verdict::Matches),
            count(|verdict| *verdict != Verdict::Unchecked),
        )
    }

    /// Everything that was not as expected: the number of the command, counted from 1 (of the last
    /// one typed, for what is not a command), and its description.
    pub fn differences(&self) -> impl Iterator<Item = (usize, String)> + '_ {
        let mut command = 0;
        self.steps().filter_map(move |(step, played)| {
            command += usize::from(matches!(step.action, Action::Run { .. }));
            let Verdict::Differs { expected, found } = &played.verdict else { return None };
            let shown = |line: &Option<String>| line.clone().unwrap_or_else(|| "(nothing)".into());
            let first = step.source.lines().next().unwrap_or_default();
            let text = format!(
                "line {}: {first}\n    expected: {}\n    found:    {}",
                step.line,
                shown(expected),
                shown(found)
            );
            Some((command, text))
        })
    }

    fn steps(&self) -> impl Iterator<Item = (&super::Step, &Played)> {
        self.script.steps.iter().zip(&self.played)
    }
}

/// Writes the script with the real outputs in place of the expected ones.
impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, played) in self.steps() {
            writeln!(f, "{}", step.source)?;
            let Some(output) = &played.output else { continue };
            if output.is_empty() {
                writeln!(f, "|")?;
            }
            for line in output.lines() {
                writeln!(f, "{}", format!("| {line}").trim_end())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::run;
    use super::*;

    /// Scripts that need nothing but a cluster that stands still.
    #[test]
    fn a_transcript_repeats_its_script() {
        let text = "# nothing happens\nnodes 1\nfile a <<EOF\n# x\nEOF\nwait 1s\nexpect no error\n\
                    expect something\n";
        let (script, problems) = Script::parse(text);
        assert_eq!(problems, []);
        let transcript = run(&script);
        assert_eq!(transcript.to_string(), text);
        assert_eq!(transcript.score(), (0, 0));
        let differences: Vec<_> = transcript.differences().collect();
        assert_eq!(differences.len(), 1);
        assert!(differences[0].1.contains("expected: expect something"), "{differences:?}");
    }
}
