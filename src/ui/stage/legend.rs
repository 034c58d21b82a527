//! The title of the workers and, beside it, the workloads with their colours: the legend of the
//! map, and the place where a Deployment can be taken hold of.

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::{Look, t};
use crate::view::object::LegendEntry;
use crate::view::pod::PodLook;
use crate::view::subject::{ObjectId, Subject};
use crate::view::words::Lang;

use super::scene::{changed, is_selected, scene};

/// The title and the legend.
#[component]
pub fn WorkersTitle() -> impl IntoView {
    let page = page();
    let scene = scene();
    let style = move || scene.layout.with(|layout| layout.workers_title.style());
    let objects = page.board.objects;
    let entries = Memo::new(move |_| {
        let coloured = |id: &ObjectId| {
            let cell = objects.cell(id)?;
            cell.with(|object| object.slot.is_some()).then(|| id.clone())
        };
        objects.with_keys(|ids| ids.iter().filter_map(coloured).collect::<Vec<_>>())
    });
    view! {
        <div class="workers-title" style=style>
            <h2 class="zone-title zone-title--inline">{t(Lang::workers)}</h2>
            <ul class="legend">
                <For
                    each=move || entries.get()
                    key=|id| id.clone()
                    children=|id| view! { <Entry id=id/> }
                />
            </ul>
        </div>
    }
}

#[component]
fn Entry(
    /// The workload.
    id: ObjectId,
) -> impl IntoView {
    let page = page();
    let Some(cell) = page.board.objects.cell(&id) else {
        return ().into_any();
    };
    let entry = Memo::new(move |_| cell.with(LegendEntry::of));
    let ready = move || entry.get().map_or((0, 0), |entry| entry.ready);
    let look = Signal::derive(move || entry.get().map_or(PodLook::Waiting, |entry| entry.look()));
    let slot = move || entry.get().map_or(0, |entry| entry.slot);
    let subject: Subject = id.clone().into();
    let context = {
        let (subject, name) = (subject.clone(), id.name.clone());
        move |event: web_sys::MouseEvent| page.open_context(&event, &subject, &name)
    };
    let selected = is_selected(page, subject.clone());
    let ringed = changed(page, subject.clone());
    let tip = id.slash();
    view! {
        <li>
            <button
                type="button"
                id=format!("legend-{}-{}-{}", id.kind, id.namespace, id.name)
                class="legend__entry"
                class:legend__entry--selected=selected
                class:legend__entry--changed=ringed
                style=move || format!("--owner:var(--owner-{})", slot())
                data-tip=tip
                on:click=move |_| page.select(subject.clone())
                on:contextmenu=context
            >
                <span class="legend__colour"></span>
                <span class="legend__name">{id.name.to_string()}</span>
                <span class="legend__ready">
                    {move || { let (ready, wanted) = ready(); format!("{ready}/{wanted}") }}
                </span>
                <Look look=look/>
            </button>
        </li>
    }
    .into_any()
}
