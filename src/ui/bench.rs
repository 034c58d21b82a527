//! `index.html?bench=NAME,NAME`: figures measured in the page itself, as it is shipped.
//!
//! Each is a line of the element `#bench-output`; the last line says `done`. Beside the figures of
//! the room `bench` there is `frame-p95`, for which the page plays its own cluster. Invariant:
//! without that query nothing here runs.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::bench::{Meter, NAMES, Suite, percentile};
use crate::view::intent::Intent;

use super::page::Page;
use super::{dom, keystrokes};

const FRAME: &str = "frame-p95";
/// What of the suite's figures the page measures itself, for it has an editor.
const KEYSTROKE: &str = "keystroke-5000-lines";
/// Frames that are not measured: the page comes up and the cluster is told what to do.
const FRAMES_BEFORE: usize = 120;
/// Frames that are measured: ten seconds of them.
const FRAMES: usize = 600;
/// What the cluster is busy with meanwhile.
const WORK: &str = "kubectl create deployment web --image=nginx:1.28 --replicas=30";

/// What is still to be measured.
struct Run {
    page: Page,
    names: std::vec::IntoIter<String>,
    suite: Suite,
    output: Element,
}

/// The main-thread milliseconds of each frame so far, and what follows when there are enough.
struct Frames {
    page: Page,
    spent_ms: Vec<f64>,
    then: Option<Run>,
}

/// Measures what the address asks for. To be called before the page asks for its first frame.
pub fn start(page: Page) {
    let search = window().location().search().unwrap_or_default();
    let query = web_sys::UrlSearchParams::new_with_str(&search).ok();
    let Some(asked) = query.and_then(|query| query.get("bench")) else { return };
    let mut names: Vec<String> =
        asked.split(',').filter(|name| !name.is_empty()).map(Into::into).collect();
    if names.is_empty() {
        names = std::iter::once(FRAME).chain(NAMES).map(Into::into).collect();
    }
    let Ok(output) = document().create_element("pre") else { return };
    output.set_id("bench-output");
    if let Some(body) = document().body() {
        // An element that was just made has no place yet, so it can be put anywhere.
        let _ = body.append_child(&output);
    }
    // The page's own frames come first, before its cluster has others beside it.
    let frames_asked = names.iter().any(|name| name == FRAME);
    names.retain(|name| name != FRAME);
    let suite = Suite::new(Meter { clock, memory });
    let run = Run { page, names: names.into_iter(), suite, output };
    if frames_asked {
        let frames = Frames { page, spent_ms: Vec::new(), then: Some(run) };
        watch_frames(StoredValue::new_local(frames));
    } else {
        run.later();
    }
}

impl Run {
    fn write(&self, line: &str) {
        let before = self.output.text_content().unwrap_or_default();
        self.output.set_text_content(Some(&format!("{before}{line}\n")));
    }

    /// Goes on when the browser has had its turn.
    fn later(self) {
        set_timeout(move || self.go_on(), Duration::from_millis(50));
    }

    fn go_on(mut self) {
        let Some(name) = self.names.next() else { return self.write("done") };
        if name == KEYSTROKE {
            let page = self.page;
            return keystrokes::measure(page, move |p95| {
                self.write(&format!("{KEYSTROKE} {p95:.3} ms"));
                self.later();
            });
        }
        match self.suite.measure(&name) {
            Some(figure) => self.write(&figure.to_string()),
            None => self.write(&format!("error there is no figure {name}")),
        }
        self.later();
    }
}

/// Watches one frame after another. Of all that want the next frame it is the first to ask, so
/// that everything else the page does in it comes after the start; a timeout set then runs when
/// the frame has been laid out and painted.
fn watch_frames(frames: StoredValue<Frames, LocalStorage>) {
    request_animation_frame(move || {
        if frames.with_value(|frames| frames.then.is_none()) {
            return;
        }
        watch_frames(frames);
        let start = dom::now_ms();
        set_timeout(move || on_frame(frames, dom::now_ms() - start), Duration::ZERO);
    });
}

fn on_frame(frames: StoredValue<Frames, LocalStorage>, spent_ms: f64) {
    let counted = frames.try_update_value(|frames| {
        frames.spent_ms.push(spent_ms);
        (frames.page, frames.spent_ms.len())
    });
    match counted {
        Some((page, 1)) => page.send(Intent::Play),
        Some((page, FRAMES_BEFORE)) => page.send(Intent::Run(WORK.to_owned())),
        Some((page, count)) if count == FRAMES_BEFORE + FRAMES => {
            page.send(Intent::Pause);
            frames.update_value(finish);
        }
        _ => {}
    }
}

fn finish(frames: &mut Frames) {
    if let Some(run) = frames.then.take() {
        let p95 = percentile(&mut frames.spent_ms[FRAMES_BEFORE..], 95);
        run.write(&format!("{FRAME} {p95:.3} ms"));
        run.later();
    }
}

fn clock() -> Duration {
    Duration::from_secs_f64(dom::now_ms().max(0.0) / 1000.0)
}

/// Bytes of the memory of wasm, which grows and never shrinks.
fn memory() -> u64 {
    let memory = wasm_bindgen::memory().dyn_into::<js_sys::WebAssembly::Memory>();
    let buffer = memory.ok().and_then(|memory| memory.buffer().dyn_into().ok());
    buffer.map_or(0, |buffer: js_sys::ArrayBuffer| u64::from(buffer.byte_length()))
}
