//! Who is on the bench, the scenes to play, and the beat that is told.

use leptos::prelude::*;

use crate::ui::page::{Panel, page};
use crate::ui::text::t;
use crate::ui::widgets::segmented::Choice;
use crate::ui::widgets::{Button, ButtonKind, IconButton, Segmented};
use crate::view::intent::Intent;
use crate::view::raft::{Scene, Troupe};
use crate::view::story::Fault;
use crate::view::words::Lang;

/// Who is on the bench, and what mends everything.
#[component]
pub fn Head() -> impl IntoView {
    let page = page();
    let raft = page.board.raft;
    let summary = move || {
        let (members, quorum) = raft.with(|raft| (raft.voters, raft.quorum()));
        page.lang.get().raft_summary(members, quorum)
    };
    let choice = move |(value, troupe): (usize, Troupe)| Choice {
        value,
        label: Signal::derive(move || match troupe {
            Troupe::Cluster => page.lang.get().raft_cluster().to_string(),
            Troupe::Alone(members) => members.to_string(),
        }),
        hint: Signal::derive(move || match troupe {
            Troupe::Cluster => page.lang.get().raft_cluster_hint().to_string(),
            Troupe::Alone(members) => page.lang.get().raft_alone(members),
        }),
    };
    let chosen = Memo::new(move |_| {
        let troupe = raft.with(|raft| raft.troupe);
        Troupe::ALL.iter().position(|other| *other == troupe).unwrap_or(0)
    });
    let choices: Vec<Choice> = Troupe::ALL.into_iter().enumerate().map(choice).collect();
    let folds = Memo::new(move |_| raft.with(|raft| raft.folds));
    view! {
        <div class="raft__head">
            <Segmented
                name="troupe"
                label=Signal::derive(move || page.lang.get().raft_troupe().to_string())
                choices=choices
                chosen=Signal::from(chosen)
                on_choose=move |at: usize| page.send(Intent::Troupe(Troupe::ALL[at]))
            />
            <span class="raft__hint">{summary}</span>
            <span class="raft__gap"></span>
            <button
                type="button"
                class="button scene"
                aria-pressed=move || folds.get().to_string()
                data-tip=t(Lang::raft_fold_hint)
                on:click=move |_| page.send(Intent::Fold(!folds.get_untracked()))
            >
                {t(Lang::raft_fold)}
            </button>
            <button
                type="button"
                class="button button--quiet scene"
                on:click=move |_| page.send(Intent::Fault(Fault::HealAll))
            >
                {t(Lang::raft_heal)}
            </button>
        </div>
    }
}

/// The scenes.
#[component]
pub fn Scenes() -> impl IntoView {
    let page = page();
    let told =
        Memo::new(move |_| page.board.raft.with(|raft| raft.scene.as_ref().map(|view| view.scene)));
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
    // Whoever is told a scene needs the room for it.
    view! {
        <div class="scenes" hidden=move || told.get().is_some()>
            <p class="raft__title">{t(Lang::raft_scenes)}</p>
            <div class="scenes__list" role="group" aria-label=t(Lang::raft_scenes)>
                {Scene::ALL.map(button).into_iter().collect_view()}
            </div>
        </div>
    }
}

/// The beat that is told: what happened, why, and the way on.
#[component]
pub fn Beat() -> impl IntoView {
    let page = page();
    let told = Memo::new(move |_| page.board.raft.with(|raft| raft.scene.clone()));
    let any = Memo::new(move |_| told.with(Option::is_some));
    let title = move || told.with(|view| view.as_ref().map(|v| page.lang.get().scene(v.scene)));
    let number = move || {
        told.with(|view| view.as_ref().map(|view| format!("{} / {}", view.beat + 1, view.beats)))
    };
    let text = move || {
        told.with(|view| {
            let lang = page.lang.get();
            let of = |view: &crate::view::raft::SceneView| match view.under_way {
                true => lang.raft_under_way().to_string(),
                false => lang.beat(view),
            };
            view.as_ref().map(of)
        })
    };
    let state = Memo::new(move |_| {
        told.with(|view| view.as_ref().map(|view| (view.beat, view.beats, view.under_way)))
    });
    let playing = Memo::new(move |_| page.board.clock.with(|clock| clock.playing));
    let first = Signal::derive(move || state.get().is_none_or(|(beat, ..)| beat == 0));
    let stuck = Signal::derive(move || {
        state.get().is_none_or(|(beat, beats, under_way)| match under_way {
            true => playing.get(),
            false => beat + 1 == beats,
        })
    });
    view! {
        <Show when=move || any.get()>
            <section class="beat" aria-label=t(Lang::raft_scene_told)>
                <div class="beat__head">
                    <strong class="beat__title">{title}</strong>
                    <span class="beat__number">{number}</span>
                    <span class="raft__gap"></span>
                    <Button disabled=first on_click=move |_| page.send(Intent::Beat { back: true })>
                        {t(Lang::raft_back)}
                    </Button>
                    <Button
                        kind=ButtonKind::Primary
                        disabled=stuck
                        on_click=move |_| page.send(Intent::Beat { back: false })
                    >
                        {t(Lang::raft_next)}
                    </Button>
                    <IconButton
                        icon="close"
                        class="icon-button--small"
                        label=Signal::derive(move || page.lang.get().raft_end_scene().to_string())
                        on_click=move |_| page.send(Intent::EndScene)
                    />
                </div>
                <p class="beat__text" role="status">{text}</p>
            </section>
        </Show>
    }
}
