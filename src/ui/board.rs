//! The bridge from the engine's changes to signals, object by object.
//!
//! Invariant: a change of one object sets one signal. Lists of keys change only when something
//! comes or goes, so a pod that starts running touches its own element and nothing else.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leptos::prelude::*;
use smol_str::SmolStr;

use crate::view::clock::{BranchView, ClockView};
use crate::view::console::{Completion, ConsoleChange, LINES_MAX, Line};
use crate::view::flight::{Flight, StepView};
use crate::view::host::Change;
use crate::view::inspector::InspectorView;
use crate::view::lanes::LanesView;
use crate::view::manuscript::{Diagnostic, ExampleGroup};
use crate::view::node::{BalancerView, MasterView, WorkerView};
use crate::view::object::ObjectView;
use crate::view::order::natural;
use crate::view::picture::{Cut, Picture, PictureChange};
use crate::view::pod::{PodId, PodView};
use crate::view::raft::RaftView;
use crate::view::stream::StreamWindow;
use crate::view::subject::ObjectId;

/// Values by key, each in a signal of its own.
pub struct Keyed<K: 'static, V: 'static> {
    order: RwSignal<Vec<K>>,
    compare: fn(&K, &K) -> Ordering,
    cells: StoredValue<BTreeMap<K, ArcRwSignal<V>>>,
}

impl<K: 'static, V: 'static> Clone for Keyed<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: 'static, V: 'static> Copy for Keyed<K, V> {}

impl<K, V> Keyed<K, V>
where
    K: Ord + Clone + Send + Sync + 'static,
    V: Clone + PartialEq + Send + Sync + 'static,
{
    fn new() -> Self {
        Self::sorted(K::cmp)
    }

    fn sorted(compare: fn(&K, &K) -> Ordering) -> Self {
        let order = RwSignal::new(Vec::new());
        Self { order, compare, cells: StoredValue::new(BTreeMap::new()) }
    }

    /// The keys in their order; changes when something comes or goes.
    pub fn keys(self) -> Vec<K> {
        self.order.get()
    }

    /// How many there are; changes when something comes or goes.
    pub fn len(self) -> usize {
        self.order.with(Vec::len)
    }

    /// Calls `with` on the keys without copying them.
    pub fn with_keys<T>(self, with: impl FnOnce(&[K]) -> T) -> T {
        self.order.with(|keys| with(keys))
    }

    /// The signal of one value.
    pub fn cell(self, key: &K) -> Option<ArcRwSignal<V>> {
        self.cells.with_value(|cells| cells.get(key).cloned())
    }

    fn put(self, key: K, value: V) {
        if let Some(cell) = self.cell(&key) {
            if cell.with_untracked(|old| *old != value) {
                cell.set(value);
            }
            return;
        }
        self.cells.update_value(|cells| {
            cells.insert(key, ArcRwSignal::new(value));
        });
        self.publish();
    }

    fn remove(self, key: &K) {
        self.cells.update_value(|cells| {
            cells.remove(key);
        });
        self.publish();
    }

    fn publish(self) {
        let mut keys: Vec<K> = self.cells.with_value(|cells| cells.keys().cloned().collect());
        keys.sort_by(self.compare);
        self.order.set(keys);
    }
}

/// What places a pod among the others of its node: pods of one workload stand together.
type PodOrder = (ObjectId, SmolStr, PodId);

/// The pods of each node, in order; the key none stands for pods without a node.
#[derive(Default)]
struct ByNode {
    sorted: BTreeMap<Option<SmolStr>, BTreeSet<PodOrder>>,
    lists: BTreeMap<Option<SmolStr>, ArcRwSignal<Vec<PodId>>>,
}

impl ByNode {
    fn list(&mut self, node: &Option<SmolStr>) -> ArcRwSignal<Vec<PodId>> {
        let entry = self.lists.entry(node.clone());
        entry.or_insert_with(|| ArcRwSignal::new(Vec::new())).clone()
    }

    fn publish(&mut self, node: &Option<SmolStr>) {
        let sorted = self.sorted.get(node).into_iter().flatten();
        let ids = sorted.map(|(_, _, id)| id.clone()).collect();
        self.list(node).set(ids);
    }

    fn insert(&mut self, pod: &PodView) {
        let order = (pod.owner.id.clone(), pod.name.clone(), pod.id.clone());
        self.sorted.entry(pod.node.clone()).or_default().insert(order);
        self.publish(&pod.node);
    }

    fn remove(&mut self, pod: &PodView) {
        let order = (pod.owner.id.clone(), pod.name.clone(), pod.id.clone());
        if let Some(set) = self.sorted.get_mut(&pod.node) {
            set.remove(&order);
        }
        self.publish(&pod.node);
    }
}

/// Every signal the engine feeds.
#[derive(Clone, Copy)]
pub struct Board {
    /// The masters by name.
    pub masters: Keyed<SmolStr, MasterView>,
    /// The workers by name.
    pub workers: Keyed<SmolStr, WorkerView>,
    /// The pods by uid.
    pub pods: Keyed<PodId, PodView>,
    /// The other objects.
    pub objects: Keyed<ObjectId, ObjectView>,
    /// The messages in flight by number.
    pub flights: Keyed<u64, Flight>,
    /// The load balancer.
    pub balancer: RwSignal<BalancerView>,
    /// Links that are cut.
    pub cuts: RwSignal<Vec<Cut>>,
    /// What the last step did.
    pub step: RwSignal<StepView>,
    /// Where in time the page is.
    pub clock: RwSignal<ClockView>,
    /// The history as lanes.
    pub lanes: RwSignal<Arc<LanesView>>,
    /// The branches.
    pub branches: RwSignal<Vec<BranchView>>,
    /// What is inspected.
    pub inspector: RwSignal<Option<Arc<InspectorView>>>,
    /// The Raft bench, while it is looked at.
    pub raft: RwSignal<Arc<RaftView>>,
    /// The visible part of the record.
    pub stream: RwSignal<StreamWindow>,
    /// The lines of the terminal, each with a number that never changes.
    pub lines: RwSignal<Vec<(u64, Line)>>,
    /// Whether a program runs in the terminal.
    pub busy: RwSignal<bool>,
    /// What a line of the terminal can become, as was asked last.
    pub completion: RwSignal<Completion>,
    /// What is wrong with which file.
    pub diagnostics: RwSignal<BTreeMap<SmolStr, Vec<Diagnostic>>>,
    /// The library of examples.
    pub examples: RwSignal<Vec<ExampleGroup>>,
    /// The seed of the cluster.
    pub seed: RwSignal<u64>,
    /// Counts every change of the picture, for what must look at all of it.
    pub revision: RwSignal<u64>,
    /// The whole picture, for menus and for what is spoken.
    pub picture: StoredValue<Picture>,
    by_node: StoredValue<ByNode>,
    next_line: StoredValue<u64>,
}

impl Board {
    /// An empty board.
    pub fn new() -> Self {
        Self {
            masters: Keyed::sorted(|a, b| natural(a, b)),
            workers: Keyed::sorted(|a, b| natural(a, b)),
            pods: Keyed::new(),
            objects: Keyed::new(),
            flights: Keyed::new(),
            balancer: RwSignal::new(BalancerView::default()),
            cuts: RwSignal::new(Vec::new()),
            step: RwSignal::new(StepView::default()),
            clock: RwSignal::new(ClockView::default()),
            lanes: RwSignal::new(Arc::default()),
            branches: RwSignal::new(Vec::new()),
            inspector: RwSignal::new(None),
            raft: RwSignal::new(Arc::default()),
            stream: RwSignal::new(StreamWindow::default()),
            lines: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            completion: RwSignal::new(Completion::default()),
            diagnostics: RwSignal::new(BTreeMap::new()),
            examples: RwSignal::new(Vec::new()),
            seed: RwSignal::new(0),
            revision: RwSignal::new(0),
            picture: StoredValue::new(Picture::default()),
            by_node: StoredValue::new(ByNode::default()),
            next_line: StoredValue::new(0),
        }
    }

    /// The pods of a node in their order, or those without one.
    pub fn pods_of(self, node: Option<SmolStr>) -> ArcRwSignal<Vec<PodId>> {
        let list = self.by_node.try_update_value(|by_node| by_node.list(&node));
        list.unwrap_or_else(|| ArcRwSignal::new(Vec::new()))
    }

    /// Takes one change. What the page itself must act on (files to open, notices) is given back.
    pub fn apply(self, change: Change) -> Option<Change> {
        match change {
            Change::Picture(change) => self.draw(change),
            Change::Flights(flights) => self.fly(flights),
            Change::Step(step) => set_if_new(self.step, step),
            Change::Clock(clock) => set_if_new(self.clock, clock),
            Change::Lanes(lanes) => self.lanes.set(lanes),
            Change::Branches(branches) => set_if_new(self.branches, branches),
            Change::Inspector(inspector) => set_if_new(self.inspector, inspector),
            Change::Raft(raft) => set_if_new(self.raft, raft),
            Change::Stream(window) => set_if_new(self.stream, window),
            Change::Console(change) => self.print(change),
            Change::Diagnostics(file, found) => self.diagnostics.update(|all| {
                all.insert(file, found);
            }),
            Change::Examples(examples) => self.examples.set(examples),
            Change::Seed(seed) => self.seed.set(seed),
            other @ (Change::Open(_) | Change::Notice(_)) => return Some(other),
        }
        None
    }

    fn draw(self, change: PictureChange) {
        self.picture.update_value(|picture| picture.apply(change.clone()));
        self.revision.update(|revision| *revision += 1);
        match change {
            PictureChange::Master(view) => self.masters.put(view.name.clone(), view),
            PictureChange::MasterGone(name) => self.masters.remove(&name),
            PictureChange::Worker(view) => self.workers.put(view.name.clone(), view),
            PictureChange::WorkerGone(name) => self.workers.remove(&name),
            PictureChange::Object(view) => self.objects.put(view.id.clone(), view),
            PictureChange::ObjectGone(id) => self.objects.remove(&id),
            PictureChange::Pod(view) => self.put_pod(view),
            PictureChange::PodGone(id) => self.remove_pod(&id),
            PictureChange::Balancer(view) => self.balancer.set(view),
            PictureChange::Cuts(cuts) => self.cuts.set(cuts),
        }
    }

    fn put_pod(self, view: PodView) {
        let old = self.pods.cell(&view.id).map(|cell| cell.get_untracked());
        let stays = old.as_ref().is_some_and(|old| old.node == view.node);
        self.pods.put(view.id.clone(), view.clone());
        if stays {
            return;
        }
        self.by_node.update_value(|by_node| {
            if let Some(old) = old {
                by_node.remove(&old);
            }
            by_node.insert(&view);
        });
    }

    fn remove_pod(self, id: &PodId) {
        let Some(old) = self.pods.cell(id).map(|cell| cell.get_untracked()) else {
            return;
        };
        self.by_node.update_value(|by_node| by_node.remove(&old));
        self.pods.remove(id);
    }

    fn fly(self, flights: Vec<Flight>) {
        let gone: Vec<u64> = self.flights.order.with_untracked(|ids| {
            let stays = |id: &u64| flights.iter().any(|flight| flight.id == *id);
            ids.iter().copied().filter(|id| !stays(id)).collect()
        });
        for id in gone {
            self.flights.remove(&id);
        }
        for flight in flights {
            self.flights.put(flight.id, flight);
        }
    }

    fn print(self, change: ConsoleChange) {
        match change {
            ConsoleChange::Busy(busy) => self.busy.set(busy),
            ConsoleChange::Completion(completion) => self.completion.set(completion),
            ConsoleChange::Clear => self.lines.update(Vec::clear),
            ConsoleChange::Lines(new) => {
                let mut number = self.next_line.get_value();
                self.lines.update(|lines| {
                    for line in new {
                        lines.push((number, line));
                        number += 1;
                    }
                    let excess = lines.len().saturating_sub(LINES_MAX);
                    lines.drain(..excess);
                });
                self.next_line.set_value(number);
            }
        }
    }
}

/// Sets a signal only when its value is another one, so that nothing runs for nothing.
fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}
