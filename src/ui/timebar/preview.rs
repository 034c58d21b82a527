//! What held at the instant under the pointer.

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::PlainWords;
use crate::view::format::instant;
use crate::view::lanes::MarkerKind;
use crate::view::words::Lang;

use super::lanes::Drawn;

/// Half the width the preview may take.
const HALF_PX: f64 = 130.0;

/// A small card above the lanes.
#[component]
pub fn Preview(
    /// Where the pointer is, in pixels from the left end of the lanes.
    at_px: RwSignal<Option<f64>>,
) -> impl IntoView {
    let page = page();
    let Drawn { lanes, scale } = expect_context();
    let inside = move || {
        let x = at_px.get()?;
        let scale = scale.get();
        let lang = page.lang.get();
        let time = scale.time(x);
        let near = scale.span(8.0);
        let told = lanes.with(|lanes| {
            let preview = lanes.preview(time, near);
            let term = preview.term.map(|band| match &band.leader {
                Some(leader) => lang.term_of(band.term, leader),
                None => lang.electing().to_string(),
            });
            let ready = preview.ready.map(|(ready, wanted)| lang.ready_of(ready, wanted));
            let marker = preview.marker.map(|marker| (marker.kind, lang.deed(&marker.deed)));
            (term, ready, marker)
        });
        let left =
            x.clamp(HALF_PX.min(scale.width / 2.0), (scale.width - HALF_PX).max(scale.width / 2.0));
        Some((left, time, told))
    };
    move || {
        inside().map(|(left, time, (term, ready, marker))| {
            let marker = marker.map(|(kind, sentence)| view! {
                <p class="preview__marker">
                    <span class=format!("lanes__marker lanes__marker--{} preview__sign", kind.slug())></span>
                    <span class="unseen">{kind_word(kind, page.lang.get())}</span>
                    <span><PlainWords sentence=sentence/></span>
                </p>
            });
            view! {
                <div class="preview" style=format!("left:{left:.1}px") aria-hidden="true">
                    <p class="preview__time">{instant(time)}</p>
                    {term.map(|term| view! { <p>{term}</p> })}
                    {ready.map(|ready| view! { <p>{ready}</p> })}
                    {marker}
                </div>
            }
        })
    }
}

fn kind_word(kind: MarkerKind, lang: Lang) -> &'static str {
    match kind {
        MarkerKind::Command => lang.marker_command(),
        MarkerKind::Fault => lang.marker_fault(),
        MarkerKind::Leader => lang.marker_leader(),
        MarkerKind::Trouble => lang.marker_trouble(),
    }
}
