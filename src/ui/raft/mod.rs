//! The Raft bench: members on a ring, their messages and timers, and below it their logs.
//!
//! It is worked out by the engine only while it is shown.

mod dials;
mod groups;
mod hands;
mod logs;
mod notes;
mod ring;
mod scene;

use leptos::prelude::*;

use super::keys::press;
use super::page::page;
use crate::view::intent::Intent;
use crate::view::keys::Area;

/// The bench.
#[component]
pub fn RaftBench() -> impl IntoView {
    let page = page();
    page.send(Intent::Bench(true));
    on_cleanup(move || page.send(Intent::Bench(false)));
    view! {
        <section
            class="raft"
            on:keydown=move |event| press(page, Area::Bench, &event, |_| ())
        >
            <scene::Head/>
            <scene::Scenes/>
            <scene::Beat/>
            <ring::Ring/>
            <hands::Hands/>
            <logs::Logs/>
            <dials::Dials/>
            <RaftNotes/>
        </section>
    }
}

/// What always holds and what etcd says. Where there is room they stand in the inspector as long as
/// that has nothing to show, and not below the logs.
#[component]
pub fn RaftNotes() -> impl IntoView {
    view! {
        <div class="raft__notes">
            <notes::Lamps/>
            <notes::Sayings/>
        </div>
    }
}
