//! Which objects a command is about: by type and name, by type and selector, or by file.
//!
//! Models cli-runtime/pkg/resource/builder.go, with its errors.

use super::command::Invocation;
use super::error::Error;
use super::manifests::{self, Manifest, Reading};
use super::script::{Ctx, Env, Flow};
use crate::api::labels::{FieldSelector, Selector};
use crate::api::rpc::{FieldValidation, Selection};
use crate::api::{Collection, Key, List, Reason, Resource, Status, Str, quote};

/// Objects by resource and key.
pub type Keys = Vec<(Resource, Key)>;

/// What a command takes as its objects.
#[derive(Clone, Copy, Debug, Default)]
pub struct Finding {
    /// Whether a type alone means all objects of it.
    pub type_means_all: bool,
    /// Whether `--all` was given.
    pub all: bool,
    /// Whether files are checked before they are sent, and how.
    pub validation: Option<FieldValidation>,
    /// Whether only files are meant, and the server is not asked.
    pub is_local: bool,
}

/// Objects a command is about.
#[derive(Clone, PartialEq, Debug)]
pub enum Target {
    /// One that a file describes.
    File(Manifest),
    /// One that was named.
    Named(Resource, Key),
    /// All that are selected.
    Selected(Selection),
}

/// What a command is about.
#[derive(Clone, Debug)]
pub struct Targets {
    /// Its objects in order, or why one of them cannot be found.
    pub list: List<Result<Target, Error>>,
    /// Whether one object is meant, so that it is shown as itself and not as a list of one.
    pub single: bool,
    /// The selectors as they were written, for messages.
    pub written: (Str, Str),
}

/// What is said when no object is meant.
pub const NOTHING_GIVEN: &str = "You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'";

const FILES_ONLY: &str = "you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'";

/// Finds what the command is about, without asking the server.
pub fn find(invocation: &Invocation, env: &Env, finding: Finding) -> Result<Targets, Error> {
    let flags = &invocation.flags;
    let (labels, fields) = (flags.text("selector"), flags.text("field-selector"));
    let selects = !labels.is_empty() || !fields.is_empty();
    if finding.all && selects {
        let text = "setting 'all' parameter but found a non empty selector. ";
        return Err(Error::plain(text));
    }
    let args = arguments(&invocation.args, env)?;
    let written = (Str::from(labels), Str::from(fields));
    let list = |list: Vec<Result<Target, Error>>, single| {
        Ok(Targets { list: list.into(), single, written: written.clone() })
    };
    if flags.is_given("filename") || flags.is_given("kustomize") {
        args.must_be_absent(finding.is_local)?;
        let selector = Selector::parse(labels).map_err(|error| {
            let labels = quote(labels);
            Error::plain(format!("the provided selector {labels} is not valid: {error}"))
        })?;
        let (validation, is_local) = (finding.validation, finding.is_local);
        let reading = Reading { validation, is_local, selector: &selector };
        let (objects, single) = manifests::read(flags, env, reading)?;
        ask_first(&objects)?;
        return list(objects.into_iter().map(|object| object.map(Target::File)).collect(), single);
    }
    if finding.is_local {
        return Err(Error::plain(FILES_ONLY));
    }
    let everywhere = flags.is_on("all-namespaces");
    let namespace = if everywhere { Str::default() } else { env.globals.namespace.clone() };
    let means_all = finding.all || matches!(&args, Args::Types(_) if finding.type_means_all);
    match args {
        Args::Types(types) if selects || means_all => {
            let resources = distinct(env, &types)?;
            let targets = select(&resources, &namespace, &written);
            list(targets, false)
        }
        Args::None if selects || finding.all => {
            Err(Error::plain("at least one resource must be specified to use a selector"))
        }
        Args::Tuples(_) if selects || finding.all => Err(Error::plain(
            "selectors and the all flag cannot be used when passing resource/name arguments",
        )),
        Args::Names(..) if selects || finding.all => {
            Err(Error::plain("name cannot be provided when a selector is specified"))
        }
        Args::Tuples(tuples) => {
            let single = tuples.len() == 1;
            let named =
                |(kind, name): &(String, String)| target(env, (kind, name), &namespace, everywhere);
            let targets = tuples.iter().map(named).collect::<Result<Vec<_>, _>>()?;
            list(targets.into_iter().map(Ok).collect(), single)
        }
        Args::Names(kind, names) => {
            let single = names.len() == 1;
            let named = |name: &String| target(env, (&kind, name), &namespace, everywhere);
            let targets = names.iter().map(named).collect::<Result<Vec<_>, _>>()?;
            list(targets.into_iter().map(Ok).collect(), single)
        }
        Args::Types(types) => {
            distinct(env, &types)?;
            Err(Error::plain("resource(s) were provided, but no name was specified"))
        }
        Args::None => Err(Error::plain(NOTHING_GIVEN)),
    }
}

/// Before it is said that there is no such kind, the server is asked.
fn ask_first(objects: &[Result<Manifest, Error>]) -> Result<(), Error> {
    let mut errors = objects.iter().filter_map(|object| object.as_ref().err());
    match errors.find(|error| matches!(error, Error::Undiscovered(_))) {
        Some(unknown) => Err(unknown.clone()),
        None => Ok(()),
    }
}

/// Arguments that say which objects are meant.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Args {
    None,
    /// `pods,services`.
    Types(Vec<String>),
    /// `pod a b`.
    Names(String, Vec<String>),
    /// `pod/a service/b`.
    Tuples(Vec<(String, String)>),
}

impl Args {
    fn must_be_absent(&self, is_local: bool) -> Result<(), Error> {
        match self {
            Self::None => Ok(()),
            _ if is_local => Err(Error::plain(FILES_ONLY)),
            Self::Types(_) | Self::Names(..) => Err(Error::plain(
                "when paths, URLs, or stdin is provided as input, you may not specify resource \
                 arguments as well",
            )),
            Self::Tuples(_) => Err(Error::plain(
                "resource/name arguments cannot be provided when a path is specified",
            )),
        }
    }
}

/// Models ResourceTypeOrNameArgs.
fn arguments(args: &[String], env: &Env) -> Result<Args, Error> {
    let Some(first) = args.first() else { return Ok(Args::None) };
    let types = unique(first);
    let several = types.len() > 1 && args.len() > 1;
    let args: Vec<String> = if several {
        let names = &args[1..];
        types.iter().flat_map(|kind| names.iter().map(move |n| format!("{kind}/{n}"))).collect()
    } else {
        args.to_vec()
    };
    let slashes = args.iter().filter(|arg| arg.contains('/')).count();
    if slashes == args.len() {
        return Ok(Args::Tuples(args.iter().map(|arg| tuple(arg)).collect::<Result<_, _>>()?));
    }
    if slashes > 0 {
        return Err(Error::plain(
            "there is no need to specify a resource type as a separate argument when passing \
             arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead \
             of 'kubectl get resource resource/<resource_name>'",
        ));
    }
    if args.len() == 1 {
        let mut all = Vec::new();
        for kind in &types {
            all.extend(expand(env, kind)?);
        }
        return Ok(Args::Types(all));
    }
    Ok(Args::Names(args[0].clone(), args[1..].to_vec()))
}

fn tuple(arg: &str) -> Result<(String, String), Error> {
    let parts: Vec<_> = arg.split('/').collect();
    match parts[..] {
        [kind, name] if !kind.is_empty() && !name.is_empty() && !kind.contains(',') => {
            Ok((kind.to_owned(), name.to_owned()))
        }
        [_, _] => Err(Error::plain(
            "arguments in resource/name form must have a single resource and name",
        )),
        _ => Err(Error::plain("arguments in resource/name form may not have more than one slash")),
    }
}

/// The parts between commas, each once.
fn unique(arg: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in arg.split(',') {
        if !parts.iter().any(|other| other == part) {
            parts.push(part.to_owned());
        }
    }
    parts
}

/// The resources of a category such as `all`, or the name itself.
fn expand(env: &Env, name: &str) -> Result<Vec<String>, Error> {
    let in_category = |resource: &Resource| resource.info().categories.contains(&name);
    let mut members: Vec<_> =
        Resource::all().filter(in_category).map(|resource| resource.qualified()).collect();
    if !members.is_empty() && env.served.is_none() {
        return Err(env.unknown(Error::no_resource(name)));
    }
    let custom = env.custom().filter(|s| s.categories.iter().any(|category| category == name));
    for served in custom.map(|served| served.resource.qualified()) {
        if !members.contains(&served) {
            members.push(served);
        }
    }
    Ok(if members.is_empty() { vec![name.to_owned()] } else { members })
}

/// The resource a person means by `name`.
pub fn resource(name: &str) -> Result<Resource, Error> {
    Resource::named(name).ok_or_else(|| Error::no_resource(name))
}

fn distinct(env: &Env, names: &[String]) -> Result<Vec<Resource>, Error> {
    let mut resources: Vec<Resource> = Vec::new();
    for name in names {
        let resource = env.resource(name)?;
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    }
    Ok(resources)
}

fn target(
    env: &Env,
    (kind, name): (&str, &str),
    namespace: &str,
    everywhere: bool,
) -> Result<Target, Error> {
    let resource = env.resource(kind)?;
    if !resource.info().namespaced {
        return Ok(Target::Named(resource, Key::new("", name)));
    }
    if everywhere {
        return Err(Error::plain("a resource cannot be retrieved by name across all namespaces"));
    }
    Ok(Target::Named(resource, Key::new(namespace, name)))
}

/// All of `resources` that are selected. What is wrong with a selector the server says, once for
/// each resource.
fn select(
    resources: &[Resource],
    namespace: &str,
    written: &(Str, Str),
) -> Vec<Result<Target, Error>> {
    let (labels, fields) = (Selector::parse(&written.0), field_selector(&written.1));
    let one = |resource: &Resource| match (&labels, &fields) {
        (Ok(labels), Ok(fields)) => {
            let namespaced = resource.info().namespaced;
            Ok(Target::Selected(Selection {
                namespace: if namespaced { namespace.into() } else { Str::default() },
                labels: labels.clone(),
                fields: fields.clone(),
                ..Selection::all(*resource)
            }))
        }
        (Err(error), _) | (_, Err(error)) => {
            let status = Status::bad_request(error.as_str());
            Err(enhance(status.into(), *resource, written))
        }
    };
    resources.iter().map(one).collect()
}

fn field_selector(text: &str) -> Result<FieldSelector, String> {
    FieldSelector::parse(text)
        .map_err(|term| format!("invalid selector: '{text}'; can't understand '{term}'"))
}

/// Says which list it was that the server refused. Models EnhanceListError.
pub fn enhance(error: Error, resource: Resource, written: &(Str, Str)) -> Error {
    let Error::Refused(mut status) = error else { return error };
    if !matches!(status.reason, Reason::BadRequest | Reason::NotFound) {
        return Error::Refused(status);
    }
    let info = resource.info();
    let group_version = match info.group {
        "" => format!("/{}", info.version),
        _ => resource.api_version(),
    };
    let what = quote(&format!("{group_version}, Resource={}", info.plural));
    let message = &status.message;
    let (labels, fields) = (quote(&written.0), quote(&written.1));
    status.message = if written.0.is_empty() && written.1.is_empty() {
        format!("Unable to list {what}: {message}").into()
    } else {
        format!(
            "Unable to find {what} that match label selector {labels}, field selector {fields}: \
             {message}"
        )
        .into()
    };
    Error::Refused(status)
}

impl Target {
    /// The resource of what is meant, if it is known.
    pub fn resource(target: &Result<Self, Error>) -> Option<Resource> {
        match target.as_ref().ok()? {
            Self::File(manifest) => Some(manifest.resource),
            Self::Named(resource, _) => Some(*resource),
            Self::Selected(selection) => Some(selection.resource),
        }
    }
}

impl Targets {
    /// The objects that `target` means, the first of them last.
    pub fn keys(&self, ctx: &mut Ctx<'_>, target: &Target) -> Flow<Result<Keys, Error>> {
        Ok(match target {
            Target::File(manifest) => Ok(vec![(manifest.resource, manifest.key.clone())]),
            Target::Named(resource, key) => Ok(vec![(*resource, key.clone())]),
            Target::Selected(selection) => self.list(ctx, selection)?.map(|(objects, _)| {
                objects.iter().rev().map(|object| (selection.resource, object.key())).collect()
            }),
        })
    }

    /// Lists what `selection` selects.
    pub fn list(
        &self,
        ctx: &mut Ctx<'_>,
        selection: &Selection,
    ) -> Flow<Result<(Collection, u64), Error>> {
        let answer = ctx.list(selection.clone())?;
        Ok(answer.map_err(|error| enhance(error, selection.resource, &self.written)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env() -> Env {
        Env {
            files: crate::sim::Map::default(),
            stdin: None,
            config: Default::default(),
            globals: Default::default(),
            manager: Str::default(),
            served: Some(List::default()),
        }
    }

    #[track_caller]
    fn check(line: &str, expected: Result<Args, &str>) {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let found = arguments(&args, &env()).map_err(|error| error.message());
        assert_eq!(
            found.as_ref().map_err(String::as_str),
            expected.as_ref().map_err(|e| *e),
            "{line}"
        );
    }

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| word.to_string()).collect()
    }

    #[test]
    fn types_names_and_both_at_once() {
        check("", Ok(Args::None));
        check("pods,svc,pods", Ok(Args::Types(strings(&["pods", "svc"]))));
        check("pod a b", Ok(Args::Names("pod".into(), strings(&["a", "b"]))));
        let tuple = |kind: &str, name: &str| (kind.to_owned(), name.to_owned());
        check("pod/a svc/b", Ok(Args::Tuples(vec![tuple("pod", "a"), tuple("svc", "b")])));
        check("pod,svc a", Ok(Args::Tuples(vec![tuple("pod", "a"), tuple("svc", "a")])));
        check("pod/", Err("arguments in resource/name form must have a single resource and name"));
        check("a/b/c", Err("arguments in resource/name form may not have more than one slash"));
        let Ok(Args::Types(all)) = arguments(&strings(&["all"]), &env()) else { panic!("types") };
        assert!(all.starts_with(&strings(&["pods"])) && all.contains(&"deployments.apps".into()));
    }
}
