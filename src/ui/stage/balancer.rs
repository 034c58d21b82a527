//! The load balancer, and the terminal that talks to the cluster through it.

use leptos::prelude::*;

use crate::ui::console::terminal::INPUT;
use crate::ui::dom;
use crate::ui::icons::Icon;
use crate::ui::page::{Panel, page};
use crate::ui::text::t;
use crate::view::stage::roving::MapKey;
use crate::view::subject::{Place, Subject};
use crate::view::words::Lang;

use super::scene::{acts, is_selected, scene, tab_stop};

/// The load balancer with a dot for each apiserver it knows.
#[component]
pub fn Balancer() -> impl IntoView {
    let page = page();
    let scene = scene();
    let style = move || scene.layout.with(|layout| layout.balancer.style());
    let backends = move || page.board.balancer.get().backends;
    let health = move || {
        let all = backends();
        let well = all.iter().filter(|(_, well)| *well).count();
        format!("{well}/{}", all.len())
    };
    let label = move || format!("{}, {}", page.lang.get().balancer(), health());
    let subject: Subject = Place::Balancer.into();
    view! {
        <button
            type="button"
            id=MapKey::Balancer.dom_id()
            class="hub"
            class:hub--acting=acts(page, Place::Balancer)
            class:hub--selected=is_selected(page, subject.clone())
            style=style
            tabindex=tab_stop(page, MapKey::Balancer)
            aria-label=label
            data-tip=label
            on:focus=move |_| page.map_focus.set(Some(MapKey::Balancer))
            on:click=move |_| page.select(subject.clone())
        >
            <span class="hub__name">{t(Lang::balancer)}</span>
            <span class="hub__dots">
                {move || backends()
                    .into_iter()
                    .map(|(_, well)| view! { <span class="hub__dot" class:hub__dot--bad=!well></span> })
                    .collect_view()}
            </span>
        </button>
    }
}

/// Where `kubectl` runs.
#[component]
pub fn TerminalMark() -> impl IntoView {
    let page = page();
    let scene = scene();
    let style = move || scene.layout.with(|layout| layout.terminal.style());
    view! {
        <button
            type="button"
            class="hub hub--terminal"
            class:hub--acting=acts(page, Place::Terminal)
            style=style
            tabindex="-1"
            data-tip=t(Lang::terminal)
            on:click=move |_| {
                page.panel.set(Panel::Terminal);
                request_animation_frame(|| dom::focus(INPUT));
            }
        >
            <Icon name="terminal"/>
            <span class="hub__name">{t(Lang::you)}</span>
        </button>
    }
}
