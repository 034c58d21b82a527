//! The object as `kubectl get -o yaml` prints it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::dom;
use crate::ui::page::page;
use crate::ui::text::t;
use crate::ui::widgets::IconButton;
use crate::view::highlight::yaml_line;
use crate::view::host::Notice;
use crate::view::inspector::InspectorView;
use crate::view::words::Lang;

/// The YAML, with colours, to be read and copied.
#[component]
pub fn Yaml(
    /// What is inspected.
    view: Arc<InspectorView>,
) -> impl IntoView {
    let page = page();
    if view.yaml.is_empty() {
        return view! { <p class="dim">{t(Lang::no_yaml)}</p> }.into_any();
    }
    let copy = t(Lang::copy_yaml);
    let line = |line: &str| {
        let pieces = yaml_line(line).into_iter().map(|(token, text)| {
            view! { <span class=format!("yaml__{}", token.slug())>{text.to_string()}</span> }
        });
        view! { <span class="yaml__line">{pieces.collect_view()}"\n"</span> }
    };
    let lines = view.yaml.lines().map(line).collect_view();
    let text = view.yaml.clone();
    view! {
        <div class="yaml">
            <div class="yaml__tools">
                <IconButton
                    icon="copy"
                    class="icon-button--framed"
                    label=Signal::derive(move || copy().to_string())
                    on_click=move |_| {
                        dom::copy(&text);
                        let said = page.lang.get_untracked().copied();
                        page.notify(Notice::Text(said.into()));
                    }
                />
            </div>
            <pre class="yaml__text" tabindex="0">{lines}</pre>
        </div>
    }
    .into_any()
}
