//! The host: intents in, changes out, once a frame.

use smol_str::SmolStr;

use crate::cluster::portable::{Export, Import};
use crate::cluster::{Command, Config, Session};
use crate::sim::{Duration, RecordId};
use crate::view::clock::{self, ClockView, Grain, Speed};
use crate::view::console::ConsoleChange;
use crate::view::flight::StepView;
use crate::view::host::{Change, Host, Imported, Notice, Slice};
use crate::view::intent::{Intent, SeekTo};
use crate::view::manuscript::FileView;
use crate::view::raft::Scene;
use crate::view::story::Fault;
use crate::view::subject::Subject;

use super::console::{self, Console};
use super::drive::{Work, engine_grain, stands_after_beat};
use super::history::{self, History};
use super::inspect::Inspector;
use super::names::{component_at, instant};
use super::picture::Pictures;
use super::raft::Bench;
use super::scenes::Script;
use super::stream::Stream;
use super::{flights, library, manuscript, scenes, steps};
use crate::cluster::rooms::manifest::Diagnoser;

/// While time runs, the lanes are sent once in so many frames, …
const LANES_FRAMES: u64 = 12;
/// … and the rows of the record once in so many.
const STREAM_FRAMES: u64 = 4;

/// How long a cluster of a person's own comes up before its objects are applied.
const WARM_UP: Duration = Duration::from_secs(20);

/// The engine behind the page.
pub struct EngineHost {
    pub(super) session: Session,
    pub(super) work: Work,
    pub(super) speed: Speed,
    pub(super) grain: Grain,
    pub(super) pictures: Pictures,
    pub(super) history: History,
    pub(super) stream: Stream,
    pub(super) console: Console,
    pub(super) inspector: Inspector,
    pub(super) bench: Bench,
    /// The scene that is played.
    pub(super) script: Option<Script>,
    /// The scene that begins when its members are up.
    pub(super) announced: Option<Scene>,
    /// The person's cluster, while others are on the bench.
    pub(super) aside: Option<Box<Session>>,
    diagnoser: Diagnoser,
    /// The record before which the step that is shown began; none while no step is shown.
    pub(super) step_from: Option<RecordId>,
    /// Whether anything happened since the page was last told.
    pub(super) moved: bool,
    pub(super) frame: u64,
    pub(super) branches: usize,
    pub(super) out: Vec<Change>,
}

impl EngineHost {
    /// A host of the cluster that `config` describes, which comes up first.
    pub fn new(config: Config) -> Self {
        let seed = config.seed;
        let out = vec![
            Change::Seed(seed),
            Change::Examples(library::examples()),
            Change::Open(library::first()),
        ];
        Self {
            session: Session::new(config),
            work: Work::Boot,
            speed: Speed::REAL,
            grain: Grain::default(),
            pictures: Pictures::default(),
            history: History::default(),
            stream: Stream::default(),
            console: Console::default(),
            inspector: Inspector::default(),
            bench: Bench::default(),
            script: None,
            announced: None,
            aside: None,
            diagnoser: Diagnoser::default(),
            step_from: None,
            moved: true,
            frame: 0,
            branches: 0,
            out,
        }
    }

    /// Does something, here and now; tells if that began a branch.
    pub(super) fn execute(&mut self, command: Command) {
        let before = self.session.active();
        self.session.execute(command);
        let after = self.session.active();
        if before != after {
            self.out.push(Change::Notice(Notice::Branched(clock::BranchId(after as u32))));
        }
    }

    fn run_line(&mut self, line: String) {
        self.execute(Command::Type { line });
        self.work.line_typed(self.session.cluster());
    }

    /// Takes over a real cluster: its nodes, if they are told, then its objects.
    fn import(&mut self, text: &str) {
        let import = match Import::read(text) {
            Ok(import) if import.nodes.is_empty() && import.objects == 0 => {
                return self.out.push(Change::Notice(Notice::Imported(imported(&import))));
            }
            Ok(import) => import,
            Err(why) => return self.out.push(Change::Notice(Notice::Text(why.into()))),
        };
        if let Some(config) = import.config(self.session.cluster().config().seed) {
            self.restart(config);
        }
        if import.objects > 0 {
            let (name, text) = ("imported.yaml".to_owned(), import.manifests.clone());
            self.out
                .push(Change::Open(FileView { name: "imported.yaml".into(), text: text.clone() }));
            self.execute(Command::Write { name, text });
            self.run_line("kubectl apply -f imported.yaml".to_owned());
        }
        self.out.push(Change::Notice(Notice::Imported(imported(&import))));
    }

    /// Begins with another cluster, once it has come up.
    fn restart(&mut self, config: Config) {
        let seed = config.seed;
        self.session = Session::new(config);
        let until = self.session.cluster().now() + WARM_UP;
        self.session.play(until, u64::MAX);
        self.work = Work::Play;
        self.out.push(Change::Seed(seed));
        self.forget();
    }

    fn complete(&mut self, typed: String) {
        let completion = console::complete(self.session.cluster(), typed);
        self.out.push(Change::Console(ConsoleChange::Completion(completion)));
    }

    fn step(&mut self, grain: Grain, back: bool) {
        self.step_from = Some(self.session.cluster().next_record());
        if back {
            self.session.step_back(engine_grain(grain));
            while self.folds(grain) && stands_after_beat(&self.session) {
                self.session.step_back(engine_grain(grain));
            }
            self.work = Work::Rest;
            self.step_from = None;
        } else {
            self.work = Work::step(grain, self.folds(grain), self.session.cluster());
            // Most steps are short: the first slice at once.
            self.work.go_on(&mut self.session, Duration::ZERO);
        }
    }

    /// Whether a step of `grain` passes over heartbeats.
    fn folds(&self, grain: Grain) -> bool {
        self.bench.open && self.bench.folds && grain == Grain::Message
    }

    fn seek(&mut self, to: SeekTo) {
        let from = self.session.cluster().config().start;
        match to {
            SeekTo::Start => self.session.seek_event(0),
            SeekTo::Now => self.session.seek_head(),
            SeekTo::Position(position) => self.session.seek_event(position),
            SeekTo::Time(time) => self.session.seek(from + time),
        }
        let from = self.session.cluster().now();
        self.work = Work::Seek(from);
        self.step_from = None;
        self.work.go_on(&mut self.session, Duration::ZERO);
    }

    fn fault(&mut self, fault: &Fault) {
        let host = |name: &SmolStr| name.to_string();
        let places = self.session.cluster().places().clone();
        let commands = match fault {
            Fault::StopHost(name) => vec![Command::PowerOff { host: host(name) }],
            Fault::StartHost(name) => vec![Command::PowerOn { host: host(name) }],
            Fault::RestartHost(name) => {
                vec![Command::PowerOff { host: host(name) }, Command::PowerOn { host: host(name) }]
            }
            Fault::StopPart(place) => {
                let component = component_at(place, &places);
                component.map(|component| Command::Stop { component }).into_iter().collect()
            }
            Fault::StartPart(place) => {
                let component = component_at(place, &places);
                component.map(|component| Command::Start { component }).into_iter().collect()
            }
            Fault::Isolate(name) => vec![Command::Isolate { host: host(name) }],
            Fault::CutLink(a, b) => vec![Command::Cut { a: host(a), b: host(b) }],
            Fault::HealLink(a, b) => vec![Command::Mend { a: host(a), b: host(b) }],
            Fault::HealAll => self.mending(),
        };
        commands.into_iter().for_each(|command| self.execute(command));
    }

    /// What mends everything that is broken: cables, hosts, processes.
    fn mending(&self) -> Vec<Command> {
        let cluster = self.session.cluster();
        let places = cluster.places();
        let machines = places.hosts().take_while(|host| *host < places.balancer());
        let off = machines.filter(|host| !cluster.network().is_up(*host));
        let on = off.map(|host| Command::PowerOn { host: places.name(host).to_string() });
        let stopped = cluster.stopped().map(|component| Command::Start { component });
        std::iter::once(Command::MendAll).chain(on).chain(stopped).collect()
    }

    fn clock(&self) -> ClockView {
        let cluster = self.session.cluster();
        let (here, head) = (cluster.moment(), self.session.head());
        ClockView {
            position: here.position,
            position_end: head.position,
            time: instant(cluster, here.time),
            time_end: instant(cluster, head.time),
            playing: self.work == Work::Play,
            speed: self.speed,
            grain: self.grain,
            branch: clock::BranchId(self.session.active() as u32),
            seeking_percent: self.work.percent(&self.session),
            booting: self.work == Work::Boot,
        }
    }

    /// Everything that is different since the page was last told.
    fn look(&mut self) {
        let playing = self.work == Work::Play;
        let changes = self.pictures.look(self.session.cluster());
        self.out.extend(changes.into_iter().map(Change::Picture));
        let cluster = self.session.cluster();
        let flights = if playing {
            flights::running(cluster, self.session.timeline(), self.speed)
        } else {
            flights::held(cluster)
        };
        self.out.push(Change::Flights(flights));
        self.out.push(Change::Step(self.step_view()));
        self.out.push(Change::Clock(self.clock()));
        let console = self.console.look(cluster);
        self.out.extend(console.into_iter().map(Change::Console));
        self.out.extend(self.console.opened(cluster).map(Change::Open));
        self.history.follow(&self.session);
        if self.session.is_at_head() {
            self.history.count(&self.session, self.pictures.shown());
        }
        if !playing || self.frame.is_multiple_of(LANES_FRAMES) {
            self.out.push(Change::Lanes(self.history.view(&self.session)));
        }
        if self.branches != self.session.branches().len() {
            self.branches = self.session.branches().len();
            self.out.push(Change::Branches(history::branches(&self.session)));
        }
        self.look_at_bench();
        self.inspect();
    }

    fn look_at_bench(&mut self) {
        if self.bench.open {
            let running = (self.work == Work::Play).then_some(self.speed);
            let mut view = self.bench.look(&self.session, running);
            view.scene = self.script.as_ref().map(|script| script.view(self.session.cluster()));
            self.out.push(Change::Raft(view.into()));
        }
    }

    fn step_view(&self) -> StepView {
        let (session, records) = (&self.session, self.session.timeline());
        match (self.step_from, self.work) {
            (Some(from), _) => steps::step(from, self.grain, records, session.cluster()),
            (None, Work::Play) if self.speed <= Speed::REAL => {
                steps::latest(records, session.cluster())
            }
            (None, Work::Play | Work::Boot) => StepView::default(),
            // The last event of coming up was nobody's step.
            (None, Work::Rest) if session.is_at_head() && session.commands().is_empty() => {
                StepView::default()
            }
            (None, _) => steps::last(records, session.cluster()),
        }
    }

    fn inspect(&mut self) {
        let seen = self.inspector.look(&self.session, &self.pictures, &self.history);
        self.out.extend(seen.map(Change::Inspector));
    }

    pub(super) fn select(&mut self, subject: Option<Subject>) {
        self.inspector.select(subject);
        self.inspect();
    }
}

fn imported(import: &Import) -> Imported {
    Imported {
        nodes: import.nodes.len(),
        objects: import.objects,
        owned: import.owned,
        other: import.common + import.unknown,
    }
}

impl Host for EngineHost {
    fn send(&mut self, intent: Intent) {
        self.moved = true;
        match intent {
            Intent::Play => {
                self.step_from = None;
                self.work = Work::Play;
            }
            Intent::Pause => self.work = Work::Rest,
            Intent::Step { grain, back } => self.step(grain, back),
            Intent::Seek(to) => self.seek(to),
            Intent::SetSpeed(speed) => self.speed = speed,
            Intent::SetGrain(grain) => self.grain = grain,
            Intent::Branch(clock::BranchId(branch)) => {
                self.session.switch(branch as usize);
                self.work = Work::Rest;
                self.step_from = None;
            }
            Intent::Check { file, text } => {
                let found = manuscript::check(&mut self.diagnoser, &text);
                self.out.push(Change::Diagnostics(file, found));
            }
            Intent::Apply { file, text }
                if self.session.cluster().terminal().editing() == Some(&file) =>
            {
                self.execute(Command::Write { name: file.into(), text });
                self.work.line_typed(self.session.cluster());
            }
            Intent::Apply { file, text } => {
                let line = format!("kubectl apply -f {file}");
                self.execute(Command::Write { name: file.into(), text });
                self.run_line(line);
            }
            Intent::Run(line) => self.run_line(line),
            Intent::Import(text) => self.import(&text),
            Intent::Complete(line) => self.complete(line),
            Intent::Interrupt => self.execute(Command::Interrupt),
            Intent::Fault(fault) => self.fault(&fault),
            Intent::Select(subject) => self.select(subject),
            Intent::Stream(query) => self.stream.ask(query),
            Intent::Bench(open) => self.open_bench(open),
            Intent::Scene(scene) => self.announce(scene),
            Intent::Beat { back } => self.beat(back),
            Intent::EndScene => self.script = None,
            Intent::Fold(folds) => self.bench.folds = folds,
            Intent::Troupe(troupe) => self.call(troupe),
            Intent::Raft(deed) => {
                let commands = scenes::commands(&deed, self.session.cluster());
                commands.into_iter().for_each(|command| self.execute(command));
            }
        }
    }

    fn speed(&self) -> Option<Speed> {
        (self.work == Work::Play).then_some(self.speed)
    }

    fn run(&mut self, owed: Duration) -> Slice {
        let before = (self.work, self.session.cluster().moment());
        let slice = if self.is_playing_scene() {
            self.play_beat(owed)
        } else {
            self.work.go_on(&mut self.session, owed)
        };
        self.raise_curtain();
        let worked = before != (self.work, self.session.cluster().moment());
        self.moved |= worked;
        let behind = !worked && self.stream.is_behind(&self.session);
        Slice { busy: slice.busy || behind, ..slice }
    }

    fn changes(&mut self) -> Vec<Change> {
        self.frame += 1;
        let moved = std::mem::take(&mut self.moved);
        if moved {
            self.look();
        }
        let read = self.stream.is_behind(&self.session);
        if read {
            self.stream.follow(&self.session);
        }
        let playing = self.work == Work::Play;
        if (moved || read) && (!playing || self.frame.is_multiple_of(STREAM_FRAMES)) {
            self.out.push(Change::Stream(self.stream.window(&self.session)));
        }
        std::mem::take(&mut self.out)
    }

    fn export(&self) -> String {
        Export::of(&self.session).script()
    }

    fn report(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        let config = self.session.cluster().config();
        let mut report = format!("orrery {version}\nseed {}\n", config.seed);
        for given in self.session.commands() {
            let at = given.at;
            let time = instant(self.session.cluster(), at.time).as_micros();
            report.push_str(&format!("{} {time} {}\n", at.position, given.command));
        }
        report
    }
}
