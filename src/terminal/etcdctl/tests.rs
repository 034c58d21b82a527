//! etcdctl before one real member, and any line typed into it.

use std::sync::Arc;

use super::Hosts;
use crate::api::Stored;
use crate::etcd::{self, Disk, Identity, Member, MemberInfo, Settings};
use crate::sim::{Address, Duration, Effect, HostId, Outbox, Queue, RecordId, Rng, Time};
use crate::terminal::{Input, Message, Out, Terminal, Timer};

/// What can happen in the world of a test.
enum Happening {
    ToMember(etcd::Input<Stored>),
    ToTerminal(Input),
}

/// A terminal and one member of etcd, on a perfect network.
pub struct World {
    terminal: Terminal,
    member: Member<Stored>,
    queue: Queue<Happening>,
    now: Time,
    told: u64,
}

const LATENCY: Duration = Duration::from_micros(250);
const TERMINAL: Address = Address::new(HostId(1), 40_000);
const MEMBER: Address = Address::new(HostId(0), 2379);

impl World {
    pub fn new() -> Self {
        let hosts = Hosts {
            own: HostId(1),
            all: [("master".into(), "10.0.0.1".into(), HostId(0))].into(),
            members: ["10.0.0.1".into()].into(),
        };
        let founder = MemberInfo {
            id: 1,
            name: "master".into(),
            peer_urls: vec!["https://10.0.0.1:2380".into()],
            client_urls: Vec::new(),
            address: Some(Address::new(HostId(0), 2380)),
            is_learner: false,
        };
        let client_urls = vec!["https://10.0.0.1:2379".into()];
        let own = Identity { name: "master".into(), client_urls };
        let (known, disk) = ([Arc::new(founder)].into(), Disk::new());
        let member = Member::new((1, own), Settings::default(), known, disk, Rng::new(1));
        let terminal = Terminal::new(Address::default(), hosts);
        let now = Time::from_secs(1_767_603_600);
        let mut world = Self { terminal, member, queue: Queue::new(), now, told: 1 };
        world.queue.push(now, Happening::ToMember(etcd::Input::Start));
        world.pass(Duration::from_secs(3));
        world
    }

    /// Puts a file beside the terminal, as an editor does.
    fn write(&mut self, name: &str, text: &str) {
        let file = Input::File { name: name.into(), text: text.into() };
        self.queue.push(self.now, Happening::ToTerminal(file));
        self.pass(Duration::ZERO);
    }

    pub fn pass(&mut self, span: Duration) {
        let until = self.now + span;
        while self.queue.next_time().is_some_and(|at| at <= until) {
            self.step();
        }
        self.now = until;
    }

    fn step(&mut self) {
        let Some((now, _, happening)) = self.queue.pop() else { return };
        self.now = now;
        match happening {
            Happening::ToMember(input) => {
                let mut out = Outbox::new();
                out.open(now, RecordId(1));
                self.member.handle(input, &mut self.told, &mut out);
                let effects: Vec<_> = out.drain().collect();
                effects.into_iter().for_each(|effect| self.of_member(effect));
            }
            Happening::ToTerminal(input) => {
                let mut out = Out::new();
                out.open(now, RecordId(1));
                self.terminal.handle(now, input, &mut out);
                let effects: Vec<_> = out.drain().collect();
                effects.into_iter().for_each(|effect| self.of_terminal(effect));
            }
        }
    }

    fn of_member(&mut self, effect: Effect<etcd::Message<Stored>, etcd::Timer, etcd::Record>) {
        match effect {
            Effect::Timer { at, token, .. } => {
                _ = self.queue.push(at, Happening::ToMember(etcd::Input::Timer(token)));
            }
            Effect::Send { after, message, .. } => {
                let input = match message {
                    etcd::Message::Response(id, response) => Input::Answer(id, response),
                    etcd::Message::Events(id, events) => Input::Changes(id, events),
                    _ => return,
                };
                self.queue.push(self.now + after + LATENCY, Happening::ToTerminal(input));
            }
            Effect::Record { .. } => {}
        }
    }

    fn of_terminal(&mut self, effect: Effect<Message, Timer, crate::terminal::Record>) {
        let later = self.now + LATENCY;
        match effect {
            Effect::Timer { at, token, .. } => {
                _ = self.queue.push(at, Happening::ToTerminal(Input::Timer(token)));
            }
            Effect::Send { to, message, .. } => {
                let happening = match message {
                    Message::Store(id, request) if to == MEMBER => {
                        Happening::ToMember(etcd::Input::Request(TERMINAL, id, request))
                    }
                    Message::CancelStore(id) => {
                        Happening::ToMember(etcd::Input::Cancel(TERMINAL, id))
                    }
                    Message::Store(..) => Happening::ToTerminal(Input::StoreGone(to)),
                    Message::Server(_) => Happening::ToTerminal(Input::Disconnected),
                };
                self.queue.push(later, happening);
            }
            Effect::Record { .. } => {}
        }
    }

    /// Types a line, lets it run, and gives what it printed.
    pub fn run(&mut self, line: &str) -> String {
        self.queue.push(self.now, Happening::ToTerminal(Input::Line(line.into())));
        self.step();
        let end = self.now + Duration::from_secs(30);
        while self.terminal.busy() && self.now < end {
            self.step();
        }
        assert!(!self.terminal.busy(), "{line} does not end");
        let screen = self.terminal.screen();
        screen.output(screen.commands_end() - 1)
    }
}

#[track_caller]
fn check(world: &mut World, line: &str, expected: &str) {
    assert_eq!(world.run(line), expected, "{line}");
}

#[test]
fn keys_are_put_got_and_deleted() {
    let world = &mut World::new();
    check(world, "etcdctl put foo bar", "OK\n");
    check(world, "etcdctl put foo baz --prev-kv", "OK\nfoo\nbar\n");
    check(world, "etcdctl put fob x", "OK\n");
    check(world, "etcdctl get foo", "foo\nbaz\n");
    check(world, "etcdctl get foo --rev=2", "foo\nbar\n");
    check(world, "etcdctl get fo --prefix --keys-only", "fob\n\nfoo\n\n");
    check(world, "etcdctl get --from-key fob --limit 1", "fob\nx\n");
    check(world, "etcdctl get fo --prefix --print-value-only --order=DESCEND", "baz\nx\n");
    check(world, "etcdctl get foo --consistency=s", "foo\nbaz\n");
    check(world, "etcdctl put foo --ignore-value", "OK\n");
    check(world, "etcdctl put no --ignore-value", "Error: etcdserver: key not found\n");
    check(world, "etcdctl del fo --prefix --prev-kv", "2\nfob\nx\nfoo\nbaz\n");
    check(world, "etcdctl del foo", "0\n");
    check(world, "etcdctl get nothing", "");
    check(world, "etcdctl compaction 4", "compacted revision 4\n");
    let compacted = "Error: etcdserver: mvcc: required revision has been compacted\n";
    check(world, "etcdctl get foo --rev=2", compacted);
    let future = "Error: etcdserver: mvcc: required revision is a future revision\n";
    check(world, "etcdctl get foo --rev=99", future);
}

#[test]
fn answers_are_json_when_that_is_asked() {
    let world = &mut World::new();
    let header = |world: &World, revision: u64| {
        let (cluster, term) = (world.member.cluster(), world.member.node().term());
        format!(
            "{{\"header\":{{\"cluster_id\":{cluster},\"member_id\":1,\"revision\":{revision},\
             \"raft_term\":{term}}}"
        )
    };
    let expected = header(world, 2) + "}\n";
    check(world, "etcdctl put foo bar -w json", &expected);
    let kvs = "[{\"key\":\"Zm9v\",\"create_revision\":2,\"mod_revision\":2,\"version\":1,\
               \"value\":\"YmFy\"}]";
    let expected = format!("{},\"kvs\":{kvs},\"count\":1}}\n", header(world, 2));
    check(world, "etcdctl get foo -w json", &expected);
    let expected = header(world, 3) + ",\"deleted\":1}\n";
    check(world, "etcdctl del foo --write-out=json", &expected);
    let table = "Error: table is not supported as output format\n";
    check(world, "etcdctl get foo -w table", table);
}

#[test]
fn transactions_are_read_from_stdin() {
    let world = &mut World::new();
    world.run("etcdctl put k 1");
    let txn = "etcdctl txn <<EOF\nvalue(\"k\") = \"1\"\n\nput k \"2 3\"\nget k\n\ndel k\n\nEOF";
    check(world, txn, "SUCCESS\n\nOK\n\nk\n2 3\n");
    check(world, txn, "FAILURE\n\n1\n");
    let bad = "etcdctl txn <<EOF\nvalue(k = 1\n\n\n\nEOF";
    check(world, bad, "Error: malformed comparison: value(k = 1\n");
    let twice = "etcdctl txn <<EOF\n\nput a 1\nput a 2\n\n\nEOF";
    check(world, twice, "Error: etcdserver: duplicate key given in txn request\n");
}

#[test]
fn leases_are_granted_and_end() {
    let world = &mut World::new();
    let granted = world.run("etcdctl lease grant 60");
    let id = granted.split(' ').nth(1).unwrap().to_owned();
    assert_eq!(granted, format!("lease {id} granted with TTL(60s)\n"));
    check(world, &format!("etcdctl put k v --lease={id}"), "OK\n");
    let left = world.run(&format!("etcdctl lease timetolive {id} --keys"));
    let expected =
        format!("lease {id} granted with TTL(60s), remaining(59s), attached keys([k])\n");
    assert_eq!(left, expected);
    check(world, "etcdctl lease list", &format!("found 1 leases\n{id}\n"));
    let kept = format!("lease {id} keepalived with TTL(60)\n");
    check(world, &format!("etcdctl lease keep-alive --once {id}"), &kept);
    check(world, &format!("etcdctl lease revoke {id}"), &format!("lease {id} revoked\n"));
    check(world, "etcdctl get k", "");
    let expired = format!("lease {id} already expired\n");
    check(world, &format!("etcdctl lease timetolive {id}"), &expired);
    check(world, "etcdctl put k v --lease=7", "Error: etcdserver: requested lease not found\n");
    let bad = "Error: bad lease ID arg (strconv.ParseInt: parsing \"xyz\": invalid syntax), \
               expecting ID in Hex\n";
    check(world, "etcdctl lease revoke xyz", bad);
}

#[test]
fn members_and_endpoints_are_looked_at() {
    let world = &mut World::new();
    let line = "1, started, master, https://10.0.0.1:2380, https://10.0.0.1:2379, false\n";
    check(world, "etcdctl member list", line);
    let healthy = world.run("etcdctl endpoint health");
    let start = "https://10.0.0.1:2379 is healthy: successfully committed proposal: took = ";
    assert!(healthy.starts_with(start) && healthy.ends_with("ms\n") || healthy.ends_with("µs\n"));
    let status = world.run("etcdctl endpoint status --cluster");
    assert!(
        status.starts_with("https://10.0.0.1:2379, 1, 3.6.8, 3.6.0, 20 kB, 20 kB, true, false, ")
    );
    let table = world.run("etcdctl endpoint status -w table");
    assert!(
        table.contains("| STORAGE VERSION | DB SIZE | DB SIZE IN USE | IS LEADER |"),
        "{table}"
    );
    let hash = world.run("etcdctl endpoint hashkv");
    assert!(hash.ends_with(", 1\n"), "{hash}");
    check(world, "etcdctl alarm list", "");
    let refused = "Error: etcdserver: re-configuration failed due to not enough started members\n";
    check(world, "etcdctl member remove 1", refused);
    check(
        world,
        "etcdctl member promote 1",
        "Error: etcdserver: can only promote a learner member\n",
    );
    check(world, "etcdctl member remove 9", "Error: etcdserver: member not found\n");
    check(world, "etcdctl move-leader 9", "Error: etcdserver: bad leader transferee\n");
    let defrag = world.run("etcdctl defrag");
    assert!(defrag.starts_with("Finished defragmenting etcd member[https://10.0.0.1:2379]. took "));
    let added = world.run("etcdctl member add two --learner --peer-urls=https://10.0.0.2:2380");
    assert!(added.starts_with("Member                2 added to cluster "), "{added}");
    assert!(added.contains(
        "ETCD_INITIAL_CLUSTER=\"master=https://10.0.0.1:2380,two=https://10.0.0.2:2380\"\n"
    ));
}

#[test]
fn copies_are_saved_and_told_from_altered_ones() {
    let world = &mut World::new();
    world.run("etcdctl put k v");
    let saved = "Snapshot saved at a.db\nServer version 3.6.0\n";
    check(world, "etcdctl snapshot save a.db", saved);
    let status = world.run("etcdutl snapshot status a.db -w table");
    assert!(status.contains("|   HASH   | REVISION | TOTAL KEYS | TOTAL SIZE | STORAGE VERSION |"));
    check(
        world,
        "etcdutl snapshot status none.db",
        "Error: stat none.db: no such file or directory\n",
    );
    world.run("etcdutl snapshot restore a.db --data-dir=restored");
    assert_eq!(world.terminal.backup("restored").unwrap().status().revision, 2);
    let again = world.run("etcdutl snapshot restore a.db --data-dir restored");
    assert_eq!(again, "Error: data-dir \"restored\" not empty or could not be read\n");
    let missing = "Error: open none.db: no such file or directory\n";
    check(world, "etcdutl snapshot restore none.db", missing);
    world.run("echo something else > a.db");
    let altered = world.run("etcdutl snapshot restore a.db --data-dir=other");
    let hashes = altered.strip_prefix("Error: expected sha256 [").unwrap_or_default();
    let (expected, found) = hashes.split_once("], got [").unwrap_or_default();
    assert_eq!([expected, found].map(|hash| hash.split(' ').count()), [32, 32], "{altered}");
    world.write("a.db", "etcd snap");
    let cut = "Error: snapshot missing hash but --skip-hash-check=false\n";
    check(world, "etcdutl snapshot restore a.db --data-dir=other", cut);
    assert!(world.terminal.backup("other").is_none());
}

#[test]
fn what_cannot_be_reached_or_understood_is_said() {
    let world = &mut World::new();
    let nobody = "Error: context deadline exceeded\n";
    check(world, "etcdctl get k --endpoints=127.0.0.1:2379", nobody);
    check(world, "ETCDCTL_ENDPOINTS=https://10.0.0.9:2379 etcdctl get k", nobody);
    check(world, "etcdctl get k --endpoints=10.0.0.9:2379,master:2379", "");
    check(world, "etcdctl gte k", "Error: unknown command \"gte\" for \"etcdctl\"\n");
    check(world, "etcdctl get k --nope", "Error: unknown flag: --nope\n");
    check(
        world,
        "etcdctl put",
        "Error: put command needs 1 argument and input from stdin or 2 arguments.\n",
    );
    check(world, "export ETCDCTL_ENDPOINTS=localhost:2379; etcdctl get k", nobody);
    assert!(world.run("etcdctl").contains("COMMANDS:\n\tget "));
    assert!(world.run("etcdctl lease").contains("lease grant"));
}

#[test]
fn a_watch_prints_until_it_is_interrupted() {
    let world = &mut World::new();
    world.run("etcdctl put k 1");
    world
        .queue
        .push(world.now, Happening::ToTerminal(Input::Line("etcdctl watch k --rev=1".into())));
    world.pass(Duration::from_secs(1));
    let delete = etcd::mvcc::Op::Delete { range: etcd::mvcc::KeyRange::one("k") };
    let request = etcd::rpc::Request::Txn(etcd::mvcc::Txn::of(vec![delete]));
    let other = Address::new(HostId(7), 1);
    let input = etcd::Input::Request(other, 1, Arc::new(request));
    world.queue.push(world.now, Happening::ToMember(input));
    world.pass(Duration::from_secs(1));
    let screen = world.terminal.screen();
    let output = screen.output(screen.commands_end() - 1);
    assert_eq!(output, "PUT\nk\n1\nDELETE\nk\n\n");
    world.queue.push(world.now, Happening::ToTerminal(Input::Interrupt));
    world.pass(Duration::from_secs(1));
    assert!(!world.terminal.busy());
}
