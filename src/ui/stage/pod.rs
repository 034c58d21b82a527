//! A pod as a tile: its owner's colour, its shape, its word.

use leptos::prelude::*;
use web_sys::MouseEvent;

use crate::ui::page::page;
use crate::ui::text::Look;
use crate::view::pod::{PodId, PodView};
use crate::view::stage::label::short_name;
use crate::view::stage::roving::MapKey;

use super::more::MoreButton;
use super::scene::{changed, is_selected, scene, tab_stop};

/// How many letters a tile of the lane has room for.
const LANE_LETTERS: usize = 10;

/// The tile of a pod.
#[component]
pub fn Pod(
    /// Which one.
    id: PodId,
    /// Whether it stands in the lane of unscheduled pods, where tiles are always full.
    #[prop(optional)]
    lane: bool,
) -> impl IntoView {
    let page = page();
    let scene = scene();
    let Some(cell) = page.board.pods.cell(&id) else {
        return ().into_any();
    };
    let subject = cell.with_untracked(PodView::subject);
    let name = cell.with_untracked(|pod| pod.name.clone());
    let selected = is_selected(page, subject.clone());
    let ringed = changed(page, subject.clone());
    let key = MapKey::Pod(id);
    let focus = key.clone();
    let slot = cell.with_untracked(|pod| pod.owner.slot);
    let letters = Memo::new(move |_| {
        if lane { LANE_LETTERS } else { scene.layout.with(|layout| layout.tile_letters()) }
    });
    let shown = {
        let name = name.clone();
        move || short_name(&name, letters.get())
    };
    let label = {
        let cell = cell.clone();
        let told = move |pod: &PodView| {
            page.lang.get().pod_name(&pod.name, &pod.status, &pod.owner.id.slash())
        };
        move || cell.with(told)
    };
    let tip = label.clone();
    let context = {
        let (subject, name) = (subject.clone(), name.clone());
        move |event: MouseEvent| page.open_context(&event, &subject, &name)
    };
    let more = (subject.clone(), name.to_string(), format!("more-{}", key.dom_id()));
    view! {
        <div
            class="pod"
            class:pod--lane=lane
            class:pod--selected=selected
            class:pod--changed=ringed
            style=format!("--owner:var(--owner-{slot})")
            on:contextmenu=context
        >
            <button
                type="button"
                id=key.dom_id()
                class="pod__face"
                tabindex=tab_stop(page, key)
                aria-pressed=move || selected.get().to_string()
                data-tip=tip
                on:focus=move |_| page.map_focus.set(Some(focus.clone()))
                on:click=move |_| page.select(subject.clone())
            >
                <PodFace cell=cell name=Signal::derive(shown)/>
                <span class="unseen">", "{label}</span>
            </button>
            <MoreButton subject=more.0 name=more.1 id=more.2 class="pod__more"/>
        </div>
    }
    .into_any()
}

/// What a tile says: the name, the shape, the word.
#[component]
pub fn PodFace(
    /// The pod.
    cell: ArcRwSignal<PodView>,
    /// Its name as it is shown.
    name: Signal<String>,
) -> impl IntoView {
    let word_of = cell.clone();
    let look = Signal::derive(move || cell.with(|pod| pod.look));
    let word = move || word_of.with(|pod| pod.word().to_string());
    view! {
        <span class="pod__name">{name}</span>
        <span class="pod__state">
            <Look look=look/>
            <span class="pod__word">{word}</span>
        </span>
    }
}
