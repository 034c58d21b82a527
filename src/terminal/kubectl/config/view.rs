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
    usage: "[flags]",
    about: "Show the configuration, without what must stay secret",
    flags: &[&[
        output::FLAGS[0].default("yaml"),
        output::FLAGS[1],
        output::FLAGS[2],
        output::FLAGS[3],
        Flag::switch("merge", "Merge the files of the configuration.").default("true"),
        Flag::switch("minify", "Show only what the current context needs."),
        Flag::switch("raw", "Show secrets as well."),
        Flag::switch("flatten", "Put files that are named into the output."),
    ]],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    if !invocation.args.is_empty() {
        return Err(invocation.unexpected_args());
    }
    let flags = &invocation.flags;
    if !flags.is_on("merge") && flags.text("kubeconfig").is_empty() {
        return Err(Error::plain("if merge==false a precise file must be specified"));
    }
    let config = if flags.is_on("minify") {
        let wanted = match flags.text("context") {
            "" => env.config.current.as_str(),
            name => name,
        };
        if env.config.context(wanted).is_none() {
            return Err(Error::plain(match wanted {
                "" => "current-context must exist in order to minify".to_owned(),
                name => format!("cannot locate context {name}"),
            }));
        }
        env.config.minified(wanted)
    } else {
        (*env.config).clone()
    };
    let format = Format::of(flags, output::OPERATION_FORMATS)?;
    let text = format.print_typed(&config.to_value(flags.is_on("raw")))?;
    Ok(Local::print(text, Next::Exit(0)))
}
