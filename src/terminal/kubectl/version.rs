//! `kubectl version`. Models kubectl/pkg/cmd/version/version.go.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::script::{Env, Next};
use super::task::{Local, Task};
use crate::api::Value;
use crate::api::discovery;
use crate::manifest;

/// The command.
pub const COMMAND: Command = Command {
    path: "version",
    usage: "[flags]",
    about: "Show the versions of the client and of the server",
    flags: &[&[
        Flag::switch("client", "Only that of the client."),
        Flag::text("output", "Output format: yaml or json.").short('o'),
    ]],
    required: &[],
    start,
};

/// The order of the fields in JSON.
const ORDER: &[&str] = &[
    "clientVersion",
    "kustomizeVersion",
    "serverVersion",
    "major",
    "minor",
    "emulationMajor",
    "emulationMinor",
    "minCompatibilityMajor",
    "minCompatibilityMinor",
    "gitVersion",
    "gitCommit",
    "gitTreeState",
    "buildDate",
];

/// The version of everything here.
const VERSION: &str = "v1.36.2";
/// The version of kustomize that is part of it.
const KUSTOMIZE: &str = "v5.8.1";

fn start(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    if !invocation.args.is_empty() {
        let args = invocation.args.join(" ");
        return Err(Error::plain(format!("extra arguments: [{args}]")));
    }
    let format = invocation.flags.text("output");
    if !matches!(format, "" | "json" | "yaml") {
        return Err(Error::plain("--output must be 'yaml' or 'json'"));
    }
    if !format.is_empty() {
        let build = discovery::version();
        let mut client = build.clone();
        client.make_map().retain(|key, _| !key.starts_with("emul") && !key.starts_with("minComp"));
        let mut all =
            Value::map([("clientVersion", client), ("kustomizeVersion", KUSTOMIZE.into())]);
        if !invocation.flags.is_on("client") {
            *all.entry("serverVersion") = build;
        }
        let text = match format {
            "json" => {
                let text = all.to_json_pretty_from(ORDER);
                text.lines().map(half_indented).collect()
            }
            _ => manifest::to_yaml(&all),
        };
        return Ok(Local::print(text, Next::Exit(0)));
    }
    let mut text = format!("Client Version: {VERSION}\nKustomize Version: {KUSTOMIZE}\n");
    if !invocation.flags.is_on("client") {
        text.push_str(&format!("Server Version: {VERSION}\n"));
    }
    Ok(Local::print(text, Next::Exit(0)))
}

/// A line with two spaces a level where it has four, and with its end.
fn half_indented(line: &str) -> String {
    let rest = line.trim_start();
    " ".repeat((line.len() - rest.len()) / 2) + rest + "\n"
}
