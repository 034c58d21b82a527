//! The few things that are asked of the browser directly.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement};

use crate::view::stage::Rect;

/// The document's root element, which bears language and theme.
pub fn root() -> Option<HtmlElement> {
    document().document_element()?.dyn_into().ok()
}

/// Sets an attribute of the root element.
pub fn set_root(name: &str, value: &str) {
    if let Some(root) = root() {
        // Attribute names here are constants, so this cannot fail.
        let _ = root.set_attribute(name, value);
    }
}

/// Removes the element of this id.
pub fn remove(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.remove();
    }
}

/// Gives the focus to the element of this id.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // It may just have gone; then the focus stays where it is.
        let _ = element.focus();
    }
}

/// Where an element is in the window.
pub fn rect(element: &Element) -> Rect {
    let rect = element.get_bounding_client_rect();
    Rect::new(rect.x(), rect.y(), rect.width(), rect.height())
}

/// The size of the window in pixels.
pub fn window_size() -> (f64, f64) {
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64());
    (size(window().inner_width()).unwrap_or(1024.0), size(window().inner_height()).unwrap_or(768.0))
}

/// Milliseconds on the browser's own clock.
pub fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Whether a media query holds now.
pub fn media(query: &str) -> bool {
    let found = window().match_media(query).ok().flatten();
    found.is_some_and(|list| list.matches())
}

/// Whether the person wants less motion.
pub fn calm() -> bool {
    media("(prefers-reduced-motion: reduce)")
}

/// Calls `then` with the inner width and height of `element`, now and whenever they change, until
/// the component that asked is gone.
pub fn on_resize(element: &Element, then: impl Fn(f64, f64) + 'static) {
    let watched = element.clone();
    let report = Closure::<dyn Fn()>::new(move || {
        then(f64::from(watched.client_width()), f64::from(watched.client_height()));
    });
    let observer = web_sys::ResizeObserver::new(report.as_ref().unchecked_ref());
    if let Ok(observer) = observer {
        observer.observe(element);
        // Both must live as long as the component.
        let kept = StoredValue::new_local(Some((observer, report)));
        on_cleanup(move || {
            if let Some((observer, _)) = kept.try_update_value(Option::take).flatten() {
                observer.disconnect();
            }
        });
    }
}

/// Puts `text` onto the clipboard, where the browser allows it.
pub fn copy(text: &str) {
    let clipboard = window().navigator().clipboard();
    // Whoever forbids it sees no effect; there is nothing better to do.
    let _ = clipboard.write_text(text);
}
