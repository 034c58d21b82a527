//! Probes: whether a container has started, lives, and is ready.
//!
//! Models pkg/kubelet/prober/worker.go. A probe whose answer cannot change before a certain time
//! is not asked again until then: a healthy container costs nothing.
//!
//! Departure: the rounds of a container's probes are counted from when the kubelet first sees it
//! running, not from when the pod was first synced.

use super::cri::ContainerId;
use super::workload::{self, Program, Question, Reply};
use crate::api::types::Container;
use crate::api::{Codec, Str, Value};
use crate::sim::{Duration, Time};

/// What a probe decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // They are Kubernetes' own words.
pub enum ProbeKind {
    Startup,
    Liveness,
    Readiness,
}

/// The probes of one run of a container.
#[derive(Clone, PartialEq, Debug)]
pub struct Prober {
    container: ContainerId,
    /// When it was first seen running; rounds are counted from there.
    anchor: Time,
    /// When it was started.
    started: Time,
    probes: Vec<Probe>,
}

/// One probe, and how it stands.
#[derive(Clone, PartialEq, Debug)]
struct Probe {
    kind: ProbeKind,
    handler: Handler,
    initial_delay: Duration,
    period: Duration,
    timeout: Duration,
    success_threshold: u32,
    failure_threshold: u32,
    grace: Option<u64>,
    /// What counts, once a threshold has been reached.
    result: Option<bool>,
    /// What was heard last, and how often in a row.
    last: bool,
    run: u32,
    next: Option<Time>,
}

#[derive(Clone, PartialEq, Debug)]
enum Handler {
    Http { port: u16, path: Str },
    Tcp(u16),
    Grpc(u16),
    Exec(Vec<Str>),
}

/// What the container is like at the moment.
#[derive(Clone, Copy, Debug)]
pub struct Patient<'a> {
    /// What it runs.
    pub program: &'a Program,
    /// The address at which it is asked.
    pub address: &'a str,
    /// Whether it has been made to fail.
    pub sick: bool,
}

/// What came of a round.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Round {
    /// Probes that failed, with what the event says.
    pub failures: Vec<(ProbeKind, String)>,
    /// Results that changed.
    pub changes: Vec<(ProbeKind, bool)>,
}

impl ProbeKind {
    const ALL: [Self; 3] = [Self::Startup, Self::Liveness, Self::Readiness];

    /// Its name as events spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Startup => "Startup",
            Self::Liveness => "Liveness",
            Self::Readiness => "Readiness",
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::Startup => "startupProbe",
            Self::Liveness => "livenessProbe",
            Self::Readiness => "readinessProbe",
        }
    }
}

impl Prober {
    /// The probes of a container that was started at `started` and is first seen running at `now`;
    /// `None` when it has none. `was_ready` is what its status told before, should the kubelet
    /// have been away.
    pub fn new(
        spec: &Container,
        container: ContainerId,
        started: Time,
        now: Time,
        was_ready: bool,
    ) -> Option<Self> {
        let probe = |kind: ProbeKind| Probe::load(kind, spec, was_ready);
        let probes: Vec<_> = ProbeKind::ALL.into_iter().filter_map(probe).collect();
        let mut prober = Self { container, anchor: now, started, probes };
        prober.schedule_all(now);
        (!prober.probes.is_empty()).then_some(prober)
    }

    /// Which run of the container they are for.
    pub fn container(&self) -> ContainerId {
        self.container
    }

    /// Whether the container has started as far as its startup probe knows.
    pub fn is_started(&self) -> bool {
        self.result(ProbeKind::Startup).is_none_or(|result| result == Some(true))
    }

    /// Whether the container is ready as far as its readiness probe knows.
    pub fn is_ready(&self) -> bool {
        self.result(ProbeKind::Readiness).is_none_or(|result| result == Some(true))
    }

    /// Which probe has given the container up, and the grace it grants.
    pub fn verdict(&self) -> Option<(ProbeKind, Option<u64>)> {
        let fatal =
            |probe: &&Probe| probe.kind != ProbeKind::Readiness && probe.result == Some(false);
        self.probes.iter().find(fatal).map(|probe| (probe.kind, probe.grace))
    }

    /// When something is to be asked next.
    pub fn next(&self) -> Option<Time> {
        self.probes.iter().filter_map(|probe| probe.next).min()
    }

    /// Liveness and startup are no longer asked about: the pod is being stopped.
    pub fn stop(&mut self) {
        self.probes.retain(|probe| probe.kind == ProbeKind::Readiness);
    }

    /// Asks again from `now` on what had no reason to be asked: the patient has changed.
    pub fn wake(&mut self, now: Time) {
        self.schedule_all(now);
    }

    /// Asks what is due at `now`.
    pub fn ask(&mut self, now: Time, patient: Patient<'_>) -> Round {
        let mut round = Round::default();
        let elapsed = now.since(self.started);
        for probe in &mut self.probes {
            if probe.next.is_none_or(|next| next > now) {
                continue;
            }
            let failure = probe.ask(elapsed, patient);
            if let Some(change) = probe.hear(failure.is_none()) {
                round.changes.push((probe.kind, change));
            }
            round.failures.extend(failure.map(|text| (probe.kind, text)));
        }
        let was_started = !round.changes.contains(&(ProbeKind::Startup, true));
        for at in 0..self.probes.len() {
            let is_due = self.probes[at].next.is_some_and(|next| next <= now);
            if is_due || !was_started {
                self.probes[at].next = self.next_of(at, now, Some(patient));
            }
        }
        round
    }

    fn result(&self, kind: ProbeKind) -> Option<Option<bool>> {
        self.probes.iter().find(|probe| probe.kind == kind).map(|probe| probe.result)
    }

    fn schedule_all(&mut self, now: Time) {
        for at in 0..self.probes.len() {
            // The round that begins now counts.
            let just_before = now - Duration::from_micros(1);
            self.probes[at].next = self.next_of(at, just_before, None);
        }
    }

    /// When a probe is to be asked next, after `now`.
    fn next_of(&self, at: usize, now: Time, patient: Option<Patient<'_>>) -> Option<Time> {
        let probe = &self.probes[at];
        // A verdict stands until there is another container, and a startup probe that has
        // succeeded is done.
        let is_decided = match probe.kind {
            ProbeKind::Startup => probe.result.is_some(),
            ProbeKind::Liveness => probe.result == Some(false),
            ProbeKind::Readiness => false,
        };
        if is_decided || (probe.kind != ProbeKind::Startup && !self.is_started()) {
            return None;
        }
        let earliest = (now + Duration::from_micros(1)).max(self.started + probe.initial_delay);
        let steady = probe.result == Some(true) && probe.last;
        match patient.filter(|patient| steady && !patient.sick) {
            None => Some(self.round_at(probe, earliest)),
            Some(patient) => {
                let change = patient.program.next_change(now.since(self.started))?;
                Some(self.round_at(probe, earliest.max(self.started + change)))
            }
        }
    }

    /// The first round at or after `time`.
    fn round_at(&self, probe: &Probe, time: Time) -> Time {
        let behind = time.since(self.anchor).as_micros() as u64;
        let period = probe.period.as_micros() as u64;
        self.anchor + Duration::from_micros(behind.div_ceil(period) * period)
    }
}

impl Probe {
    fn load(kind: ProbeKind, container: &Container, was_ready: bool) -> Option<Self> {
        let spec = container.rest.get(kind.field())?;
        let number = |field: &str, default: i64| {
            let number = spec.at(field).as_int().filter(|number| *number > 0);
            number.unwrap_or(default) as u64
        };
        Some(Self {
            kind,
            handler: Handler::load(spec, container)?,
            initial_delay: Duration::from_secs(number("initialDelaySeconds", 0)),
            period: Duration::from_secs(number("periodSeconds", 10)),
            timeout: Duration::from_secs(number("timeoutSeconds", 1)),
            success_threshold: number("successThreshold", 1) as u32,
            failure_threshold: number("failureThreshold", 3) as u32,
            grace: spec.at("terminationGracePeriodSeconds").as_int().map(|secs| secs.max(0) as u64),
            result: match kind {
                ProbeKind::Startup => was_ready.then_some(true),
                ProbeKind::Liveness => Some(true),
                ProbeKind::Readiness => Some(was_ready),
            },
            last: false,
            run: 0,
            next: None,
        })
    }

    /// Asks; what the event says when it fails.
    fn ask(&self, elapsed: Duration, patient: Patient<'_>) -> Option<String> {
        let question = match &self.handler {
            Handler::Http { port, path } => Question::Http { port: *port, path },
            Handler::Tcp(port) | Handler::Grpc(port) => Question::Port(*port),
            Handler::Exec(argv) => Question::Exec(argv),
        };
        if let Handler::Exec(argv) = &self.handler
            && patient.program.time_of(argv, elapsed) > self.timeout
        {
            let command = argv.join(" ");
            let secs = self.timeout.as_secs();
            return Some(format!("command timed out: {command:?} timed out after {secs}s"));
        }
        let reply = match (&question, patient.sick) {
            (_, false) => patient.program.reply(&question, elapsed),
            (Question::Http { .. }, true) => Reply::Status(503),
            (Question::Port(_), true) => Reply::Refused,
            (Question::Exec(_), true) => Reply::Failed(1),
        };
        match reply {
            Reply::Good | Reply::Status(200..=399) => None,
            Reply::Status(code) => Some(format!("HTTP probe failed with statuscode: {code}")),
            Reply::Refused => Some(self.handler.refused(patient.address)),
            Reply::Failed(_) => Some(self.handler.output()),
        }
    }

    /// Counts an answer; the result, if it changes.
    fn hear(&mut self, good: bool) -> Option<bool> {
        self.run = if self.last == good { self.run + 1 } else { 1 };
        self.last = good;
        let threshold = if good { self.success_threshold } else { self.failure_threshold };
        let changes = self.run >= threshold && self.result != Some(good);
        if changes {
            self.result = Some(good);
        }
        changes.then_some(good)
    }
}

impl Handler {
    fn load(spec: &Value, container: &Container) -> Option<Self> {
        let port = |value: &Value| {
            let named = || container.ports.iter().find(|port| port.name == value.text());
            let number = value.as_int().or_else(|| Some(i64::from(named()?.container_port)));
            number.and_then(|port| u16::try_from(port).ok())
        };
        let http = spec.at("httpGet");
        if !http.is_null() {
            let path = Str::load(http.at("path"));
            return Some(Self::Http { port: port(http.at("port"))?, path });
        }
        if !spec.at("tcpSocket").is_null() {
            return Some(Self::Tcp(port(spec.at_path(&["tcpSocket", "port"]))?));
        }
        if !spec.at("grpc").is_null() {
            return Some(Self::Grpc(port(spec.at_path(&["grpc", "port"]))?));
        }
        let exec = spec.at_path(&["exec", "command"]);
        (!exec.is_null()).then(|| Self::Exec(workload::words(exec)))
    }

    /// What Go says when nobody listens.
    fn refused(&self, address: &str) -> String {
        match self {
            Self::Http { port, path } => {
                let slash = if path.starts_with('/') { "" } else { "/" };
                format!(
                    "Get \"http://{address}:{port}{slash}{path}\": dial tcp {address}:{port}: \
                     connect: connection refused"
                )
            }
            Self::Tcp(port) => format!("dial tcp {address}:{port}: connect: connection refused"),
            Self::Grpc(port) => format!(
                "timeout: failed to connect service \"{address}:{port}\" within 1s: context \
                 deadline exceeded"
            ),
            Self::Exec(_) => self.output(),
        }
    }

    /// What a failing command prints.
    fn output(&self) -> String {
        match self {
            Self::Exec(argv) => match &argv[..] {
                [cat, .., file] if cat == "cat" => {
                    format!("cat: can't open '{file}': No such file or directory")
                }
                [ls, .., file] if ls == "ls" => format!("ls: {file}: No such file or directory"),
                _ => String::new(),
            },
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Fields, Str};
    use crate::kubelet::cri::Runtime;

    fn container(image: &str, command: &[&str], probes: &[(&str, Value)]) -> Container {
        let command = command.iter().map(|word| Str::from(*word)).collect();
        let mut container = Container { image: image.into(), command, ..Container::default() };
        for (field, probe) in probes {
            container.rest.insert(*field, probe.clone());
        }
        container
    }

    fn http(port: i64, path: &str, more: &[(&str, i64)]) -> Value {
        let get = Value::map([("port", Value::Int(port)), ("path", path.into())]);
        with(Value::map([("httpGet", get)]), more)
    }

    fn exec(command: &str, more: &[(&str, i64)]) -> Value {
        let command = Value::from(command.split(' ').map(Value::from).collect::<Vec<_>>());
        with(Value::map([("exec", Value::map([("command", command)]))]), more)
    }

    fn with(mut probe: Value, more: &[(&str, i64)]) -> Value {
        let fields: &mut Fields = probe.make_map();
        for (field, number) in more {
            fields.insert(*field, Value::Int(*number));
        }
        probe
    }

    fn at(secs: u64) -> Time {
        Time::from_secs(1000 + secs)
    }

    fn prober(container: &Container) -> (Prober, Program) {
        let mut runtime = Runtime::new([10, 244, 1]);
        let id = runtime.run_sandbox(crate::api::Uid(1), false).unwrap().id;
        let prober = Prober::new(container, id, at(0), at(0), false).expect("it has probes");
        (prober, Program::of(container))
    }

    /// Every round up to `until` seconds at which something was told: second, failures, changes.
    fn rounds(container: &Container, until: u64, sick_from: Option<u64>) -> Vec<(u64, Round)> {
        let (mut prober, program) = prober(container);
        let mut told = Vec::new();
        let mut was_sick = false;
        loop {
            let next = prober.next().filter(|next| *next <= at(until));
            let sick_at = sick_from.filter(|_| !was_sick).map(at);
            let now = match (next, sick_at) {
                (Some(next), Some(sick)) if sick <= next => sick,
                (Some(next), _) => next,
                (None, Some(sick)) => sick,
                (None, None) => return told,
            };
            let sick = sick_from.is_some_and(|from| now >= at(from));
            if sick && !was_sick {
                was_sick = true;
                prober.wake(now);
                continue;
            }
            let patient = Patient { program: &program, address: "10.244.1.2", sick };
            let round = prober.ask(now, patient);
            if round != Round::default() {
                told.push((now.since(at(0)).as_secs(), round));
            }
        }
    }

    fn changes(
        container: &Container,
        until: u64,
        sick_from: Option<u64>,
    ) -> Vec<(u64, ProbeKind, bool)> {
        let rounds = rounds(container, until, sick_from);
        let each = |(secs, round): (u64, Round)| {
            round.changes.into_iter().map(move |(kind, good)| (secs, kind, good))
        };
        rounds.into_iter().flat_map(each).collect()
    }

    #[test]
    fn a_container_becomes_ready_when_it_answers() {
        use ProbeKind::Readiness;
        let probe = http(80, "/", &[("periodSeconds", 5)]);
        let nginx = container("nginx", &[], &[("readinessProbe", probe)]);
        assert_eq!(changes(&nginx, 60, None), [(5, Readiness, true)]);
        let delayed = http(80, "/", &[("initialDelaySeconds", 7), ("successThreshold", 2)]);
        let nginx = container("nginx", &[], &[("readinessProbe", delayed)]);
        assert_eq!(changes(&nginx, 60, None), [(20, Readiness, true)]);
    }

    #[test]
    fn failures_are_told_each_round_and_count_from_the_third() {
        let nginx = container("nginx", &[], &[("livenessProbe", http(80, "/healthz", &[]))]);
        let rounds = rounds(&nginx, 60, None);
        let refused = "Get \"http://10.244.1.2:80/healthz\": dial tcp 10.244.1.2:80: connect: \
                       connection refused";
        assert_eq!(rounds[0].1.failures, [(ProbeKind::Liveness, refused.to_owned())]);
        let missing = "HTTP probe failed with statuscode: 404";
        assert_eq!(rounds[1].1.failures, [(ProbeKind::Liveness, missing.to_owned())]);
        let secs: Vec<_> = rounds.iter().map(|(secs, _)| *secs).collect();
        assert_eq!(secs, [0, 10, 20], "after the verdict nothing is asked");
        assert_eq!(rounds[2].1.changes, [(ProbeKind::Liveness, false)]);
    }

    #[test]
    fn the_startup_probe_holds_the_others_back() {
        use ProbeKind::{Readiness, Startup};
        let startup = http(3306, "/", &[("periodSeconds", 5), ("failureThreshold", 30)]);
        let ready = http(3306, "/", &[]);
        let mut mysql =
            container("mysql", &[], &[("startupProbe", startup), ("readinessProbe", ready)]);
        let env = Value::map([("name", "MYSQL_ROOT_PASSWORD".into())]);
        mysql.rest.insert("env", Value::from(vec![env]));
        assert_eq!(changes(&mysql, 60, None), [(15, Startup, true), (20, Readiness, true)]);
    }

    #[test]
    fn the_liveness_tutorial_runs_its_course() {
        let script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600";
        let probe = exec("cat /tmp/healthy", &[("initialDelaySeconds", 5), ("periodSeconds", 5)]);
        let busybox = container("busybox", &["/bin/sh", "-c", script], &[("livenessProbe", probe)]);
        let rounds = rounds(&busybox, 120, None);
        let secs: Vec<_> = rounds.iter().map(|(secs, _)| *secs).collect();
        assert_eq!(secs, [30, 35, 40]);
        let text = "cat: can't open '/tmp/healthy': No such file or directory";
        assert_eq!(rounds[0].1.failures, [(ProbeKind::Liveness, text.to_owned())]);
        assert_eq!(rounds[2].1.changes, [(ProbeKind::Liveness, false)]);
    }

    #[test]
    fn a_healthy_container_is_left_alone_until_it_falls_sick() {
        use ProbeKind::{Liveness, Readiness};
        let probes =
            [("livenessProbe", http(80, "/", &[])), ("readinessProbe", http(80, "/", &[]))];
        let nginx = container("nginx", &[], &probes);
        let (mut prober, program) = prober(&nginx);
        let patient = Patient { program: &program, address: "10.244.1.2", sick: false };
        let mut asked = 0;
        while let Some(next) = prober.next().filter(|next| *next < at(100_000)) {
            prober.ask(next, patient);
            asked += 1;
        }
        assert_eq!(asked, 2, "once before it answers and once after");
        let expected = [(10, Readiness, true), (60, Liveness, false), (60, Readiness, false)];
        assert_eq!(changes(&nginx, 100, Some(33)), expected);
    }

    #[test]
    fn a_slow_command_times_out() {
        let probe = exec("sleep 5", &[("failureThreshold", 1)]);
        let busybox = container("busybox", &["sleep", "3600"], &[("livenessProbe", probe)]);
        let rounds = rounds(&busybox, 30, None);
        let text = "command timed out: \"sleep 5\" timed out after 1s";
        assert_eq!(rounds[0].1.failures, [(ProbeKind::Liveness, text.to_owned())]);
    }
}
