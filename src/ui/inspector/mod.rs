//! The inspector: one thing in full. Why it is as it is comes first.

mod decision;
mod events;
mod message;
mod summary;
mod why;
mod yaml;

use std::sync::Arc;

use leptos::prelude::*;

use super::icons::Icon;
use super::page::{Centre, page};
use super::raft::RaftNotes;
use super::text::{Look, t};
use super::widgets::tabs::{panel_id, tab_id};
use super::widgets::{Empty, IconButton, Tab, Tabs};
use crate::view::inspector::InspectorView;
use crate::view::intent::Intent;
use crate::view::words::Lang;

/// The name of these tabs.
const NAME: &str = "inspect";

/// The inspector panel.
#[component]
pub fn Inspector() -> impl IntoView {
    let page = page();
    let inspected = page.board.inspector;
    let chosen = RwSignal::new("why");
    let (title, hint) = (t(Lang::nothing_selected), t(Lang::nothing_selected_hint));
    view! {
        <div class="inspector">
            <Head/>
            <Bar chosen=chosen/>
            <Show
                when=move || inspected.with(Option::is_some)
                fallback=move || match page.centre.get() {
                    Centre::Raft => view! { <RaftNotes/> }.into_any(),
                    Centre::Placement | Centre::Objects => view! {
                        <Empty
                            icon="inspect"
                            title=Signal::derive(move || title().to_string())
                            hint=Signal::derive(move || hint().to_string())
                        />
                    }
                    .into_any(),
                }
            >
                <div
                    class="inspector__panel"
                    role="tabpanel"
                    tabindex="0"
                    id=move || panel_id(NAME, chosen.get())
                    aria-labelledby=move || tab_id(NAME, chosen.get())
                >
                    {move || inspected.get().map(|view| panel(chosen.get(), view))}
                </div>
            </Show>
        </div>
    }
}

fn panel(chosen: &str, view: Arc<InspectorView>) -> AnyView {
    match chosen {
        "summary" => view! { <summary::Summary view=view/> }.into_any(),
        "yaml" => view! { <yaml::Yaml view=view/> }.into_any(),
        "events" => view! { <events::Events view=view/> }.into_any(),
        _ => view! { <why::Why view=view/> }.into_any(),
    }
}

#[component]
fn Bar(
    /// The chosen tab.
    chosen: RwSignal<&'static str>,
) -> impl IntoView {
    let page = page();
    let label = t(Lang::inspector);
    let tab = |id: &'static str, word: fn(Lang) -> &'static str| {
        let word = t(word);
        Tab::new(id, Signal::derive(move || word().to_string()))
    };
    let count = Signal::derive(move || {
        let inspected = page.board.inspector.get();
        inspected.map(|view| view.events.len()).filter(|count| *count > 0)
    });
    let tabs = vec![
        tab("why", Lang::tab_why),
        tab("summary", Lang::tab_summary),
        tab("yaml", Lang::tab_yaml),
        Tab { count, ..tab("events", Lang::tab_events) },
    ];
    let any = move || page.board.inspector.with(Option::is_some);
    view! {
        <div class="inspector__bar" hidden=move || !any()>
            <Tabs
                name=NAME
                label=Signal::derive(move || label().to_string())
                tabs=tabs
                chosen=chosen
                on_choose=move |id| chosen.set(id)
            />
        </div>
    }
}

/// What is inspected: its name, its kind, where it is, how it is, and what can be done to it.
#[component]
fn Head() -> impl IntoView {
    let page = page();
    let view_of = move || page.board.inspector.get();
    let close = t(Lang::close);
    let open_actions = move |event: web_sys::MouseEvent| {
        if let Some(view) = page.board.inspector.get_untracked() {
            page.open_context(&event, &view.subject, &view.title);
        }
    };
    view! {
        {move || view_of().map(|view| {
            let name = view.title.to_string();
            let shown = view.clone();
            view! {
                <div class="inspector__head">
                    <div class="inspector__title">
                        <h2 class="inspector__name">{name.clone()}</h2>
                        <button
                            type="button"
                            id="inspect-actions"
                            class="icon-button icon-button--small"
                            aria-haspopup="menu"
                            aria-label=page.lang.get().actions_of(&name)
                            on:click=open_actions
                        >
                            <Icon name="more"/>
                        </button>
                        <IconButton
                            icon="close"
                            class="icon-button--small"
                            label=Signal::derive(move || close().to_string())
                            on_click=move |_| page.send(Intent::Select(None))
                        />
                    </div>
                    <Facts view=shown/>
                </div>
            }
        })}
    }
}

#[component]
fn Facts(
    /// What is inspected.
    view: Arc<InspectorView>,
) -> impl IntoView {
    let page = page();
    let space = view.namespace.to_string();
    let state = view.state.clone().map(|(look, word)| {
        view! {
            <span class="with-look">
                <Look look=Signal::stored(look)/>
                {word.to_string()}
            </span>
        }
    });
    view! {
        <p class="inspector__facts">
            <span>{view.kind.to_string()}</span>
            {(!space.is_empty()).then(|| view! {
                <span>{move || page.lang.get().in_namespace(&space)}</span>
            })}
            {state}
        </p>
        {view.gone.then(|| view! { <p class="inspector__gone">{t(Lang::is_gone)}</p> })}
    }
}
