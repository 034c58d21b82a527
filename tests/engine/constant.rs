//! A history that is the same natively and in wasm; `tests/web/constant.rs` is its other half.

#[path = "../shared/constant.rs"]
mod shared;

#[test]
fn the_record_hash_is_the_same_natively() {
    shared::check();
}
