//! Why it is as it is: one sentence, the scheduler's numbers, the chain of causes.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::{PlainWords, Words, t};
use crate::view::format::instant;
use crate::view::inspector::{CauseView, InspectorView, StageView, WriteView};
use crate::view::intent::{Intent, SeekTo};
use crate::view::words::Lang;

use super::decision::DecisionTable;
use super::message::Message;

/// The answer.
#[component]
pub fn Why(
    /// What is inspected.
    view: Arc<InspectorView>,
) -> impl IntoView {
    let page = page();
    let answer = view.answer.clone().map(|answer| {
        let sentence = move || page.lang.get().answer(&answer);
        view! {
            <p class="answer">{move || view! { <Words sentence=sentence()/> }}</p>
        }
    });
    let decision =
        view.decision.clone().map(|decision| view! { <DecisionTable decision=decision/> });
    let message = view.message.clone().map(|message| view! { <Message message=message/> });
    let causes = view.causes.clone();
    let none = causes.is_empty();
    view! {
        {answer}
        {decision}
        {message}
        <h3 class="section-title">{t(Lang::led_to_this)}</h3>
        {none.then(|| view! { <p class="dim">{t(Lang::no_causes)}</p> })}
        <ol class="causes">
            {causes.into_iter().map(|cause| view! { <Cause cause=cause/> }).collect_view()}
        </ol>
        {view.write.clone().map(|write| view! { <Stages write=write/> })}
    }
}

/// The stages of the request that made it, and what each did.
#[component]
fn Stages(
    /// The request.
    write: WriteView,
) -> impl IntoView {
    let page = page();
    let stages = StageView::ALL.map(|stage| {
        let note = write.note(stage);
        let said = move || match note.as_str() {
            "" => page.lang.get().passed_unchanged().to_string(),
            revision if stage == StageView::Storage => page.lang.get().stored_as(revision),
            note => note.to_string(),
        };
        view! {
            <dt class="fields__key">{move || page.lang.get().stage(stage)}</dt>
            <dd class="fields__value">{said}</dd>
        }
    });
    view! {
        <h3 class="section-title">{t(Lang::how_it_came_in)}</h3>
        <dl class="fields">{stages.into_iter().collect_view()}</dl>
    }
}

#[component]
fn Cause(
    /// What happened.
    cause: CauseView,
) -> impl IntoView {
    let page = page();
    let position = cause.position;
    let deed = cause.deed;
    let sentence = move || page.lang.get().deed(&deed);
    let here = move || page.board.clock.with(|clock| clock.position >= position);
    view! {
        <li class="causes__cause" class:causes__cause--later=move || !here()>
            <button
                type="button"
                class="causes__go"
                on:click=move |_| page.send(Intent::Seek(SeekTo::Position(position)))
            >
                <span class="causes__text">
                    {move || view! { <PlainWords sentence=sentence()/> }}
                </span>
                <span class="causes__time">{instant(cause.at)}</span>
            </button>
        </li>
    }
}
