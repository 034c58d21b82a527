//! Pods that no node would take, with the reason in Kubernetes' words. Always in view.

use leptos::prelude::*;

use crate::ui::icons::Icon;
use crate::ui::page::page;
use crate::ui::text::t;
use crate::view::pod::PodId;
use crate::view::words::Lang;

use super::pod::Pod;
use super::scene::scene;

/// The lane of unscheduled pods.
#[component]
pub fn Lane() -> impl IntoView {
    let page = page();
    let scene = scene();
    let waiting = page.board.pods_of(None);
    let style = move || scene.layout.with(|layout| layout.lane.rect.style());
    let stacked = move || scene.layout.with(|layout| layout.lane.stacked);
    let most = Memo::new(move |_| scene.layout.with(|layout| layout.lane.tiles_max));
    let count = {
        let waiting = waiting.clone();
        Memo::new(move |_| waiting.with(Vec::len))
    };
    let first = {
        let waiting = waiting.clone();
        move || waiting.with(|ids| ids.iter().take(most.get()).cloned().collect::<Vec<PodId>>())
    };
    let more = move || count.get().saturating_sub(most.get());
    let reasons = Memo::new(move |_| {
        waiting.with(|ids| {
            let pods = ids.iter().filter_map(|id| page.board.pods.cell(id));
            crate::view::pod::reasons(pods.map(|pod| pod.with(|pod| pod.message.clone())))
        })
    });
    view! {
        <section
            class="lane"
            class:lane--stacked=stacked
            class:lane--empty=move || count.get() == 0
            style=style
            aria-label=t(Lang::unscheduled)
        >
            <h2 class="lane__title">{t(Lang::unscheduled)}</h2>
            <Show
                when=move || count.get() != 0
                fallback=move || view! {
                    <span class="lane__none"><Icon name="check"/>{t(Lang::unscheduled_none)}</span>
                }
            >
                <div class="lane__pods">
                    <For
                        each=first.clone()
                        key=|id| id.clone()
                        children=|id| view! { <Pod id=id lane=true/> }
                    />
                    <Show when=move || more() != 0>
                        <button
                            type="button"
                            class="lane__more"
                            data-tip=t(Lang::table_view)
                            on:click=move |_| page.as_table.set(true)
                        >
                            {move || page.lang.get().pods_more(more())}
                        </button>
                    </Show>
                </div>
                <p class="lane__reason" data-tip=move || reasons.get().join("\n")>
                    {move || reasons.get().join("  ")}
                </p>
            </Show>
        </section>
    }
}
