//! How what the server answers is laid out for people and for scripts.
//!
//! Models cli-runtime/pkg/printers and kubectl/pkg/cmd/get. Everything here is a function of its
//! arguments. Invariant: nothing that was stored can move the cursor or colour the screen.

pub mod custom_columns;
pub mod go_template;
pub mod jsonpath;
pub mod kyaml;
pub mod sort;
pub mod table;
pub mod tabwriter;

/// `text` with what would steer a terminal made visible. Models WriteEscaped.
pub fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(['\u{1b}', '\r']) {
        return text.replace('\u{1b}', "^[").replace('\r', "\\r").into();
    }
    text.into()
}
