//! `cargo xtask bench`: the figures of `orrery bench`, here and in a headless browser.
//!
//! Both print one line a figure, `NAME VALUE UNIT`; names of the browser end in `-browser`.
//! Invariant: what is measured is what is shipped (native release, the page's own profile).

use crate::console::run;
use crate::{Result, page, tools, unknown};

/// `cargo xtask bench`.
pub fn run_benches(args: &[String]) -> Result<()> {
    let (flags, names): (Vec<_>, Vec<_>) = args.iter().partition(|arg| arg.starts_with('-'));
    if let Some(flag) = flags.iter().find(|flag| **flag != "--browser") {
        return Err(unknown("bench", flag));
    }
    if flags.is_empty() {
        let native = "run --release --no-default-features --features cli --bin orrery -- bench";
        return run(tools::cargo().args(native.split_whitespace()).args(names));
    }
    page::build_page(true)?;
    run(tools::browser_script()?.arg("tests/e2e/bench.mjs").args(names))
}
