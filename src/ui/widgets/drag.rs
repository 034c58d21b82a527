//! Dragging with a pointer: capture, so that the drag goes on outside of the element.

use leptos::html::ElementType;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};

/// Begins a drag: moves go to the element of `node` from now on. Without the capture, which a
/// browser may refuse, the drag ends at the edge, and that is good enough.
pub fn begin<E>(node: NodeRef<E>, event: &PointerEvent)
where
    E: ElementType,
    E::Output: JsCast + Clone + 'static,
{
    if let Some(element) = node.get_untracked() {
        let element: HtmlElement = element.unchecked_into();
        let _ = element.set_pointer_capture(event.pointer_id());
        let _ = element.focus();
    }
}
