//! The fields of an object, in Kubernetes' names.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::Look;
use crate::view::inspector::{Field, InspectorView, Section, Value};

/// The fields in their sections.
#[component]
pub fn Summary(
    /// What is inspected.
    view: Arc<InspectorView>,
) -> impl IntoView {
    let sections = view.summary.clone().into_iter();
    sections.map(|section| view! { <SectionView section=section/> }).collect_view()
}

#[component]
fn SectionView(
    /// Fields under one title.
    section: Section,
) -> impl IntoView {
    let title = section.title.to_string();
    view! {
        {(!title.is_empty()).then(|| view! { <h3 class="section-title">{title}</h3> })}
        <dl class="fields">
            {section
                .fields
                .into_iter()
                .map(|field| view! { <FieldView field=field/> })
                .collect_view()}
        </dl>
    }
}

#[component]
fn FieldView(
    /// A key and its value.
    field: Field,
) -> impl IntoView {
    let page = page();
    let value = match field.value {
        Value::Text(text) => text.to_string().into_any(),
        Value::State(look, word) => view! {
            <span class="with-look"><Look look=Signal::stored(look)/>{word.to_string()}</span>
        }
        .into_any(),
        Value::Link(text, subject) => view! {
            <button
                type="button"
                class="sentence__link"
                on:click=move |_| page.select(subject.clone())
            >
                {text.to_string()}
            </button>
        }
        .into_any(),
        Value::Chips(chips) => {
            let chip =
                |text: smol_str::SmolStr| view! { <span class="chip">{text.to_string()}</span> };
            view! { <span class="chips">{chips.into_iter().map(chip).collect_view()}</span> }
                .into_any()
        }
    };
    view! {
        <dt class="fields__key">{field.key.to_string()}</dt>
        <dd class="fields__value">{value}</dd>
    }
}
