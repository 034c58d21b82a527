//! The Raft bench: members on a ring, their messages and timers, and below it their logs.
//!
//! It is worked out by the engine only while it is shown.

mod logs;
mod notes;
mod ring;

use leptos::prelude::*;

use super::page::page;
use crate::view::intent::Intent;

/// The bench.
#[component]
pub fn RaftBench() -> impl IntoView {
    let page = page();
    page.send(Intent::Bench(true));
    on_cleanup(move || page.send(Intent::Bench(false)));
    view! {
        <section class="raft">
            <notes::Scenes/>
            <ring::Ring/>
            <logs::Logs/>
            <div class="raft__notes">
                <notes::Lamps/>
                <notes::Sayings/>
            </div>
        </section>
    }
}
