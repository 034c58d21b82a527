//! What a person sees when our own code has failed.
//!
//! The page itself is drawn by a few lines of plain script in `index.html`, which need no wasm.
//! Here the last words are handed over, and the person's text is kept where that script finds it.

use leptos::prelude::window;
use wasm_bindgen::JsValue;

/// Makes panics visible: in the console for us, on the page for the person.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        remember("panic", &info.to_string());
        call("fail");
    }));
}

/// Keeps a text outside of wasm under this name: `yaml`, `report`, `panic`.
pub fn remember(name: &str, text: &str) {
    let rescue = js_sys::Reflect::get(&window(), &"orrery".into());
    if let Ok(rescue) = rescue {
        // The object is ours and stands in index.html; without it there is nothing to keep.
        let _ = js_sys::Reflect::set(&rescue, &name.into(), &JsValue::from_str(text));
    }
}

/// Calls a function of the rescue script.
fn call(name: &str) {
    let rescue = js_sys::Reflect::get(&window(), &"orrery".into());
    let function = rescue.and_then(|rescue| js_sys::Reflect::get(&rescue, &name.into()));
    if let Ok(function) = function
        && let Ok(function) = wasm_bindgen::JsCast::dyn_into::<js_sys::Function>(function)
    {
        let _ = function.call0(&JsValue::NULL);
    }
}
