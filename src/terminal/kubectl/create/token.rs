//! `kubectl create token NAME`. Models kubectl/pkg/cmd/create/create_token.go.

use crate::api::rpc::{Answer, Call};
use crate::api::{Key, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{self, Flag, Kind};
use crate::terminal::kubectl::script::{Ctx, Env, Flow, How, Next};
use crate::terminal::kubectl::task::Task;

/// The command.
pub const COMMAND: Command = Command {
    path: "create token",
    usage: "SERVICE_ACCOUNT_NAME",
    about: "Ask for a token of a service account",
    flags: &[&[
        Flag::text("audience", "Whom the token is for.").kind(Kind::List),
        Flag::text("duration", "How long it is good."),
        Flag::text("output", "Output format: json or yaml, or nothing.").short('o'),
    ]],
    required: &[],
    start,
};

/// Asks for a token.
#[derive(Clone, Debug)]
pub struct Token {
    key: Key,
    asked: Value,
    format: String,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let [name] = &invocation.args[..] else {
        let text = format!("exactly one NAME is required, got {}", invocation.args.len());
        return Err(invocation.usage(&text));
    };
    let flags = &invocation.flags;
    let audiences: Value =
        flags.list("audience").iter().map(|own| Value::from(own.as_str())).collect();
    let mut spec = Value::map([("audiences", audiences)]);
    if flags.is_given("duration") {
        let duration = flags::parse_duration(flags.text("duration")).map_err(Error::plain)?;
        *spec.entry("expirationSeconds") = (duration.as_secs() as i64).into();
    }
    Ok(Task::from(Token {
        key: Key::new(&env.globals.namespace, name),
        asked: Value::map([("spec", spec)]),
        format: flags.text("output").to_owned(),
    }))
}

impl Token {
    /// Asks, and prints it.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let call = Call::Token { key: self.key.clone(), asked: self.asked.clone() };
        let answer = ctx.ask(call, How::default())?;
        let Answer::Value(request) =
            answer.map_err(|error| error.because("failed to create token: "))?
        else {
            return Err(Error::plain("the server returned no token").into());
        };
        match self.format.as_str() {
            "json" => ctx.say(request.to_json()),
            "yaml" => ctx.print(crate::manifest::to_yaml(&request)),
            _ => ctx.say(request.at_path(&["status", "token"]).text()),
        }
        Ok(Next::Exit(0))
    }
}
