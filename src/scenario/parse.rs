//! Reads a script: one directive a line, files between `<<EOF` and `EOF`, outputs after commands.
//!
//! Invariant: every line of the text belongs to one step, or to the output of one.

use std::iter::Peekable;
use std::str::Lines;

use super::directive::{self, Setup};
use super::words::Words;
use super::{Action, Problem, Script, Step};
use crate::cluster::Command;

/// Reads a script, and tells what is wrong with it.
pub fn parse(text: &str) -> (Script, Vec<Problem>) {
    let title = text.lines().next().and_then(|line| line.strip_prefix('#')).unwrap_or_default();
    let mut reader = Reader {
        lines: text.lines().peekable(),
        line: 0,
        setup: Setup::new(),
        steps: Vec::new(),
        problems: Vec::new(),
        acted: false,
    };
    while let Some(line) = reader.next() {
        reader.directive(line);
    }
    let Reader { setup, steps, problems, .. } = reader;
    (Script { title: title.trim().to_owned(), config: setup.config, steps }, problems)
}

struct Reader<'a> {
    lines: Peekable<Lines<'a>>,
    /// The line read last, counted from 1.
    line: usize,
    setup: Setup,
    steps: Vec<Step>,
    problems: Vec<Problem>,
    /// Whether something has been done that needs the cluster.
    acted: bool,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.line += 1;
        self.lines.next()
    }

    fn directive(&mut self, text: &'a str) {
        let line = self.line;
        let mut words = Words::of(line, text);
        let Some(name) = words.next().filter(|name| !name.text.starts_with('#')) else {
            return self.push(line, text, Action::Tell);
        };
        if let Some(command) = text.strip_prefix("$ ") {
            return self.command(line, text, command);
        }
        if name.text.starts_with(['|', '~']) {
            return self.problems.push(name.problem("an output must follow its command"));
        }
        let read = match name.text {
            "file" => self.file(&mut words),
            _ => match self.setup.read(name, &mut words) {
                Some(_) if self.acted => Err(name.problem("the cluster is there already")),
                Some(read) => read.map(|()| Action::Tell),
                None => directive::action(&self.setup.config, name, &mut words),
            },
        };
        match read {
            Ok(Action::Do(Command::Write { name, text: content })) => {
                let source = format!("{text}\n{content}EOF");
                // A file that is written with nothing in it would be taken away.
                let content = if content.is_empty() { "\n".to_owned() } else { content };
                self.push(line, &source, Action::Do(Command::Write { name, text: content }));
            }
            Ok(action) => self.push(line, text, action),
            Err(problem) => self.problems.push(problem),
        }
    }

    /// A command, with the output that follows it.
    fn command(&mut self, line: usize, source: &str, command: &str) {
        let (mut expected, mut differed) = (None, false);
        while let Some(next) = self.lines.peek() {
            let Some(output) = next.strip_prefix('|').or_else(|| next.strip_prefix('~')) else {
                break;
            };
            differed |= next.starts_with('~');
            let expected = expected.get_or_insert_with(String::new);
            expected.push_str(output.strip_prefix(' ').unwrap_or(output));
            expected.push('\n');
            self.next();
        }
        let expected = expected.filter(|_| !differed);
        self.push(line, source, Action::Run { line: command.to_owned(), expected });
    }

    /// `file NAME <<EOF`, and what is in it.
    fn file(&mut self, words: &mut Words<'_>) -> Result<Action, Problem> {
        let name = words.need("the name of the file")?;
        let mark = words.need("<<EOF")?;
        if mark.text != "<<EOF" {
            return Err(mark.problem("<<EOF is needed"));
        }
        words.end()?;
        let mut text = String::new();
        loop {
            match self.next() {
                Some("EOF") => break,
                Some(line) => text.extend([line, "\n"]),
                None => return Err(name.problem("this file has no end: a line EOF is missing")),
            }
        }
        Ok(Action::Do(Command::Write { name: name.text.to_owned(), text }))
    }

    fn push(&mut self, line: usize, source: &str, action: Action) {
        // A file can be written down before the machines are: nothing is done to the cluster.
        let prepares = matches!(action, Action::Tell | Action::Do(Command::Write { .. }));
        self.acted |= !prepares;
        self.steps.push(Step { line, source: source.to_owned(), action });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Component, Grain, Style};

    /// The problems of a script.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = parse(text).1.iter().map(Problem::to_string).collect();
        assert_eq!(found.len(), expected.len(), "{text}\n{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{text}\n{found}");
        }
    }

    #[test]
    fn a_recording_is_read() {
        let text = "# what it shows\nnodes 2 cpu=2\nnode gpu label:disk=ssd taint:a=b:NoSchedule\n\
                    file a.yaml <<EOF\nkind: Pod\n# not a comment\nEOF\n\
                    $ kubectl get pods\n| NAME\n|  x\n\n$ kubectl top\n~ once\nwait 3s\nstop node-1\n";
        let (script, problems) = parse(text);
        assert_eq!(problems, []);
        assert_eq!(script.title, "what it shows");
        let workers = &script.config.workers;
        assert_eq!(
            workers.iter().map(|w| (&*w.name, &*w.cpu)).collect::<Vec<_>>(),
            [("node-1", "2"), ("node-2", "2"), ("gpu", "4")]
        );
        assert_eq!(workers[2].labels, [("disk".into(), "ssd".into())]);
        assert_eq!(workers[2].taints, [("a".into(), "b".into(), "NoSchedule".into())]);
        let actions: Vec<_> = script.steps.into_iter().map(|step| step.action).collect();
        let run = |line: &str, expected: Option<&str>| Action::Run {
            line: line.into(),
            expected: expected.map(Into::into),
        };
        assert_eq!(
            actions[3..],
            [
                Action::Do(Command::Write {
                    name: "a.yaml".into(),
                    text: "kind: Pod\n# not a comment\n".into()
                }),
                run("kubectl get pods", Some("NAME\n x\n")),
                Action::Tell,
                run("kubectl top", None),
                Action::Wait(std::time::Duration::from_secs(3)),
                Action::Do(Command::PowerOff { host: "node-1".into() }),
            ]
        );
    }

    #[test]
    fn faults_and_steps_are_read() {
        let text = "cluster teaching\nseed 7\nstop kube-scheduler master-2\nstart node-3\n\
                    step 3 writes\nback message\ncut master-1 node-1\nmend all\nexpect no Pending x";
        let (script, problems) = parse(text);
        assert_eq!(problems, []);
        assert_eq!((script.config.style, script.config.seed), (Style::Kubeadm, 7));
        let places = crate::cluster::Places::new(&script.config);
        let node = Component::Kubelet(places.host("node-3").unwrap());
        let actions: Vec<_> = script.steps.into_iter().skip(2).map(|step| step.action).collect();
        assert_eq!(
            actions,
            [
                Action::Do(Command::Stop { component: Component::Scheduler(1) }),
                Action::Do(Command::Start { component: node }),
                Action::Go { back: false, count: 3, grain: Grain::Write },
                Action::Go { back: true, count: 1, grain: Grain::Message },
                Action::Do(Command::Cut { a: "master-1".into(), b: "node-1".into() }),
                Action::Do(Command::MendAll),
                Action::Expect { text: "Pending x".into(), present: false },
            ]
        );
    }

    #[test]
    fn mistakes_are_told_where_they_stand() {
        check("nodse 3", &["1:1: \"nodse\": no such directive"]);
        check("nodes\nnodes x\nnodes 9999", &["1:6: a number", "2:7: \"x\"", "3:7: \"9999\""]);
        check("node a cpu=1 disk=2", &["1:14: \"disk=2\""]);
        check("node a\nnode a", &["2:6: \"a\": there is such a node"]);
        check("wait 3\nwait 99999999999999h", &["1:6: \"3\": a duration", "2:6:"]);
        check("| output", &["1:1: \"|\": an output"]);
        check("wait 1s\nnodes 3", &["2:1: \"nodes\": the cluster is there"]);
        check("file a <<EOF\nx", &["1:6: \"a\": this file has no end"]);
        check("stop node-1", &["1:6: \"node-1\": there is no such node"]);
        check("stop etcd master 2", &["1:18: \"2\": nothing may follow"]);
        check("masters 2\ncluster big", &["1:9: \"2\": there are 1, 3 or 5", "2:9: \"big\""]);
        check("step 2\nfinish a code=1", &["1:7: what is counted", "2:10: \"code=1\""]);
    }
}
