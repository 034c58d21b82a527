//! `kubectl auth whoami`. Models kubectl/pkg/cmd/auth/whoami.go.

use super::subject;
use crate::api::rpc::{Call, Review};
use crate::api::{Str, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::output::{self, Format};
use crate::terminal::kubectl::script::{self, Ctx, Env, Flow, How, Next};
use crate::terminal::kubectl::task::Task;
use crate::terminal::printers::tabwriter::TabWriter;
use crate::terminal::text::Text;

/// The command.
pub const COMMAND: Command = Command {
    path: "auth whoami",
    usage: "",
    about: "Show who the server takes you for",
    flags: &[output::FLAGS],
    required: &[],
    start,
};

/// What the command still has to do.
#[derive(Clone, Debug)]
pub struct WhoAmI {
    format: Format,
}

fn start(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    if !invocation.args.is_empty() {
        return Err(invocation.unexpected_args());
    }
    let format = Format::of(&invocation.flags, output::OPERATION_FORMATS)?;
    Ok(Task::from(WhoAmI { format }))
}

impl WhoAmI {
    /// Asks and shows.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let call = Call::Review(Review::Who(subject(ctx.env())));
        let answer = ctx.ask(call, How::default())?;
        let info = answer.and_then(|answer| script::value(&answer))?;
        if !self.format.is_human() {
            let review = Value::map([
                ("apiVersion", "authentication.k8s.io/v1".into()),
                ("kind", "SelfSubjectReview".into()),
                ("metadata", Value::map::<&str, 0>([])),
                ("status", Value::map([("userInfo", info)])),
            ]);
            ctx.print(self.format.print(&[review])?);
            return Ok(Next::Exit(0));
        }
        let groups: Vec<&str> = info.at("groups").items().iter().map(Value::text).collect();
        let rows = [
            ("ATTRIBUTE", Str::new_static("VALUE")),
            ("Username", info.at("username").text().into()),
            ("UID", info.at("uid").text().into()),
            ("Groups", format!("[{}]", groups.join(" ")).into()),
        ];
        let mut writer = TabWriter::table();
        for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty() && value != "[]") {
            writer.line(vec![Text::from(*name), Text::from(value)]);
        }
        ctx.print(writer.take());
        Ok(Next::Exit(0))
    }
}
