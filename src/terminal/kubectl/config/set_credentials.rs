//! `kubectl config set-credentials NAME`: who somebody is. Models
//! kubectl/pkg/cmd/config/set_credentials.go.

use super::set_cluster::certificate;
use super::{KubeConfig, entry, one_argument};
use crate::api::{Fields, Value, quote};
use crate::terminal::kubectl::command::{Command, Invocation};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::{Flag, Flags, Kind};
use crate::terminal::kubectl::script::Env;
use crate::terminal::kubectl::task::{Local, Task};

/// The command.
pub const COMMAND: Command = Command {
    path: "config set-credentials",
    usage: "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] \
            [--token=bearer_token] [--username=basic_user] [--password=basic_password] \
            [--auth-provider=provider_name] [--auth-provider-arg=key=value] \
            [--exec-command=exec_command] [--exec-api-version=exec_api_version] \
            [--exec-arg=arg] [--exec-env=key=value]",
    about: "Set a user entry in kubeconfig",
    flags: &[&[
        Flag::text("auth-provider", "A provider of credentials."),
        Flag::text("auth-provider-arg", "What it is told, as key=value.").kind(Kind::List),
        Flag::text("client-certificate", "The certificate to show."),
        Flag::text("client-key", "The key of the certificate."),
        Flag::switch("embed-certs", "Put certificates themselves into the file."),
        Flag::text("exec-api-version", "The version of the plugin's interface."),
        Flag::text("exec-arg", "Arguments of the plugin.").kind(Kind::List),
        Flag::text("exec-command", "A plugin that fetches credentials."),
        Flag::text("exec-env", "Variables of the plugin, as key=value.").kind(Kind::Repeated),
        Flag::text("exec-interactive-mode", "Whether the plugin may ask."),
        Flag::switch("exec-provide-cluster-info", "Tell the plugin of the cluster."),
        Flag::text("password", "The password of the user."),
        Flag::text("token", "The bearer token of the user."),
        Flag::text("username", "The name of the user."),
    ]],
    required: &[],
    start,
};

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let name = match one_argument(invocation) {
        Ok(name) => name,
        Err(help) => return Ok(*help),
    };
    let flags = &invocation.flags;
    let basic = !flags.text("username").is_empty() || !flags.text("password").is_empty();
    if !flags.text("token").is_empty() && basic {
        return Err(Error::plain(
            "you cannot specify more than one authentication method at the same time: --token, \
             --username/--password",
        ));
    }
    let mut config: KubeConfig = (*env.config).clone();
    let fields = &mut entry(&mut config.users, name).0.fields;
    for flag in ["client-certificate", "client-key"] {
        if !flags.text(flag).is_empty() {
            let embeds = flags.is_on("embed-certs");
            let (field, value) = certificate(env, embeds, flag, flags.text(flag))?;
            fields.insert(field, value);
        }
    }
    if flags.is_given("token") {
        fields.insert("token", flags.text("token").into());
        for basic in ["username", "password"] {
            fields.remove(basic);
        }
    }
    if basic {
        for flag in ["username", "password"] {
            fields.insert(flag, flags.text(flag).into());
        }
        fields.remove("token");
    }
    if !flags.text("auth-provider").is_empty() {
        let named = pairs(flags.list("auth-provider-arg"));
        let config = if named.is_empty() { Value::Null } else { Value::from(named) };
        let name = Value::from(flags.text("auth-provider"));
        fields.insert("auth-provider", Value::map([("config", config), ("name", name)]));
    }
    if !flags.text("exec-command").is_empty() {
        fields.insert("exec", plugin(flags));
    }
    Ok(Local::configure(format!("User {} set.", quote(name)), config))
}

fn pairs(words: &[String]) -> Fields {
    let pairs = words.iter().filter_map(|word| word.split_once('='));
    pairs.map(|(key, value)| (key.into(), value.into())).collect()
}

/// A plugin that fetches credentials.
fn plugin(flags: &Flags) -> Value {
    let args: Value = flags.list("exec-arg").iter().map(|arg| Value::from(arg.as_str())).collect();
    let variables = pairs(flags.list("exec-env"));
    let variable = |(name, value): (&crate::api::Str, &Value)| {
        Value::map([("name", name.clone().into()), ("value", value.clone())])
    };
    let variables: Value = variables.iter().map(variable).collect();
    let or_null = |list: Value| if list.items().is_empty() { Value::Null } else { list };
    let mut exec = Value::map([
        ("args", or_null(args)),
        ("command", flags.text("exec-command").into()),
        ("env", or_null(variables)),
        ("provideClusterInfo", Value::Bool(flags.is_on("exec-provide-cluster-info"))),
    ]);
    for (flag, field) in
        [("exec-api-version", "apiVersion"), ("exec-interactive-mode", "interactiveMode")]
    {
        if !flags.text(flag).is_empty() {
            *exec.entry(field) = flags.text(flag).into();
        }
    }
    exec
}
