//! Beside the picture: scenes to play, what must always hold, and what etcd says.

use leptos::prelude::*;

use crate::ui::page::{Panel, page};
use crate::ui::text::t;
use crate::view::intent::Intent;
use crate::view::raft::{Lamp, Scene};
use crate::view::story::Fault;
use crate::view::words::Lang;

/// The scenes, and what mends everything.
#[component]
pub fn Scenes() -> impl IntoView {
    let page = page();
    let summary = move || {
        let (members, quorum) = page.board.raft.with(|raft| (raft.members.len(), raft.quorum()));
        page.lang.get().raft_summary(members, quorum)
    };
    let button = move |scene: Scene| {
        view! {
            <button
                type="button"
                class="button scene"
                data-scene=scene.slug()
                data-tip=move || page.lang.get().scene_hint(scene)
                on:click=move |_| {
                    page.panel.set(Panel::Stage);
                    page.send(Intent::Scene(scene));
                }
            >
                {move || page.lang.get().scene(scene)}
            </button>
        }
    };
    view! {
        <div class="scenes">
            <div class="scenes__head">
                <p class="raft__title">
                    {t(Lang::raft_scenes)}<span class="raft__hint">{summary}</span>
                </p>
                <button
                    type="button"
                    class="button button--quiet scene"
                    on:click=move |_| page.send(Intent::Fault(Fault::HealAll))
                >
                    {t(Lang::raft_heal)}
                </button>
            </div>
            <div class="scenes__list" role="group" aria-label=t(Lang::raft_scenes)>
                {Scene::ALL.map(button).into_iter().collect_view()}
            </div>
        </div>
    }
}

/// What must always hold, each with a lamp that turns red when it does not.
#[component]
pub fn Lamps() -> impl IntoView {
    let page = page();
    let lamp = move |lamp: Lamp| {
        let holds =
            Memo::new(move |_| page.board.raft.with(|raft| !raft.lamps.contains(&(lamp, false))));
        let state = move || (!holds.get()).then(|| page.lang.get().raft_never());
        view! {
            <li>
                <button
                    type="button"
                    class="lamp"
                    class:lamp--broken=move || !holds.get()
                    data-tip=move || page.lang.get().lamp_reason(lamp)
                >
                    <span class="lamp__light" aria-hidden="true"></span>
                    <span class="lamp__name">{move || page.lang.get().lamp(lamp)}</span>
                    <strong class="lamp__state">{state}</strong>
                </button>
            </li>
        }
    };
    view! {
        <div class="lamps">
            <p class="raft__title">{t(Lang::raft_always)}</p>
            <ul class="lamps__list">{Lamp::ALL.map(lamp).into_iter().collect_view()}</ul>
        </div>
    }
}

/// What the members said last, in etcd's own words.
#[component]
pub fn Sayings() -> impl IntoView {
    let page = page();
    let said = Memo::new(move |_| page.board.raft.with(|raft| raft.said.clone()));
    let line = |(name, text): (smol_str::SmolStr, smol_str::SmolStr)| {
        view! {
            <li class="saying">
                <span class="saying__who">{name.to_string()}</span>
                <span class="saying__what">{text.to_string()}</span>
            </li>
        }
    };
    view! {
        <div class="sayings">
            <p class="raft__title">{t(Lang::raft_said)}</p>
            <Show
                when=move || said.with(|said| !said.is_empty())
                fallback=move || view! { <p class="raft__hint">{t(Lang::raft_quiet)}</p> }
            >
                <ul class="sayings__list" lang="en">
                    {move || said.get().into_iter().map(line).collect_view()}
                </ul>
            </Show>
        </div>
    }
}
