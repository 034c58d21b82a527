//! `kubectl wait`: waits until objects are as wanted. Models kubectl/pkg/cmd/wait.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::options;
use super::output;
use super::resources::{self, Finding, Keys, Target};
use super::script::{Ctx, Env, Flow, Next};
use super::task::Task;
use super::until;
use super::walk::Walk;
use crate::api::{Key, Object, Resource, Value, patch};
use crate::sim::Duration;
use crate::terminal::printers::custom_columns::relaxed;
use crate::terminal::printers::jsonpath::Template;

/// The command.
pub const COMMAND: Command = Command {
    path: "wait",
    usage: "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) \
            [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
    about: "Wait until objects are as wanted",
    flags: &[
        options::FILES_RECURSIVE,
        options::SELECTOR,
        options::FIELD_SELECTOR,
        options::ALL_NAMESPACES,
        output::FLAGS,
        &[
            Flag::switch("all", "All objects of the type."),
            Flag::text("for", "What is waited for.").kind(Kind::Repeated),
            options::LOCAL,
            Flag::text("timeout", "How long to wait for each; negative for a week.")
                .kind(Kind::Duration)
                .default("30s"),
        ],
    ],
    required: &[],
    start,
};

/// What `wait` still has to do.
#[derive(Clone, Debug)]
pub struct Wait {
    walk: Walk,
    /// The objects of the target that was taken last, the next one last.
    found: Keys,
    count: usize,
    wanted: Wanted,
    timeout: Duration,
}

/// What is waited for.
#[derive(Clone, Debug)]
enum Wanted {
    Created,
    Deleted,
    /// A condition of this type has this status.
    Condition(String, String),
    /// What the path finds is this; with nothing given, anything.
    Path(Template, Option<String>),
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let finding = Finding { all: flags.is_on("all"), type_means_all: false, ..Finding::default() };
    Ok(Task::from(Wait {
        wanted: wanted(flags.text("for"))?,
        walk: Walk::of(resources::find(invocation, env, finding)?),
        found: Keys::new(),
        count: 0,
        timeout: flags.duration("timeout"),
    }))
}

fn wanted(text: &str) -> Result<Wanted, Error> {
    if let Some(condition) = text.strip_prefix("condition=") {
        let (kind, status) = condition.split_once('=').unwrap_or((condition, "true"));
        return Ok(Wanted::Condition(kind.to_lowercase(), status.to_lowercase()));
    }
    if let Some(spec) = text.strip_prefix("jsonpath=") {
        let spec = spec.trim_matches('\'');
        // The value stands behind the last brace.
        let end = spec.rfind('}').map_or(spec.len(), |at| at + 1);
        let (path, value) = spec.split_at(end);
        let value = value.strip_prefix('=').map(str::to_owned);
        let template = relaxed(path).and_then(|path| Template::parse(&path));
        return Ok(Wanted::Path(template.map_err(Error::plain)?, value));
    }
    match text.to_lowercase().as_str() {
        "create" => Ok(Wanted::Created),
        "delete" => Ok(Wanted::Deleted),
        "" => Err(Error::plain("unrecognized condition: []")),
        _ => Err(Error::plain(format!("unrecognized condition: {}", crate::api::quote(text)))),
    }
}

impl Wanted {
    fn is_met(&self, object: Option<&Object>) -> bool {
        match (self, object) {
            (Self::Deleted, object) => object.is_none(),
            (_, None) => false,
            (Self::Created, Some(_)) => true,
            (Self::Condition(kind, status), Some(object)) => {
                let value = object.to_value();
                let is_it = |condition: &Value| {
                    condition.at("type").text().to_lowercase() == *kind
                        && condition.at("status").text().to_lowercase() == *status
                };
                value.at_path(&["status", "conditions"]).items().iter().any(is_it)
            }
            (Self::Path(template, wanted), Some(object)) => {
                let found = template.find(&object.to_value()).unwrap_or_default();
                let mut found = found.iter().flatten().map(patch::printed);
                match wanted {
                    Some(wanted) => found.any(|text| text == *wanted),
                    None => found.next().is_some(),
                }
            }
        }
    }
}

impl Wait {
    /// Finds or waits for the next object.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if let Some((resource, key)) = self.found.pop() {
            let outcome = self.wait(ctx, resource, &key)?;
            self.walk.note(outcome);
            return Ok(Next::Again);
        }
        if let Some(target) = self.walk.target() {
            let target = target?;
            let keys = self.walk.targets.keys(ctx, &target)??;
            let is_named = !matches!(target, Target::Selected(_));
            let must_be = !matches!(self.wanted, Wanted::Created | Wanted::Deleted);
            if let Some((resource, key)) = keys.first().filter(|_| is_named && must_be) {
                ctx.get(*resource, key)??;
            }
            self.count += keys.len();
            self.found = keys;
            return Ok(Next::Again);
        }
        self.walk.end()?;
        match self.count == 0 && !matches!(self.wanted, Wanted::Deleted) {
            true => Err(Error::plain("no matching resources found").into()),
            false => Ok(Next::Exit(0)),
        }
    }

    fn wait(
        &mut self,
        ctx: &mut Ctx<'_>,
        resource: Resource,
        key: &Key,
    ) -> Flow<Result<(), Error>> {
        let end = ctx.now() + self.timeout;
        let is_met = |object: Option<&Object>| self.wanted.is_met(object);
        Ok(match until::wait(ctx, resource, key, end, &is_met)? {
            Ok(true) => {
                ctx.say(output::named(resource, key).with(" condition met"));
                Ok(())
            }
            Ok(false) => {
                let (what, name) = (resource.qualified(), key.name());
                Err(Error::plain(format!("timed out waiting for the condition on {what}/{name}")))
            }
            Err(error) => Err(error),
        })
    }
}
