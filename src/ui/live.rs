//! The live region: one voice for the whole page, never in a hurry.

use leptos::prelude::*;

use crate::view::announce::{Announcer, PAUSE, pods_sentence};
use std::time::Duration;

use super::page::page;

/// Says how the pods are, at most once in a second, and nothing while time is being dragged.
#[component]
pub fn LiveRegion() -> impl IntoView {
    let page = page();
    let said = RwSignal::new(String::new());
    let announcer = StoredValue::new(Announcer::default());
    let waiting = StoredValue::new(false);
    let speak = move || {
        waiting.set_value(false);
        let lang = page.lang.get_untracked();
        let pods = page.board.picture;
        let sentence = pods.with_value(|picture| pods_sentence(picture.pods.values(), lang));
        let scrubbing = page.scrubbing.get_untracked();
        let offered =
            announcer.try_update_value(|announcer| announcer.offer(PAUSE, scrubbing, &sentence));
        if let Some(sentence) = offered.flatten() {
            said.set(sentence);
        }
    };
    Effect::new(move || {
        page.board.revision.track();
        if !waiting.get_value() {
            waiting.set_value(true);
            // A little longer than the pause, so that what changes together is said together.
            set_timeout(speak, PAUSE + Duration::from_millis(50));
        }
    });
    view! {
        <div class="unseen" role="status" aria-live="polite">
            {said}
        </div>
    }
}
