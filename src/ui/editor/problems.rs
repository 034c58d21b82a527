//! What is wrong with the text, below it, and the button that applies it all the same.

use leptos::prelude::*;

use crate::ui::icons::Icon;
use crate::ui::page::page;
use crate::ui::text::t;
use crate::ui::widgets::{Button, ButtonKind};
use crate::view::manuscript::{Diagnostic, Severity};
use crate::view::words::Lang;

use super::field::Reveal;

/// The list of problems of the file in the editor.
#[component]
pub fn Problems(
    /// Applies the file.
    on_apply: Callback<()>,
) -> impl IntoView {
    let page = page();
    let found = Memo::new(move |_| {
        let file = page.files.active()?;
        page.board.diagnostics.with(|all| all.get(&file.name).cloned())
    });
    let list = move || found.get().unwrap_or_default();
    let empty = move || {
        let file = page.files.active();
        file.is_none_or(|file| file.text.with(|text| text.trim().is_empty()))
    };
    view! {
        <div class="problems">
            <div class="problems__list" aria-label=t(Lang::problems) role="group">
                {move || {
                    let list = list();
                    if !list.is_empty() {
                        let problem = |one| view! { <Problem one=one/> };
                        return list.into_iter().map(problem).collect_view().into_any();
                    }
                    let word = if empty() { Lang::editor_empty } else { Lang::no_problems };
                    view! { <p class="problems__none">{t(word)}</p> }.into_any()
                }}
            </div>
            <span data-tip=move || page.lang.get().apply().to_string() data-key="Ctrl ↵">
                <Button
                    kind=ButtonKind::Primary
                    disabled=Signal::derive(empty)
                    on_click=move |_| on_apply.run(())
                >
                    {t(Lang::apply)}
                </Button>
            </span>
        </div>
    }
}

#[component]
fn Problem(
    /// What is wrong.
    one: Diagnostic,
) -> impl IntoView {
    let page = page();
    let reveal = expect_context::<Reveal>();
    let (icon, word): (_, fn(Lang) -> &'static str) = match one.severity {
        Severity::Error => ("error", Lang::severity_error),
        Severity::Warning => ("warning", Lang::severity_warning),
        Severity::Note => ("info", Lang::severity_note),
    };
    let at = one.from;
    view! {
        <button
            type="button"
            class=format!("problems__one problems__one--{}", one.severity.slug())
            on:click=move |_| reveal.0.set(Some(at))
        >
            <Icon name=icon/>
            <span class="unseen">{t(word)}</span>
            <span
                class="problems__at"
                aria-label=move || page.lang.get().at_line(at.line, at.col)
            >
                {format!("{}:{}", at.line, at.col)}
            </span>
            <span class="problems__text">{one.message.to_string()}</span>
        </button>
    }
}
