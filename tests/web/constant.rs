//! A history that is the same in wasm and natively; `tests/engine/constant.rs` is its other half.

use wasm_bindgen_test::wasm_bindgen_test;

#[path = "../shared/constant.rs"]
mod shared;

#[wasm_bindgen_test]
fn the_record_hash_is_the_same_in_wasm() {
    shared::check();
}
