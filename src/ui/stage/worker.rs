//! A worker: what it is, how full it is, and its pods.

use leptos::prelude::*;
use smol_str::SmolStr;

use crate::ui::icons::Icon;
use crate::ui::page::{Page, page};
use crate::ui::text::{Look, t};
use crate::view::node::{Bar, NodeCondition, Power, WorkerView, bytes_of, cores_of};
use crate::view::pod::{PodId, count_looks, telling_looks};
use crate::view::stage::Rect;
use crate::view::stage::label::{HEAD_LETTER_PX, LETTER_PX, host_name};
use crate::view::stage::roving::MapKey;
use crate::view::stage::tiles::TileSize;
use crate::view::subject::{ObjectId, Part, Place, Subject};
use crate::view::words::Lang;

use super::more::MoreButton;
use super::pod::Pod;
use super::scene::{acts, changed, is_selected, scene, tab_stop};

/// A card narrower than this says less.
const NARROW_PX: f64 = 150.0;

/// The card of a worker.
#[component]
pub fn Worker(
    /// Its name.
    name: SmolStr,
) -> impl IntoView {
    let page = page();
    let scene = scene();
    let Some(cell) = page.board.workers.cell(&name) else {
        return ().into_any();
    };
    let card = scene.worker_rect(name.clone());
    let subject = Subject::node(&name);
    let ringed = changed(page, subject.clone());
    let selected = is_selected(page, subject.clone());
    let acting = acts(page, Place::part(&name, Part::Kubelet));
    let state = {
        let cell = cell.clone();
        Memo::new(move |_| cell.with(|view| (view.power, view.condition)))
    };
    let menu = {
        let (subject, name) = (subject.clone(), name.clone());
        move |event: web_sys::MouseEvent| page.open_context(&event, &subject, &name)
    };
    let label = {
        let (cell, list) = (cell.clone(), page.board.pods_of(Some(name.clone())));
        move || {
            let status = cell.with(|view| view.status());
            let name = cell.with(|view| view.name.clone());
            page.lang.get().worker_name(&name, status, list.with(Vec::len))
        }
    };
    view! {
        <div
            class="card worker"
            class:card--selected=selected
            class:card--changed=ringed
            class:card--acting=acting
            class:card--off=move || state.get().0 == Power::Off
            class:card--lost=move || state.get().1 != NodeCondition::Ready
            class:worker--narrow=move || card.get().w < NARROW_PX
            style=move || card.get().style()
            role="group"
            aria-label=label
            on:contextmenu=menu
        >
            <WorkerHead name=name.clone() cell=cell.clone() subject=subject card=card/>
            <Bars cell=cell/>
            <Pods name=name/>
        </div>
    }
    .into_any()
}

#[component]
fn WorkerHead(
    /// The name of the worker.
    name: SmolStr,
    /// What it is like.
    cell: ArcRwSignal<WorkerView>,
    /// What a click selects.
    subject: Subject,
    /// Where the card stands.
    card: Memo<Rect>,
) -> impl IntoView {
    let page = page();
    let key = MapKey::Host(name.clone());
    let focus = key.clone();
    let shown = {
        let name = name.clone();
        move || {
            // The state and the button beside it need room too.
            let width = card.get().w;
            if width < NARROW_PX {
                host_name(&name, width - 68.0, LETTER_PX)
            } else {
                host_name(&name, width - 118.0, HEAD_LETTER_PX)
            }
        }
    };
    let (tip, full) = (name.to_string(), name.to_string());
    let more = (subject.clone(), name.to_string(), format!("more-{name}"));
    view! {
        <button
            type="button"
            id=key.dom_id()
            class="card__head"
            tabindex=tab_stop(page, key)
            data-tip=tip
            on:focus=move |_| page.map_focus.set(Some(focus.clone()))
            on:click=move |_| page.select(subject.clone())
        >
            <span class="card__name">{shown}</span>
            <WorkerState cell=cell/>
            <span class="unseen">", "{full}</span>
        </button>
        <MoreButton subject=more.0 name=more.1 id=more.2 class="card__more"/>
    }
}

/// What the cluster believes of the node, and beside it what the machine really is.
#[component]
fn WorkerState(
    /// What it is like.
    cell: ArcRwSignal<WorkerView>,
) -> impl IntoView {
    let state = Memo::new(move |_| cell.with(|view| (view.power, view.condition, view.cordoned)));
    let look = Signal::derive(move || state.get().1.look());
    view! {
        <span class="worker__state">
            <Show when=move || state.get().0 != Power::On>
                <span class="badge badge--off">
                    <Icon name="power"/>
                    {t(Lang::power_off_short)}
                </span>
            </Show>
            <Show when=move || state.get().2>
                <span class="badge" data-tip="SchedulingDisabled"><Icon name="forbid"/></span>
            </Show>
            <Look look=look/>
            <span class="worker__word">{move || state.get().1.word()}</span>
        </span>
    }
}

/// How full the worker is, by owner.
#[component]
fn Bars(
    /// What it is like.
    cell: ArcRwSignal<WorkerView>,
) -> impl IntoView {
    let of = move |pick: fn(&WorkerView) -> &Bar| {
        let cell = cell.clone();
        Memo::new(move |_| cell.with(|view| pick(view).clone()))
    };
    let cpu = of(|view| &view.cpu);
    let memory = of(|view| &view.memory);
    view! {
        <div class="bars">
            <BarLine name="cpu" bar=cpu pair=cores_of/>
            <BarLine name="mem" bar=memory pair=bytes_of/>
        </div>
    }
}

#[component]
fn BarLine(
    /// What it measures.
    name: &'static str,
    /// The requests and the room.
    bar: Memo<Bar>,
    /// How an amount of another is written.
    pair: fn(u64, u64) -> String,
) -> impl IntoView {
    let page = page();
    let value = move || bar.with(|bar| pair(bar.used(), bar.capacity));
    let segments = move || {
        let segments = bar.with(Bar::segments).into_iter();
        segments
            .map(|segment| {
                let style = format!(
                    "left:{:.2}%;width:{:.2}%;background:var(--owner-{})",
                    segment.from_percent, segment.width_percent, segment.slot
                );
                view! { <span class="bars__piece" style=style></span> }
            })
            .collect_view()
    };
    let tip = move || format!("{name}: {}", page.lang.get().requested(&value()));
    view! {
        <span class="bars__name">{name}</span>
        <span class="bars__bar" data-tip=tip>{segments}</span>
        <span class="bars__value">{value}</span>
    }
}

/// The pods of a worker, as tiles or as counts.
#[component]
fn Pods(
    /// The name of the worker.
    name: SmolStr,
) -> impl IntoView {
    let page = page();
    let scene = scene();
    let list = page.board.pods_of(Some(name.clone()));
    let counts = Memo::new(move |_| scene.layout.with(|layout| layout.tile == TileSize::Count));
    let columns = move || {
        scene.layout.with(|layout| {
            let width = layout.workers.first().map_or(120.0, |card| card.w) - 20.0;
            format!("--columns:{}", layout.tile.columns(width))
        })
    };
    view! {
        <div class="pods" style=columns>
            {move || if counts.get() {
                view! { <Counts name=name.clone() list=list.clone()/> }.into_any()
            } else {
                let list = list.clone();
                view! {
                    <For
                        each=move || list.get()
                        key=|id| id.clone()
                        children=|id| view! { <Pod id=id/> }
                    />
                }.into_any()
            }}
        </div>
    }
}

/// The workloads whose pods are among `pods`, in their order.
pub fn owners_on(page: Page, pods: &[PodId]) -> Vec<ObjectId> {
    let mut owners: Vec<ObjectId> = Vec::new();
    for id in pods {
        if let Some(cell) = page.board.pods.cell(id) {
            let owner = cell.with_untracked(|pod| pod.owner.id.clone());
            if owners.last() != Some(&owner) {
                owners.push(owner);
            }
        }
    }
    owners
}

/// A line for each workload: how many of its pods look how.
#[component]
fn Counts(
    /// The name of the worker.
    name: SmolStr,
    /// Its pods.
    list: ArcRwSignal<Vec<PodId>>,
) -> impl IntoView {
    let page = page();
    let owners = {
        let list = list.clone();
        Memo::new(move |_| list.with(|ids| owners_on(page, ids)))
    };
    let line = move |owner: ObjectId| {
        let key = MapKey::Count(name.clone(), owner.clone());
        let focus = key.clone();
        let subject: Subject = owner.clone().into();
        let (list, of) = (list.clone(), owner.clone());
        let pods = Memo::new(move |_| {
            let cells = list.with(|ids| {
                ids.iter().filter_map(|id| page.board.pods.cell(id)).collect::<Vec<_>>()
            });
            let pods: Vec<_> = cells.into_iter().map(|cell| cell.get()).collect();
            let mine: Vec<_> = pods.into_iter().filter(|pod| pod.owner.id == of).collect();
            let slot = mine.first().map_or(0, |pod| pod.owner.slot);
            (slot, telling_looks(&count_looks(mine.iter()), 3))
        });
        view! {
            <button
                type="button"
                id=key.dom_id()
                class="count"
                style=move || format!("--owner:var(--owner-{})", pods.with(|pods| pods.0))
                tabindex=tab_stop(page, key)
                data-tip=owner.slash()
                on:focus=move |_| page.map_focus.set(Some(focus.clone()))
                on:click=move |_| page.select(subject.clone())
            >
                <span class="count__name">{owner.name.to_string()}</span>
                {move || pods.get().1.into_iter().map(|(look, count)| view! {
                    <span class="count__look"><Look look=look/>{count}</span>
                }).collect_view()}
            </button>
        }
    };
    view! { <For each=move || owners.get() key=|owner| owner.clone() children=line/> }
}
