//! The open files and the bar that shows them.

use leptos::prelude::*;
use smol_str::SmolStr;

use crate::ui::icons::Icon;
use crate::ui::page::page;
use crate::ui::text::t;
use crate::ui::widgets::IconButton;
use crate::view::manuscript::free_name;
use crate::view::words::Lang;

use super::library::LibraryButton;

/// One open file.
#[derive(Clone)]
pub struct OpenFile {
    /// Its number, which never changes.
    pub number: u64,
    /// Its name.
    pub name: SmolStr,
    /// Its text.
    pub text: ArcRwSignal<String>,
}

/// The open files. One of them is in the editor.
#[derive(Clone, Copy)]
pub struct Files {
    list: RwSignal<Vec<OpenFile>>,
    active: RwSignal<u64>,
    next: StoredValue<u64>,
}

impl Files {
    /// No files.
    pub fn new() -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            active: RwSignal::new(0),
            next: StoredValue::new(1),
        }
    }

    /// Opens a file and shows it. A file of this name and text is shown as it is; a name that is
    /// taken by another text gets a number.
    pub fn open(self, name: SmolStr, text: String) {
        let known = self.list.with_untracked(|list| {
            let same = |file: &&OpenFile| {
                file.name == name && file.text.with_untracked(|old| *old == text)
            };
            list.iter().find(same).map(|file| file.number)
        });
        if let Some(number) = known {
            return self.active.set(number);
        }
        let names: Vec<SmolStr> =
            self.list.with_untracked(|list| list.iter().map(|file| file.name.clone()).collect());
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        let file =
            OpenFile { number, name: free_name(&name, &names), text: ArcRwSignal::new(text) };
        self.list.update(|list| list.push(file));
        self.active.set(number);
    }

    /// Closes a file; one always stays open.
    pub fn close(self, number: u64) {
        self.list.update(|list| list.retain(|file| file.number != number));
        if self.list.with_untracked(Vec::is_empty) {
            self.open("untitled.yaml".into(), String::new());
        } else if self.active.get_untracked() == number {
            let last = self.list.with_untracked(|list| list.last().map(|file| file.number));
            self.active.set(last.unwrap_or(0));
        }
    }

    /// The file in the editor.
    pub fn active(self) -> Option<OpenFile> {
        let number = self.active.get();
        self.list.with(|list| list.iter().find(|file| file.number == number).cloned())
    }

    /// The name and the text of the file in the editor, without following them.
    pub fn active_text(self) -> Option<(SmolStr, String)> {
        let file = untrack(|| self.active())?;
        Some((file.name, file.text.get_untracked()))
    }
}

/// The files as tabs, a new one, and the library.
#[component]
pub fn FileBar() -> impl IntoView {
    let files = page().files;
    let new_file = t(Lang::new_file);
    view! {
        <div class="file-bar">
            <ul class="file-bar__files" aria-label=t(Lang::files)>
                <For
                    each=move || files.list.get()
                    key=|file| file.number
                    children=move |file| view! { <FileTab file=file/> }
                />
            </ul>
            <IconButton
                icon="plus"
                class="icon-button--small"
                label=Signal::derive(move || new_file().to_string())
                on_click=move |_| files.open("untitled.yaml".into(), String::new())
            />
            <span class="file-bar__space"></span>
            <LibraryButton/>
        </div>
    }
}

#[component]
fn FileTab(
    /// The file.
    file: OpenFile,
) -> impl IntoView {
    let page = page();
    let files = page.files;
    let number = file.number;
    let name = file.name.to_string();
    let on = move || files.active.get() == number;
    let close_label = {
        let name = name.clone();
        move || page.lang.get().close_named(&name)
    };
    view! {
        <li class="file-bar__file" class:file-bar__file--on=on>
            <button
                type="button"
                class="file-bar__name"
                aria-current=move || on().then_some("true")
                on:click=move |_| files.active.set(number)
            >
                {name}
            </button>
            <button
                type="button"
                class="file-bar__close"
                aria-label=close_label
                on:click=move |_| files.close(number)
            >
                <Icon name="close"/>
            </button>
        </li>
    }
}
