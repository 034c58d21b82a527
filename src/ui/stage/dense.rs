//! Workers when there are many: small cells with counts, or squares.

use leptos::prelude::*;
use smol_str::SmolStr;

use crate::ui::page::page;
use crate::ui::text::Look;
use crate::view::node::{NodeCondition, Power, WorkerView};
use crate::view::pod::{PodId, PodLook};
use crate::view::stage::Rect;
use crate::view::stage::label::{LETTER_PX, host_name};
use crate::view::stage::layout::WorkerForm;
use crate::view::stage::roving::MapKey;
use crate::view::subject::Subject;

use super::scene::{changed, is_selected, scene, tab_stop};

/// A worker among many.
#[component]
pub fn DenseWorker(
    /// Its name.
    name: SmolStr,
    /// Cell or square.
    form: WorkerForm,
) -> impl IntoView {
    let page = page();
    let scene = scene();
    let Some(cell) = page.board.workers.cell(&name) else {
        return ().into_any();
    };
    let rect = scene.worker_rect(name.clone());
    let pods = page.board.pods_of(Some(name.clone()));
    let subject = Subject::node(&name);
    let key = MapKey::Host(name.clone());
    let focus = key.clone();
    let view = {
        let cell = cell.clone();
        Memo::new(move |_| {
            cell.with(|view| (view.power, view.condition, view.cpu.percent().min(100)))
        })
    };
    let label = {
        let pods = pods.clone();
        move || {
            let (status, name) = cell.with(|view: &WorkerView| (view.status(), view.name.clone()));
            page.lang.get().worker_name(&name, status, pods.with(Vec::len))
        }
    };
    let tip = label.clone();
    let menu = {
        let (subject, name) = (subject.clone(), name.clone());
        move |event: web_sys::MouseEvent| page.open_context(&event, &subject, &name)
    };
    let style = move || format!("{};--full:{}%", rect.get().style(), view.get().2);
    view! {
        <button
            type="button"
            id=key.dom_id()
            class=if form == WorkerForm::Cell { "cell" } else { "cell cell--square" }
            class:cell--selected=is_selected(page, subject.clone())
            class:cell--changed=changed(page, subject.clone())
            class:cell--off=move || view.get().0 == Power::Off
            class:cell--lost=move || view.get().1 != NodeCondition::Ready
            style=style
            tabindex=tab_stop(page, key)
            data-tip=tip
            on:focus=move |_| page.map_focus.set(Some(focus.clone()))
            on:click=move |_| page.select(subject.clone())
            on:contextmenu=menu
        >
            {(form == WorkerForm::Cell).then(|| {
                let look = Signal::derive(move || view.get().1.look());
                view! { <CellText name=name look=look pods=pods rect=rect/> }
            })}
            <span class="cell__bar"></span>
            <span class="unseen">", "{label}</span>
        </button>
    }
    .into_any()
}

/// What a cell says: how the worker is, its name, how many pods it has.
#[component]
fn CellText(
    /// Its name.
    name: SmolStr,
    /// How it is.
    look: Signal<PodLook>,
    /// Its pods.
    pods: ArcRwSignal<Vec<PodId>>,
    /// Where the cell stands.
    rect: Memo<Rect>,
) -> impl IntoView {
    let page = page();
    let short = move || host_name(&name, rect.get().w - 34.0, LETTER_PX);
    let count = move || page.lang.get().pods_count(pods.with(Vec::len));
    view! {
        <span class="cell__head">
            <Look look=look/>
            <span class="cell__name">{short}</span>
        </span>
        <span class="cell__pods">{count}</span>
    }
}
