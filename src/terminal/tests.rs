//! The whole terminal before a server that refuses everything, and any line typed into it.

use std::sync::Arc;

use proptest::prelude::*;

use super::kubectl::{flags, task::COMMANDS};
use super::*;
use crate::api::Status;
use crate::api::rpc::Response;
use crate::sim::{Duration, Effect, RecordId};

/// How the server of a test answers.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Server {
    /// There is none.
    Gone,
    /// It finds nothing.
    Empty,
    /// It does not answer.
    Silent,
}

/// A terminal with everything that it waits for.
struct World {
    terminal: Terminal,
    now: Time,
    server: Server,
    timers: Vec<(Time, Timer)>,
}

/// More than any command needs before such servers, far less than a hang.
const STEPS_MAX: usize = 2000;

impl World {
    fn new(server: Server) -> Self {
        let terminal = Terminal::new(Address::default(), Hosts::default());
        Self { terminal, now: Time::from_secs(1_767_603_600), server, timers: Vec::new() }
    }

    fn handle(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let mut out = Out::new();
            out.open(self.now, RecordId(1));
            self.terminal.handle(self.now, input, &mut out);
            let effects: Vec<_> = out.drain().collect();
            for effect in effects {
                match effect {
                    Effect::Timer { at, token, .. } => self.timers.push((at, token)),
                    Effect::Send {
                        message: Message::Server(ToServer::Request(id, request)),
                        ..
                    } => inputs.extend(self.answer(id, request.call.resource())),
                    Effect::Send { to, message: Message::Store(..), .. } => {
                        if self.server != Server::Silent {
                            inputs.push(Input::StoreGone(to));
                        }
                    }
                    Effect::Send { .. } | Effect::Record { .. } => {}
                }
            }
        }
    }

    fn answer(&self, id: u32, resource: crate::api::Resource) -> Option<Input> {
        let refused = || Arc::new(Response::refused(Status::not_found(resource, "x")));
        match self.server {
            Server::Gone => Some(Input::Disconnected),
            Server::Empty => Some(Input::Message(ToClient::Response(id, refused()))),
            Server::Silent => None,
        }
    }

    /// Types a line and lets time pass until it has been run.
    fn run(&mut self, line: &str) {
        self.handle(Input::Line(line.into()));
        for _ in 0..STEPS_MAX {
            self.timers.sort_by_key(|(at, _)| *at);
            if !self.terminal.busy() || self.timers.is_empty() {
                break;
            }
            let (at, timer) = self.timers.remove(0);
            self.now = self.now.max(at) + Duration::from_millis(1);
            self.handle(Input::Timer(timer));
        }
        if self.terminal.busy() {
            assert_eq!(self.server, Server::Silent, "{line} does not end");
            self.handle(Input::Interrupt);
        }
        assert!(!self.terminal.busy(), "{line}");
    }

    fn output(&mut self, line: &str) -> String {
        self.run(line);
        let screen = self.terminal.screen();
        screen.output(screen.commands_end() - 1)
    }
}

#[track_caller]
fn check(line: &str, expected: &str) {
    let mut world = World::new(Server::Gone);
    let (name, text) = ("a.txt".into(), "one\ntwo\n".into());
    world.handle(Input::File { name, text });
    assert_eq!(world.output(line), expected, "{line}");
}

#[test]
fn small_programs() {
    check("foo bar", "bash: foo: command not found\n");
    check("ls", "a.txt\n");
    check("cat a.txt | grep -v one", "two\n");
    check(
        "cat b.txt || echo no; true && echo yes",
        "cat: b.txt: No such file or directory\nno\nyes\n",
    );
    check("echo a > b; echo b >> ./b; cat b *.txt | wc -l", "4\n");
    check("echo \"[$(kubectl config current-context)]\"", "[kubernetes-admin@kubernetes]\n");
    check("echo $(cat a.txt)x '$(no)'", "one twox $(no)\n");
    check("echo 'a", "bash: unexpected EOF while looking for matching `''\n");
    check("cat <<EOF\nx: y\nEOF\necho z", "x: y\nz\n");
    check("echo a # b", "a\n");
}

#[test]
fn the_shell_is_like_bash() {
    check("A=1; B=\"x $A\"; echo \"$B\" ${A}y '$A' $NOPE end", "x 1 1y $A end\n");
    check("false; echo $?", "1\n");
    check("cat nope 2>/dev/null || echo missing", "missing\n");
    check("cat nope 2>&1 | wc -l", "1\n");
    check("seq 3 | sort -r | head -2 | tail -n 1", "2\n");
    check("echo -e 'a\\nb\\na' | sort | uniq -c", "      2 a\n      1 b\n");
    check("echo a:b:c | cut -d: -f2-", "b:c\n");
    check("echo web-1 Running | awk '$2==\"Running\" {print $1 \"/\" $2}'", "web-1/Running\n");
    check("echo abc | sed 's/\\(b\\)c/[\\1]/'", "a[b]\n");
    check("sed -i s/one/1/ a.txt; cat a.txt", "1\ntwo\n");
    check("printf '%s=%s\\n' a b c d", "a=b\nc=d\n");
    check("seq 2 | xargs -n1 echo x", "x 1\nx 2\n");
    check("[ -f a.txt ] && echo there", "there\n");
    check("A=x; cat <<EOF\n$A \\$A\nEOF", "x $A\n");
    check("A=x; cat <<'EOF'\n$A\nEOF", "$A\n");
    check(
        "curl localhost:8001/api",
        "curl: (7) Failed to connect to localhost port 8001 after 0 ms: Could not connect to \
         server\n",
    );
}

#[test]
fn kubectl_says_what_is_wrong() {
    // Whether there is such a kind only the server knows.
    for line in ["kubectl get pods", "kubectl get nosuch"] {
        check(
            line,
            "The connection to the server 127.0.0.1:6443 was refused - did you specify the right \
             host or port?\n",
        );
    }
    check(
        "kubectl get pods --nope",
        "error: unknown flag: --nope\nSee 'kubectl get --help' for usage.\n",
    );
    check("kubectl apply", "error: must specify one of -f and -k\n");
    check("kubectl apply -f x.yaml", "error: the path \"x.yaml\" does not exist\n");
    check("kubectl delete pod", "error: resource(s) were provided, but no name was specified\n");
    check("kubectl config view -o jsonpath={.kind}", "Config\n");
}

#[test]
fn a_person_can_interrupt() {
    let mut world = World::new(Server::Silent);
    world.handle(Input::Line("kubectl get pods".into()));
    world.handle(Input::Line("echo never".into()));
    assert!(world.terminal.busy());
    world.handle(Input::Interrupt);
    assert!(!world.terminal.busy());
    let lines: Vec<String> =
        world.terminal.screen().lines_since(0).map(|(_, line)| line.text.to_string()).collect();
    assert_eq!(lines, ["$ kubectl get pods", "^C"]);
    assert_eq!(world.output("echo on"), "on\n");
}

#[test]
fn lines_typed_ahead_wait() {
    let mut world = World::new(Server::Gone);
    world.handle(Input::Line("kubectl version --client".into()));
    world.run("echo next");
    let typed: Vec<String> =
        world.terminal.screen().lines().map(|(_, line)| line.text.to_string()).collect();
    assert_eq!(typed.first().map(String::as_str), Some("$ kubectl version --client"));
    assert_eq!(typed.last().map(String::as_str), Some("next"));
}

/// Words that commands know, and words that nothing knows.
fn word() -> impl Strategy<Value = String> {
    let mut known: Vec<String> = COMMANDS.iter().map(|command| command.path.to_owned()).collect();
    for command in COMMANDS {
        for flag in flags::all(command.flags) {
            known.push(format!("--{}", flag.name));
            known.extend(flag.short.map(|letter| format!("-{letter}")));
        }
    }
    let more = "pod pods deploy/web svc,rs all node-1 a=b a- k=v:NoSchedule -f a.yaml - -- -o yaml \
                json wide name jsonpath={.a[?(@.b==1)]} jsonpath={range custom-columns=A:.b[*] -l \
                app!=x,y --replicas=-1 --timeout=1s ; && || | > < <<EOF $( ) $(kubectl ' \" \\ 0 \
                kubectl ls cat grep -n=<namespace> {} --patch={ --type=json [] \u{1b} 파드";
    known.extend(more.split_whitespace().map(str::to_owned));
    let etcdctl = super::etcdctl::command::COMMANDS;
    known.extend(etcdctl.iter().map(|command| format!("; {} {}", command.program, command.path)));
    prop_oneof![4 => proptest::sample::select(known), 1 => "\\PC{0,12}"]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_line_makes_it_panic_or_hang(
        words in proptest::collection::vec(word(), 0..10),
        server in proptest::sample::select(vec![Server::Gone, Server::Empty, Server::Silent]),
        plain in any::<bool>(),
    ) {
        let mut world = World::new(server);
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\nkind: List\n---\n- x\n";
        world.handle(Input::File { name: "a.yaml".into(), text: text.into() });
        let start = if plain { "" } else { "kubectl " };
        world.run(&format!("{start}{}", words.join(" ")));
        prop_assert!(world.terminal.screen().lines().count() <= LINES_MAX + 1);
        prop_assert!(!world.terminal.busy());
    }
}

/// Pieces of the languages in which output is asked for.
fn template() -> impl Strategy<Value = String> {
    let known = vec![
        "{",
        "}",
        "{{",
        "}}",
        "[",
        "]",
        "[?(@.",
        ")]",
        "(",
        ")",
        ".",
        "..",
        "*",
        "@",
        "$",
        "\"",
        "'",
        "\\",
        ",",
        ":",
        "-",
        "=",
        "==",
        "!=",
        "a",
        "items",
        "metadata.name",
        "range ",
        "end",
        "if ",
        "else",
        "index ",
        "len ",
        "printf ",
        "|",
        "0",
        "-1",
        "1:2",
        "\n",
        "한",
        " ",
    ];
    let piece = prop_oneof![5 => proptest::sample::select(known).prop_map(str::to_owned),
                            1 => "\\PC{0,3}"];
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_template_makes_it_panic_or_hang(text in template()) {
        use super::printers::{custom_columns::Columns, go_template::GoTemplate, jsonpath::Template};
        let value = crate::api::testkit::document(
            "{items: [{a: 1, metadata: {name: x}}, {a: [1, 2]}], kind: List}",
        );
        for text in [text.clone(), format!("{{{text}}}"), format!("{{.items[*]{text}}}")] {
            let _ = Template::parse(&text).map(|template| template.print(&value));
        }
        let _ = Columns::parse(&text);
        let _ = GoTemplate::parse(&text).map(|template| template.print(&value));
    }
}
