//! Short messages at the edge, spoken politely.

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::t;
use crate::view::host::Notice;
use crate::view::words::Lang;

use super::IconButton;

/// The messages in view.
#[component]
pub fn Toasts() -> impl IntoView {
    let page = page();
    let dismiss = t(Lang::dismiss);
    let text = move |notice: &Notice| match notice {
        Notice::Branched(branch) => {
            let lang = page.lang.get();
            lang.branch_started(&lang.branch_number(branch.0))
        }
        Notice::Imported(imported) => page.lang.get().imported(*imported),
        Notice::Text(text) => text.to_string(),
    };
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-label=t(Lang::notices)>
            <For
                each=move || page.toasts.get()
                key=|(number, _)| *number
                children=move |(number, notice)| view! {
                    <div class="toasts__toast">
                        <span class="toasts__text">{move || text(&notice)}</span>
                        <IconButton
                            icon="close"
                            class="icon-button--small"
                            label=Signal::derive(move || dismiss().to_string())
                            on_click=move |_| page.dismiss(number)
                        />
                    </div>
                }
            />
        </div>
    }
}
