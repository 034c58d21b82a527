//! The dialog that takes the cluster to a real one, and a real one here.

use leptos::prelude::*;

use crate::ui::dom;
use crate::ui::page::{Page, page};
use crate::ui::text::t;
use crate::ui::widgets::{Button, ButtonKind, Modal};
use crate::view::host::Notice;
use crate::view::intent::Intent;
use crate::view::words::Lang;

/// The name of the file that is downloaded.
const FILE: &str = "orrery.sh";

/// What is here as one script, and a field for what a real cluster prints.
#[component]
pub fn Portable() -> impl IntoView {
    let page = page();
    let title = t(Lang::portable_title);
    let script = page.with_host(|host| host.export());
    view! {
        <Modal
            title=Signal::derive(move || title().to_string())
            on_close=move |()| page.dialog.set(None)
        >
            <Outwards script=script/>
            <Inwards/>
        </Modal>
    }
}

/// The script, to be copied or downloaded.
#[component]
fn Outwards(
    /// The script.
    script: String,
) -> impl IntoView {
    let page = page();
    let script = StoredValue::new(script);
    let copy = move |_| {
        script.with_value(|script| dom::copy(script));
        notify(page, page.lang.get_untracked().copied());
    };
    let address = script.with_value(|script| {
        format!("data:text/plain;charset=utf-8,{}", js_sys::encode_uri_component(script))
    });
    view! {
        <section class="portable">
            <h3 class="portable__title" id="portable-out">{t(Lang::portable_out)}</h3>
            <p class="keys__note">{t(Lang::portable_out_note)}</p>
            <pre class="portable__text" tabindex="0" role="region" aria-labelledby="portable-out">
                {script.get_value()}
            </pre>
            <div class="dialog__foot">
                <a class="button" href=address download=FILE>{t(Lang::download)}</a>
                <Button kind=ButtonKind::Primary on_click=copy>{t(Lang::copy)}</Button>
            </div>
        </section>
    }
}

/// A field for objects of a real cluster.
#[component]
fn Inwards() -> impl IntoView {
    let page = page();
    let text = RwSignal::new(String::new());
    let import = move |_| {
        page.dialog.set(None);
        page.send(Intent::Import(text.get_untracked()));
    };
    view! {
        <section class="portable">
            <h3 class="portable__title">
                <label for="portable-in">{t(Lang::portable_in)}</label>
            </h3>
            <p class="keys__note" id="portable-in-note">{t(Lang::portable_in_note)}</p>
            <p class="dialog__command">
                "kubectl get nodes,ns,all,cm,secret,pvc,ing,sa -A -o yaml"
            </p>
            <textarea
                id="portable-in"
                class="portable__input"
                rows="4"
                spellcheck="false"
                aria-describedby="portable-in-note"
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
            <div class="dialog__foot">
                <Button on_click=import>{t(Lang::portable_import)}</Button>
            </div>
        </section>
    }
}

fn notify(page: Page, text: &str) {
    page.notify(Notice::Text(text.into()));
}
