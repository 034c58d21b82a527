//! The middle of the page: what happened last above, below it one of the views.

mod caption;

use leptos::prelude::*;

use super::objects::Objects;
use super::page::{Centre, page};
use super::raft::RaftBench;
use super::stage::Stage;
use super::text::t;
use super::widgets::Segmented;
use super::widgets::segmented::Choice;
use crate::view::words::Lang;

/// The middle of the page.
#[component]
pub fn CentrePanel() -> impl IntoView {
    let page = page();
    let placement = move || page.centre.get() == Centre::Placement;
    view! {
        <div class="centre">
            <div class="centre__bar">
                <caption::Caption/>
                <caption::Rewound/>
                <Show when=placement>
                    <FormChoice/>
                </Show>
            </div>
            {move || match page.centre.get() {
                Centre::Placement => view! { <Stage/> }.into_any(),
                Centre::Raft => view! { <RaftBench/> }.into_any(),
                Centre::Objects => view! { <Objects/> }.into_any(),
            }}
        </div>
    }
}

/// The placement as a map or as a table.
#[component]
fn FormChoice() -> impl IntoView {
    let page = page();
    let choice = |value, word: fn(Lang) -> &'static str| {
        let word = t(word);
        Choice {
            value,
            label: Signal::derive(move || word().to_string()),
            hint: Signal::stored(String::new()),
        }
    };
    let label = t(Lang::map_or_table);
    view! {
        <Segmented
            name="stage-form"
            label=Signal::derive(move || label().to_string())
            choices=vec![choice(0, Lang::map_view), choice(1, Lang::table_view)]
            chosen=Signal::derive(move || usize::from(page.as_table.get()))
            on_choose=move |value| page.as_table.set(value == 1)
        />
    }
}
