//! Play, step, speed, grain, and where in the history the page stands.

use leptos::prelude::*;

use crate::ui::page::{Centre, page};
use crate::ui::text::t;
use crate::ui::widgets::segmented::Choice;
use crate::ui::widgets::{IconButton, Segmented, Slider};
use crate::view::clock::{Grain, Speed};
use crate::view::format::instant;
use crate::view::intent::{Intent, SeekTo};
use crate::view::words::Lang;

use super::branches::Branches;

/// The left half of the time bar.
#[component]
pub fn Transport() -> impl IntoView {
    view! {
        <div class="transport">
            <div class="transport__row">
                <Buttons/>
                <SpeedSlider/>
            </div>
            <div class="transport__row transport__row--second">
                <GrainChoice/>
                <Position/>
                <Branches/>
            </div>
        </div>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let page = page();
    let clock = page.board.clock;
    let playing = Memo::new(move |_| clock.with(|clock| clock.playing));
    let at_start = Memo::new(move |_| clock.with(|clock| clock.position == 0));
    let at_end = Memo::new(move |_| clock.with(|clock| !clock.is_rewound()));
    let word = |word: fn(Lang) -> &'static str| {
        let word = t(word);
        Signal::derive(move || word().to_string())
    };
    let step = move |back: bool| {
        let grain = clock.with_untracked(|clock| clock.grain);
        page.send(Intent::Step { grain, back });
    };
    let (play, pause) = (t(Lang::play), t(Lang::pause));
    let play_label =
        Signal::derive(move || if playing.get() { pause() } else { play() }.to_string());
    let play_icon = Signal::derive(move || if playing.get() { "pause" } else { "play" });
    view! {
        <div class="transport__buttons">
            <IconButton
                icon="to-start" key="Home" class="transport__button"
                label=word(Lang::to_start)
                disabled=Signal::from(at_start)
                on_click=move |_| page.send(Intent::Seek(SeekTo::Start))
            />
            <IconButton
                icon="step-back" key="," class="transport__button"
                label=word(Lang::step_back)
                disabled=Signal::from(at_start)
                on_click=move |_| step(true)
            />
            <IconButton
                icon=play_icon key="K" class="transport__button transport__button--main"
                label=play_label
                on_click=move |_| {
                    page.send(if playing.get_untracked() { Intent::Pause } else { Intent::Play });
                }
            />
            <IconButton
                icon="step-forward" key="." class="transport__button"
                label=word(Lang::step_forward)
                on_click=move |_| step(false)
            />
            <IconButton
                icon="to-now" key="End" class="transport__button"
                label=word(Lang::to_now)
                disabled=Signal::from(at_end)
                on_click=move |_| page.send(Intent::Seek(SeekTo::Now))
            />
        </div>
    }
}

#[component]
fn SpeedSlider() -> impl IntoView {
    let page = page();
    let speed = Memo::new(move |_| page.board.clock.with(|clock| clock.speed));
    let label = t(Lang::speed);
    let text = Signal::derive(move || speed.get().to_string());
    let reached = move || {
        let reached = page.reached.get();
        reached.map(|reached| page.lang.get().speed_reached(&reached.to_string()))
    };
    view! {
        <div class="speed">
            <Slider
                label=Signal::derive(move || label().to_string())
                last=Speed::STOPS.len() - 1
                value=Signal::derive(move || speed.get().stop())
                text=text
                on_input=move |stop: usize| page.send(Intent::SetSpeed(Speed::STOPS[stop]))
            />
            <span class="speed__value">{text}</span>
            <span class="speed__reached">{reached}</span>
        </div>
    }
}

#[component]
fn GrainChoice() -> impl IntoView {
    let page = page();
    let grain = Memo::new(move |_| page.board.clock.with(|clock| clock.grain));
    let label = t(Lang::step_by);
    let choice = move |grain: Grain| {
        type Text = fn(Lang) -> &'static str;
        let (word, hint): (Text, Text) = match grain {
            Grain::Message => (Lang::grain_message, Lang::grain_message_hint),
            Grain::Write if page.centre.get() == Centre::Raft => {
                (Lang::grain_commit, Lang::grain_commit_hint)
            }
            Grain::Write => (Lang::grain_write, Lang::grain_write_hint),
            Grain::Action => (Lang::grain_action, Lang::grain_action_hint),
            Grain::Tick => (Lang::grain_tick, Lang::grain_tick_hint),
            Grain::Phase => (Lang::grain_phase, Lang::grain_phase_hint),
            Grain::Term => (Lang::grain_term, Lang::grain_term_hint),
        };
        let (word, hint) = (t(word), t(hint));
        Choice {
            value: grain as usize,
            label: Signal::derive(move || word().to_string()),
            hint: Signal::derive(move || hint().to_string()),
        }
    };
    let offered = Memo::new(move |_| match page.centre.get() {
        Centre::Raft => &Grain::RAFT[..],
        Centre::Placement | Centre::Objects => &Grain::CLUSTER[..],
    });
    Effect::new(move || {
        if !offered.get().contains(&grain.get_untracked()) {
            page.send(Intent::SetGrain(Grain::Message));
        }
    });
    let group = move || {
        let choices: Vec<Choice> = offered.get().iter().map(|grain| choice(*grain)).collect();
        view! {
            <Segmented
                name="grain"
                label=Signal::derive(move || label().to_string())
                choices=choices
                chosen=Signal::derive(move || grain.get() as usize)
                on_choose=move |value: usize| page.send(Intent::SetGrain(Grain::ALL[value]))
            />
        }
    };
    view! {
        <div class="grain">
            <span class="grain__label">{label}</span>
            {group}
        </div>
    }
}

#[component]
fn Position() -> impl IntoView {
    let page = page();
    let clock = page.board.clock;
    let numbers = Memo::new(move |_| clock.with(|clock| (clock.position, clock.position_end)));
    let label = move || {
        let (at, of) = numbers.get();
        page.lang.get().position_of(at, of)
    };
    let time = move || clock.with(|clock| instant(clock.time));
    view! {
        <span class="position" data-tip=label>
            <span class="position__now">{move || numbers.get().0}</span>
            <span class="position__of">{move || format!("/ {}", numbers.get().1)}</span>
            <span class="position__time">{time}</span>
        </span>
    }
}
