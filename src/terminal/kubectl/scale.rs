//! `kubectl scale`: changes how many replicas there are to be.
//!
//! Models kubectl/pkg/cmd/scale/scale.go and kubectl/pkg/scale. It reads and writes the scale of
//! an object, a part that all kinds with replicas have alike. Invariant: with `--current-replicas`
//! nothing is changed unless there are so many.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::resources::{self, Finding};
use super::script::{self, Ctx, Env, Flow, How, Next};
use super::task::Task;
use super::walk::Walk;
use crate::api::rpc::{Call, Part, Patch, Payload};
use crate::api::{Key, Resource, Value};
use crate::sim::Duration;

/// The command.
pub const COMMAND: Command = Command {
    path: "scale",
    usage: "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME \
            | TYPE NAME)",
    about: "Change how many replicas there are to be",
    flags: &[
        options::FILES,
        options::SELECTOR,
        options::DRY_RUN,
        output::FLAGS,
        &[
            Flag::switch("all", "All objects of the type."),
            Flag::int("current-replicas", "-1", "Only if there are so many."),
            Flag::int("replicas", "0", "How many there are to be."),
            Flag::text("resource-version", "Only if the object is of this version."),
            Flag::text("timeout", "How long to wait until there are so many; 0 for not at all.")
                .kind(Kind::Duration)
                .default("0s"),
            options::RECORD[0],
        ],
    ],
    required: &["replicas"],
    start,
};

/// How often it is looked whether there are so many replicas. Models scale.NewRetryParams.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What `scale` still has to do.
#[derive(Clone, Debug)]
pub struct Scale {
    walk: Walk,
    format: Format,
    dry_run: DryRun,
    replicas: i64,
    current: Option<i64>,
    version: String,
    timeout: Duration,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let replicas = flags.int("replicas");
    if replicas < 0 {
        let text = "The --replicas=COUNT flag is required, and COUNT must be greater than or \
                    equal to 0";
        return Err(Error::plain(text));
    }
    let current = flags.int("current-replicas");
    if current < -1 {
        let text = "The --current-replicas must specify an integer of -1 or greater";
        return Err(Error::plain(text));
    }
    let finding = Finding { all: flags.is_on("all"), ..Finding::default() };
    let scale = Scale {
        walk: Walk::of(resources::find(invocation, env, finding)?),
        format: Format::of(flags, output::OPERATION_FORMATS)?,
        dry_run: DryRun::of(flags)?,
        replicas,
        current: (current >= 0).then_some(current),
        version: flags.text("resource-version").to_owned(),
        timeout: flags.duration("timeout"),
    };
    Ok(Task::from(scale))
}

impl Scale {
    /// Finds or scales the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        match self.walk.object(ctx)? {
            Some(object) => {
                let outcome = match object {
                    Ok((resource, key)) => self.scale(ctx, resource, &key)?,
                    Err(error) => Err(error),
                };
                self.walk.note(outcome);
                Ok(Next::Again)
            }
            None => {
                self.walk.end()?;
                match self.walk.count {
                    0 => Err(Error::plain("no objects passed to scale").into()),
                    _ => Ok(Next::Exit(0)),
                }
            }
        }
    }

    fn scale(
        &mut self,
        ctx: &mut Ctx<'_>,
        resource: Resource,
        key: &Key,
    ) -> Flow<Result<(), Error>> {
        if let Err(error) = ctx.get(resource, key)? {
            return Ok(Err(error));
        }
        if self.dry_run == DryRun::Client {
            self.report(ctx, resource, key)?;
            return Ok(Ok(()));
        }
        let outcome = match (self.current, &self.version[..]) {
            (None, "") => self.patch(ctx, resource, key)?,
            _ => self.update(ctx, resource, key)?,
        };
        if let Err(error) = outcome {
            return Ok(Err(error));
        }
        if !self.timeout.is_zero() && !self.settled(ctx, resource, key)? {
            let text = "timed out waiting for the condition";
            return Ok(Err(Error::plain(text)));
        }
        self.report(ctx, resource, key)?;
        Ok(Ok(()))
    }

    fn patch(&self, ctx: &mut Ctx<'_>, resource: Resource, key: &Key) -> Flow<Result<(), Error>> {
        let spec = Value::map([("replicas", Value::Int(self.replicas))]);
        let call = Call::Patch {
            resource,
            key: key.clone(),
            part: Part::Scale,
            patch: Patch::Merge(Value::map([("spec", spec)])),
        };
        Ok(ctx.ask(call, self.dry_run.how())?.map(drop))
    }

    /// Changes the scale as it was read. Models ScaleSimple with preconditions.
    fn update(&self, ctx: &mut Ctx<'_>, resource: Resource, key: &Key) -> Flow<Result<(), Error>> {
        let call = Call::Get { resource, key: key.clone(), part: Part::Scale };
        let answer = ctx.ask(call, How::default())?;
        let mut scale = match answer.and_then(|answer| script::value(&answer)) {
            Ok(scale) => scale,
            Err(error) => return Ok(Err(error)),
        };
        let found = scale.at_path(&["spec", "replicas"]).as_int().unwrap_or(0);
        if let Some(expected) = self.current.filter(|&expected| expected != found) {
            return Ok(Err(Error::plain(format!(
                "Expected replicas to be {expected}, was {found}"
            ))));
        }
        let version = scale.at_path(&["metadata", "resourceVersion"]).text().to_owned();
        if !self.version.is_empty() && self.version != version {
            let expected = &self.version;
            let text = format!("Expected resource version to be {expected}, was {version}");
            return Ok(Err(Error::plain(text)));
        }
        *scale.entry_path(&["spec", "replicas"]) = Value::Int(self.replicas);
        let (key, body) = (key.clone(), Payload::Text(scale));
        let call = Call::Update { resource, key, part: Part::Scale, body };
        Ok(ctx.ask(call, self.dry_run.how())?.map(drop))
    }

    /// Waits until there are so many replicas; says whether they came in time.
    fn settled(&self, ctx: &mut Ctx<'_>, resource: Resource, key: &Key) -> Flow<bool> {
        let until = ctx.now() + self.timeout;
        while ctx.now() < until {
            let call = Call::Get { resource, key: key.clone(), part: Part::Scale };
            let answer = ctx.ask(call, How::default())?;
            if let Ok(scale) = answer.and_then(|answer| script::value(&answer)) {
                let now = scale.at_path(&["status", "replicas"]).as_int().unwrap_or(0);
                let wanted = scale.at_path(&["spec", "replicas"]).as_int().unwrap_or(0);
                if now == self.replicas && wanted == self.replicas {
                    return Ok(true);
                }
            }
            ctx.pause(LOOK_EVERY)?;
        }
        Ok(false)
    }

    fn report(&self, ctx: &mut Ctx<'_>, resource: Resource, key: &Key) -> Flow<()> {
        if self.format.is_human() {
            let suffix = self.dry_run.suffix();
            ctx.say(output::named(resource, key).with(format!(" scaled{suffix}")));
            return Ok(());
        }
        let object = ctx.get(resource, key)??;
        ctx.print(self.format.print(&[object.to_value()])?);
        Ok(())
    }
}
