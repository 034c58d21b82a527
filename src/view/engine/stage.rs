//! Scenes on the bench, and who is on it.
//!
//! Some scenes need members of their own, with nobody else around. The person's cluster is then
//! put aside as it is, and comes back when the bench is left. Invariant: it is never lost.

use crate::cluster::{Config, Session};
use crate::sim::Duration;
use crate::view::host::Slice;
use crate::view::raft::{Scene, Troupe};

use super::drive::{Work, is_up};
use super::history::History;
use super::host::EngineHost;
use super::scenes::{End, Next, Script};

/// Events in one slice of a scene: each is followed by a look at what the scene waits for.
const SLICE: u64 = 128;
/// The luck of members that are alone. With it, their first election is decided at once.
const SEED: u64 = 1;

impl EngineHost {
    /// Someone looks at the bench, or no longer.
    pub(super) fn open_bench(&mut self, open: bool) {
        self.bench.open = open;
        if !open {
            self.script = None;
            self.call(Troupe::Cluster);
        }
    }

    /// Has these members on the bench.
    pub(super) fn call(&mut self, troupe: Troupe) {
        match troupe {
            Troupe::Cluster => {
                if let Some(session) = self.aside.take() {
                    self.session = *session;
                    // It may not have come up yet when others took its place.
                    let is_new = self.session.commands().is_empty();
                    let waits = is_new && !is_up(self.session.cluster());
                    self.work = if waits { Work::Boot } else { Work::Rest };
                    self.forget();
                }
            }
            Troupe::Alone(members) => {
                let members = members.clamp(1, Troupe::MEMBERS_MAX);
                self.put_on(members, Troupe::MEMBERS_MAX - members);
            }
        }
        (self.script, self.announced) = (None, None);
    }

    /// A scene is to be played: at once, or when its members are up.
    pub(super) fn announce(&mut self, scene: Scene) {
        self.script = None;
        match scene.members() {
            Some((founders, spares)) => self.put_on(founders, spares),
            // It goes on from the present, whatever the person was looking at.
            None if scene != Scene::FirstElection => self.session.seek_head(),
            None => {}
        }
        if self.session.is_seeking() {
            self.session.seek_on(u64::MAX);
        }
        self.announced = Some(scene);
        self.step_from = None;
        self.raise_curtain();
    }

    /// Goes on to the next beat, or back to the one before.
    pub(super) fn beat(&mut self, back: bool) {
        let Some(script) = &mut self.script else { return };
        let known = if back { script.back() } else { script.forward(&self.session) };
        self.step_from = None;
        match known {
            Some(end) => self.go_to(end),
            None if !back && script.is_under_way() => self.work = Work::Play,
            None => {}
        }
    }

    /// Begins the scene that was announced, once its members are up.
    pub(super) fn raise_curtain(&mut self) {
        if self.work == Work::Boot {
            return;
        }
        if let Some(scene) = self.announced.take() {
            self.script = Some(Script::of(scene, self.session.cluster()));
            self.work = Work::Play;
            self.moved = true;
        }
    }

    pub(super) fn is_playing_scene(&self) -> bool {
        self.work == Work::Play && self.script.as_ref().is_some_and(Script::is_under_way)
    }

    /// Plays a slice of the beat that is under way, for at most `owed`.
    pub(super) fn play_beat(&mut self, owed: Duration) -> Slice {
        let before = self.session.cluster().now();
        let until = before + owed;
        for _ in 0..SLICE {
            let Some(script) = &mut self.script else { break };
            match script.next(&self.session) {
                Next::Give(command) => {
                    self.execute(command);
                    self.moved = true;
                }
                Next::Seek(position) => self.session.seek_position(position),
                Next::Pass(limit) => {
                    let limit = limit.min(until);
                    if self.session.play(limit, 1) == 0 {
                        break;
                    }
                }
                Next::Hold => {
                    self.work = Work::Rest;
                    self.moved = true;
                    break;
                }
            }
        }
        let now = self.session.cluster().now();
        // A scene may go back in time.
        let simulated = if now > before { now.since(before) } else { Duration::ZERO };
        let busy = self.is_playing_scene() && simulated.is_zero();
        Slice { simulated, busy }
    }

    fn go_to(&mut self, end: End) {
        if end.branch != self.session.active() {
            self.session.switch(end.branch);
        }
        self.session.seek_position(end.position);
        self.work = Work::Rest;
    }

    /// Puts members on the bench that are alone.
    fn put_on(&mut self, founders: u8, spares: u8) {
        let own = Session::new(Config::etcd(SEED, founders, spares));
        let before = std::mem::replace(&mut self.session, own);
        if before.cluster().config().style != crate::cluster::Style::Etcd {
            self.aside = Some(Box::new(before));
        }
        self.work = Work::Boot;
        self.forget();
    }

    /// What was made of another session is made anew.
    pub(super) fn forget(&mut self) {
        self.history = History::default();
        self.stream.forget();
        self.console.forget();
        self.select(None);
        self.bench.forget();
        self.branches = 0;
        self.step_from = None;
        self.moved = true;
    }
}
