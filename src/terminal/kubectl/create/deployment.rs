//! `kubectl create deployment NAME --image=IMAGE`.
//!
//! Models kubectl/pkg/cmd/create/create_deployment.go.

use super::generator;
use crate::api::{Fields, Resource, Value};
use crate::sim::Fingerprint;
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Kind};
use crate::terminal::kubectl::options;
use crate::terminal::kubectl::output;
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::Task;

/// The command.
pub const COMMAND: Command = Command {
    path: "create deployment",
    usage: "NAME --image=image -- [COMMAND] [args...]",
    about: "Create a deployment",
    flags: &[
        options::DRY_RUN,
        options::VALIDATE,
        &[options::field_manager("kubectl-create")],
        output::FLAGS,
        &[
            Flag::text("image", "The images of its containers.").kind(Kind::List),
            Flag::int("port", "-1", "The port its container listens on."),
            Flag::int("replicas", "1", "How many pods there are to be.").short('r'),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
        ],
    ],
    required: &["image"],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let (args, command) = match invocation.args_before_dash {
        Some(at) => invocation.args.split_at(at),
        None => (&invocation.args[..], &[][..]),
    };
    let [name] = args else {
        let count = args.len();
        return Err(invocation.usage(format!("exactly one NAME is required, got {count}")));
    };
    let images = flags.list("image");
    if images.len() > 1 && !command.is_empty() {
        return Err(Error::plain("cannot specify multiple --image options and command"));
    }
    let replicas = flags.int("replicas");
    let container = |image: &String| {
        let mut fields = Fields::new();
        fields.insert("image", image.as_str().into());
        fields.insert("name", container_name(image).into());
        fields.insert("resources", Fields::new().into());
        if !command.is_empty() {
            fields.insert("command", command.iter().map(|word| word.as_str().into()).collect());
        }
        if flags.int("port") >= 0 {
            let port = Value::map([("containerPort", Value::Int(flags.int("port")))]);
            fields.insert("ports", vec![port].into());
        }
        Value::from(fields)
    };
    let containers: Value = images.iter().map(container).collect();
    let labels = || Value::map([("app", name.as_str().into())]);
    let spec = Value::map([
        ("replicas", Value::Int(replicas)),
        ("selector", Value::map([("matchLabels", labels())])),
        ("strategy", Fields::new().into()),
        (
            "template",
            Value::map([
                ("metadata", Value::map([("labels", labels())])),
                ("spec", Value::map([("containers", containers)])),
            ]),
        ),
    ]);
    let metadata = Value::map([("name", name.as_str().into()), ("labels", labels())]);
    let value =
        Value::map([("metadata", metadata), ("spec", spec), ("status", Fields::new().into())]);
    let failure = Some("failed to create deployment: ");
    generator::create(invocation, env, Resource::DEPLOYMENTS, value, failure)
}

/// The name of a container, after its image: the last part of the path without tag and digest.
/// What had to be changed for it to be a name gets an end of its own. Models
/// sanitizeAndUniquify, whose end is drawn; here it follows from the image.
pub fn container_name(image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or(image);
    let name = last.split(['@', ':']).next().unwrap_or(last);
    if !name.contains(['_', '.']) {
        return name.to_lowercase();
    }
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut hash = Fingerprint::default();
    hash.str(image);
    let mut left = hash.finish();
    let mut name = name.to_lowercase().replace(['_', '.'], "-") + "-";
    for _ in 0..5 {
        name.push(char::from(LETTERS[(left % LETTERS.len() as u64) as usize]));
        left /= LETTERS.len() as u64;
    }
    name
}
