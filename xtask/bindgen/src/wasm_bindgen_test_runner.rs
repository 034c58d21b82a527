//! `wasm-bindgen-test-runner`, which cargo calls to run our wasm tests in a real browser.
//!
//! The published tool, called as a library for the reasons given in `wasm_bindgen.rs`.
//! Invariant: it adds nothing of its own.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
