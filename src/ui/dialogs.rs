//! The dialogs of the page: the key sheet, and how many replicas.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::ui::page::{Dialog, page};
use crate::ui::portable::Portable;
use crate::ui::text::t;
use crate::ui::widgets::{Button, ButtonKind, IconButton, Modal};
use crate::view::hands::scale_command;
use crate::view::intent::Intent;
use crate::view::subject::ObjectId;
use crate::view::words::Lang;

/// The most replicas the dialog offers.
const REPLICAS_MAX: u32 = 1000;

/// The open dialog, when there is one.
#[component]
pub fn Dialogs() -> impl IntoView {
    let page = page();
    move || {
        page.dialog.get().map(|dialog| match dialog {
            Dialog::Help => view! { <KeySheet/> }.into_any(),
            Dialog::Portable => view! { <Portable/> }.into_any(),
            Dialog::Scale(id, now) => view! { <Scale id=id now=now/> }.into_any(),
        })
    }
}

/// A line of the key sheet: keys, and the word for what they do.
type Line = (&'static [&'static str], fn(Lang) -> &'static str);

const LINES: [Line; 13] = [
    (&["Space", "K"], Lang::key_play),
    (&[",", "."], Lang::key_step),
    (&["←", "→"], Lang::key_seek),
    (&["J", "L", "<", ">"], Lang::key_slower),
    (&["Home", "End"], Lang::key_ends),
    (&["0", "…", "9"], Lang::key_tenths),
    (&["[", "]"], Lang::key_marker),
    (&["W", "A", "S", "D"], Lang::key_zoom),
    (&["←", "→", "↑", "↓"], Lang::key_map),
    (&["Enter"], Lang::key_details),
    (&["Shift", "F10"], Lang::key_menu),
    (&["?"], Lang::key_help),
    (&["Esc"], Lang::close),
];

#[component]
fn KeySheet() -> impl IntoView {
    let page = page();
    let title = t(Lang::keys_title);
    let line = |(keys, word): &'static Line| {
        let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> });
        view! {
            <dt class="keys__keys">{keys.collect_view()}</dt>
            <dd>{t(*word)}</dd>
        }
    };
    view! {
        <Modal
            title=Signal::derive(move || title().to_string())
            on_close=move |()| page.dialog.set(None)
        >
            <p class="keys__note">{t(Lang::keys_scope)}</p>
            <dl class="keys">{LINES.iter().map(line).collect_view()}</dl>
            <div class="keys__switch">
                <span id="single-keys">{t(Lang::keys_switch)}</span>
                <button
                    type="button"
                    role="switch"
                    class="switch"
                    aria-labelledby="single-keys"
                    aria-checked=move || page.single_keys.get().to_string()
                    on:click=move |_| page.single_keys.update(|on| *on = !*on)
                ></button>
            </div>
            <p class="keys__note">{t(Lang::about)}</p>
        </Modal>
    }
}

#[component]
fn Scale(
    /// What is scaled.
    id: ObjectId,
    /// How many replicas it wants now.
    now: u32,
) -> impl IntoView {
    let page = page();
    let wanted = RwSignal::new(now);
    let title = {
        let name = id.slash();
        Signal::derive(move || format!("{} {name}", page.lang.get().scale_title()))
    };
    let command = Signal::derive(move || scale_command(&id, wanted.get()));
    let close = move || page.dialog.set(None);
    let apply = move || {
        let line = command.get_untracked();
        close();
        page.act(crate::view::hands::Act::Send(Intent::Run(line)));
    };
    view! {
        <Modal title=title on_close=move |()| close()>
            <Replicas wanted=wanted on_enter=move |()| apply()/>
            <div>
                <p class="keys__note">{t(Lang::runs_in_terminal)}</p>
                <p class="dialog__command">{command}</p>
            </div>
            <div class="dialog__foot">
                <Button on_click=move |_| close()>{t(Lang::cancel)}</Button>
                <Button kind=ButtonKind::Primary on_click=move |_| apply()>
                    {t(Lang::scale_apply)}
                </Button>
            </div>
        </Modal>
    }
}

/// A number with a button on either side of it.
#[component]
fn Replicas(
    /// The number.
    wanted: RwSignal<u32>,
    /// Enter was pressed.
    #[prop(into)]
    on_enter: Callback<()>,
) -> impl IntoView {
    let change = move |by: i64| {
        let next = (i64::from(wanted.get_untracked()) + by).clamp(0, i64::from(REPLICAS_MAX));
        wanted.set(u32::try_from(next).unwrap_or(0));
    };
    let on_key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowUp" => change(1),
            "ArrowDown" => change(-1),
            "Enter" => on_enter.run(()),
            _ => return,
        }
        event.prevent_default();
    };
    let step = move |icon: &'static str, label: &str, by: i64| {
        view! {
            <IconButton
                icon=icon
                class="icon-button--framed"
                label=Signal::stored(label.to_string())
                on_click=move |_| change(by)
            />
        }
    };
    view! {
        <div class="dialog__line">
            <label for="replicas">{t(Lang::scale_replicas)}</label>
            {step("minus", "−1", -1)}
            <input
                id="replicas"
                class="dialog__number"
                inputmode="numeric"
                autofocus=true
                prop:value=move || wanted.get().to_string()
                on:input=move |event| {
                    let text = event_target_value(&event);
                    wanted.set(text.trim().parse().unwrap_or(0).min(REPLICAS_MAX));
                }
                on:keydown=on_key
            />
            {step("plus", "+1", 1)}
        </div>
    }
}
