//! Below the editor: the terminal and the record.

mod record;
pub mod terminal;

use leptos::prelude::*;

use super::page::{Panel, page};
use super::text::t;
use super::widgets::tabs::{panel_id, tab_id};
use super::widgets::{Tab, Tabs};
use crate::view::words::Lang;

/// The name of these tabs.
const NAME: &str = "console";

/// Terminal and record, one at a time.
#[component]
pub fn Console() -> impl IntoView {
    let page = page();
    let chosen = page.console;
    Effect::new(move || match page.panel.get() {
        Panel::Terminal => chosen.set("terminal"),
        Panel::Record => chosen.set("record"),
        _ => {}
    });
    let (terminal, record, label) = (t(Lang::terminal), t(Lang::record), t(Lang::terminal));
    let tabs = vec![
        Tab::new("terminal", Signal::derive(move || terminal().to_string())),
        Tab::new("record", Signal::derive(move || record().to_string())),
    ];
    let panel = move |id: &'static str, inside: AnyView| {
        view! {
            <div
                class="console__panel"
                role="tabpanel"
                id=panel_id(NAME, id)
                aria-labelledby=tab_id(NAME, id)
                hidden=move || chosen.get() != id
            >
                {inside}
            </div>
        }
    };
    view! {
        <div class="console">
            <div class="console__bar">
                <Tabs
                    name=NAME
                    label=Signal::derive(move || label().to_string())
                    tabs=tabs
                    chosen=chosen
                    on_choose=move |id| chosen.set(id)
                />
            </div>
            {panel("terminal", view! { <terminal::Terminal/> }.into_any())}
            {panel("record", view! { <record::Record shown=Signal::derive(move || chosen.get() == "record")/> }.into_any())}
        </div>
    }
}
