//! A cluster to look at when no engine is there: for building the page and for its tests.
//!
//! It models nothing. A few pictures are drawn by hand, and [`SampleHost`] walks through one short
//! history of them, so that every part of the page has something true to life to show.

mod cluster;
mod history;
mod inspect;
mod texts;

use std::sync::Arc;

use crate::sim::Duration;

use super::clock::{BranchId, BranchView, ClockView, Grain, Speed};
use super::console::{ConsoleChange, Line, LineKind};
use super::host::{Change, Host, Notice, Slice};
use super::intent::{Intent, SeekTo};
use super::lanes::LanesView;
use super::picture::{Picture, diff};
use super::stream::{StreamQuery, StreamRow, StreamWindow};
use super::subject::Subject;
use super::words::Lang;

pub use cluster::{crowded, teaching};

/// Which picture to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scene {
    /// Three masters, three workers, a Deployment of six.
    #[default]
    Teaching,
    /// The same without any pods of the person.
    Empty,
    /// Five masters, ten workers, dozens of pods with long names.
    Crowded,
    /// A hundred workers.
    Large,
    /// A master and a worker are off, a link is cut, an election runs.
    Broken,
    /// The past was changed: there are two futures.
    Branched,
}

impl Scene {
    /// The scene of this name, as `?sample=` gives it.
    pub fn named(name: &str) -> Self {
        match name {
            "empty" => Self::Empty,
            "crowded" => Self::Crowded,
            "large" => Self::Large,
            "broken" => Self::Broken,
            "branched" => Self::Branched,
            _ => Self::Teaching,
        }
    }
}

/// A host that walks through a prepared history.
pub struct SampleHost {
    scene: Scene,
    clock: ClockView,
    shown: Picture,
    selected: Option<Subject>,
    query: StreamQuery,
    record: Vec<StreamRow>,
    lanes: Arc<LanesView>,
    branches: Vec<BranchView>,
    out: Vec<Change>,
}

impl SampleHost {
    /// A host that shows `scene`.
    pub fn new(scene: Scene) -> Self {
        let mut lanes = history::lanes();
        let position = match scene {
            Scene::Teaching | Scene::Branched => history::NOW,
            Scene::Empty => 30,
            Scene::Crowded | Scene::Large | Scene::Broken => history::END,
        };
        match scene {
            Scene::Empty => lanes = LanesView::default(),
            Scene::Branched => {
                lanes.end = history::time_of(history::NOW);
                lanes.ghost = Some((history::time_of(294), history::time_of(history::END)));
            }
            _ => {}
        }
        let end = match scene {
            Scene::Empty | Scene::Branched => position,
            _ => history::END,
        };
        let clock = ClockView {
            position,
            position_end: end,
            time: history::time_of(position),
            time_end: history::time_of(end),
            branch: BranchId(u32::from(scene == Scene::Branched)),
            ..ClockView::default()
        };
        let mut host = Self {
            scene,
            clock,
            shown: Picture::default(),
            selected: None,
            query: StreamQuery::default(),
            record: history::record(),
            lanes: Arc::new(lanes),
            branches: history::branches(scene == Scene::Branched),
            out: Vec::new(),
        };
        host.begin();
        host
    }

    fn begin(&mut self) {
        self.out.push(Change::Seed(7));
        self.out.push(Change::Examples(texts::examples()));
        self.out.push(Change::Lanes(self.lanes.clone()));
        self.out.push(Change::Branches(self.branches.clone()));
        if self.scene == Scene::Empty {
            self.out.push(Change::Open(texts::empty_file()));
        } else {
            for file in texts::files() {
                self.out.push(Change::Open(file));
            }
            self.say(texts::transcript(&self.picture()));
        }
        self.look();
        if self.scene == Scene::Teaching {
            self.send(Intent::Select(Some(history::subject())));
        }
    }

    fn picture(&self) -> Picture {
        match self.scene {
            Scene::Teaching | Scene::Branched => history::picture_at(self.clock.position),
            Scene::Empty => cluster::empty(),
            Scene::Crowded => cluster::crowded(),
            Scene::Large => cluster::large(),
            Scene::Broken => cluster::broken(),
        }
    }

    /// Sends what is different at the instant shown now.
    fn look(&mut self) {
        let picture = self.picture();
        let differences = diff(&self.shown, &picture);
        self.out.extend(differences.into_iter().map(Change::Picture));
        self.shown = picture;
        let flights = match self.scene {
            Scene::Empty => Vec::new(),
            Scene::Crowded => history::broadcast(),
            Scene::Broken => history::election(),
            _ => history::flights_at(self.clock.time, self.clock.playing),
        };
        self.out.push(Change::Flights(flights));
        self.out.push(Change::Step(history::step_at(self.clock.position)));
        self.out.push(Change::Clock(self.clock.clone()));
        self.window();
    }

    fn seek(&mut self, position: u64) {
        self.clock.position = position.min(self.clock.position_end);
        self.clock.time = history::time_of(self.clock.position);
        self.look();
        self.inspect();
    }

    fn inspect(&mut self) {
        let view = self
            .selected
            .as_ref()
            .map(|subject| Arc::new(inspect::inspector(&self.shown, subject)));
        self.out.push(Change::Inspector(view));
    }

    /// Sends the part of the record that was asked for.
    fn window(&mut self) {
        let filter = &self.query.filter;
        let known = self.record.iter().filter(|row| row.at <= self.clock.time_end);
        let rows: Vec<&StreamRow> = known
            .filter(|row| {
                let sentence = super::story::plain(&Lang::En.deed(&row.deed));
                filter.admits(row.kind, row.place.as_ref(), &sentence)
            })
            .collect();
        let passed = rows.partition_point(|row| row.position <= self.clock.position);
        let first = self.query.first.min(rows.len());
        let last = (first + self.query.count).min(rows.len());
        let window = StreamWindow {
            total: rows.len(),
            first,
            rows: rows[first..last].iter().copied().cloned().collect(),
            hosts: self.shown.masters.keys().chain(self.shown.workers.keys()).cloned().collect(),
            current: passed.checked_sub(1),
        };
        self.out.push(Change::Stream(window));
    }

    fn say(&mut self, lines: Vec<Line>) {
        self.out.push(Change::Console(ConsoleChange::Lines(lines)));
    }

    fn run_line(&mut self, line: &str) {
        let mut lines = vec![Line::plain(LineKind::Prompt, line)];
        match line.trim() {
            "clear" => {
                self.out.push(Change::Console(ConsoleChange::Clear));
                return;
            }
            "kubectl get pods -o wide" => lines.extend(texts::get_pods(&self.shown)),
            "" => {}
            other => {
                let program = other.split_whitespace().next().unwrap_or_default();
                let text =
                    format!("{program}: only prepared lines here; try kubectl get pods -o wide");
                lines.push(Line::plain(LineKind::Error, &text));
            }
        }
        self.say(lines);
    }

    fn step(&mut self, grain: Grain, back: bool) {
        self.clock.playing = false;
        let now = self.clock.position;
        let stops = history::stops(grain);
        let next = if back {
            stops.iter().rev().find(|&&stop| stop < now).copied().unwrap_or(0)
        } else {
            stops.iter().find(|&&stop| stop > now).copied().unwrap_or(history::END)
        };
        self.seek(next);
    }
}

impl Host for SampleHost {
    fn send(&mut self, intent: Intent) {
        match intent {
            Intent::Play => {
                self.clock.playing = self.clock.is_rewound();
                self.out.push(Change::Clock(self.clock.clone()));
            }
            Intent::Pause => {
                self.clock.playing = false;
                self.look();
            }
            Intent::Step { grain, back } => self.step(grain, back),
            Intent::Seek(to) => self.seek(match to {
                SeekTo::Start => 0,
                SeekTo::Now => self.clock.position_end,
                SeekTo::Position(position) => position,
                SeekTo::Time(time) => history::position_at(time),
            }),
            Intent::SetSpeed(speed) => {
                self.clock.speed = speed;
                self.out.push(Change::Clock(self.clock.clone()));
            }
            Intent::SetGrain(grain) => {
                self.clock.grain = grain;
                self.out.push(Change::Clock(self.clock.clone()));
            }
            Intent::Branch(branch) => {
                self.clock.branch = branch;
                self.out.push(Change::Clock(self.clock.clone()));
            }
            Intent::Check { file, text } => {
                let found = texts::check(&text);
                self.out.push(Change::Diagnostics(file, found));
            }
            Intent::Apply { file, .. } => {
                if self.scene == Scene::Empty {
                    *self = Self::new(Scene::Teaching);
                }
                self.out.push(Change::Notice(Notice::Applied(file)));
            }
            Intent::Run(line) => self.run_line(&line),
            Intent::Interrupt => self.say(vec![Line::plain(LineKind::Output, "^C")]),
            Intent::Fault(fault) => {
                let sentence =
                    super::story::plain(&Lang::En.deed(&super::story::Deed::Fault(fault)));
                self.out.push(Change::Notice(Notice::Text(sentence.into())));
            }
            Intent::Select(subject) => {
                self.selected = subject;
                self.inspect();
            }
            Intent::Stream(query) => {
                self.query = query;
                self.window();
            }
        }
    }

    fn speed(&self) -> Option<Speed> {
        self.clock.playing.then_some(self.clock.speed)
    }

    fn run(&mut self, owed: Duration) -> Slice {
        if !self.clock.playing {
            return Slice::default();
        }
        self.clock.time = (self.clock.time + owed).min(self.clock.time_end);
        let position = history::position_at(self.clock.time);
        let moved = position != self.clock.position;
        self.clock.position = position;
        if self.clock.time == self.clock.time_end {
            self.clock.playing = false;
        }
        self.look();
        if moved {
            self.inspect();
        }
        Slice { simulated: owed, busy: false }
    }

    fn changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.out)
    }

    fn report(&self) -> String {
        format!("seed 7\nposition {}\n", self.clock.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictured(host: &mut SampleHost) -> Picture {
        let mut picture = Picture::default();
        for change in host.changes() {
            if let Change::Picture(change) = change {
                picture.apply(change);
            }
        }
        picture
    }

    #[test]
    fn the_changes_add_up_to_the_picture() {
        let mut host = SampleHost::new(Scene::Teaching);
        assert_eq!(pictured(&mut host), teaching());
    }

    #[test]
    fn stepping_back_undoes_a_step() {
        let mut host = SampleHost::new(Scene::Teaching);
        let before = host.clock.position;
        let grain = Grain::Message;
        host.send(Intent::Step { grain, back: false });
        assert!(host.clock.position > before);
        host.send(Intent::Step { grain, back: true });
        assert_eq!(host.clock.position, before);
        assert_eq!(host.picture(), teaching());
    }

    #[test]
    fn playing_reaches_the_end_and_holds() {
        let mut host = SampleHost::new(Scene::Teaching);
        host.send(Intent::Play);
        assert!(host.speed().is_some());
        host.run(Duration::from_secs(60));
        assert_eq!(host.clock.position, history::END);
        assert!(host.speed().is_none());
    }
}
