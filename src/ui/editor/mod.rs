//! The editor: open files, the text, what is wrong with it, and Apply.

mod codemirror;
mod field;
mod files;
mod library;
mod problems;

use leptos::prelude::*;

use super::page::page;
use crate::view::intent::Intent;

pub use files::Files;

/// The editor panel.
#[component]
pub fn Editor() -> impl IntoView {
    let page = page();
    provide_context(field::Reveal(RwSignal::new(None)));
    let apply = Callback::new(move |()| {
        if let Some((file, text)) = page.manuscript() {
            page.send(Intent::Apply { file, text });
        }
    });
    view! {
        <div class="editor">
            <files::FileBar/>
            <field::Field on_apply=apply/>
            <problems::Problems on_apply=apply/>
        </div>
    }
}

/// Opens the first example and applies it: what an empty page offers.
pub fn run_first_example(page: super::page::Page) {
    let example = page.board.examples.with_untracked(|groups| {
        let all = groups.iter().flat_map(|group| &group.examples);
        let small = all.clone().find(|example| example.id.contains("deployment"));
        small.or_else(|| all.clone().next()).cloned()
    });
    if let Some(example) = example {
        page.files.open(example.file.clone(), example.text.clone());
        page.send(Intent::Apply { file: example.file, text: example.text });
        page.send(Intent::Play);
    }
}
