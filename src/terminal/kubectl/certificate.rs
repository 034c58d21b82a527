//! `kubectl certificate approve` and `deny`. Models kubectl/pkg/cmd/certificates/certificates.go.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::options;
use super::output::{self, Format};
use super::resources::{self, Finding};
use super::script::{self, Ctx, Env, Flow, How, Next};
use super::task::Task;
use super::walk::Walk;
use crate::api::rpc::{Call, Part, Payload};
use crate::api::{Key, Resource, Timestamp, Value};

/// `certificate approve`.
pub const APPROVE: Command = Command {
    path: "certificate approve",
    usage: "(-f FILENAME | NAME)",
    about: "Approve a certificate signing request",
    flags: &[
        options::FILES,
        output::FLAGS,
        &[Flag::switch("force", "Say so even if it has been said before.")],
    ],
    required: &[],
    start: |invocation, env| start(invocation, env, "Approved"),
};

/// `certificate deny`.
pub const DENY: Command = Command {
    path: "certificate deny",
    about: "Deny a certificate signing request",
    start: |invocation, env| start(invocation, env, "Denied"),
    ..APPROVE
};

/// What the command still has to do.
#[derive(Clone, Debug)]
pub struct Certificate {
    walk: Walk,
    /// The condition that requests get.
    condition: &'static str,
    forces: bool,
    format: Format,
}

fn start(invocation: &Invocation, env: &Env, condition: &'static str) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let has_files = flags.is_given("filename") || flags.is_given("kustomize");
    let format = Format::of(flags, output::OPERATION_FORMATS)?;
    if invocation.args.is_empty() && !has_files {
        return Err(Error::plain("one or more CSRs must be specified as <name> or -f <filename>"));
    }
    let mut invocation = invocation.clone();
    if !has_files {
        invocation.args.insert(0, "certificatesigningrequests".to_owned());
    }
    let walk = Walk::of(resources::find(&invocation, env, Finding::default())?);
    Ok(Task::from(Certificate { walk, condition, forces: flags.is_on("force"), format }))
}

impl Certificate {
    /// Tells the next request.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let Some(object) = self.walk.object(ctx)? else {
            self.walk.end()?;
            return Ok(Next::Exit(0));
        };
        let outcome = match object {
            Ok((resource, key)) => self.tell(ctx, resource, &key)?,
            Err(error) => Err(error),
        };
        self.walk.note(outcome);
        Ok(Next::Again)
    }

    fn tell(&self, ctx: &mut Ctx<'_>, resource: Resource, key: &Key) -> Flow<Result<(), Error>> {
        let mut object = match ctx.get(resource, key)? {
            Ok(object) => object.to_value(),
            Err(error) => return Ok(Err(error)),
        };
        let (done, opposite) = match self.condition {
            "Approved" => ("approved", "Denied"),
            _ => ("denied", "Approved"),
        };
        let conditions = object.entry_path(&["status", "conditions"]).make_list();
        let has = |kind: &str, all: &[Value]| all.iter().any(|c| c.at("type").text() == kind);
        if has(opposite, conditions) {
            let text = format!("certificate signing request is already {opposite}");
            return Ok(Err(Error::plain(text)));
        }
        let is_new = !has(self.condition, conditions);
        if is_new || self.forces {
            conditions.retain(|condition| condition.at("type").text() != self.condition);
            let verb = if done == "approved" { "approve" } else { "deny" };
            let reason = if done == "approved" { "KubectlApprove" } else { "KubectlDeny" };
            let message = format!("This CSR was {done} by kubectl certificate {verb}.");
            conditions.push(Value::map([
                ("lastUpdateTime", Timestamp::at(ctx.now()).to_string().into()),
                ("message", message.into()),
                ("reason", reason.into()),
                ("status", "True".into()),
                ("type", self.condition.into()),
            ]));
            let body = Payload::Text(object);
            let call = Call::Update { resource, key: key.clone(), part: Part::Status, body };
            let answer = ctx.ask(call, How::default())?;
            object = match answer.and_then(|answer| script::value(&answer)) {
                Ok(object) => object,
                Err(error) => return Ok(Err(error)),
            };
        }
        match self.format.is_human() {
            true => ctx.say(output::named(resource, key).with(format!(" {done}"))),
            false => ctx.print(self.format.print(&[object])?),
        }
        Ok(Ok(()))
    }
}
