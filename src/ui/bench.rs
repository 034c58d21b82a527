//! `index.html?bench=NAME,NAME`: figures measured in the page itself, as it is shipped.
//!
//! Each is a line of the element `#bench-output`; the last line says `done`. Beside the figures of
//! the room `bench` there are those of frames, for which the page plays a cluster of its own:
//! `frame-p95` on the map, `raft-frame-p95-N` on the Raft bench with N members. Invariant: without
//! that query nothing here runs.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::bench::{Meter, NAMES, Suite, percentile};
use crate::view::intent::Intent;
use crate::view::raft::Troupe;

use super::page::{Centre, Page};
use super::{dom, keystrokes};

/// The figures of frames, and with how many members of etcd alone; none for the whole cluster.
const FRAME_NAMES: [(&str, Option<u8>); 4] = [
    ("frame-p95", None),
    ("raft-frame-p95-5", Some(5)),
    ("raft-frame-p95-7", Some(7)),
    ("raft-frame-p95-9", Some(9)),
];
/// What of the suite's figures the page measures itself, for it has an editor.
const KEYSTROKE: &str = "keystroke-5000-lines";
/// Frames that are not measured: the page comes up and the cluster is told what to do.
const FRAMES_BEFORE: usize = 120;
/// Members that are alone are up after so many.
const FRAMES_START: usize = 90;
/// Frames that are measured: ten seconds of them.
const FRAMES: usize = 600;
/// What the cluster is busy with meanwhile, …
const WORK: &str = "kubectl create deployment web --image=nginx:1.28 --replicas=30";
/// … and members that are alone, once in so many frames.
const PUT: &str = "etcdctl put bench frames --endpoints=https://192.168.1.11:2379";
const PUT_FRAMES: usize = 20;

/// What is still to be measured.
struct Run {
    page: Page,
    frames: std::vec::IntoIter<(&'static str, Option<u8>)>,
    names: std::vec::IntoIter<String>,
    suite: Suite,
    output: Element,
}

/// The main-thread milliseconds of each frame so far, and what follows when there are enough.
struct Frames {
    page: Page,
    name: &'static str,
    members: Option<u8>,
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
        names = FRAME_NAMES.iter().map(|(name, _)| *name).chain(NAMES).map(Into::into).collect();
    }
    let Ok(output) = document().create_element("pre") else { return };
    output.set_id("bench-output");
    if let Some(body) = document().body() {
        // An element that was just made has no place yet, so it can be put anywhere.
        let _ = body.append_child(&output);
    }
    // The page's own frames come first, before its cluster has others beside it.
    let is_asked = |(name, _): &(&str, _)| names.iter().any(|asked| asked == name);
    let frames: Vec<_> = FRAME_NAMES.into_iter().filter(is_asked).collect();
    names.retain(|name| FRAME_NAMES.iter().all(|(frames, _)| frames != name));
    let suite = Suite::new(Meter { clock, memory });
    let run = Run { page, frames: frames.into_iter(), names: names.into_iter(), suite, output };
    run.go_on();
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
        if let Some((name, members)) = self.frames.next() {
            let page = self.page;
            if let Some(members) = members {
                page.centre.set(Centre::Raft);
                // The bench opens when it is shown.
                set_timeout(
                    move || page.send(Intent::Troupe(Troupe::Alone(members))),
                    Duration::from_millis(200),
                );
            }
            let frames = Frames { page, name, members, spent_ms: Vec::new(), then: Some(self) };
            return watch_frames(StoredValue::new_local(frames));
        }
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
        (frames.page, frames.members, frames.spent_ms.len())
    });
    let Some((page, members, count)) = counted else { return };
    let run = |line: &str| page.send(Intent::Run(line.to_owned()));
    match (members, count) {
        (None, 1) | (Some(_), FRAMES_START) => page.send(Intent::Play),
        (None, FRAMES_BEFORE) => run(WORK),
        (_, count) if count == FRAMES_BEFORE + FRAMES => {
            page.send(Intent::Pause);
            frames.update_value(finish);
        }
        (Some(_), count) if count > FRAMES_BEFORE && count.is_multiple_of(PUT_FRAMES) => run(PUT),
        _ => {}
    }
}

fn finish(frames: &mut Frames) {
    if let Some(run) = frames.then.take() {
        let p95 = percentile(&mut frames.spent_ms[FRAMES_BEFORE..], 95);
        run.write(&format!("{} {p95:.3} ms", frames.name));
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
