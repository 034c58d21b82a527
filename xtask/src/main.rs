//! `cargo xtask`: one command for everything around the code, on a machine that has only Rust.
//!
//! - `page` bundles, compiles, serves and measures the page;
//! - `checks` runs every test, each kind alone or all in order;
//! - `bench` prints the figures, natively and in a browser;
//! - `schema` and `bindgen`, the packages beside this one, are compiled when they are needed;
//! - `tools` finds or installs what those need;
//! - `console` says what is being done and how long it took.
//!
//! Invariant: every command can be run first on a fresh clone; it sets up what it lacks, says in
//! one sentence what it cannot, and does nothing twice.

mod bench;
mod checks;
mod console;
mod page;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  serve [--port N] [--no-open] [--release]
                          compile the page, open it, compile again when a file changes
  build [--release]       compile the page into dist/, a folder any web server can hand out
  test [STEP...] [-- ARG...]
                          all tests, or only these steps: lint native wasm size e2e
                          (what follows -- goes to that step's own runner, as a filter)
  bench [NAME...] [--browser]
                          measure natively, or in a headless browser
  schema                  write the field table of the API anew from the recorded OpenAPI document

serve and build need Rust alone; with Node.js 20 or newer the page gets its code editor.
test and bench --browser need Node.js and Chromium with ChromeDriver.";

/// A failure is one sentence for the person at the terminal.
type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("", &[][..]),
    };
    let outcome = match command {
        "serve" => page::serve(rest),
        "build" => page::build(rest),
        "test" => checks::run_steps(rest),
        "bench" => bench::run_benches(rest),
        "schema" => write_schema(rest),
        "" | "help" | "-h" | "--help" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// `cargo xtask schema`.
fn write_schema(args: &[String]) -> Result<()> {
    if let Some(argument) = args.first() {
        return Err(unknown("schema", argument));
    }
    let recordings = tools::conformance().ok_or("set ORRERY_CONFORMANCE to the recordings")?;
    let generator = ["run", "--quiet", "--package", "schema", "--"];
    console::run(tools::cargo().args(generator).arg(recordings.join("openapi")))
}

/// The refusal of an argument that `command` does not know.
fn unknown(command: &str, argument: &str) -> String {
    format!("`cargo xtask {command}` has no argument `{argument}`; see `cargo xtask help`")
}
