//! `kubectl run NAME --image=IMAGE`: makes a pod, and a service before it if asked.
//!
//! Models kubectl/pkg/cmd/run/run.go.

use super::command::{Command, Invocation};
use super::create::generator;
use super::error::Error;
use super::flags::{Flag, Kind};
use super::options::{self, DryRun};
use super::output;
use super::script::Env;
use super::task::Task;
use crate::api::{Fields, Resource, Value, patch, quote};
use crate::manifest;

/// The command.
pub const COMMAND: Command = Command {
    path: "run",
    usage: "NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] \
            [--overrides=inline-json] [--command] -- [COMMAND] [args...]",
    about: "Create and run an image in a pod",
    flags: &[
        options::FILES,
        options::DRY_RUN,
        &[options::field_manager("kubectl-run")],
        options::RECORD,
        output::FLAGS,
        &[
            Flag::text("annotations", "Annotations of the pod.").kind(Kind::Repeated),
            Flag::switch("attach", "Wait for the pod and attach; not simulated."),
            Flag::text("cascade", "What becomes of what belongs to the pod.")
                .kind(Kind::Optional("background"))
                .default("background"),
            Flag::text("detach-keys", "What is typed to leave.").default("ctrl-p,ctrl-q"),
            Flag::switch("force", "Delete at once."),
            Flag::int("grace-period", "-1", "How many seconds the pod has to end."),
            Flag::switch("leave-stdin-open", "Keep its input open after leaving."),
            Flag::text("pod-running-timeout", "How long to wait until the pod runs.")
                .kind(Kind::Duration)
                .default("1m0s"),
            Flag::text("timeout", "How long to wait for the deletion.")
                .kind(Kind::Duration)
                .default("0s"),
            Flag::switch("wait", "Wait for the deletion."),
            Flag::switch("command", "What follows `--` is a command, not its arguments."),
            Flag::text("env", "Variables of its container.").kind(Kind::Repeated),
            Flag::switch("expose", "Make a service for it."),
            Flag::text("image", "The image of its container."),
            Flag::text("image-pull-policy", "When to pull the image."),
            Flag::text("labels", "Labels of the pod, with commas between them.").short('l'),
            Flag::text("override-type", "How --overrides are merged.").default("merge"),
            Flag::text("overrides", "JSON that is merged into the pod."),
            Flag::text("port", "The port its container listens on."),
            Flag::switch("privileged", "Run the container as privileged."),
            Flag::switch("quiet", "Say less.").short('q'),
            Flag::text("restart", "When containers are started again.").default("Always"),
            Flag::switch("rm", "Delete the pod in the end; not simulated."),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
            Flag::switch("stdin", "Keep its input open; not simulated.").short('i'),
            Flag::switch("tty", "Give it a terminal; not simulated.").short('t'),
        ],
    ],
    required: &["image"],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let Some((name, words)) = invocation.args.split_first() else {
        return Err(invocation.usage("NAME is required for run"));
    };
    if flags.text("image").is_empty() {
        return Err(Error::plain("--image is required"));
    }
    let attaches = ["attach", "stdin", "tty"].iter().any(|flag| flags.is_on(flag));
    if flags.is_on("tty") && !flags.is_on("stdin") {
        let text = "-i/--stdin is required for containers with -t/--tty=true";
        return Err(invocation.usage(text));
    }
    if flags.is_on("rm") && !attaches {
        return Err(invocation.usage("--rm should only be used for attached containers"));
    }
    if attaches && DryRun::of(flags)? != DryRun::None {
        return Err(invocation.usage(
            "--dry-run=[server|client] can't be used with attached containers options (--attach, \
             --stdin, or --tty)",
        ));
    }
    if attaches {
        let text = "what runs in containers is not part of this simulation: nobody can attach";
        return Err(Error::plain(text));
    }
    if !is_image(flags.text("image")) {
        let image = quote(flags.text("image"));
        return Err(Error::plain(format!("Invalid image name {image}: invalid reference format")));
    }
    let policy = flags.text("image-pull-policy");
    if !matches!(policy, "" | "Always" | "IfNotPresent" | "Never") {
        return Err(invocation.usage(format!("invalid image pull policy: {policy}")));
    }
    let restart = flags.text("restart");
    if !matches!(restart, "" | "Always" | "OnFailure" | "Never") {
        return Err(invocation.usage(format!("invalid restart policy: {restart}")));
    }
    let port = match flags.text("port") {
        "" => None,
        text => Some(text.parse::<i64>().map_err(|_| {
            let text = crate::api::quote(text);
            Error::plain(format!("strconv.Atoi: parsing {text}: invalid syntax"))
        })?),
    };
    if flags.is_on("expose") && port.is_none() {
        return Err(invocation.usage("--port must be set when exposing a service"));
    }
    let pod = pod(invocation, name, words, port)?;
    let mut objects = Vec::new();
    if let Some(port) = port.filter(|_| flags.is_on("expose")) {
        objects.push((Resource::SERVICES, service(&pod, name, port)));
    }
    objects.push((Resource::PODS, pod));
    generator::create_all(invocation, env, objects, None)
}

fn pod(
    invocation: &Invocation,
    name: &str,
    words: &[String],
    port: Option<i64>,
) -> Result<Value, Error> {
    let flags = &invocation.flags;
    let mut container = Fields::new();
    container.insert("name", name.into());
    container.insert("image", flags.text("image").into());
    container.insert("resources", Fields::new().into());
    if !flags.text("image-pull-policy").is_empty() {
        container.insert("imagePullPolicy", flags.text("image-pull-policy").into());
    }
    if !words.is_empty() {
        let field = if flags.is_on("command") { "command" } else { "args" };
        container.insert(field, words.iter().map(|word| word.as_str().into()).collect());
    }
    let variables = flags.list("env").iter().map(|pair| variable(pair));
    let variables = variables.collect::<Result<Vec<_>, _>>()?;
    if !variables.is_empty() {
        container.insert("env", variables.into());
    }
    if let Some(port) = port {
        container.insert("ports", vec![Value::map([("containerPort", Value::Int(port))])].into());
    }
    if flags.is_on("privileged") {
        container.insert("securityContext", Value::map([("privileged", Value::Bool(true))]));
    }
    let labels = match flags.text("labels") {
        "" => Value::map([("run", name.into())]),
        text => pairs(text.split(','), "label")?,
    };
    let mut meta = Value::map([("name", name.into()), ("labels", labels)]);
    let annotations = flags.list("annotations");
    if !annotations.is_empty() {
        *meta.entry("annotations") = pairs(annotations.iter().map(String::as_str), "annotation")?;
    }
    let restart = match flags.text("restart") {
        "" => "Always",
        restart => restart,
    };
    let spec = Value::map([
        ("containers", vec![Value::from(container)].into()),
        ("dnsPolicy", "ClusterFirst".into()),
        ("restartPolicy", restart.into()),
    ]);
    let pod = Value::map([
        ("apiVersion", "v1".into()),
        ("kind", "Pod".into()),
        ("metadata", meta),
        ("spec", spec),
        ("status", Fields::new().into()),
    ]);
    overridden(invocation, pod)
}

fn overridden(invocation: &Invocation, pod: Value) -> Result<Value, Error> {
    let flags = &invocation.flags;
    if !flags.is_given("overrides") {
        return Ok(pod);
    }
    let text = flags.text("overrides");
    let change = manifest::parse_json(text)
        .map_err(|error| Error::plain(format!("invalid overrides: {error}")))?;
    let changed = match flags.text("override-type") {
        "merge" => Ok(patch::apply_merge(&pod, &change)),
        "strategic" => patch::apply_strategic(Resource::PODS, &pod, &change),
        "json" => patch::apply_json(&pod, &change),
        other => {
            return Err(Error::plain(format!("invalid override type: {other}")));
        }
    };
    changed.map_err(|error| Error::plain(error.to_string()))
}

/// Whether this can be the name of an image: a path in small letters behind a host, then a tag or
/// a digest. Models github.com/distribution/reference Parse.
fn is_image(name: &str) -> bool {
    let (name, digest) = match name.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (name, None),
    };
    let is_digest = |digest: &str| {
        let hex = digest.split_once(':').map_or("", |(_, hex)| hex);
        hex.len() >= 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())
    };
    let (path, tag) = match name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
        Some((path, tag)) => (path, Some(tag)),
        None => (name, None),
    };
    let is_tag = |tag: &str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
        !tag.is_empty()
            && tag.len() <= 128
            && !tag.starts_with(['.', '-'])
            && tag.bytes().all(allowed)
    };
    let is_part = |part: &str| {
        let ends = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let allowed =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-');
        ends(part.bytes().next()) && ends(part.bytes().last()) && part.bytes().all(allowed)
    };
    let path = match path.split_once('/') {
        // The first part is a host if it looks like one.
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
        _ => path,
    };
    digest.is_none_or(is_digest) && tag.is_none_or(is_tag) && path.split('/').all(is_part)
}

fn variable(pair: &str) -> Result<Value, Error> {
    let invalid = || Error::plain(format!("invalid env: {pair}"));
    let (name, value) =
        pair.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(invalid)?;
    Ok(Value::map([("name", name.into()), ("value", value.into())]))
}

fn pairs<'a>(words: impl Iterator<Item = &'a str>, what: &str) -> Result<Value, Error> {
    let mut fields = Fields::new();
    for word in words.map(str::trim) {
        let invalid = || Error::plain(format!("unexpected {what} spec: {word}"));
        let (key, value) = word.split_once('=').ok_or_else(invalid)?;
        fields.insert(key, value.into());
    }
    Ok(fields.into())
}

fn service(pod: &Value, name: &str, port: i64) -> Value {
    let ports = Value::map([
        ("port", Value::Int(port)),
        ("protocol", "TCP".into()),
        ("targetPort", Value::Int(port)),
    ]);
    // The pod is found by the labels it has, or by the name of its run.
    let selector = pod.at_path(&["metadata", "labels"]).clone();
    Value::map([
        ("metadata", Value::map([("name", name.into())])),
        ("spec", Value::map([("ports", vec![ports].into()), ("selector", selector)])),
        ("status", Value::map([("loadBalancer", Fields::new().into())])),
    ])
}
