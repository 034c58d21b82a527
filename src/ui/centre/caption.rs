//! What the last step did, told above the stage, and whether time is held or rewound.

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::{Words, t};
use crate::ui::widgets::{Button, ButtonKind};
use crate::view::intent::{Intent, SeekTo};
use crate::view::words::Lang;

/// The caption.
#[component]
pub fn Caption() -> impl IntoView {
    let page = page();
    let deed = Memo::new(move |_| page.board.step.with(|step| step.deed.clone()));
    let sentence = move || deed.get().map(|deed| page.lang.get().deed(&deed));
    view! {
        <div class="caption">
            <State/>
            <span class="caption__text">
                {move || sentence().map(|sentence| view! { <Words sentence=sentence/> })}
            </span>
        </div>
    }
}

/// Playing, paused, rewound: a word and a shape.
#[component]
fn State() -> impl IntoView {
    let page = page();
    let clock = page.board.clock;
    let state = Memo::new(move |_| {
        clock.with(|clock| (clock.playing, clock.is_rewound(), clock.seeking_percent))
    });
    let booting = Memo::new(move |_| clock.with(|clock| clock.booting));
    let class = move || match state.get() {
        (_, _, Some(_)) => "caption__state caption__state--seeking",
        (true, _, _) => "caption__state caption__state--playing",
        (false, true, _) => "caption__state caption__state--rewound",
        (false, false, _) => "caption__state",
    };
    let word = move || {
        let lang = page.lang.get();
        match state.get() {
            _ if booting.get() => lang.state_booting().to_string(),
            (_, _, Some(percent)) => lang.seeking(percent),
            (true, _, _) => lang.state_playing().to_string(),
            (false, _, _) => lang.state_paused().to_string(),
        }
    };
    view! { <span class=class>{word}</span> }
}

/// How far behind now the page is, and the way back.
#[component]
pub fn Rewound() -> impl IntoView {
    let page = page();
    let clock = page.board.clock;
    let behind = Memo::new(move |_| {
        clock.with(|clock| {
            let rewound = clock.is_rewound() && !clock.playing;
            rewound.then(|| clock.position_end - clock.position)
        })
    });
    let tip = move || {
        let lang = page.lang.get();
        let events = behind.get().unwrap_or(0);
        format!("{}. {}", lang.rewound_by(events), lang.rewound_hint())
    };
    view! {
        <Show when=move || behind.get().is_some()>
            <span class="rewound" data-tip=tip>
                <Button
                    kind=ButtonKind::Quiet
                    icon="return"
                    on_click=move |_| page.send(Intent::Seek(SeekTo::Now))
                >
                    {t(Lang::back_to_now)}
                </Button>
            </span>
        </Show>
    }
}
