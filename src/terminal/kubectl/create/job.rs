//! `kubectl create job NAME` and `kubectl create cronjob NAME`.
//!
//! Models kubectl/pkg/cmd/create/{create_job,create_cronjob}.go.

use super::{Create, generator};
use crate::api::{Fields, Key, Resource, Value};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flag;
use crate::terminal::kubectl::script::{Ctx, Env, Flow, Next};
use crate::terminal::kubectl::task::Task;
use crate::terminal::kubectl::{options, output, resources};

/// `create job`.
pub const JOB: Command = Command {
    path: "create job",
    usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
    about: "Create a job",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        &[
            Flag::text("from", "A cron job whose template is used."),
            Flag::text("image", "The image of its container."),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
        ],
    ],
    required: &[],
    start: job,
};

/// `create cronjob`.
pub const CRON_JOB: Command = Command {
    path: "create cronjob",
    usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
    about: "Create a cron job",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        &[
            Flag::text("image", "The image of its container."),
            Flag::text("restart", "Whether its containers start again: OnFailure or Never."),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
            Flag::text("schedule", "When it runs, as cron writes it."),
        ],
    ],
    required: &["image", "schedule"],
    start: cron_job,
};

/// A job that is made of a cron job, which has to be asked for first.
#[derive(Clone, Debug)]
pub struct JobOf {
    invocation: Box<Invocation>,
    name: String,
    from: Option<(Resource, Key)>,
    create: Option<Box<Create>>,
}

/// The name, and the words behind `--`.
fn words(invocation: &Invocation) -> Result<(&str, &[String]), Error> {
    let at = invocation.args_before_dash.unwrap_or(invocation.args.len());
    match invocation.args.split_at(at) {
        ([name], command) => Ok((name, command)),
        ([name, command @ ..], []) => Ok((name, command)),
        (args, _) => {
            let count = args.len();
            Err(invocation.usage(format!("exactly one NAME is required, got {count}")))
        }
    }
}

fn job(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let (name, command) = words(invocation)?;
    let (image, from) = (flags.text("image"), flags.text("from"));
    if image.is_empty() == from.is_empty() {
        return Err(Error::plain("either --image or --from must be specified"));
    }
    if from.is_empty() {
        let value = Value::map([
            ("metadata", generator::named(name)),
            ("spec", Value::map([("template", template(name, image, command, "Never"))])),
            ("status", Fields::new().into()),
        ]);
        return generator::create(invocation, env, Resource::JOBS, value, JOB_FAILURE);
    }
    if !command.is_empty() {
        return Err(Error::plain("cannot specify --from and command"));
    }
    let (kind, cron_job) = from
        .split_once('/')
        .ok_or_else(|| Error::plain("from must be an existing cronjob, as cronjob/NAME"))?;
    let resource = resources::resource(kind)?;
    if resource != Resource::CRONJOBS {
        let text = format!("from must be an existing cronjob, not {}", resource.info().plural);
        return Err(Error::plain(text));
    }
    let key = Key::new(&env.globals.namespace, cron_job);
    Ok(Task::from(JobOf {
        invocation: Box::new(invocation.clone()),
        name: name.to_owned(),
        from: Some((resource, key)),
        create: None,
    }))
}

const JOB_FAILURE: Option<&str> = Some("failed to create job: ");

impl JobOf {
    /// Asks for the cron job, then creates the job.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if let Some(create) = &mut self.create {
            return create.step(ctx);
        }
        let Some((resource, key)) = self.from.take() else { return Ok(Next::Exit(0)) };
        let cron_job = ctx.get(resource, &key)??.to_value();
        let template = cron_job.at_path(&["spec", "jobTemplate"]);
        let mut metadata = generator::named(&self.name);
        *metadata.entry("annotations") = template.at_path(&["metadata", "annotations"]).clone();
        *metadata.entry_path(&["annotations", "cronjob.kubernetes.io/instantiate"]) =
            "manual".into();
        let labels = template.at_path(&["metadata", "labels"]);
        if !labels.is_null() {
            *metadata.entry("labels") = labels.clone();
        }
        let owner = Value::map([
            ("apiVersion", Value::from("batch/v1")),
            ("controller", true.into()),
            ("kind", "CronJob".into()),
            ("name", key.name().into()),
            ("uid", cron_job.at_path(&["metadata", "uid"]).clone()),
        ]);
        *metadata.entry("ownerReferences") = vec![owner].into();
        let value = Value::map([
            ("metadata", metadata),
            ("spec", template.at("spec").clone()),
            ("status", Fields::new().into()),
        ]);
        let objects = vec![(Resource::JOBS, value)];
        let create = generator::prepared(&self.invocation, ctx.env(), objects, JOB_FAILURE)?;
        self.create = Some(Box::new(create));
        Ok(Next::Again)
    }
}

fn cron_job(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let (name, command) = words(invocation)?;
    let template = {
        let restart = match flags.text("restart") {
            "" => "OnFailure",
            restart => restart,
        };
        template(name, flags.text("image"), command, restart)
    };
    let job = Value::map([
        ("metadata", generator::named(name)),
        ("spec", Value::map([("template", template)])),
    ]);
    let value = Value::map([
        ("metadata", generator::named(name)),
        ("spec", Value::map([("jobTemplate", job), ("schedule", flags.text("schedule").into())])),
        ("status", Fields::new().into()),
    ]);
    let failure = Some("failed to create cronjob: ");
    generator::create(invocation, env, Resource::CRONJOBS, value, failure)
}

fn template(name: &str, image: &str, command: &[String], restart: &str) -> Value {
    let mut container = Value::map([
        ("image", Value::from(image)),
        ("name", name.into()),
        ("resources", Fields::new().into()),
    ]);
    if !command.is_empty() {
        *container.entry("command") = generator::texts(command);
    }
    Value::map([
        ("metadata", Fields::new().into()),
        (
            "spec",
            Value::map([("containers", vec![container].into()), ("restartPolicy", restart.into())]),
        ),
    ])
}
