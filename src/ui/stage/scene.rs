//! What everything on the map needs: the layout, and who stands where in it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use smol_str::SmolStr;

use crate::ui::page::Page;
use crate::view::stage::Rect;
use crate::view::stage::layout::{StageInput, StageLayout, WorkerForm};
use crate::view::stage::path::Path;
use crate::view::stage::route::{self, Spot};
use crate::view::stage::roving::{MapKey, Roving};
use crate::view::stage::tiles::TileSize;
use crate::view::subject::{Part, Place, Subject};

/// The layout as signals.
#[derive(Clone, Copy)]
pub struct Scene {
    /// Where everything stands.
    pub layout: Memo<StageLayout>,
    /// The number of each master by name.
    masters: Memo<BTreeMap<SmolStr, usize>>,
    /// The number of each worker by name.
    workers: Memo<BTreeMap<SmolStr, usize>>,
}

/// The scene a component stands in.
pub fn scene() -> Scene {
    expect_context()
}

impl Scene {
    /// A scene for a window of this size.
    pub fn new(page: Page, size: RwSignal<(f64, f64)>) -> Self {
        let board = page.board;
        let numbers = |keys: &[SmolStr]| -> BTreeMap<SmolStr, usize> {
            keys.iter().cloned().zip(0..).collect()
        };
        let masters = Memo::new(move |_| board.masters.with_keys(numbers));
        let workers = Memo::new(move |_| board.workers.with_keys(numbers));
        let layout = Memo::new(move |_| {
            let (width, height) = size.get();
            let counts: Vec<(usize, usize)> = workers.with(|workers| {
                let count = |name: &SmolStr| {
                    let list = board.pods_of(Some(name.clone()));
                    list.with(|pods| (pods.len(), super::worker::owners_on(page, pods).len()))
                };
                workers.keys().map(count).collect()
            });
            StageLayout::new(&StageInput {
                width,
                height,
                masters: masters.with(BTreeMap::len),
                workers: workers.with(BTreeMap::len),
                pods_most: counts.iter().map(|count| count.0).max().unwrap_or(0),
                owners_most: counts.iter().map(|count| count.1).max().unwrap_or(0),
                unscheduled: board.pods_of(None).with(Vec::len),
            })
        });
        Self { layout, masters, workers }
    }

    /// The number of a master.
    pub fn master(self, name: &str) -> Option<usize> {
        self.masters.with(|masters| masters.get(name).copied())
    }

    /// The number of a worker.
    pub fn worker(self, name: &str) -> Option<usize> {
        self.workers.with(|workers| workers.get(name).copied())
    }

    /// Where a worker stands.
    pub fn worker_rect(self, name: SmolStr) -> Memo<Rect> {
        Memo::new(move |_| {
            let index = self.worker(&name).unwrap_or(0);
            self.layout.with(|layout| layout.workers.get(index).copied().unwrap_or_default())
        })
    }

    /// Where a place is.
    pub fn spot(self, place: &Place) -> Option<Spot> {
        match place {
            Place::Balancer => Some(Spot::Balancer),
            Place::Terminal => Some(Spot::Terminal),
            Place::Part(host, part) => match self.master(host) {
                Some(index) => Some(Spot::Master(index, *part)),
                None => self.worker(host).map(Spot::Worker),
            },
        }
    }

    /// Where a host is; a master stands for its etcd member among masters, else for its apiserver.
    pub fn host_spot(self, host: &str, among_masters: bool) -> Option<Spot> {
        let part = if among_masters { Part::Etcd } else { Part::Apiserver };
        match self.master(host) {
            Some(index) => Some(Spot::Master(index, part)),
            None => self.worker(host).map(Spot::Worker),
        }
    }

    /// The way from one place to another.
    pub fn route(self, from: &Place, to: &Place) -> Option<Path> {
        let (from, to) = (self.spot(from)?, self.spot(to)?);
        self.layout.with(|layout| route::route(layout, from, to))
    }

    /// Everything that can have the focus, host by host, as it stands now.
    pub fn roving(self, page: Page) -> Roving {
        let board = page.board;
        let mut rows = Vec::new();
        for name in board.masters.keys() {
            let parts = Part::MASTER.map(|part| MapKey::Part(name.clone(), part));
            let mut row = vec![MapKey::Host(name)];
            row.extend(parts);
            rows.push(row);
        }
        rows.push(vec![MapKey::Balancer]);
        let lane_max = self.layout.with(|layout| layout.lane.tiles_max);
        let waiting = board.pods_of(None).get();
        if !waiting.is_empty() {
            rows.push(waiting.into_iter().take(lane_max).map(MapKey::Pod).collect());
        }
        let (tile, form) = self.layout.with(|layout| (layout.tile, layout.worker_form));
        for name in board.workers.keys() {
            let mut row = vec![MapKey::Host(name.clone())];
            let pods = board.pods_of(Some(name.clone())).get();
            if form != WorkerForm::Card {
                // Cells and squares are one thing each.
            } else if tile == TileSize::Count {
                for owner in super::worker::owners_on(page, &pods) {
                    row.push(MapKey::Count(name.clone(), owner));
                }
            } else {
                row.extend(pods.into_iter().map(MapKey::Pod));
            }
            rows.push(row);
        }
        Roving { rows }
    }

    /// What a key on the map stands for, and its name.
    pub fn subject_of(self, page: Page, key: &MapKey) -> Option<(Subject, String)> {
        match key {
            MapKey::Host(name) => Some((Subject::node(name), name.to_string())),
            MapKey::Part(host, part) => {
                let place = Place::part(host, *part);
                let name = place.label();
                Some((place.into(), name))
            }
            MapKey::Balancer => Some((Place::Balancer.into(), Place::Balancer.label())),
            MapKey::Pod(id) => {
                let pod = page.board.pods.cell(id)?.get_untracked();
                Some((pod.subject(), pod.name.to_string()))
            }
            MapKey::Count(_, owner) => Some((owner.clone().into(), owner.name.to_string())),
        }
    }
}

/// Whether a place takes part in the current step.
pub fn acts(page: Page, place: Place) -> Memo<bool> {
    Memo::new(move |_| page.board.step.with(|step| step.parts.contains(&place)))
}

/// Whether the current step changed a subject.
pub fn changed(page: Page, subject: Subject) -> Memo<bool> {
    Memo::new(move |_| page.board.step.with(|step| step.changed.contains(&subject)))
}

/// Whether a subject is the selected one.
pub fn is_selected(page: Page, subject: Subject) -> Memo<bool> {
    Memo::new(move |_| page.selected.with(|selected| selected.as_ref() == Some(&subject)))
}

/// The `tabindex` of something on the map: one of all things can be reached with Tab.
pub fn tab_stop(page: Page, key: MapKey) -> impl Fn() -> &'static str + Send + Sync + 'static {
    let on = Memo::new(move |_| page.map_focus.with(|focus| focus.as_ref() == Some(&key)));
    move || if on.get() { "0" } else { "-1" }
}
