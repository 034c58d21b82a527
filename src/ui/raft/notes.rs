//! Beside the picture: what must always hold, and what etcd says.

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::t;
use crate::view::raft::{Lamp, Saying};
use crate::view::words::Lang;

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
    let line = move |saying: Saying| {
        let Saying { who, line, meaning } = saying;
        let meaning = meaning.map(|meaning| move || page.lang.get().meaning(meaning));
        view! {
            <li class="saying">
                <span class="saying__who">{who.to_string()}</span>
                <span class="saying__what" lang="en">{line.to_string()}</span>
                <span class="saying__means">{meaning}</span>
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
                <ul class="sayings__list">
                    {move || said.get().into_iter().map(line).collect_view()}
                </ul>
            </Show>
        </div>
    }
}
