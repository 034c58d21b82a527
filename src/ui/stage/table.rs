//! The map as a table: nodes, and below each its pods, with the same data and the same actions.

use std::collections::BTreeSet;

use leptos::prelude::*;
use smol_str::SmolStr;
use web_sys::MouseEvent;

use crate::ui::page::{Page, page};
use crate::ui::text::{Look, t};
use crate::ui::widgets::TreeGrid;
use crate::ui::widgets::treegrid::{Cells, RowKind};
use crate::view::node::{Bar, bytes, bytes_of, cores, cores_of};
use crate::view::pod::{PodId, PodLook};
use crate::view::subject::Subject;
use crate::view::treegrid::Row;
use crate::view::words::Lang;

/// A row of the table.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Unscheduled,
    Master(SmolStr),
    Worker(SmolStr),
    Pod(PodId),
}

impl Key {
    fn text(&self) -> String {
        match self {
            Self::Unscheduled => "unscheduled".to_string(),
            Self::Master(name) | Self::Worker(name) => format!("host-{name}"),
            Self::Pod(id) => format!("pod-{}", id.0),
        }
    }
}

/// The table.
#[component]
pub fn PlacementTable() -> impl IntoView {
    let page = page();
    let closed = RwSignal::new(BTreeSet::new());
    let rows = Memo::new(move |_| rows(page, &closed.get()));
    let head = |word: fn(Lang) -> &'static str| {
        let word = t(word);
        Signal::derive(move || word().to_string())
    };
    let heads = vec![
        head(Lang::column_name),
        head(Lang::column_status),
        head(Lang::column_ready),
        head(Lang::column_requests),
        head(Lang::column_owner),
        head(Lang::column_restarts),
    ];
    let toggle = move |key: Key| {
        closed.update(|closed| {
            if !closed.remove(&key) {
                closed.insert(key);
            }
        });
    };
    let select = move |key: Key| match subject_of(page, &key) {
        Some((subject, _)) => page.select(subject),
        None => toggle(key),
    };
    let menu = move |(key, event): (Key, MouseEvent)| {
        if let Some((subject, name)) = subject_of(page, &key) {
            page.open_context(&event, &subject, &name);
        }
    };
    let kind = RowKind {
        id: Key::text,
        cells,
        selected,
        on_toggle: Callback::new(toggle),
        on_select: Callback::new(select),
        has_menu: |key| *key != Key::Unscheduled,
        on_menu: Callback::new(menu),
    };
    view! {
        <div class="stage__table">
            <TreeGrid
                label=head(Lang::panel_stage)
                heads=heads
                rows=Signal::from(rows)
                kind=kind
            />
        </div>
    }
}

fn rows(page: Page, closed: &BTreeSet<Key>) -> Vec<Row<Key>> {
    let board = page.board;
    let masters =
        board.masters.keys().into_iter().map(|name| (Some(name.clone()), Key::Master(name)));
    let workers =
        board.workers.keys().into_iter().map(|name| (Some(name.clone()), Key::Worker(name)));
    let groups: Vec<_> =
        std::iter::once((None, Key::Unscheduled)).chain(workers).chain(masters).collect();
    let count = groups.len();
    let mut rows = Vec::new();
    for (index, (node, key)) in groups.into_iter().enumerate() {
        let pods = board.pods_of(node).get();
        let open = (!pods.is_empty()).then(|| !closed.contains(&key));
        rows.push(Row { key, level: 1, open, place: (index + 1, count) });
        if open == Some(true) {
            let all = pods.len();
            rows.extend(pods.into_iter().enumerate().map(|(index, id)| Row {
                key: Key::Pod(id),
                level: 2,
                open: None,
                place: (index + 1, all),
            }));
        }
    }
    rows
}

fn subject_of(page: Page, key: &Key) -> Option<(Subject, String)> {
    match key {
        Key::Unscheduled => None,
        Key::Master(name) | Key::Worker(name) => Some((Subject::node(name), name.to_string())),
        Key::Pod(id) => {
            let pod = page.board.pods.cell(id)?.get_untracked();
            Some((pod.subject(), pod.name.to_string()))
        }
    }
}

fn selected(key: &Key) -> Signal<bool> {
    let page = page();
    match subject_of(page, key) {
        Some((subject, _)) => super::scene::is_selected(page, subject).into(),
        None => Signal::stored(false),
    }
}

fn text(value: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    view! { <span>{value}</span> }.into_any()
}

fn nothing() -> AnyView {
    view! { <span class="dim">"–"</span> }.into_any()
}

fn cells(key: &Key) -> Cells {
    let page = page();
    match key {
        Key::Unscheduled => {
            let list = page.board.pods_of(None);
            let count = move || page.lang.get().pods_count(list.with(Vec::len));
            Cells {
                name: view! { <strong>{t(Lang::unscheduled)}</strong> }.into_any(),
                rest: vec![text(count), nothing(), nothing(), nothing(), nothing()],
            }
        }
        Key::Master(name) => master_cells(page, name),
        Key::Worker(name) => worker_cells(page, name),
        Key::Pod(id) => pod_cells(page, id),
    }
}

fn master_cells(page: Page, name: &SmolStr) -> Cells {
    let shown = name.to_string();
    let status = page.board.masters.cell(name).map(|cell| {
        text(move || {
            let lang = page.lang.get();
            let role = if cell.with(|view| view.leads()) {
                lang.role_leader()
            } else {
                lang.role_follower()
            };
            format!("{}, {role}", cell.with(|view| view.condition.word()))
        })
    });
    Cells {
        name: view! { <strong class="mono">{shown}</strong> }.into_any(),
        rest: vec![status.unwrap_or_else(nothing), nothing(), nothing(), nothing(), nothing()],
    }
}

fn worker_cells(page: Page, name: &SmolStr) -> Cells {
    let shown = name.to_string();
    let Some(cell) = page.board.workers.cell(name) else {
        return Cells { name: nothing(), rest: Vec::new() };
    };
    let list = page.board.pods_of(Some(name.clone()));
    let status = cell.clone();
    let requests = move || {
        let pair = |cpu: &Bar, memory: &Bar| {
            let cpu = cores_of(cpu.used(), cpu.capacity);
            format!("{cpu}, {}", bytes_of(memory.used(), memory.capacity))
        };
        cell.with(|view| pair(&view.cpu, &view.memory))
    };
    Cells {
        name: view! { <strong class="mono">{shown}</strong> }.into_any(),
        rest: vec![
            text(move || status.with(|view| view.status().to_string())),
            text(move || page.lang.get().pods_count(list.with(Vec::len))),
            text(requests),
            nothing(),
            nothing(),
        ],
    }
}

fn pod_cells(page: Page, id: &PodId) -> Cells {
    let Some(cell) = page.board.pods.cell(id) else {
        return Cells { name: nothing(), rest: Vec::new() };
    };
    let (name, owner, slot) =
        cell.with_untracked(|pod| (pod.name.to_string(), pod.owner.id.slash(), pod.owner.slot));
    let of = |read: fn(&crate::view::pod::PodView) -> String| {
        let cell = cell.clone();
        text(move || cell.with(read))
    };
    let look_cell = cell.clone();
    let look: Signal<PodLook> = Signal::derive(move || look_cell.with(|pod| pod.look));
    let status_cell = cell.clone();
    let status = view! {
        <span class="with-look">
            <Look look=look/>
            {move || status_cell.with(|pod| pod.status.to_string())}
        </span>
    };
    let style = format!("--owner:var(--owner-{slot})");
    Cells {
        name: view! { <span class="owned mono" style=style>{name}</span> }.into_any(),
        rest: vec![
            status.into_any(),
            of(|pod| format!("{}/{}", pod.ready.0, pod.ready.1)),
            of(|pod| format!("{}, {}", cores(pod.cpu_milli), bytes(pod.memory_bytes))),
            view! { <span class="mono">{owner}</span> }.into_any(),
            of(|pod| pod.restarts.to_string()),
        ],
    }
}
