//! The terminal: printed lines above, a line to type below.
//!
//! It is a native input, so that Korean and screen readers work as everywhere else; names in the
//! output lead to what they name.

use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::ui::page::{Page, page};
use crate::ui::text::t;
use crate::view::console::{Completion, History, Line, LineKind, Piece};
use crate::view::intent::Intent;
use crate::view::words::Lang;

/// The `id` of the line to type in.
pub const INPUT: &str = "terminal-input";

/// Longer output is not read aloud; its length is.
const READ_ALOUD_MAX: usize = 4;

/// The terminal.
#[component]
pub fn Terminal() -> impl IntoView {
    let page = page();
    let lines = page.board.lines;
    let output: NodeRef<html::Div> = NodeRef::new();
    let input: NodeRef<html::Input> = NodeRef::new();
    Effect::new(move || {
        lines.track();
        if let Some(output) = output.get() {
            // After the new lines have their height.
            request_animation_frame(move || output.set_scroll_top(output.scroll_height()));
        }
    });
    let to_input = move |_| {
        // A click that ends a selection must not take it away.
        let selected = window().get_selection().ok().flatten();
        let selecting = selected.is_some_and(|selection| !selection.is_collapsed());
        if let (false, Some(input)) = (selecting, input.get_untracked()) {
            let _ = input.focus();
        }
    };
    view! {
        <div class="terminal" on:click=to_input>
            <div
                class="terminal__output"
                node_ref=output
                role="log"
                aria-live="off"
                aria-label=t(Lang::terminal_output)
                tabindex="0"
            >
                <For
                    each=move || lines.get()
                    key=|(number, _)| *number
                    children=|(_, line)| view! { <OutputLine line=line/> }
                />
            </div>
            <Prompt node=input/>
            <Spoken/>
        </div>
    }
}

#[component]
fn OutputLine(
    /// The line.
    line: Line,
) -> impl IntoView {
    let page = page();
    let class = match line.kind {
        LineKind::Prompt => "terminal__line terminal__line--prompt",
        LineKind::Output => "terminal__line",
        LineKind::Error => "terminal__line terminal__line--error",
    };
    let pieces = line.pieces.into_iter().map(move |Piece { text, link }| match link {
        None => text.to_string().into_any(),
        Some(subject) => view! {
            <button
                type="button"
                class="terminal__link"
                on:click=move |event| {
                    event.stop_propagation();
                    page.select(subject.clone());
                }
            >
                {text.to_string()}
            </button>
        }
        .into_any(),
    });
    view! { <div class=class>{pieces.collect_view()}</div> }
}

/// The line being typed.
#[component]
fn Prompt(
    /// The input.
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let page = page();
    let history = StoredValue::new(History::default());
    // After Escape, Tab leaves the line as everywhere else.
    let leaves = StoredValue::new(false);
    let write = move |text: &str| write_to(node, text);
    let typed = move || node.get_untracked().map(|input| input.value()).unwrap_or_default();
    let on_key = move |event: KeyboardEvent| {
        // While a syllable is being composed, Enter belongs to the input method.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        if completes(page, &event, node, leaves) {
            return;
        }
        let changed = match event.key().as_str() {
            "Enter" => {
                let line = typed();
                history.update_value(|history| history.push(&line));
                page.send(Intent::Run(line));
                Some(String::new())
            }
            "ArrowUp" => history.try_update_value(|history| history.older(&typed())).flatten(),
            "ArrowDown" => history.try_update_value(History::newer).flatten(),
            "c" if event.ctrl_key() && no_selection() => {
                page.send(Intent::Interrupt);
                Some(String::new())
            }
            "l" if event.ctrl_key() => {
                page.send(Intent::Run("clear".to_string()));
                None
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(text) = changed {
            write(&text);
        }
    };
    let hint = move || {
        let lang = page.lang.get();
        if page.board.busy.get() { lang.terminal_busy() } else { lang.terminal_hint() }
    };
    view! {
        <Options node=node/>
        <div class="terminal__prompt" class:terminal__prompt--busy=page.board.busy>
            <span class="terminal__sign" aria-hidden="true">"$"</span>
            <input
                node_ref=node
                id=INPUT
                class="terminal__input"
                aria-label=t(Lang::terminal_input)
                placeholder=hint
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="send"
                on:keydown=on_key
            />
        </div>
    }
}

/// Puts a text into the line, with the caret behind it.
fn write_to(node: NodeRef<html::Input>, text: &str) {
    if let Some(input) = node.get_untracked() {
        input.set_value(text);
        let end = text.encode_utf16().count() as u32;
        let _ = input.set_selection_range(end, end);
    }
}

/// Asks what the line can become, if the key is a Tab that means so.
fn completes(
    page: Page,
    event: &KeyboardEvent,
    node: NodeRef<html::Input>,
    leaves: StoredValue<bool>,
) -> bool {
    let key = event.key();
    if key == "Tab" && !event.shift_key() && !leaves.get_value() && at_end(node) {
        event.prevent_default();
        let typed = node.get_untracked().map(|input| input.value()).unwrap_or_default();
        page.send(Intent::Complete(typed));
        return true;
    }
    leaves.set_value(key == "Escape");
    page.board.completion.set(Completion::default());
    false
}

/// What the word before the caret can be; what is certain of it is written into the line.
#[component]
fn Options(
    /// The input.
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let page = page();
    Effect::new(move || {
        let Completion { typed, line, .. } = page.board.completion.get();
        let now = node.get_untracked().map(|input| input.value()).unwrap_or_default();
        if !typed.is_empty() && now == typed && line != typed {
            write_to(node, &line);
        }
    });
    let options = move || page.board.completion.with(|completion| completion.options.clone());
    view! {
        <Show when=move || !options().is_empty()>
            <ul class="terminal__options" role="status" aria-label=t(Lang::completions)>
                {move || {
                    options().into_iter().map(|option| view! { <li>{option}</li> }).collect_view()
                }}
            </ul>
        </Show>
    }
}

/// Whether something has been typed and the caret is behind it.
fn at_end(node: NodeRef<html::Input>) -> bool {
    node.get_untracked().is_some_and(|input| {
        let text = input.value();
        let end = text.encode_utf16().count() as u32;
        !text.trim().is_empty() && input.selection_start().ok().flatten() == Some(end)
    })
}

fn no_selection() -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_none_or(|selection| selection.is_collapsed())
}

/// What a screen reader hears of new output: short output as it is, of long output its length.
#[component]
fn Spoken() -> impl IntoView {
    let page = page();
    let seen = StoredValue::new(page.board.lines.with_untracked(|lines| last_number(lines)));
    let said = move || {
        let lines = page.board.lines.get();
        let before = seen.get_value();
        seen.set_value(last_number(&lines));
        let new = lines.iter().filter(|(number, line)| {
            before.is_none_or(|before| *number > before) && line.kind != LineKind::Prompt
        });
        let new: Vec<String> = new.map(|(_, line)| line.text()).collect();
        if new.len() > READ_ALOUD_MAX {
            page.lang.get_untracked().lines_printed(new.len())
        } else {
            new.join("\n")
        }
    };
    view! { <div class="unseen" role="status">{said}</div> }
}

fn last_number(lines: &[(u64, Line)]) -> Option<u64> {
    lines.last().map(|(number, _)| *number)
}
