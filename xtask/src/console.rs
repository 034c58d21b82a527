//! What the person at the terminal sees: what is being done now and how long it took.
//!
//! Invariant: nothing that can last longer than a moment happens without a line before it, and a
//! child's own output is passed on untouched.

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Result;

/// Says what is being done, does it, and says how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("-- {what} ...");
    let start = Instant::now();
    let outcome = work()?;
    println!("-- {what}: {}", seconds(start));
    Ok(outcome)
}

/// Runs a command with its output shown; its failure is a sentence that names it.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    // Nothing we call may wait for an answer that nobody is there to type.
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cannot start `{shown}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status})")) }
}

/// What a command prints on its standard output, trimmed; `None` when it is missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The seconds since `start`, as people read them.
pub fn seconds(start: Instant) -> String {
    format!("{:.1} s", start.elapsed().as_secs_f64())
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}
