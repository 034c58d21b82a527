//! The figure `keystroke-5000-lines` of the page: from a key that is pressed in the editor to the
//! marks in its text.
//!
//! Invariant: what is measured is what typing does; the text goes the way of every keystroke.

use std::time::Duration;

use leptos::prelude::*;

use super::dom;
use super::page::Page;
use crate::bench::{keystrokes, percentile};

/// The code editor comes after the first paint; it is what shows the marks.
const EDITOR_COMES: Duration = Duration::from_secs(3);
/// How long somebody waits between two keys.
const BETWEEN_KEYS: Duration = Duration::from_millis(50);

/// Somebody who types.
struct Typist {
    page: Page,
    texts: Box<dyn Iterator<Item = String>>,
    /// When the last key was pressed; nothing until what it led to is shown.
    pressed_ms: Option<f64>,
    spent_ms: Vec<f64>,
    then: Option<Box<dyn FnOnce(f64)>>,
}

/// Types, and tells the 95th percentile of what a key takes, in milliseconds.
pub fn measure(page: Page, then: impl FnOnce(f64) + 'static) {
    let typist = StoredValue::new_local(Typist {
        page,
        texts: Box::new(keystrokes()),
        pressed_ms: None,
        spent_ms: Vec::new(),
        then: Some(Box::new(then)),
    });
    Effect::new(move || {
        page.board.diagnostics.track();
        // Whoever shows them has been told as well, and comes first.
        queue_microtask(move || typist.update_value(Typist::shown));
    });
    set_timeout(move || press(typist), EDITOR_COMES);
}

fn press(typist: StoredValue<Typist, LocalStorage>) {
    let next = typist.try_update_value(|typist| (typist.page, typist.texts.next()));
    match next {
        Some((page, Some(text))) => {
            typist.update_value(|typist| typist.pressed_ms = Some(dom::now_ms()));
            page.type_text(text);
            set_timeout(move || press(typist), BETWEEN_KEYS);
        }
        Some((_, None)) => typist.update_value(Typist::finish),
        None => {}
    }
}

impl Typist {
    fn shown(&mut self) {
        if let Some(pressed) = self.pressed_ms.take() {
            // What has changed is laid out as soon as somebody asks for it.
            let _ = document().body().map(|body| body.offset_height());
            self.spent_ms.push(dom::now_ms() - pressed);
        }
    }

    fn finish(&mut self) {
        // The first is the text as it is opened.
        let Some(then) = self.then.take() else { return };
        match self.spent_ms.get_mut(1..) {
            Some(typed) if !typed.is_empty() => then(percentile(typed, 95)),
            _ => then(f64::INFINITY),
        }
    }
}
