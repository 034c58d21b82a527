//! The text itself: a plain text area at once, CodeMirror as soon as it has come.

use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::ui::page::{Page, page};
use crate::ui::text::t;
use crate::view::intent::Intent;
use crate::view::manuscript::{Caret, Diagnostic};
use crate::view::words::Lang;

use super::codemirror::{self, CodeMirror};

/// Where the editor should go: set by the list of problems.
#[derive(Clone, Copy)]
pub struct Reveal(pub RwSignal<Option<Caret>>);

/// The text of the active file.
#[component]
pub fn Field(
    /// Applies the file.
    on_apply: Callback<()>,
) -> impl IntoView {
    let page = page();
    let parent: NodeRef<html::Div> = NodeRef::new();
    let area: NodeRef<html::Textarea> = NodeRef::new();
    let rich = StoredValue::new_local(None::<CodeMirror>);
    let has_rich = RwSignal::new(false);
    let changed = Callback::new(move |text: String| page.type_text(text));

    mount_rich(page, parent, rich, has_rich, changed, on_apply);
    keep_in_step(page, rich, has_rich);
    reveal_on_request(area, rich);

    let text = move || page.files.active().map(|file| file.text.get()).unwrap_or_default();
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            on_apply.run(());
        }
    };
    view! {
        <div class="editor__field" node_ref=parent>
            <textarea
                node_ref=area
                class="editor__area"
                class:editor__area--off=has_rich
                aria-label=t(Lang::editor_label)
                spellcheck="false"
                autocapitalize="off"
                autocomplete="off"
                wrap="off"
                prop:value=text
                on:input=move |event| changed.run(event_target_value(&event))
                on:keydown=on_key
            ></textarea>
        </div>
    }
}

/// Loads CodeMirror after the first paint; when it does not come, the text area stays.
fn mount_rich(
    page: Page,
    parent: NodeRef<html::Div>,
    rich: StoredValue<Option<CodeMirror>, LocalStorage>,
    has_rich: RwSignal<bool>,
    changed: Callback<String>,
    on_apply: Callback<()>,
) {
    Effect::new(move || {
        let Some(element) = parent.get() else {
            return;
        };
        request_animation_frame(move || {
            codemirror::load(move |module| {
                let (_, text) = page.manuscript().unwrap_or_default();
                let lang = page.lang.get_untracked();
                let made = CodeMirror::create(&module, &element, &text, lang, changed, on_apply);
                has_rich.set(made.is_some());
                rich.set_value(made);
            });
        });
    });
}

/// Gives the editor the active file's text and problems, and has each text checked.
fn keep_in_step(
    page: Page,
    rich: StoredValue<Option<CodeMirror>, LocalStorage>,
    has_rich: RwSignal<bool>,
) {
    Effect::new(move || {
        let lang = page.lang.get();
        rich.with_value(|rich| {
            if let Some(rich) = rich {
                rich.set_language(lang);
            }
        });
    });
    Effect::new(move || {
        let Some(file) = page.files.active() else {
            return;
        };
        let text = file.text.get();
        // Kept outside of wasm, for the page that is shown when wasm has died.
        crate::ui::panic::remember("yaml", &text);
        has_rich.track();
        rich.with_value(|rich| {
            if let Some(rich) = rich {
                rich.set_doc(&text);
            }
        });
        page.send(Intent::Check { file: file.name.clone(), text });
    });
    Effect::new(move || {
        has_rich.track();
        let found: Vec<Diagnostic> = page.files.active().map_or_else(Vec::new, |file| {
            let all = page.board.diagnostics;
            all.with(|all| all.get(&file.name).cloned()).unwrap_or_default()
        });
        rich.with_value(|rich| {
            if let Some(rich) = rich {
                rich.set_diagnostics(&found);
            }
        });
    });
}

/// Goes to a place when the list of problems asks for it.
fn reveal_on_request(
    area: NodeRef<html::Textarea>,
    rich: StoredValue<Option<CodeMirror>, LocalStorage>,
) {
    let wanted = expect_context::<Reveal>().0;
    Effect::new(move || {
        let Some(at) = wanted.get() else {
            return;
        };
        wanted.set(None);
        let done = rich.with_value(|rich| rich.as_ref().map(|rich| rich.reveal(at)));
        if let (None, Some(area)) = (done, area.get_untracked()) {
            let offset = crate::view::manuscript::offset(&area.value(), at);
            let _ = area.focus();
            // Fails only for elements without text.
            let _ = area.set_selection_range(offset, offset);
        }
    });
}
