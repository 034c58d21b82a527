//! `kubectl autoscale`: makes an autoscaler for a workload.
//!
//! Models kubectl/pkg/cmd/autoscale/autoscale.go.

use super::command::{Command, Invocation};
use super::create::generator;
use super::error::Error;
use super::flags::Flag;
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::resources::{self, Finding};
use super::script::{self, Ctx, Env, Flow, Next};
use super::task::Task;
use super::walk::Walk;
use crate::api::rpc::{Call, Payload};
use crate::api::{Key, Resource, Value};

/// The command.
pub const COMMAND: Command = Command {
    path: "autoscale",
    usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] \
            [--memory=MEMORY]",
    about: "Make an autoscaler for a workload",
    flags: &[
        options::FILES,
        options::DRY_RUN,
        &[options::field_manager("kubectl-autoscale")],
        options::RECORD,
        output::FLAGS,
        &[
            Flag::text("cpu", "How much of the CPU pods should use: 80% or 500m."),
            Flag::int("cpu-percent", "-1", "The same as a number.").deprecated(
                "Use --cpu with percentage or resource quantity format (e.g., '70%' for \
                 utilization or '500m' for milliCPU).",
            ),
            Flag::int("max", "-1", "How many pods there may be."),
            Flag::text("memory", "How much of the memory pods should use: 80% or 200Mi."),
            Flag::int("min", "-1", "How many pods there must be."),
            Flag::text("name", "The name of the autoscaler."),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
        ],
    ],
    required: &["max"],
    start,
};

/// What the command still has to do.
#[derive(Clone, Debug)]
pub struct Autoscale {
    walk: Walk,
    name: String,
    bounds: (i64, i64),
    metrics: Vec<Value>,
    format: Format,
    dry_run: DryRun,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let (min, max) = (flags.int("min"), flags.int("max"));
    if max < 1 {
        let text = format!("--max=MAXPODS is required and must be at least 1, max: {max}");
        return Err(Error::plain(text));
    }
    if max < min {
        return Err(Error::plain(format!(
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}"
        )));
    }
    let share = flags.int("cpu-percent");
    let cpu = match flags.text("cpu") {
        "" if share >= 0 => format!("{share}%"),
        text => text.to_owned(),
    };
    let mut metrics = Vec::new();
    for (name, text) in [("cpu", cpu.as_str()), ("memory", flags.text("memory"))] {
        if !text.is_empty() {
            metrics.push(metric(name, text)?);
        }
    }
    if metrics.is_empty() {
        metrics.push(metric("cpu", "80%")?);
    }
    Ok(Task::from(Autoscale {
        walk: Walk::of(resources::find(invocation, env, Finding::default())?),
        name: flags.text("name").to_owned(),
        bounds: (min, max),
        metrics,
        format: Format::of(flags, output::OPERATION_FORMATS)?,
        dry_run: DryRun::of(flags)?,
    }))
}

fn metric(name: &str, text: &str) -> Result<Value, Error> {
    let target = match text.strip_suffix('%') {
        Some(share) => {
            let share: i64 = share
                .parse()
                .map_err(|_| Error::plain(format!("invalid value for --{name}: {text}")))?;
            [("averageUtilization", Value::Int(share)), ("type", "Utilization".into())]
        }
        None => [("averageValue", text.into()), ("type", "AverageValue".into())],
    };
    let resource = Value::map([("name", name.into()), ("target", Value::map(target))]);
    Ok(Value::map([("resource", resource), ("type", "Resource".into())]))
}

impl Autoscale {
    /// Makes the next autoscaler.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let Some(object) = self.walk.object(ctx)? else { return Ok(Next::Exit(0)) };
        let (resource, key) = object?;
        self.create(ctx, resource, &key)?;
        Ok(Next::Again)
    }

    fn create(&self, ctx: &mut Ctx<'_>, resource: Resource, key: &Key) -> Flow<()> {
        ctx.get(resource, key)??;
        if !resource.info().subresources.contains(&"scale") {
            let text = format!("cannot autoscale a {}: not supported", resource.info().kind);
            return Err(Error::plain(text).into());
        }
        let name = if self.name.is_empty() { key.name() } else { &self.name };
        let target = Value::map([
            ("apiVersion", Value::from(resource.api_version())),
            ("kind", resource.info().kind.into()),
            ("name", key.name().into()),
        ]);
        let (min, max) = self.bounds;
        let mut spec = Value::map([
            ("maxReplicas", Value::Int(max)),
            ("metrics", self.metrics.clone().into()),
            ("scaleTargetRef", target),
        ]);
        if min > 0 {
            *spec.entry("minReplicas") = min.into();
        }
        let scalers = Resource::HORIZONTALPODAUTOSCALERS;
        let mut value = Value::map([
            ("apiVersion", Value::from(scalers.api_version())),
            ("kind", scalers.info().kind.into()),
            ("metadata", generator::named(name)),
            ("spec", spec),
        ]);
        if self.dry_run != DryRun::Client {
            let (namespace, body) = (key.namespace().into(), Payload::Text(value));
            let call = Call::Create { resource: scalers, namespace, body };
            let answer = ctx.ask(call, self.dry_run.how())?;
            value = answer.and_then(|answer| script::value(&answer))?;
        }
        if !self.format.is_human() {
            ctx.print(self.format.print_typed(&value)?);
            return Ok(());
        }
        let named = output::named(scalers, &Key::new(key.namespace(), name));
        ctx.say(named.with(format!(" autoscaled{}", self.dry_run.suffix())));
        Ok(())
    }
}
