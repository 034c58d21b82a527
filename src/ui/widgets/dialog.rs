//! A dialog: the browser's own, which keeps the focus inside and closes with Escape.

use leptos::html;
use leptos::prelude::*;

use crate::ui::text::t;
use crate::view::words::Lang;

use super::IconButton;

/// A dialog that is open as long as it exists.
#[component]
pub fn Modal(
    /// Its title.
    #[prop(into)]
    title: Signal<String>,
    /// What happens when it is closed.
    #[prop(into)]
    on_close: Callback<()>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let node: NodeRef<html::Dialog> = NodeRef::new();
    let opener = document().active_element();
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            // It is fresh and in the document, so it can be shown.
            let _ = dialog.show_modal();
        }
    });
    let opener = StoredValue::new_local(opener);
    on_cleanup(move || {
        let opener = opener.try_get_value().flatten();
        if let Some(opener) = opener.and_then(|opener| opener.get_attribute("id")) {
            crate::ui::dom::focus(&opener);
        }
    });
    let close = t(Lang::close);
    view! {
        <dialog
            class="dialog"
            node_ref=node
            aria-labelledby="dialog-title"
            on:close=move |_| on_close.run(())
            on:click=move |event| {
                // A click on the veil, which is the dialog itself outside of its contents.
                let outside = event.target() == event.current_target();
                if outside { on_close.run(()) }
            }
        >
            <div class="dialog__head">
                <h2 class="dialog__title" id="dialog-title">{title}</h2>
                <IconButton
                    icon="close"
                    label=Signal::derive(move || close().to_string())
                    on_click=move |_| on_close.run(())
                />
            </div>
            <div class="dialog__body">{children()}</div>
        </dialog>
    }
}
