//! The directives of one line each: what the cluster is made of, and what is done to it.
//!
//! Setup comes first, since a cluster is made once; names of hosts are looked up as they are read,
//! so that a misspelt one is a mistake of the script and not a step that does nothing.

use super::words::{Word, Words};
use super::{Action, Problem};
use crate::cluster::{
    Command, Component, Config, Grain, Machine, MemberDeed, MessageDeed, Places, Style, Tuning,
};

/// What a cluster is to be made of, as far as it has been read.
#[derive(Clone, Debug)]
pub struct Setup {
    pub config: Config,
    /// `cluster teaching` brings workers of its own, unless others are named.
    named_workers: bool,
}

impl Setup {
    /// One master, no workers, stand-ins for kubelets: what the recordings have when they say
    /// nothing.
    pub fn new() -> Self {
        Self { config: Config::bare(1, 0), named_workers: false }
    }

    /// Reads a directive of the setup. `None` when `name` is not one.
    pub fn read(&mut self, name: Word<'_>, words: &mut Words<'_>) -> Option<Result<(), Problem>> {
        let read = match name.text {
            "nodes" => self.nodes(words),
            "node" => self.node(words),
            "masters" => self.masters(words),
            "spares" => self.spares(words),
            "seed" => words.need("a number").and_then(|word| {
                self.config.seed = word.number()?;
                Ok(())
            }),
            "cluster" => self.cluster(words),
            _ => return None,
        };
        Some(read.and_then(|()| words.end()))
    }

    fn masters(&mut self, words: &mut Words<'_>) -> Result<(), Problem> {
        let word = words.need("a number of masters")?;
        let masters = word.number()?;
        match self.config.style {
            Style::Etcd if !(1..=MEMBERS_MAX).contains(&masters) => {
                return Err(word.problem(format!("there are 1 to {MEMBERS_MAX} members")));
            }
            Style::Etcd => {}
            _ if ![1, 3, 5].contains(&masters) => {
                return Err(word.problem("there are 1, 3 or 5 masters"));
            }
            _ => {}
        }
        self.config.masters = masters;
        Ok(())
    }

    fn spares(&mut self, words: &mut Words<'_>) -> Result<(), Problem> {
        let word = words.need("a number of spare machines")?;
        let spares = word.number()?;
        if spares >= self.config.masters {
            return Err(word.problem("somebody must found the cluster"));
        }
        self.config.spares = spares;
        Ok(())
    }

    fn cluster(&mut self, words: &mut Words<'_>) -> Result<(), Problem> {
        let word = words.need("a kind of cluster")?;
        match word.text {
            "bare" => self.config.style = Style::Bare,
            "kubelets" => self.config.style = Style::BareControlPlane,
            "kubeadm" => self.config.style = Style::Kubeadm,
            "etcd" => self.config.style = Style::Etcd,
            "teaching" => {
                let teaching = Config::teaching(self.config.seed);
                let workers = std::mem::take(&mut self.config.workers);
                self.config = Config {
                    workers: if self.named_workers { workers } else { teaching.workers },
                    ..teaching
                };
            }
            _ => return Err(word.problem("a cluster is bare, kubelets, kubeadm, teaching or etcd")),
        }
        Ok(())
    }

    fn nodes(&mut self, words: &mut Words<'_>) -> Result<(), Problem> {
        let word = words.need("a number of nodes")?;
        let count: usize = word.number()?;
        if count > WORKERS_MAX {
            return Err(word.problem(format!("there are at most {WORKERS_MAX} nodes")));
        }
        let mut machine = Machine::new("");
        while let Some(word) = words.next() {
            amount(&mut machine, word)?;
        }
        for n in 1..=count {
            self.add(Machine { name: format!("node-{n}").into(), ..machine.clone() });
        }
        self.named_workers = true;
        Ok(())
    }

    fn node(&mut self, words: &mut Words<'_>) -> Result<(), Problem> {
        let name = words.need("the name of the node")?;
        if self.config.workers.iter().any(|worker| worker.name == name.text) {
            return Err(name.problem("there is such a node already"));
        }
        let mut machine = Machine::new(name.text);
        while let Some(word) = words.next() {
            if let Some(label) = word.after("label:") {
                let (key, value) = pair(label)?;
                machine.labels.push((key.into(), value.into()));
            } else if let Some(taint) = word.after("taint:") {
                let (taint, effect) = taint
                    .text
                    .rsplit_once(':')
                    .ok_or_else(|| taint.problem("a taint is KEY=VALUE:EFFECT"))?;
                let (key, value) = taint.split_once('=').unwrap_or((taint, ""));
                machine.taints.push((key.into(), value.into(), effect.into()));
            } else {
                amount(&mut machine, word)?;
            }
        }
        self.add(machine);
        Ok(())
    }

    fn add(&mut self, machine: Machine) {
        if !self.named_workers {
            self.config.workers.clear();
            self.named_workers = true;
        }
        self.config.workers.push(machine);
    }
}

/// The documented limit of Kubernetes.
const WORKERS_MAX: usize = 5000;

fn pair(word: Word<'_>) -> Result<(&str, &str), Problem> {
    word.text.split_once('=').ok_or_else(|| word.problem("KEY=VALUE is needed"))
}

/// How much a machine has of something.
fn amount(machine: &mut Machine, word: Word<'_>) -> Result<(), Problem> {
    if let Some(cpu) = word.after("cpu=") {
        machine.cpu = cpu.text.into();
    } else if let Some(memory) = word.after("memory=") {
        machine.memory = memory.text.into();
    } else if let Some(pods) = word.after("pods=") {
        machine.pods = pods.number()?;
    } else {
        return Err(word.problem("a machine has cpu=, memory= and pods="));
    }
    Ok(())
}

/// Reads a directive that does something on a cluster made of `config`.
pub fn action(config: &Config, name: Word<'_>, words: &mut Words<'_>) -> Result<Action, Problem> {
    let action = match name.text {
        "wait" => Action::Wait(words.need("a duration")?.duration()?),
        "step" => go(false, words)?,
        "back" => go(true, words)?,
        "expect" => expect(words)?,
        _ => Action::Do(Hands { config, places: Places::new(config) }.command(name, words)?),
    };
    words.end()?;
    Ok(action)
}

fn go(back: bool, words: &mut Words<'_>) -> Result<Action, Problem> {
    let mut word = words.need("how far")?;
    let mut count = 1;
    if word.text.starts_with(|c: char| c.is_ascii_digit()) {
        count = word.number()?;
        word = words.need("what is counted")?;
    }
    let grain = match word.text.strip_suffix('s').unwrap_or(word.text) {
        "message" => Grain::Message,
        "tick" => Grain::Tick,
        "phase" => Grain::Phase,
        "term" => Grain::Term,
        "write" => Grain::Write,
        "action" => Grain::Action,
        "marker" => Grain::Marker,
        _ => return Err(word.problem("steps are messages, phases, writes, actions or markers")),
    };
    Ok(Action::Go { back, count, grain })
}

fn expect(words: &mut Words<'_>) -> Result<Action, Problem> {
    let mut ahead = words.clone();
    let present = ahead.next().is_none_or(|word| word.text != "no");
    if !present {
        *words = ahead;
    }
    Ok(Action::Expect { text: words.rest("a text")?.to_owned(), present })
}

/// What hands do to machines.
struct Hands<'a> {
    config: &'a Config,
    places: Places,
}

impl Hands<'_> {
    fn command(&self, name: Word<'_>, words: &mut Words<'_>) -> Result<Command, Problem> {
        Ok(match name.text {
            "interrupt" => Command::Interrupt,
            "finish" => finish(words)?,
            "stop" => match self.component(words)? {
                Ok(component) => Command::Stop { component },
                Err(host) => Command::PowerOff { host },
            },
            "start" => match self.component(words)? {
                Ok(component) => Command::Start { component },
                Err(host) => Command::PowerOn { host },
            },
            "power" => {
                let way = words.need("on or off")?;
                let host = self.host(words)?;
                match way.text {
                    "off" => Command::PowerOff { host },
                    "on" => Command::PowerOn { host },
                    _ => return Err(way.problem("power is on or off")),
                }
            }
            "cut" => self.cut(words)?,
            "worsen" => self.worsen(words)?,
            "partition" => self.partition(words)?,
            "etcd" => Command::Member { host: self.host(words)?, deed: member_deed(words)? },
            "timers" => match words.need("align or spread")? {
                word if word.text == "align" => Command::Timers { aligned: true },
                word if word.text == "spread" => Command::Timers { aligned: false },
                word => return Err(word.problem("timers align or spread")),
            },
            "etcd-flags" => Command::Tune { tuning: tuning(words)? },
            "restore" => {
                let directory = words.need("a directory that etcdutl has restored")?;
                Command::Restore { directory: directory.text.to_owned() }
            }
            "message" => Command::Message {
                number: words.need("the number of a message")?.number()?,
                deed: message_deed(words)?,
            },
            "isolate" => Command::Isolate { host: self.host(words)? },
            "mend" if words.clone().next().is_some_and(|word| word.text == "all") => {
                words.next();
                Command::MendAll
            }
            "mend" => Command::Mend { a: self.host(words)?, b: self.host(words)? },
            _ => return Err(name.problem(format!("no such directive; there are {DIRECTIVES}"))),
        })
    }

    fn cut(&self, words: &mut Words<'_>) -> Result<Command, Problem> {
        let (a, b) = (self.host(words)?, self.host(words)?);
        match words.next() {
            None => Ok(Command::Cut { a, b }),
            Some(word) if word.text == "one-way" => Ok(Command::CutOneWay { from: a, to: b }),
            Some(word) => Err(word.problem("a cable is cut, or cut one-way")),
        }
    }

    fn worsen(&self, words: &mut Words<'_>) -> Result<Command, Problem> {
        let (a, b) = (self.host(words)?, self.host(words)?);
        let (mut loss_per_million, mut delay_micros, mut jitter_micros) = (0, 0, 0);
        while let Some(word) = words.next() {
            if let Some(loss) = word.after("loss=") {
                let percent = Word { text: loss.text.trim_end_matches('%'), ..loss };
                let percent: u32 = percent.number()?;
                loss_per_million = percent.min(100) * 10_000;
            } else if let Some(delay) = word.after("delay=") {
                delay_micros = delay.duration()?.as_micros() as u64;
            } else if let Some(jitter) = word.after("jitter=") {
                jitter_micros = jitter.duration()?.as_micros() as u64;
            } else {
                return Err(word.problem("a cable has loss=, delay= and jitter="));
            }
        }
        Ok(Command::Worsen { a, b, loss_per_million, delay_micros, jitter_micros })
    }

    fn partition(&self, words: &mut Words<'_>) -> Result<Command, Problem> {
        let mut groups = Vec::new();
        while let Some(word) = words.next() {
            let names = word.text.split(',').map(|name| Word { text: name, ..word });
            let hosts = names.map(|name| self.known(name)).collect::<Result<_, _>>()?;
            groups.push(hosts);
        }
        Ok(Command::Partition { groups })
    }

    fn host(&self, words: &mut Words<'_>) -> Result<String, Problem> {
        self.known(words.need("the name of a host")?)
    }

    fn known(&self, word: Word<'_>) -> Result<String, Problem> {
        match self.places.host(word.text) {
            Some(_) => Ok(word.text.to_owned()),
            None => Err(word.problem("there is no such host")),
        }
    }

    /// `COMPONENT HOST`, or `NODE` alone for its kubelet. A node whose kubelet is a stand-in has no
    /// process to stop: its name comes back instead.
    fn component(&self, words: &mut Words<'_>) -> Result<Result<Component, String>, Problem> {
        let first = words.need("a component and its host")?;
        let Some(second) = words.next() else {
            let host = self.places.host(first.text);
            let host = host.ok_or_else(|| first.problem("there is no such node"))?;
            return Ok(match self.config.style {
                Style::Bare => Err(first.text.to_owned()),
                Style::Kubeadm | Style::BareControlPlane | Style::Etcd => {
                    Ok(Component::Kubelet(host))
                }
            });
        };
        let host = self.places.host(second.text);
        let host = host.ok_or_else(|| second.problem("there is no such host"))?;
        if first.text == "kubelet" {
            return Ok(Ok(Component::Kubelet(host)));
        }
        let master = u8::try_from(host.0).ok().filter(|_| self.places.is_master(host));
        let at = master.ok_or_else(|| second.problem("this is not a master"))?;
        Ok(Ok(match first.text {
            "etcd" => Component::Etcd(at),
            "kube-apiserver" => Component::Apiserver(at),
            "kube-scheduler" => Component::Scheduler(at),
            "kube-controller-manager" => Component::ControllerManager(at),
            _ => return Err(first.problem("there is no such component")),
        }))
    }
}

const DIRECTIVES: &str = "cluster, nodes, node, masters, spares, seed, file, $, |, ~, wait, step, back, \
                          expect, stop, start, power, cut, worsen, partition, mend, isolate, etcd, \
                          etcd-flags, timers, message, restore, finish and interrupt";

/// Members that one can still take in at a glance.
const MEMBERS_MAX: u8 = 9;

/// The flags of etcd; those that are not named are as usual.
fn tuning(words: &mut Words<'_>) -> Result<Tuning, Problem> {
    let mut tuning = Tuning::default();
    let mut last = None;
    while let Some(word) = words.next() {
        last = Some(word);
        let millis = |word: Word<'_>| word.duration().map(|time| time.as_millis() as u32);
        let switch = |word: Word<'_>| match word.text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(word.problem("true or false")),
        };
        if let Some(value) = word.after("heartbeat=") {
            tuning.heartbeat_ms = millis(value)?;
        } else if let Some(value) = word.after("election=") {
            tuning.election_ms = millis(value)?;
        } else if let Some(value) = word.after("spread=") {
            tuning.spread_ms = millis(value)?;
        } else if let Some(value) = word.after("pre-vote=") {
            tuning.pre_vote = switch(value)?;
        } else if let Some(value) = word.after("check-quorum=") {
            tuning.check_quorum = switch(value)?;
        } else if let Some(value) = word.after("single-entries=") {
            tuning.single_entries = switch(value)?;
        } else if let Some(value) = word.after("snapshot-count=") {
            tuning.snapshot_count = value.number()?;
        } else {
            return Err(word.problem(
                "there are heartbeat=, election=, spread=, pre-vote=, check-quorum=, \
                 single-entries= and snapshot-count=",
            ));
        }
    }
    match (tuning.check(), last) {
        (Err(error), Some(word)) => Err(word.problem(error.to_string())),
        _ => Ok(tuning),
    }
}

fn member_deed(words: &mut Words<'_>) -> Result<MemberDeed, Problem> {
    let word = words.need("what befalls the member")?;
    Ok(match word.text {
        "pause" => MemberDeed::Pause,
        "resume" => MemberDeed::Resume,
        "timeout" => MemberDeed::TimeOut,
        "crash" => MemberDeed::Crash,
        "slow-disk" => {
            let more = words.need("how much slower")?.duration()?;
            MemberDeed::SlowDisk { micros: more.as_micros() as u64 }
        }
        "full-disk" => MemberDeed::FullDisk { is_full: true },
        "free-disk" => MemberDeed::FullDisk { is_full: false },
        "corrupt-data" => MemberDeed::CorruptData,
        "corrupt-snapshot" => MemberDeed::CorruptSnapshot,
        "wipe" => MemberDeed::Wipe,
        _ => {
            return Err(word.problem(
                "there are pause, resume, timeout, crash, slow-disk, full-disk, free-disk, \
                 corrupt-data, corrupt-snapshot and wipe",
            ));
        }
    })
}

fn message_deed(words: &mut Words<'_>) -> Result<MessageDeed, Problem> {
    let word = words.need("what befalls the message")?;
    Ok(match word.text {
        "deliver" => MessageDeed::Deliver,
        "hold" => MessageDeed::Hold,
        "drop" => MessageDeed::Drop,
        "duplicate" => MessageDeed::Duplicate,
        "delay" => {
            let more = words.need("how long")?.duration()?;
            MessageDeed::Delay { micros: more.as_micros() as u64 }
        }
        _ => return Err(word.problem("there are deliver, hold, drop, duplicate and delay")),
    })
}

fn finish(words: &mut Words<'_>) -> Result<Command, Problem> {
    let prefix = words.need("how the names of the pods begin")?.text.to_owned();
    let word = words.need("exit=CODE")?;
    let code = word.after("exit=").ok_or_else(|| word.problem("exit=CODE is needed"))?;
    Ok(Command::Finish { prefix, code: code.number()? })
}
