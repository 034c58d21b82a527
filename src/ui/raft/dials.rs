//! The dials: how patient the members are, how bad the cables, and what comes of it.

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::t;
use crate::ui::widgets::Slider;
use crate::view::intent::Intent;
use crate::view::raft::{Cables, RaftDeed, RaftView, Timing};
use crate::view::words::Lang;

/// One dial: what it sets, where it can stand, and how it reads and changes the bench.
#[derive(Clone, Copy)]
struct Setting {
    word: fn(Lang) -> &'static str,
    unit: &'static str,
    stops: [u64; 8],
    read: fn(&RaftView) -> u64,
    turned: fn(&RaftView, u64) -> RaftDeed,
}

const SETTINGS: [Setting; 6] = [
    Setting {
        word: Lang::raft_heartbeat,
        unit: "ms",
        stops: Timing::HEARTBEAT_STOPS,
        read: |raft| raft.timing.heartbeat_ms.into(),
        turned: |raft, ms| RaftDeed::Timing(Timing { heartbeat_ms: ms as u32, ..raft.timing }),
    },
    Setting {
        word: Lang::raft_election,
        unit: "ms",
        stops: Timing::ELECTION_STOPS,
        read: |raft| raft.timing.election_ms.into(),
        turned: |raft, ms| RaftDeed::Timing(Timing { election_ms: ms as u32, ..raft.timing }),
    },
    Setting {
        word: Lang::raft_luck,
        unit: "ms",
        stops: Timing::SPREAD_STOPS,
        read: |raft| raft.timing.spread_ms.into(),
        turned: |raft, ms| RaftDeed::Timing(Timing { spread_ms: ms as u32, ..raft.timing }),
    },
    Setting {
        word: Lang::raft_delay,
        unit: "ms",
        stops: Cables::STOPS,
        read: |raft| raft.cables.delay_ms,
        turned: |raft, delay_ms| RaftDeed::Cables(Cables { delay_ms, ..raft.cables }),
    },
    Setting {
        word: Lang::raft_jitter,
        unit: "ms",
        stops: Cables::STOPS,
        read: |raft| raft.cables.jitter_ms,
        turned: |raft, jitter_ms| RaftDeed::Cables(Cables { jitter_ms, ..raft.cables }),
    },
    Setting {
        word: Lang::raft_loss,
        unit: "%",
        stops: Cables::LOSS_STOPS,
        read: |raft| raft.cables.loss_percent.into(),
        turned: |raft, percent| {
            RaftDeed::Cables(Cables { loss_percent: percent as u32, ..raft.cables })
        },
    },
];

/// The dials, with a warning where a leader could hardly last.
#[component]
pub fn Dials() -> impl IntoView {
    let page = page();
    let raft = page.board.raft;
    // What etcd said to timeouts that it does not take.
    let refused = RwSignal::new(None::<String>);
    let warning = Memo::new(move |_| {
        raft.with(|raft| raft.cables.unrest(raft.timing))
            .map(|unrest| page.lang.get().raft_unrest(unrest))
    });
    view! {
        <div class="dials">
            <div class="dials__timers">
                <span class="raft__title">{t(Lang::raft_timers)}</span>
                <Timers aligned=true word=Lang::raft_align hint=Lang::raft_align_hint/>
                <Timers aligned=false word=Lang::raft_spread hint=Lang::raft_spread_hint/>
            </div>
            {SETTINGS.map(|setting| view! { <Dial setting=setting refused=refused/> })
                .into_iter()
                .collect_view()}
            <p class="dials__warning" role="status">
                {move || refused.get().map(|text| view! { <code lang="en">{text}</code> })}
                {move || warning.get().filter(|_| refused.with(Option::is_none))}
            </p>
        </div>
    }
}

/// Sets all election timers.
#[component]
fn Timers(
    /// Whether they go off at once.
    aligned: bool,
    /// What the button says.
    word: fn(Lang) -> &'static str,
    /// What it does.
    hint: fn(Lang) -> &'static str,
) -> impl IntoView {
    let page = page();
    view! {
        <button
            type="button"
            class="button scene"
            data-tip=t(hint)
            on:click=move |_| page.send(Intent::Raft(RaftDeed::Timers { aligned }))
        >
            {t(word)}
        </button>
    }
}

#[component]
fn Dial(
    /// What it sets.
    setting: Setting,
    /// What etcd says to a setting that it does not take.
    refused: RwSignal<Option<String>>,
) -> impl IntoView {
    let page = page();
    let raft = page.board.raft;
    let Setting { word, unit, stops, read, turned } = setting;
    let label = t(word);
    let value = Memo::new(move |_| raft.with(|raft| read(raft)));
    let stop = move || stops.iter().rposition(|stop| *stop <= value.get()).unwrap_or(0);
    let text = Signal::derive(move || format!("{} {unit}", value.get()));
    let set = move |stop: usize| {
        let deed = raft.with_untracked(|raft| turned(raft, stops[stop]));
        let refusal = if let RaftDeed::Timing(timing) = &deed { timing.refusal() } else { None };
        if refusal.is_none() {
            page.send(Intent::Raft(deed));
        }
        refused.set(refusal);
    };
    view! {
        <div class="dial">
            <span class="dial__name">{label}</span>
            <Slider
                label=Signal::derive(move || label().to_string())
                last=stops.len() - 1
                value=Signal::derive(stop)
                text=text
                on_input=set
            />
            <span class="dial__value">{text}</span>
        </div>
    }
}
