//! `kubectl config view`. Models kubectl/pkg/cmd/config/view.go.

use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::output::{self, Format};
use crate::terminal::kubectl::script::{Env, Next};
use crate::terminal::kubectl::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "config view",
    usage: "",
    about: "Show the configuration, without what must stay secret",
    flags: &[
        output::FLAGS,
        &[
            Flag::switch("minify", "Show only what the current context needs."),
            Flag::switch("raw", "Show secrets as well."),
            Flag::switch("flatten", "Put files that are named into the output."),
        ],
    ],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    if !invocation.args.is_empty() {
        return Err(invocation.unexpected_args());
    }
    let flags = &invocation.flags;
    let config = if flags.is_on("minify") {
        if env.config.context(&env.config.current).is_none() {
            return Err(Error::plain("current-context must exist in order to minify"));
        }
        env.config.minified()
    } else {
        (*env.config).clone()
    };
    let format = match Format::of(flags, output::OPERATION_FORMATS)? {
        Format::Human => Format::Yaml(output::Managed::Shown),
        other => other,
    };
    let text = format.print(&[config.to_value(flags.is_on("raw"))])?;
    Ok(Local::print(text, Next::Exit(0)))
}
