//! What the commands that make an object of words have in common.
//!
//! Models kubectl/pkg/cmd/create CreateSubcommandOptions. Invariant: what is sent is what
//! `--dry-run=client -o yaml` shows.

use super::Create;
use crate::api::rpc::FieldValidation;
use crate::api::{Key, Resource, Value};
use crate::terminal::kubectl::command::Invocation;
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Tables};
use crate::terminal::kubectl::manifests::Manifest;
use crate::terminal::kubectl::options::{self, DryRun};
use crate::terminal::kubectl::output::{self, Format};
use crate::terminal::kubectl::resources::Target;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;

/// The flags they all take.
pub const FLAGS: Tables = &[options::DRY_RUN, options::VALIDATE, output::FLAGS, SAVES];
const SAVES: &[Flag] = &[
    Flag::switch("save-config", "Remember the configuration for kubectl apply."),
    options::field_manager("kubectl-create"),
];

/// `metadata` with a name.
pub fn named(name: &str) -> Value {
    Value::map([("name", name.into())])
}

/// A list of texts.
pub fn texts<T: AsRef<str>>(texts: &[T]) -> Value {
    texts.iter().map(|text| Value::from(text.as_ref())).collect()
}

/// The one name that was given. Models NameFromCommandArgs.
pub fn name(invocation: &Invocation) -> Result<&str, Error> {
    match &invocation.args[..] {
        [name] => Ok(name),
        args => {
            let count = args.len();
            Err(invocation.usage(format!("exactly one NAME is required, got {count}")))
        }
    }
}

/// Creates `value`; errors begin with `failure` if there is one.
pub fn create(
    invocation: &Invocation,
    env: &Env,
    resource: Resource,
    value: Value,
    failure: Option<&'static str>,
) -> Result<Task, Error> {
    create_all(invocation, env, vec![(resource, value)], failure)
}

/// The same, after `warnings`.
pub fn create_warning(
    invocation: &Invocation,
    env: &Env,
    object: (Resource, Value),
    failure: Option<&'static str>,
    warnings: Vec<String>,
) -> Result<Task, Error> {
    let create = prepared(invocation, env, vec![object], failure)?;
    Ok(Task::from(Create { warnings, ..create }))
}

/// Creates several objects one after another.
pub fn create_all(
    invocation: &Invocation,
    env: &Env,
    objects: Vec<(Resource, Value)>,
    failure: Option<&'static str>,
) -> Result<Task, Error> {
    prepared(invocation, env, objects, failure).map(Task::from)
}

/// What creates several objects, ready to go.
pub fn prepared(
    invocation: &Invocation,
    env: &Env,
    objects: Vec<(Resource, Value)>,
    failure: Option<&'static str>,
) -> Result<Create, Error> {
    let flags = &invocation.flags;
    let dry_run = DryRun::of(flags)?;
    let globals = &env.globals;
    let manifest = |(resource, mut value): (Resource, Value)| {
        let info = resource.info();
        *value.entry("apiVersion") = resource.api_version().into();
        *value.entry("kind") = info.kind.into();
        let namespace = if info.namespaced { globals.namespace.as_str() } else { "" };
        if info.namespaced && (dry_run != DryRun::Client || globals.namespace_given) {
            *value.entry_path(&["metadata", "namespace"]) = namespace.into();
        }
        let key = Key::new(namespace, value.at_path(&["metadata", "name"]).text());
        Ok(Target::File(Manifest { resource, key, value, source: "".into() }))
    };
    Ok(Create {
        targets: objects.into_iter().map(manifest).collect(),
        next: 0,
        count: 0,
        errors: Vec::new(),
        format: Format::of(flags, output::OPERATION_FORMATS)?,
        dry_run,
        validation: FieldValidation::Strict,
        saves: flags.is_on("save-config"),
        failure,
        warnings: Vec::new(),
        printed: false,
    })
}
