//! `cargo xtask test`: every test there is, in the order in which failures are cheapest to learn.
//!
//! Invariant: a step is listed once, in `STEPS`, runs alone as well as with the others, and shares
//! compiled dependencies with its neighbours (one native profile, one for wasm, one for the page).

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::console::{run, seconds};
use crate::{Result, page, tools, unknown};

/// The longest all wasm tests together may take in the browser.
const WASM_TESTS_SECONDS_MAX: &str = "300";
/// The longest one end-to-end file may take.
const SPEC_MS_MAX: &str = "180000";
/// How ChromeDriver is to start Chromium: as any user, root included, without a screen, and
/// without calls to its maker.
const CHROMIUM_FLAGS: [&str; 8] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// One kind of test.
struct Step {
    name: &'static str,
    title: &'static str,
    needs_page: bool,
    /// Its argument is what a person wrote after `--`.
    run: fn(&[String]) -> Result<()>,
}

const STEPS: [Step; 5] = [
    Step { name: "lint", title: "formatting and lints", needs_page: false, run: lint },
    Step { name: "native", title: "native tests", needs_page: false, run: native },
    Step { name: "wasm", title: "tests in the browser", needs_page: false, run: wasm },
    Step { name: "size", title: "size of the page", needs_page: true, run: size },
    Step { name: "e2e", title: "the page from end to end", needs_page: true, run: e2e },
];

/// `cargo xtask test`.
pub fn run_steps(args: &[String]) -> Result<()> {
    let split = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    let (names, filter) = (&args[..split], args.get(split + 1..).unwrap_or_default());
    if let Some(name) = names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        return Err(unknown("test", name));
    }
    if !filter.is_empty() && names.len() != 1 {
        return Err("what follows -- goes to one step; name that step before it".to_owned());
    }
    let mut timings = Vec::new();
    let mut has_page = false;
    let chosen = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    for step in STEPS.iter().filter(chosen) {
        println!("\n== {} ({})", step.title, step.name);
        let start = Instant::now();
        if step.needs_page && !has_page {
            page::build_page(true)?;
            has_page = true;
        }
        (step.run)(filter).map_err(|error| {
            format!("{error}\n\n{} failed; again: cargo xtask test {}", step.title, step.name)
        })?;
        timings.push(format!("{:>9}  {}", seconds(start), step.title));
    }
    println!("\n== all passed\n{}", timings.join("\n"));
    Ok(())
}

fn lint(_filter: &[String]) -> Result<()> {
    cargo("fmt --all --check")?;
    tools::wasm_target()?;
    // The page's binary and its tests mean something in wasm only, everything else natively only.
    cargo("clippy --all-targets --no-default-features --features cli -- --deny warnings")?;
    cargo("clippy --all-targets --package xtask --package schema -- --deny warnings")?;
    cargo(
        "clippy --target wasm32-unknown-unknown --lib --bin playground --test web \
         -- --deny warnings",
    )
}

fn native(filter: &[String]) -> Result<()> {
    let mut tests = tools::cargo();
    tests.args(["test", "--no-default-features", "--features", "cli", "--"]).args(filter);
    if let Some(recordings) = tools::conformance() {
        tests.env("ORRERY_CONFORMANCE", recordings);
    }
    run(&mut tests)?;
    let mut table = tools::cargo();
    run(table.args(["test", "--package", "schema", "--"]).args(filter))
}

fn wasm(filter: &[String]) -> Result<()> {
    tools::wasm_target()?;
    let runner = tools::bindgen()?.join("wasm-bindgen-test-runner");
    let browser = tools::browser()?;
    let mut tests = tools::cargo();
    tests
        .args(["test", "--target", "wasm32-unknown-unknown", "--test", "web", "--"])
        .args(filter)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", &browser.chromedriver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities(&browser.chromium)?)
        .env("WASM_BINDGEN_TEST_TIMEOUT", WASM_TESTS_SECONDS_MAX);
    run(&mut tests)
}

fn size(_filter: &[String]) -> Result<()> {
    page::compress()?;
    page::check_size()
}

fn e2e(filter: &[String]) -> Result<()> {
    let folder = tools::root().join("tests/e2e");
    let wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".spec.mjs")
            && (filter.is_empty() || filter.iter().any(|part| name.contains(part)))
    };
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut specs: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(wanted).collect();
    specs.sort();
    if specs.is_empty() {
        return Err(format!("no file tests/e2e/*.spec.mjs is called like {filter:?}"));
    }
    // One file after another: two browsers on two cores only make each other slow.
    let mut node = tools::browser_script()?;
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]);
    run(node.arg(format!("--test-timeout={SPEC_MS_MAX}")).args(specs))
}

fn cargo(arguments: &str) -> Result<()> {
    run(tools::cargo().args(arguments.split_whitespace()))
}

/// Writes the file that tells ChromeDriver which Chromium to start, and how.
fn capabilities(chromium: &Path) -> Result<PathBuf> {
    let file = tools::scratch()?.join("webdriver.json");
    // Rust's debug form of these texts is JSON's as long as they are plain ASCII paths and flags.
    let json = format!(
        "{{\"goog:chromeOptions\": {{\"binary\": {:?}, \"args\": {CHROMIUM_FLAGS:?}}}}}",
        chromium.to_string_lossy()
    );
    fs::write(&file, json).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(file)
}
