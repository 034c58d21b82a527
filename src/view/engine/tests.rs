//! The whole way from an intent to what the page shows, on the teaching cluster.

use super::EngineHost;
use crate::cluster::Config;
use crate::sim::Duration;
use crate::view::clock::{ClockView, Grain};
use crate::view::console::ConsoleChange;
use crate::view::host::{Change, Host};
use crate::view::inspector::InspectorView;
use crate::view::intent::{Intent, SeekTo};
use crate::view::picture::{Picture, diff};
use crate::view::pod::PodLook;
use crate::view::raft::{Lamp, Scene};
use crate::view::story::{Answer, Deed, Fault};
use crate::view::stream::{StreamQuery, StreamWindow};
use crate::view::subject::{ObjectId, Subject};
use crate::view::words::scenes::beats_told;

/// A page that only keeps what it is told.
struct Page {
    host: EngineHost,
    picture: Picture,
    clock: ClockView,
    inspector: Option<InspectorView>,
    stream: StreamWindow,
    said: Vec<String>,
    /// Lamps that have gone out.
    broken: Vec<Lamp>,
}

impl Page {
    fn new() -> Self {
        let mut page = Self {
            host: EngineHost::new(Config::teaching(7)),
            picture: Picture::default(),
            clock: ClockView::default(),
            inspector: None,
            stream: StreamWindow::default(),
            said: Vec::new(),
            broken: Vec::new(),
        };
        page.work();
        page
    }

    fn send(&mut self, intent: Intent) {
        self.host.send(intent);
        self.drain();
    }

    /// Lets the host work until it has nothing to do but wait.
    fn work(&mut self) {
        while self.host.run(Duration::ZERO).busy {
            self.drain();
        }
        self.drain();
    }

    fn play(&mut self, seconds: u64) {
        self.send(Intent::Play);
        let end = self.clock.time + Duration::from_secs(seconds);
        while self.clock.time < end {
            self.host.run(end - self.clock.time);
            self.drain();
        }
        self.send(Intent::Pause);
    }

    fn drain(&mut self) {
        for change in self.host.changes() {
            match change {
                Change::Picture(change) => self.picture.apply(change),
                Change::Clock(clock) => self.clock = clock,
                Change::Inspector(view) => self.inspector = view.map(|view| (*view).clone()),
                Change::Stream(window) => self.stream = window,
                Change::Raft(raft) => {
                    let broken = raft.lamps.iter().filter(|(_, holds)| !holds);
                    self.broken.extend(broken.map(|(lamp, _)| *lamp));
                }
                Change::Console(ConsoleChange::Lines(lines)) => {
                    self.said.extend(lines.iter().map(crate::view::console::Line::text));
                }
                _ => {}
            }
        }
    }

    fn apply(&mut self, name: &str) {
        let text = std::fs::read_to_string(format!("examples/{name}.yaml")).unwrap();
        self.send(Intent::Apply { file: format!("{name}.yaml").into(), text });
        self.work();
    }

    fn ready(&self, owner: &str) -> usize {
        let pods = self.picture.pods.values();
        pods.filter(|pod| pod.owner.id.name == owner && pod.look == PodLook::Ready).count()
    }
}

#[test]
fn a_deployment_is_applied_and_its_pods_are_placed() {
    let mut page = Page::new();
    assert_eq!(page.picture.workers.len(), 3);
    page.apply("deployment");
    assert_eq!(page.said.last().unwrap(), "deployment.apps/httpd-frontend created");
    page.play(10);
    assert_eq!(page.ready("httpd-frontend"), 3);

    let pods = page.picture.pods.values();
    let pod = pods.clone().find(|pod| pod.owner.id.name == "httpd-frontend").unwrap().clone();
    page.send(Intent::Select(Some(pod.subject())));
    let view = page.inspector.clone().unwrap();
    let Some(Answer::Placed(node, 3, _)) = view.answer else { panic!("{:?}", view.answer) };
    assert_eq!(Some(node), pod.node);
    let first = &view.causes[0].deed;
    assert_eq!(*first, Deed::Applied("deployment.yaml".into()), "{:#?}", view.causes);
    assert!(view.causes.iter().any(|cause| matches!(cause.deed, Deed::Scheduled(3, _))));
    assert!(view.events.iter().any(|event| event.reason == "Scheduled"));
    assert!(view.yaml.contains("nodeName:"));
    let write = view.write.unwrap();
    assert_eq!(write.changed_by, ["ServiceAccount", "Priority", "DefaultTolerationSeconds"]);
    assert_eq!(write.user, "system:serviceaccount:kube-system:replicaset-controller");
    assert!(write.revision > 0);
}

#[test]
fn stepping_back_shows_what_was_before() {
    let mut page = Page::new();
    page.apply("deployment");
    // A step to another term, which does not come, ends as well.
    for grain in Grain::ALL {
        let before = (page.picture.clone(), page.clock.position);
        page.send(Intent::Step { grain, back: false });
        page.work();
        assert!(page.clock.position > before.1);
        let target = SeekTo::Position(before.1);
        page.send(Intent::Seek(target));
        page.work();
        assert_eq!(page.clock.position, before.1);
        assert_eq!(diff(&page.picture, &before.0), []);
        page.send(Intent::Seek(SeekTo::Now));
        page.work();
        assert!(!page.clock.is_rewound());
    }
}

#[test]
fn what_must_hold_holds_from_the_very_start_and_through_every_scene() {
    // Those with members of their own are tested beside the scenes.
    for scene in Scene::ALL.into_iter().filter(|scene| scene.members().is_none()) {
        let mut page = Page::new();
        page.send(Intent::Bench(true));
        page.send(Intent::Scene(scene));
        for _ in 0..beats_told(scene) {
            while page.clock.playing {
                page.host.run(Duration::from_millis(50));
                page.drain();
            }
            page.send(Intent::Beat { back: false });
        }
        assert!(page.broken.is_empty(), "{scene:?}: {:?}", page.broken);
    }
}

#[test]
fn a_change_in_the_past_starts_a_branch() {
    let mut page = Page::new();
    page.apply("deployment");
    page.play(5);
    page.send(Intent::Seek(SeekTo::Start));
    page.work();
    assert_eq!(page.clock.position, 0);
    assert_eq!(page.ready("httpd-frontend"), 0);
    page.send(Intent::Fault(Fault::StopHost("node-1".into())));
    page.work();
    assert_eq!(page.clock.branch.0, 1);
}

#[test]
fn pods_move_away_from_a_node_that_is_off() {
    let mut page = Page::new();
    page.apply("deployment");
    page.play(10);
    page.send(Intent::Fault(Fault::StopHost("node-1".into())));
    page.play(400);
    let on = |page: &Page| {
        let pods = page.picture.pods.values().filter(|pod| pod.look == PodLook::Ready);
        pods.filter(|pod| pod.node.as_deref() == Some("node-1")).count()
    };
    assert_eq!(on(&page), 0);
    assert_eq!(page.ready("httpd-frontend"), 3);
    page.send(Intent::Select(Some(Subject::Object(ObjectId::node("node-1")))));
    let view = page.inspector.unwrap();
    assert_eq!(view.answer, Some(Answer::StoppedByYou));
    let stopped = Deed::Fault(Fault::StopHost("node-1".into()));
    assert_eq!(view.causes.first().map(|cause| &cause.deed), Some(&stopped));
}

#[test]
fn the_record_is_read_to_its_end() {
    let mut page = Page::new();
    page.send(Intent::Stream(StreamQuery { count: 20, ..StreamQuery::default() }));
    page.work();
    assert_eq!(page.stream.rows.len(), 20);
    assert_eq!(page.stream.current, page.stream.total.checked_sub(1));
    let mut query = StreamQuery { count: 20, ..StreamQuery::default() };
    query.filter.text = "leads from term".into();
    page.send(Intent::Stream(query));
    page.work();
    assert!((1..10).contains(&page.stream.total), "{}", page.stream.total);
}
