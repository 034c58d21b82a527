//! CodeMirror behind a few functions: the bundle `editor.js` is loaded when the page stands.
//!
//! The bundle exports `create`, `getDoc`, `setDoc`, `setDiagnostics`, `setCompletions`, `reveal`,
//! `setLanguage` and `destroy`; it knows nothing of this page, and this page knows nothing of it
//! beyond these names.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use crate::manifest::{self, CompletionKind, Pos};
use crate::view::manuscript::{Caret, Diagnostic};
use crate::view::words::{EDITOR_PHRASES, Lang};

/// An editor in the page.
pub struct CodeMirror {
    module: JsValue,
    handle: JsValue,
    // The editor calls these as long as it lives.
    _changed: Closure<dyn Fn(String)>,
    _applied: Closure<dyn Fn()>,
    _completed: Closure<dyn Fn(String, u32, u32) -> JsValue>,
}

/// Loads the bundle and calls `then` with its module; does nothing when it does not come.
pub fn load(then: impl FnOnce(JsValue) + 'static) {
    let done = Closure::once_into_js(then);
    // The import itself is a line of script in index.html, because wasm has no import().
    let rescue = Reflect::get(&window(), &"orrery".into()).unwrap_or(JsValue::UNDEFINED);
    let Some(promise) = call(&rescue, "load", &[&"./lazy/editor.js".into()]) else {
        return;
    };
    let promise: Promise = promise.unchecked_into();
    let failed = Closure::once_into_js(|| leptos::logging::log!("the plain editor stays"));
    // Both closures are handed over to the promise, which calls one of them once.
    let _ = call(&promise, "then", &[&done, &failed]);
}

impl CodeMirror {
    /// Makes an editor inside of `parent`.
    pub fn create(
        module: &JsValue,
        parent: &HtmlElement,
        text: &str,
        lang: Lang,
        changed: Callback<String>,
        applied: Callback<()>,
    ) -> Option<Self> {
        let changed = Closure::<dyn Fn(String)>::new(move |text| changed.run(text));
        let applied = Closure::<dyn Fn()>::new(move || applied.run(()));
        let options = object(&[
            ("doc", &text.into()),
            ("label", &lang.editor_label().into()),
            ("phrases", &phrases(lang)),
            ("onChange", changed.as_ref()),
            ("onApply", applied.as_ref()),
        ]);
        let handle = call(module, "create", &[parent, &options])?;
        if let Ok(Some(content)) = parent.query_selector(".cm-content") {
            // What is editable can be focused anyway; checkers believe it only with this.
            let _ = content.set_attribute("tabindex", "0");
        }
        let completed = Closure::<dyn Fn(String, u32, u32) -> JsValue>::new(completions);
        let _ = call(module, "setCompletions", &[&handle, completed.as_ref()]);
        Some(Self {
            module: module.clone(),
            handle,
            _changed: changed,
            _applied: applied,
            _completed: completed,
        })
    }

    /// Shows another text; the same text is left alone, with its cursor and its history.
    pub fn set_doc(&self, text: &str) {
        let shown = call(&self.module, "getDoc", &[&self.handle]);
        if shown.and_then(|shown| shown.as_string()).as_deref() != Some(text) {
            self.call("setDoc", &[&text.into()]);
        }
    }

    /// Shows what is wrong.
    pub fn set_diagnostics(&self, diagnostics: &[Diagnostic]) {
        let list: Array = (diagnostics.iter())
            .map(|one| {
                object(&[
                    ("line", &one.from.line.into()),
                    ("column", &one.from.col.into()),
                    ("endLine", &one.to.line.into()),
                    ("endColumn", &one.to.col.into()),
                    ("severity", &one.severity.slug().into()),
                    ("message", &one.message.as_str().into()),
                ])
            })
            .collect();
        self.call("setDiagnostics", &[&list]);
    }

    /// Speaks another language.
    pub fn set_language(&self, lang: Lang) {
        self.call("setLanguage", &[&lang.editor_label().into(), &phrases(lang)]);
    }

    /// Goes to a place.
    pub fn reveal(&self, at: Caret) {
        self.call("reveal", &[&at.line.into(), &at.col.into()]);
    }

    fn call(&self, name: &str, arguments: &[&JsValue]) {
        let all: Vec<&JsValue> =
            std::iter::once(&self.handle).chain(arguments.iter().copied()).collect();
        call(&self.module, name, &all);
    }
}

impl Drop for CodeMirror {
    fn drop(&mut self) {
        self.call("destroy", &[]);
    }
}

/// What may be written at a place, as the editor takes it; null where nothing is known.
fn completions(text: String, line: u32, column: u32) -> JsValue {
    let Some(found) = manifest::complete(&text, Pos { line, column }) else {
        return JsValue::NULL;
    };
    let option = |item: &manifest::Completion| {
        let (detail, nests) = match &item.kind {
            CompletionKind::Field { ty, nests, .. } => (ty.as_str(), Some(*nests)),
            CompletionKind::Kind(version) => (version.as_str(), None),
            CompletionKind::Value | CompletionKind::ApiVersion => ("", None),
        };
        // After a key stands its colon, and its value after a space where it fits the line.
        let end = nests.map_or("", |nests| if nests { ":" } else { ": " });
        object(&[
            ("label", &item.label.as_str().into()),
            ("apply", &format!("{}{end}", item.label).into()),
            ("detail", &detail.into()),
        ])
    };
    let options: Array = found.items.iter().map(option).collect();
    object(&[("column", &found.span.from.column.into()), ("options", &options)])
}

/// Calls the method `name` of `object`; none when there is no such method or it throws.
fn call(object: &JsValue, name: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let function: Function = Reflect::get(object, &name.into()).ok()?.dyn_into().ok()?;
    let list: Array = arguments.iter().copied().collect();
    Reflect::apply(&function, object, &list).ok()
}

/// CodeMirror's own words in a language.
fn phrases(lang: Lang) -> JsValue {
    let table = Object::new();
    for texts in &EDITOR_PHRASES {
        // A fresh object takes every field.
        let _ = Reflect::set(&table, &texts[0].into(), &(*lang.pick(texts)).into());
    }
    table.into()
}

fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // A fresh object takes every field.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
