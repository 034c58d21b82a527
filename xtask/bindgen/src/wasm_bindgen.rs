//! `wasm-bindgen`, which turns the compiled page into a module a browser loads.
//!
//! It is the published tool, called as a library: cargo builds it from the sources that our
//! `Cargo.lock` names, so nobody has to download a binary, and it can never differ from the
//! `wasm-bindgen` crate the page is compiled with. Invariant: it adds nothing of its own.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os())
}
