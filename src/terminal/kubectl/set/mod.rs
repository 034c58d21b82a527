//! `kubectl set image`, `resources`, `serviceaccount`, `selector`: parts of templates.
//!
//! Models kubectl/pkg/cmd/set. Invariant: the template of any workload is found at one place, and
//! a template that would stay as it is is not sent.

pub mod env;
pub mod subject;

use super::change::{Change, Edit, Edited};
use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Tables};
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::pairs;
use super::resources::{self, Finding};
use super::script::{Ctx, Env, Flow};
use super::task::Task;
use crate::api::rpc::Patch;
use crate::api::{Fields, Quantity, Resource, Str, Value, patch, quote};
use crate::terminal::shell::glob;

/// `set image`.
pub const IMAGE: Command = Command {
    path: "set image",
    usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... \
            CONTAINER_NAME_N=CONTAINER_IMAGE_N",
    about: "Change the images of a template",
    flags: &[
        COMMON[0],
        COMMON[1],
        COMMON[2],
        COMMON[3],
        COMMON[4],
        options::RECORD,
        &[ALL, options::LOCAL],
    ],
    required: &[],
    start: image,
};

/// `set resources`.
pub const RESOURCES: Command = Command {
    path: "set resources",
    usage: "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
    about: "Change what the containers of a template ask for",
    flags: &[
        COMMON[0],
        COMMON[1],
        COMMON[2],
        COMMON[3],
        COMMON[4],
        options::RECORD,
        &[
            ALL,
            options::LOCAL,
            CONTAINERS,
            Flag::text("limits", "How much they may use: cpu=1,memory=1Gi."),
            Flag::text("requests", "How much they ask for: cpu=1,memory=1Gi."),
        ],
    ],
    required: &[],
    start: amounts,
};

/// `set serviceaccount`.
pub const SERVICE_ACCOUNT: Command = Command {
    path: "set serviceaccount",
    usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
    about: "Change the service account of a template",
    flags: UNSELECTED,
    required: &[],
    start: account,
};

/// `set selector`.
pub const SELECTOR: Command = Command {
    path: "set selector",
    usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
    about: "Change the selector of a service",
    flags: &[
        options::FILES_RECURSIVE,
        UNSELECTED[1],
        UNSELECTED[2],
        UNSELECTED[3],
        UNSELECTED[4],
        &[
            ALL,
            options::LOCAL,
            Flag::text("resource-version", "Only if the object is of this version."),
        ],
    ],
    required: &[],
    start: selector,
};

const COMMON: Tables = &[
    options::FILES,
    options::SELECTOR,
    options::DRY_RUN,
    &[options::field_manager("kubectl-set")],
    output::FLAGS,
];
const UNSELECTED: Tables = &[
    options::FILES,
    options::DRY_RUN,
    COMMON[3],
    output::FLAGS,
    options::RECORD,
    &[ALL, options::LOCAL],
];
const ALL: Flag = Flag::switch("all", "All objects of the type.");
const CONTAINERS: Flag =
    Flag::text("containers", "Which containers, by name or pattern.").short('c').default("*");

/// What is set.
#[derive(Clone, Debug)]
pub enum Set {
    /// Images, by the names of containers.
    Image(Vec<(Str, Str)>),
    /// Variables of the containers that match.
    Env(env::Variables),
    /// Limits and requests of the containers that match.
    Resources(Str, Value),
    /// The service account.
    Account(Str),
    /// The selector of a service.
    Selector(Value),
    /// The subjects of a binding.
    Subjects(Vec<Value>),
}

fn begin(invocation: &Invocation, env: &Env, words: Vec<String>, edit: Set) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let dry_run = DryRun::of(flags)?;
    let format = Format::of(flags, output::OPERATION_FORMATS)?;
    let cause = invocation.cause();
    let invocation = Invocation { args: words, ..invocation.clone() };
    let is_local = options::is_local(flags)?;
    let finding = Finding { all: flags.is_on("all"), is_local, ..Finding::default() };
    let targets = resources::find(&invocation, env, finding)?;
    Ok(Change::new(targets, Edit::Set(edit), format, dry_run)
        .locally(is_local)
        .caused_by(cause)
        .task())
}

fn image(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let (words, pairs) = pairs::split(&invocation.args, "image")?;
    if words.is_empty() && !invocation.flags.is_given("filename") {
        return Err(Error::plain(resources::NOTHING_GIVEN));
    }
    let images = pairs::parse(&pairs, "image")?.set;
    if images.is_empty() && words.iter().all(|word| word.contains('/')) {
        return Err(Error::plain("at least one image update is required"));
    }
    begin(invocation, env, words, Set::Image(images))
}

fn amounts(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if invocation.args.is_empty() && !flags.is_given("filename") {
        return Err(Error::plain(resources::NOTHING_GIVEN));
    }
    let mut change = Fields::new();
    for (flag, field) in [("limits", "limits"), ("requests", "requests")] {
        if flags.is_given(flag) {
            change.insert(field, quantities(flags.text(flag))?);
        }
    }
    if change.is_empty() {
        return Err(Error::plain(
            "you must specify an update to requests or limits (in the form of \
             --requests/--limits)",
        ));
    }
    let containers = flags.text("containers").into();
    let edit = Set::Resources(containers, change.into());
    begin(invocation, env, invocation.args.clone(), edit)
}

/// Reads `cpu=1,memory=1Gi`.
fn quantities(text: &str) -> Result<Value, Error> {
    let mut fields = Fields::new();
    for part in text.split(',') {
        let Some((name, amount)) = part.split_once('=') else {
            return Err(Error::plain(format!(
                "Invalid argument syntax {part}, expected <resource>=<value>"
            )));
        };
        Quantity::parse(amount).ok_or_else(|| {
            Error::plain(
                "quantities must match the regular expression \
                 '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
            )
        })?;
        fields.insert(name, amount.into());
    }
    Ok(fields.into())
}

fn account(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let Some((name, words)) = invocation.args.split_last() else {
        return Err(Error::plain("serviceaccount is required"));
    };
    begin(invocation, env, words.to_vec(), Set::Account(name.as_str().into()))
}

fn selector(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let (words, pairs) = pairs::split(&invocation.args, "selector")?;
    let last = pairs.last().ok_or_else(|| Error::plain("one selector is required"))?;
    let pairs = last.split(',').filter_map(|pair| pair.split_once('='));
    let map: Fields = pairs.map(|(key, value)| (key.into(), value.into())).collect();
    begin(invocation, env, words, Set::Selector(map.into()))
}

impl Set {
    /// Asks for what the change needs to know.
    pub fn prepare(&mut self, ctx: &mut Ctx<'_>, namespace: &str) -> Flow<()> {
        match self {
            Self::Env(edit) => edit.prepare(ctx, namespace),
            _ => Ok(()),
        }
    }

    /// The change of one object.
    pub fn edit(&self, resource: Resource, before: &Value) -> Result<Edited, Error> {
        match self {
            Self::Selector(map) => return set_selector(resource, before, map),
            Self::Subjects(added) => return subject::edit(resource, before, added),
            _ => {}
        }
        let path = spec_path(resource).ok_or_else(|| {
            let info = resource.info();
            Error::plain(format!(
                "{} the object is not a pod or does not have a pod template: *{}.{}",
                named(resource, before),
                info.version,
                info.kind
            ))
        })?;
        let mut after = before.clone();
        let spec = after.entry_path(path);
        let mut lines = Vec::new();
        let verb = match self {
            Self::Image(images) => {
                set_images(spec, images)?;
                "image updated"
            }
            Self::Env(edit) => {
                lines = edit.edit(resource, before, spec)?;
                "env updated"
            }
            Self::Resources(pattern, change) => {
                let mut found = false;
                for container in matching(spec, pattern) {
                    let resources = container.entry("resources");
                    *resources = patch::apply_merge(resources, change);
                    found = true;
                }
                if !found {
                    let text = format!("unable to find container named {pattern}");
                    return Err(Error::plain(text));
                }
                "resource requirements updated"
            }
            Self::Account(name) => {
                *spec.entry("serviceAccountName") = name.clone().into();
                "serviceaccount updated"
            }
            Self::Selector(_) | Self::Subjects(_) => "",
        };
        let change = patch::two_way(resource, before, &after)
            .map_err(|error| Error::plain(error.to_string()))?;
        if change.as_map().is_none_or(Fields::is_empty) {
            return Ok(Edited { lines, ..Edited::default() });
        }
        let patch = Some(Patch::Strategic(change));
        Ok(Edited { patch, verb: verb.to_owned(), lines, ..Edited::default() })
    }
}

/// What errors call an object.
fn named(resource: Resource, object: &Value) -> String {
    let info = resource.info();
    format!("{}/{}", info.with_group(info.singular), object.at_path(&["metadata", "name"]).text())
}

fn set_selector(resource: Resource, before: &Value, map: &Value) -> Result<Edited, Error> {
    if resource != Resource::SERVICES {
        return Err(Error::plain("setting a selector is only supported for Services"));
    }
    let mut after = before.clone();
    *after.entry_path(&["spec", "selector"]) = map.clone();
    let patch = Some(Patch::Merge(patch::create_merge(before, &after)));
    Ok(Edited { patch, verb: "selector updated".to_owned(), ..Edited::default() })
}

/// Where the spec of the pods stands.
fn spec_path(resource: Resource) -> Option<&'static [&'static str]> {
    match resource.info().kind {
        "Pod" => Some(&["spec"]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template", "spec"]),
        "Deployment"
        | "ReplicaSet"
        | "ReplicationController"
        | "StatefulSet"
        | "DaemonSet"
        | "Job" => Some(&["spec", "template", "spec"]),
        _ => None,
    }
}

fn set_images(spec: &mut Value, images: &[(Str, Str)]) -> Result<(), Error> {
    for (name, image) in images {
        let mut found = false;
        for field in ["initContainers", "containers"] {
            if spec.at(field).is_null() {
                continue;
            }
            for container in spec.entry(field).make_list() {
                if name == "*" || container.at("name").text() == name {
                    *container.entry("image") = image.clone().into();
                    found = true;
                }
            }
        }
        if !found {
            return Err(Error::plain(format!("unable to find container named {}", quote(name))));
        }
    }
    Ok(())
}

/// The containers whose names match a pattern.
fn matching<'a>(spec: &'a mut Value, pattern: &'a str) -> impl Iterator<Item = &'a mut Value> {
    let containers = spec.entry("containers").make_list().iter_mut();
    containers.filter(move |container| glob::matches(pattern, container.at("name").text()))
}
