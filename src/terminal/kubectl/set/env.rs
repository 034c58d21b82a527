//! `kubectl set env`: the environment variables of a template. Models kubectl/pkg/cmd/set/env.

use super::{ALL, COMMON, Set, begin, matching};
use crate::api::rpc::Selection;
use crate::api::{Key, Object, Resource, Str, Value, base64, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Kind};
use crate::terminal::kubectl::options;
use crate::terminal::kubectl::pairs::{self, Pairs};
use crate::terminal::kubectl::resources;
use crate::terminal::kubectl::script::{Ctx, Env, Flow};
use crate::terminal::kubectl::task::Task;

/// The command.
pub const COMMAND: Command = Command {
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
            options::LOCAL,
            super::CONTAINERS,
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
    start,
};

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

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
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
    let parsed = pairs::parse(&pairs, "environment variable")?;
    if let Some((name, _)) = parsed.set.iter().find(|(name, _)| !is_name(name)) {
        return Err(Error::plain(format!(
            "{} is not a valid key name: a valid environment variable name must consist of \
             alphabetic characters, digits, '_', '-', or '.', and must not start with a digit \
             (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation \
             is '[-._a-zA-Z][-._a-zA-Z0-9]*')",
            quote(name)
        )));
    }
    let edit = Variables {
        containers: flags.text("containers").into(),
        pairs: parsed,
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

/// Whether a variable may have this name. Models IsEnvVarName.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.starts_with(|c: char| c.is_ascii_digit()) && !name.is_empty() && name.chars().all(allowed)
}

/// Reads `configmap/name` or `secret/name`.
fn source(from: &str, env: &Env) -> Result<(Resource, Key), Error> {
    let (kind, name) = from.split_once('/').ok_or_else(|| {
        Error::plain("arguments in resource/name form must have a single resource and name")
    })?;
    let resource = resources::resource(kind)?;
    if !matches!(resource, Resource::CONFIGMAPS | Resource::SECRETS) {
        return Err(Error::plain("unsupported resource specified in --from"));
    }
    Ok((resource, Key::new(&env.globals.namespace, name)))
}

impl Variables {
    /// Asks for the objects that variables refer to.
    pub fn prepare(&mut self, ctx: &mut Ctx<'_>, namespace: &str) -> Flow<()> {
        if let Some((resource, key)) = &self.from {
            self.known = vec![ctx.get(*resource, key)??];
        } else if self.resolve && self.list {
            for resource in [Resource::CONFIGMAPS, Resource::SECRETS] {
                let selection =
                    Selection { namespace: namespace.into(), ..Selection::all(resource) };
                self.known.extend(ctx.list(selection)??.0.iter().cloned());
            }
        }
        Ok(())
    }

    /// Changes the variables of `spec`, the template of `object`. Returns what is to be said.
    pub fn edit(
        &self,
        resource: Resource,
        object: &Value,
        spec: &mut Value,
    ) -> Result<Vec<String>, Error> {
        let mut lines = Vec::new();
        let (kind, name) = (resource.info().kind, object.at_path(&["metadata", "name"]).text());
        let mut found = false;
        for container in matching(spec, &self.containers) {
            found = true;
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
            if self.list {
                let container_name = container.at("name").text();
                lines.push(format!("# {kind} {name}, container {container_name}"));
                lines.extend(variables.iter().map(|variable| self.resolved(variable)));
                continue;
            }
            if variables.is_empty() {
                container.make_map().remove("env");
            } else {
                *container.entry("env") = variables.into();
            }
        }
        if !found {
            let pattern = quote(&self.containers);
            lines.push(format!(
                "Warning: {kind}/{name} does not have any containers matching {pattern}"
            ));
        }
        Ok(lines)
    }

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
