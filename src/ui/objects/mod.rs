//! Who owns what: every object as a tree by namespace and owner, pods as its leaves.

use std::collections::BTreeSet;

use leptos::prelude::*;
use web_sys::MouseEvent;

use super::page::{Page, page};
use super::text::{Look, t};
use super::widgets::treegrid::{Cells, RowKind};
use super::widgets::{Empty, TreeGrid};
use crate::view::object::{Leaf, NodeKey, tree_rows};
use crate::view::subject::{ObjectId, Subject};
use crate::view::words::Lang;

/// The tree of objects.
#[component]
pub fn Objects() -> impl IntoView {
    let page = page();
    let closed = RwSignal::new(BTreeSet::<NodeKey>::new());
    let leaves = Memo::new(move |_| leaves(page));
    let rows = Memo::new(move |_| {
        let closed: Vec<NodeKey> = closed.get().into_iter().collect();
        leaves.with(|leaves| tree_rows(leaves, &closed))
    });
    let word = |word: fn(Lang) -> &'static str| {
        let word = t(word);
        Signal::derive(move || word().to_string())
    };
    let toggle = move |key: NodeKey| {
        closed.update(|closed| {
            if !closed.remove(&key) {
                closed.insert(key);
            }
        });
    };
    let select = move |key: NodeKey| match subject_of(page, &key) {
        Some((subject, _)) => page.select(subject),
        None => toggle(key),
    };
    let menu = move |(key, event): (NodeKey, MouseEvent)| {
        if let Some((subject, name)) = subject_of(page, &key) {
            page.open_context(&event, &subject, &name);
        }
    };
    let kind = RowKind {
        id: NodeKey::text,
        cells,
        selected,
        on_toggle: Callback::new(toggle),
        on_select: Callback::new(select),
        has_menu: |key| !matches!(key, NodeKey::Namespace(_)),
        on_menu: Callback::new(menu),
    };
    view! {
        <section class="objects" aria-label=t(Lang::objects_tree)>
            <Show
                when=move || rows.with(|rows| !rows.is_empty())
                fallback=move || view! {
                    <Empty
                        icon="tree"
                        title=word(Lang::objects_empty)
                        hint=word(Lang::empty_cluster_hint)
                    />
                }
            >
                <TreeGrid
                    label=word(Lang::objects_tree)
                    heads=vec![
                        word(Lang::column_name),
                        word(Lang::column_ready),
                        word(Lang::column_status),
                    ]
                    rows=Signal::from(rows)
                    kind=kind
                />
            </Show>
        </section>
    }
}

/// Everything in the tree. It follows what comes and goes, not how things are.
fn leaves(page: Page) -> Vec<Leaf> {
    let (objects, pods) = (page.board.objects, page.board.pods);
    let object = |id: ObjectId| {
        let owner = objects.cell(&id)?.with_untracked(|object| object.owner.clone());
        Some(Leaf { key: NodeKey::Object(id.clone()), id, owner })
    };
    let pod = |id: crate::view::pod::PodId| {
        let (object, owner) =
            pods.cell(&id)?.with_untracked(|pod| (pod.object(), pod.controller.clone()));
        Some(Leaf { key: NodeKey::Pod(id), id: object, owner })
    };
    let objects = objects.keys().into_iter().filter_map(object);
    objects.chain(pods.keys().into_iter().filter_map(pod)).collect()
}

fn subject_of(page: Page, key: &NodeKey) -> Option<(Subject, String)> {
    match key {
        NodeKey::Namespace(_) => None,
        NodeKey::Object(id) => Some((id.clone().into(), id.name.to_string())),
        NodeKey::Pod(id) => {
            let pod = page.board.pods.cell(id)?.get_untracked();
            Some((pod.subject(), pod.name.to_string()))
        }
    }
}

fn selected(key: &NodeKey) -> Signal<bool> {
    let page = page();
    let subject = subject_of(page, key).map(|(subject, _)| subject);
    Signal::derive(move || subject.is_some() && page.selected.get() == subject)
}

fn cells(key: &NodeKey) -> Cells {
    let page = page();
    match key {
        NodeKey::Namespace(name) => {
            let name = name.to_string();
            let shown = move || match name.as_str() {
                "" => page.lang.get().cluster_scope().to_string(),
                name => name.to_string(),
            };
            Cells {
                name: view! { <strong class="objects__space">{shown}</strong> }.into_any(),
                rest: vec![().into_any(), ().into_any()],
            }
        }
        NodeKey::Object(id) => object_cells(page, id),
        NodeKey::Pod(id) => pod_cells(page, id),
    }
}

fn object_cells(page: Page, id: &ObjectId) -> Cells {
    let Some(cell) = page.board.objects.cell(id) else {
        return Cells { name: ().into_any(), rest: Vec::new() };
    };
    let (kind, name) = (id.kind.to_string(), id.name.to_string());
    let slot = cell.with_untracked(|object| object.slot);
    let style = slot.map(|slot| format!("--owner:var(--owner-{slot})"));
    let ready = {
        let cell = cell.clone();
        move || cell.with(|object| object.ready)
    };
    let note = move || cell.with(|object| object.note.to_string());
    let meter = move || {
        ready().map(|(ready, wanted)| {
            let percent = f64::from(ready) * 100.0 / f64::from(wanted.max(1));
            view! {
                <span class="meter">
                    <span class="meter__bar"><span style=format!("width:{:.0}%", percent.min(100.0))></span></span>
                    <span class="mono">{format!("{ready}/{wanted}")}</span>
                </span>
            }
        })
    };
    Cells {
        name: view! {
            <span class="objects__name" class:owned=slot.is_some() style=style>
                <span class="mono">{name}</span>
                <span class="objects__kind">{kind}</span>
            </span>
        }
        .into_any(),
        rest: vec![meter.into_any(), view! { <span class="mono dim">{note}</span> }.into_any()],
    }
}

fn pod_cells(page: Page, id: &crate::view::pod::PodId) -> Cells {
    let Some(cell) = page.board.pods.cell(id) else {
        return Cells { name: ().into_any(), rest: Vec::new() };
    };
    let (name, slot) = cell.with_untracked(|pod| (pod.name.to_string(), pod.owner.slot));
    let (of_look, of_ready) = (cell.clone(), cell.clone());
    let look = Signal::derive(move || of_look.with(|pod| pod.look));
    let ready = move || of_ready.with(|pod| format!("{}/{}", pod.ready.0, pod.ready.1));
    let node_of = cell.clone();
    let node = move || node_of.with(|pod| pod.node.clone().unwrap_or_default().to_string());
    let status = move || cell.with(|pod| pod.status.to_string());
    let style = format!("--owner:var(--owner-{slot})");
    Cells {
        name: view! {
            <span class="objects__name owned" style=style>
                <span class="mono">{name}</span>
                <span class="objects__kind">"Pod"</span>
            </span>
        }
        .into_any(),
        rest: vec![
            view! { <span class="mono">{ready}</span> }.into_any(),
            view! {
                <span class="with-look">
                    <Look look=look/>
                    <span>{status}</span>
                    <span class="dim">{node}</span>
                </span>
            }
            .into_any(),
        ],
    }
}
