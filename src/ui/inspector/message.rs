//! A message of Raft, field by field, each with what it means.

use leptos::prelude::*;

use crate::ui::page::page;
use crate::ui::text::t;
use crate::view::raft::MessageView;
use crate::view::words::Lang;

/// The fields of a message.
#[component]
pub fn Message(
    /// The message.
    message: MessageView,
) -> impl IntoView {
    let page = page();
    let field = move |(field, value): (crate::view::raft::MessageField, smol_str::SmolStr)| {
        view! {
            <div class="message__field">
                <dt class="message__name" lang="en">{field.name()}</dt>
                <dd class="message__value">
                    <code lang="en">{value.to_string()}</code>
                    <span class="message__means">{move || page.lang.get().message_field(field)}</span>
                </dd>
            </div>
        }
    };
    view! {
        <h3 class="section-title">{t(Lang::raft_message)}</h3>
        <dl class="message">{message.fields.into_iter().map(field).collect_view()}</dl>
    }
}
