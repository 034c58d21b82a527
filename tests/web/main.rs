//! Tests that need a real browser: one binary, compiled to wasm, run in headless Chromium.
//!
//! `cargo xtask test wasm` runs them. A file here is listed below and holds `#[wasm_bindgen_test]`
//! functions; each mounts what it needs into an element of its own and removes it afterwards.

#![cfg(target_arch = "wasm32")]

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod constant;
mod page;
