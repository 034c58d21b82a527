//! `kubectl set image`, `env`, `resources`, `serviceaccount`, `selector`: parts of templates.
//!
//! Models kubectl/pkg/cmd/set. Invariant: the template of any workload is found at one place, and
//! a template that would stay as it is is not sent.

use super::change::{Change, Edit, Edited};
use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind, Tables};
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::pairs::{self, Pairs};
use super::resources::{self, Finding};
use super::script::{Ctx, Env, Flow};
use super::task::Task;
use crate::api::rpc::{Patch, Selection};
use crate::api::{Fields, Key, Object, Resource, Str, Value, base64, patch, quote};
use crate::terminal::shell::glob;

/// `set image`.
pub const IMAGE: Command = Command {
    path: "set image",
    usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ...",
    about: "Change the images of a template",
    flags: &[COMMON[0], COMMON[1], COMMON[2], COMMON[3], COMMON[4], &[ALL, LOCAL]],
    required: &[],
    start: image,
};

/// `set env`.
pub const ENV: Command = Command {
    path: "set env",
    usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    about: "Change the environment variables of a template",
    flags: &[
        COMMON[0],
        COMMON[1],
        COMMON[2],
        COMMON[3],
        COMMON[4],
        &[
            ALL,
            LOCAL,
            CONTAINERS,
            Flag::text("env", "A variable and its value.").short('e').kind(Kind::Repeated),
            Flag::text("from", "A config map or secret, each key of which is a variable."),
            Flag::text("keys", "With --from, only these keys.").kind(Kind::List),
            Flag::switch("list", "Show the variables."),
            Flag::text("prefix", "With --from, what comes before the keys."),
            Flag::switch("resolve", "With --list, look up what variables refer to."),
            Flag::switch("overwrite", "Change variables that have a value.").default("true"),
        ],
    ],
    required: &[],
    start: environment,
};

/// `set resources`.
pub const RESOURCES: Command = Command {
    path: "set resources",
    usage: "(-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS]",
    about: "Change what the containers of a template ask for",
    flags: &[
        COMMON[0],
        COMMON[1],
        COMMON[2],
        COMMON[3],
        COMMON[4],
        &[
            ALL,
            LOCAL,
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
    flags: IMAGE.flags,
    required: &[],
    start: account,
};

/// `set selector`.
pub const SELECTOR: Command = Command {
    path: "set selector",
    usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS",
    about: "Change the selector of a service",
    flags: IMAGE.flags,
    required: &[],
    start: selector,
};

const COMMON: Tables =
    &[options::FILES, options::SELECTOR, options::DRY_RUN, options::WITHOUT_EFFECT, output::FLAGS];
const ALL: Flag = Flag::switch("all", "All objects of the type.");
const LOCAL: Flag = Flag::switch("local", "Send nothing; not part of the simulation.");
const CONTAINERS: Flag =
    Flag::text("containers", "Which containers, by name or pattern.").short('c').default("*");

/// What is set.
#[derive(Clone, Debug)]
pub enum Set {
    /// Images, by the names of containers.
    Image(Vec<(Str, Str)>),
    /// Variables of the containers that match.
    Env(Variables),
    /// Limits and requests of the containers that match.
    Resources(Str, Value),
    /// The service account.
    Account(Str),
    /// The selector of a service.
    Selector(Value),
}

/// Variables to be set and removed.
#[derive(Clone, Debug)]
pub struct Variables {
    containers: Str,
    pairs: Pairs,
    overwrite: bool,
    list: bool,
    /// The object whose keys become variables.
    from: Option<(Resource, Key)>,
    /// Which of its keys; all if none is named.
    keys: Vec<Str>,
    prefix: Str,
    resolve: bool,
    /// The config maps and secrets there are, once they have been asked for.
    known: Vec<Object>,
}

fn begin(invocation: &Invocation, env: &Env, words: Vec<String>, edit: Set) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let dry_run = DryRun::of(flags)?;
    let format = Format::of(flags, output::OPERATION_FORMATS)?;
    let invocation = Invocation { args: words, ..invocation.clone() };
    let finding = Finding { all: flags.is_on("all"), ..Finding::default() };
    let targets = resources::find(&invocation, env, finding)?;
    Ok(Change::new(targets, Edit::Set(edit), format, dry_run).task())
}

fn image(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let (words, pairs) = pairs::split(&invocation.args, "image")?;
    if words.is_empty() && !invocation.flags.is_given("filename") {
        let text = "one or more resources must be specified as <resource> <name> or \
                    <resource>/<name>";
        return Err(Error::plain(text));
    }
    let images = pairs::parse(&pairs, "image")?.set;
    if images.is_empty() && words.iter().all(|word| word.contains('/')) {
        return Err(Error::plain("at least one image update is required"));
    }
    begin(invocation, env, words, Set::Image(images))
}

fn environment(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let (words, mut pairs) = pairs::split(&invocation.args, "environment variable")?;
    pairs.extend(flags.list("env").iter().cloned());
    if words.is_empty() && !flags.is_given("filename") {
        let text = "one or more resources must be specified as <resource> <name> or \
                    <resource>/<name>";
        return Err(Error::plain(text));
    }
    let list = flags.is_on("list");
    let from = match flags.text("from") {
        "" => None,
        from => Some(source(from, env)?),
    };
    if pairs.is_empty() && !list && from.is_none() {
        return Err(Error::plain("at least one environment variable must be provided"));
    }
    let edit = Variables {
        containers: flags.text("containers").into(),
        pairs: pairs::parse(&pairs, "environment variable")?,
        overwrite: flags.is_on("overwrite"),
        list,
        from,
        keys: flags.list("keys").iter().map(Str::from).collect(),
        prefix: flags.text("prefix").into(),
        resolve: flags.is_on("resolve"),
        known: Vec::new(),
    };
    begin(invocation, env, words, Set::Env(edit))
}

/// Reads `configmap/name` or `secret/name`.
fn source(from: &str, env: &Env) -> Result<(Resource, Key), Error> {
    let (kind, name) = from.split_once('/').ok_or_else(|| {
        Error::plain("arguments in resource/name form must have a single resource and name")
    })?;
    let resource = resources::resource(kind)?;
    if !matches!(resource, Resource::CONFIGMAPS | Resource::SECRETS) {
        let text = format!("unsupported resource specified in --from: {}", quote(kind));
        return Err(Error::plain(text));
    }
    Ok((resource, Key::new(&env.globals.namespace, name)))
}

fn amounts(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
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
                "invalid argument syntax {part}, expected <resource>=<value>"
            )));
        };
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
        let Self::Env(edit) = self else { return Ok(()) };
        if let Some((resource, key)) = &edit.from {
            edit.known = vec![ctx.get(*resource, key)??];
        } else if edit.resolve && edit.list {
            for resource in [Resource::CONFIGMAPS, Resource::SECRETS] {
                let selection =
                    Selection { namespace: namespace.into(), ..Selection::all(resource) };
                edit.known.extend(ctx.list(selection)??.0.iter().cloned());
            }
        }
        Ok(())
    }

    /// The change of one object.
    pub fn edit(&self, resource: Resource, before: &Value) -> Result<Edited, Error> {
        if let Self::Selector(map) = self {
            return set_selector(resource, before, map);
        }
        let path = spec_path(resource).ok_or_else(|| {
            let kind = resource.info().kind;
            Error::plain(format!("the object is not a pod or does not have a pod template: {kind}"))
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
                for container in matching(spec, pattern) {
                    let resources = container.entry("resources");
                    *resources = patch::apply_merge(resources, change);
                }
                "resource requirements updated"
            }
            Self::Account(name) => {
                *spec.entry("serviceAccountName") = name.clone().into();
                "serviceaccount updated"
            }
            Self::Selector(_) => "",
        };
        let change = patch::two_way(resource, before, &after)
            .map_err(|error| Error::plain(error.to_string()))?;
        if change.as_map().is_none_or(Fields::is_empty) {
            return Ok(Edited { lines, ..Edited::default() });
        }
        let patch = Some(Patch::Strategic(change));
        Ok(Edited { patch, verb: verb.to_owned(), lines })
    }
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

impl Variables {
    fn edit(
        &self,
        resource: Resource,
        object: &Value,
        spec: &mut Value,
    ) -> Result<Vec<String>, Error> {
        let mut lines = Vec::new();
        let (kind, name) = (resource.info().kind, object.at_path(&["metadata", "name"]).text());
        for container in matching(spec, &self.containers) {
            if self.list {
                let container_name = container.at("name").text();
                let (kind, plural) = (kind.to_owned(), name);
                lines.push(format!("# {kind} {plural}, container {container_name}"));
                let all = container.at("env").items().iter();
                lines.extend(all.map(|variable| self.resolved(variable)));
                continue;
            }
            let mut variables = container.at("env").items().to_vec();
            let plain = self.pairs.set.iter().map(|(key, value)| {
                Value::map([("name", key.clone().into()), ("value", value.clone().into())])
            });
            for new in self.referring().into_iter().chain(plain) {
                let key = Str::from(new.at("name").text());
                match variables
                    .iter_mut()
                    .find(|variable| variable.at("name").text() == key.as_str())
                {
                    Some(old) if !self.overwrite => {
                        let (plural, old) = (resource.info().plural, old.at("value").text());
                        return Err(Error::plain(format!(
                            "{plural}/{name} '{key}' already has a value ({old}), and --overwrite \
                             is false"
                        )));
                    }
                    Some(old) => *old = new,
                    None => variables.push(new),
                }
            }
            let goes = |variable: &Value| {
                self.pairs.removed.iter().any(|key| variable.at("name").text() == key)
            };
            variables.retain(|variable| !goes(variable));
            if variables.is_empty() {
                container.make_map().remove("env");
            } else {
                *container.entry("env") = variables.into();
            }
        }
        Ok(lines)
    }
}

impl Variables {
    /// The variables that refer to the keys of the object of `--from`.
    fn referring(&self) -> Vec<Value> {
        let Some(((resource, _), object)) = self.from.as_ref().zip(self.known.first()) else {
            return Vec::new();
        };
        let field = if *resource == Resource::SECRETS { "secretKeyRef" } else { "configMapKeyRef" };
        let data = object.to_value().at("data").clone();
        let keys = data.as_map().into_iter().flat_map(|map| map.iter()).map(|(key, _)| key);
        let is_meant = |key: &&Str| self.keys.is_empty() || self.keys.contains(key);
        let one = |key: &Str| {
            let name =
                |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
            let name = self.prefix.chars().chain(key.chars().map(name)).collect::<String>();
            let reference =
                Value::map([("key", key.clone().into()), ("name", object.name().into())]);
            Value::map([("name", name.into()), ("valueFrom", Value::map([(field, reference)]))])
        };
        keys.filter(is_meant).map(one).collect()
    }

    /// A variable as `--list` shows it, with the value it refers to where that is wanted.
    fn resolved(&self, variable: &Value) -> String {
        let from = variable.at("valueFrom");
        for (field, resource) in
            [("configMapKeyRef", Resource::CONFIGMAPS), ("secretKeyRef", Resource::SECRETS)]
        {
            let (name, key) = (from.at_path(&[field, "name"]), from.at_path(&[field, "key"]));
            let is_meant =
                |object: &&Object| object.resource() == resource && object.name() == name.text();
            if let Some(object) = self.known.iter().find(is_meant).filter(|_| self.resolve) {
                let value = object.to_value().at_path(&["data", key.text()]).text().to_owned();
                let value = match resource {
                    Resource::SECRETS => base64::decode(&value).unwrap_or_default(),
                    _ => value.into_bytes(),
                };
                let value = String::from_utf8_lossy(&value).into_owned();
                return format!("{}={value}", variable.at("name").text());
            }
        }
        listed(variable)
    }
}

/// A variable as `--list` shows it.
fn listed(variable: &Value) -> String {
    let (name, from) = (variable.at("name").text(), variable.at("valueFrom"));
    let of = |source: &Value, kind: &str| {
        let (object, key) = (source.at("name").text(), source.at("key").text());
        format!("# {name} from {kind} {object}, key {key}")
    };
    match (from.at("configMapKeyRef"), from.at("secretKeyRef")) {
        (Value::Null, Value::Null) if from.is_null() => {
            format!("{name}={}", variable.at("value").text())
        }
        (Value::Null, Value::Null) => {
            let path = from.at_path(&["fieldRef", "fieldPath"]).text();
            format!("# {name} from field path {path}")
        }
        (Value::Null, secret) => of(secret, "secret"),
        (map, _) => of(map, "configmap"),
    }
}
