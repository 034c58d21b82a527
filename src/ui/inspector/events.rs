//! The events of an object, the newest first, in the words of who reported them.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::icons::Icon;
use crate::ui::page::page;
use crate::ui::text::t;
use crate::ui::widgets::Empty;
use crate::view::format::instant;
use crate::view::inspector::{EventView, InspectorView};
use crate::view::words::Lang;

/// The events.
#[component]
pub fn Events(
    /// What is inspected.
    view: Arc<InspectorView>,
) -> impl IntoView {
    if view.events.is_empty() {
        let (title, hint) = (t(Lang::no_events), t(Lang::no_events_hint));
        return view! {
            <Empty
                icon="record"
                title=Signal::derive(move || title().to_string())
                hint=Signal::derive(move || hint().to_string())
            />
        }
        .into_any();
    }
    let events = view.events.clone().into_iter();
    view! {
        <ol class="events">
            {events.map(|event| view! { <Event event=event/> }).collect_view()}
        </ol>
    }
    .into_any()
}

#[component]
fn Event(
    /// One of them.
    event: EventView,
) -> impl IntoView {
    let page = page();
    let (from, count) = (event.from.to_string(), event.count);
    let said = move || page.lang.get().event_from(&from, count);
    let icon = if event.warning { "warning" } else { "info" };
    view! {
        <li class="events__event" class:events__event--warning=event.warning>
            <div class="events__head">
                <Icon name=icon/>
                <strong class="events__reason">{event.reason.to_string()}</strong>
                <span class="events__time">{instant(event.at)}</span>
            </div>
            <p class="events__message">{event.message.to_string()}</p>
            <p class="events__from">{said}</p>
        </li>
    }
}
