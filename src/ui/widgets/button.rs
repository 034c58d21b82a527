//! Buttons: with words, or with an icon and a name.

use leptos::prelude::*;
use web_sys::MouseEvent;

use crate::ui::icons::Icon;

/// How loud a button is.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// An ordinary one.
    #[default]
    Plain,
    /// The one thing to do here.
    Primary,
    /// One that steps back behind its surroundings.
    Quiet,
}

/// A button with words.
#[component]
pub fn Button(
    /// How loud it is.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the words.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Whether it does nothing now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What it does.
    #[prop(into)]
    on_click: Callback<MouseEvent>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let class = match kind {
        ButtonKind::Plain => "button",
        ButtonKind::Primary => "button button--primary",
        ButtonKind::Quiet => "button button--quiet",
    };
    view! {
        <button
            type="button"
            class=class
            disabled=disabled
            on:click=move |event| on_click.run(event)
        >
            {icon.map(|name| view! { <Icon name=name/> })}
            {children()}
        </button>
    }
}

/// A button with an icon alone. Its name is spoken, and shown as a tooltip.
#[component]
pub fn IconButton(
    /// The icon.
    #[prop(into)]
    icon: Signal<&'static str>,
    /// What it does, in words.
    #[prop(into)]
    label: Signal<String>,
    /// The key that does the same, shown in the tooltip.
    #[prop(optional)]
    key: &'static str,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
    /// Whether it is on, for a button that switches something.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// Whether it does nothing now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it opens a menu.
    #[prop(optional)]
    menu: bool,
    /// The `id` of the element, for giving the focus back.
    #[prop(optional, into)]
    id: Option<String>,
    /// What it does.
    #[prop(into)]
    on_click: Callback<MouseEvent>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            id=id
            class=format!("icon-button {class}")
            aria-label=label
            aria-pressed=move || pressed.map(|on| on.get().to_string())
            aria-haspopup=menu.then_some("menu")
            data-tip=label
            data-key=(!key.is_empty()).then_some(key)
            disabled=disabled
            on:click=move |event| on_click.run(event)
        >
            <Icon name=icon/>
        </button>
    }
}
