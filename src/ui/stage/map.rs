//! The map: cards on a canvas, wires behind them, messages before them.

use leptos::html;
use leptos::prelude::*;
use smol_str::SmolStr;
use web_sys::KeyboardEvent;

use crate::ui::dom;
use crate::ui::editor::run_first_example;
use crate::ui::keys::{Local, press};
use crate::ui::page::{Page, page};
use crate::ui::text::t;
use crate::ui::widgets::{Button, ButtonKind};
use crate::view::intent::Intent;
use crate::view::keys::Area;
use crate::view::stage::Rect;
use crate::view::stage::layout::WorkerForm;
use crate::view::subject::ObjectId;
use crate::view::words::Lang;

use super::balancer::{Balancer, TerminalMark};
use super::dense::DenseWorker;
use super::lane::Lane;
use super::legend::WorkersTitle;
use super::master::Master;
use super::pills::Pills;
use super::scene::Scene;
use super::wires::{InnerWires, Wires};
use super::worker::Worker;

/// The map. One Tab stop; the arrow keys move over it.
#[component]
pub fn Map() -> impl IntoView {
    let page = page();
    let port: NodeRef<html::Div> = NodeRef::new();
    // A common size until the first measurement, so that the first frame is already right.
    let size = RwSignal::new((704.0, 640.0));
    let scene = Scene::new(page, size);
    provide_context(scene);
    Effect::new(move || {
        if let Some(element) = port.get() {
            dom::on_resize(&element, move |width, height| size.set((width, height)));
        }
    });
    keep_a_tab_stop(page, scene);
    let on_key = move |event: KeyboardEvent| {
        press(page, Area::Map, &event, |local| act(page, scene, local));
    };
    let title = move || {
        let board = page.board;
        page.lang.get().map_title(board.masters.len(), board.workers.len(), board.pods.len())
    };
    view! {
        <div
            class="stage__port"
            node_ref=port
            role="graphics-document"
            aria-roledescription=t(Lang::cluster_map)
            aria-label=title
            on:keydown=on_key
        >
            <Canvas scene=scene/>
        </div>
    }
}

#[component]
fn Canvas(
    /// Where everything stands.
    scene: Scene,
) -> impl IntoView {
    let page = page();
    let playing = Memo::new(move |_| page.board.clock.with(|clock| clock.playing));
    let class =
        move || scene.layout.with(|layout| format!("canvas canvas--{}", layout.tile.slug()));
    let style = move || {
        scene.layout.with(|layout| format!("width:{}px;height:{}px", layout.width, layout.height))
    };
    let title = move || scene.layout.with(|layout| layout.masters_title.style());
    let form = Memo::new(move |_| scene.layout.with(|layout| layout.worker_form));
    let invites = Memo::new(move |_| is_empty(page) && !(playing.get() && has_workloads(page)));
    view! {
        <div class=class class:canvas--playing=playing style=style>
            <Wires/>
            <h2 class="zone-title" style=title>{t(Lang::control_plane)}</h2>
            <For
                each=move || page.board.masters.keys()
                key=|name| name.clone()
                children=|name| view! { <Master name=name/> }
            />
            <InnerWires/>
            <TerminalMark/>
            <Balancer/>
            <Lane/>
            <WorkersTitle/>
            <For
                each=move || {
                    let form = form.get();
                    let names = page.board.workers.keys().into_iter();
                    names.map(|name| (name, form)).collect::<Vec<_>>()
                }
                key=|(name, form)| (name.clone(), *form as u8)
                children=|(name, form)| match form {
                    WorkerForm::Card => view! { <Worker name=name/> }.into_any(),
                    form => view! { <DenseWorker name=name form=form/> }.into_any(),
                }
            />
            <Pills/>
            <Show when=move || invites.get()><Invitation/></Show>
        </div>
    }
}

/// Whether nobody has asked for any pods yet: those of the masters are the cluster's own.
fn is_empty(page: Page) -> bool {
    let board = page.board;
    let none = |node: Option<SmolStr>| board.pods_of(node).with(Vec::is_empty);
    let booting = board.clock.with(|clock| clock.booting);
    !booting && none(None) && board.workers.keys().into_iter().all(|name| none(Some(name)))
}

/// Whether something has been applied that is to have pods.
fn has_workloads(page: Page) -> bool {
    let objects = page.board.objects;
    let coloured =
        |id: &ObjectId| objects.cell(id).is_some_and(|cell| cell.with(|o| o.slot.is_some()));
    objects.with_keys(|ids| ids.iter().any(coloured))
}

/// What an empty cluster says: apply something; and when that is done, let time pass.
#[component]
fn Invitation() -> impl IntoView {
    let page = page();
    let scene = super::scene::scene();
    let style = move || {
        scene.layout.with(|layout| {
            let first = layout.workers.first().copied().unwrap_or(layout.workers_title);
            let (left, right) = layout.content;
            Rect::new(left, first.y + 76.0, right - left, 130.0).style()
        })
    };
    let applied = Memo::new(move |_| has_workloads(page));
    let say = move |empty, applied_word| {
        let (empty, applied_word) = (t(empty), t(applied_word));
        move || if applied.get() { applied_word() } else { empty() }
    };
    let act = move |_| match applied.get_untracked() {
        true => page.send(Intent::Play),
        false => run_first_example(page),
    };
    view! {
        <div class="invitation" style=style>
            <div class="invitation__card">
                <p class="invitation__title">{say(Lang::empty_cluster, Lang::applied_paused)}</p>
                <p class="invitation__hint">
                    {say(Lang::empty_cluster_hint, Lang::applied_paused_hint)}
                </p>
                <Button kind=ButtonKind::Primary icon="play" on_click=act>
                    {say(Lang::empty_cluster_action, Lang::play)}
                </Button>
            </div>
        </div>
    }
}

/// Something on the map can always be reached with Tab, also when what had the focus is gone.
fn keep_a_tab_stop(page: Page, scene: Scene) {
    Effect::new(move || {
        page.board.pods.with_keys(|_| ());
        page.board.masters.with_keys(|_| ());
        let roving = untrack(|| scene.roving(page));
        let focus = page.map_focus.get_untracked();
        let settled = roving.settle(focus.as_ref()).cloned();
        if settled != focus {
            page.map_focus.set(settled);
        }
    });
}

fn act(page: Page, scene: Scene, local: Local) {
    let roving = untrack(|| scene.roving(page));
    let focus = page.map_focus.get_untracked();
    let Some(now) = roving.settle(focus.as_ref()).cloned() else {
        return;
    };
    match local {
        Local::Move(direction) => {
            if let Some(next) = roving.moved(&now, direction) {
                page.map_focus.set(Some(next.clone()));
                dom::focus(&next.dom_id());
            }
        }
        Local::Menu => {
            if let Some((subject, name)) = untrack(|| scene.subject_of(page, &now)) {
                page.open_actions_at(&now.dom_id(), &subject, &name);
            }
        }
    }
}
