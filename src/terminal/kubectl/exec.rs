//! `kubectl exec`: runs a program in a container. Models kubectl/pkg/cmd/exec.
//!
//! Only the containers of etcd hold programs that can be run. The program is found through the API
//! server; what it prints comes straight from its host, without the stream past apiserver and
//! kubelet that carries it in Kubernetes.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::logs::{self, Wanted};
use super::script::{Ctx, Env, Flow, Next};
use super::task::Task;
use crate::api::{Key, Resource, Str};

/// The command.
pub const COMMAND: Command = Command {
    path: "exec",
    usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
    about: "Execute a command in a container",
    flags: &[&[
        Flag::text("container", "The container; the first one unless it is named.").short('c'),
        Flag::text("filename", "The file that names the pod.").short('f').kind(Kind::List),
        Flag::switch("stdin", "Pass stdin to the container.").short('i'),
        Flag::switch("tty", "Stdin is a terminal.").short('t'),
        Flag::switch("quiet", "Only print what the program prints.").short('q'),
        Flag::text("pod-running-timeout", "How long to wait until the pod runs.")
            .kind(Kind::Duration)
            .default("1m0s"),
    ]],
    required: &[],
    start,
};

/// A program to be run in a container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exec {
    /// The host of the container.
    pub host: Str,
    /// The program and its arguments.
    pub words: Vec<String>,
    /// Whether what was piped into kubectl is passed on.
    pub stdin: bool,
}

/// What `exec` still has to do.
#[derive(Clone, Debug)]
pub struct ExecTask {
    key: Key,
    container: String,
    words: Vec<String>,
    stdin: bool,
}

/// The programs in the image of etcd.
const PROGRAMS: [&str; 2] = ["etcdctl", "etcdutl"];

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let (args, before) = (&invocation.args, invocation.args_before_dash);
    let named = before.unwrap_or(args.len());
    if before.is_none() && args.len() > 1 {
        let text = "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] \
                    instead";
        return Err(invocation.usage(text));
    }
    if flags.is_given("filename") && args.is_empty() {
        return Err(Error::plain("you must specify at least one command for the container"));
    }
    let Some(pod) = args.first().filter(|_| named > 0) else {
        return Err(Error::plain("pod, type/name or --filename must be specified"));
    };
    let words = args[named..].to_vec();
    if words.is_empty() {
        let text = "you must specify at least one command for the container";
        return Err(Error::plain(text));
    }
    let pod =
        ["pod/", "pods/", "po/"].iter().find_map(|kind| pod.strip_prefix(kind)).unwrap_or(pod);
    if pod.contains('/') {
        return Err(Error::plain("kubectl exec knows pods by their names only in this simulation"));
    }
    Ok(Task::from(ExecTask {
        key: Key::new(&env.globals.namespace, pod),
        container: flags.text("container").to_owned(),
        words,
        stdin: flags.is_on("stdin"),
    }))
}

impl ExecTask {
    /// Finds the container, and goes on as its program.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let pod = ctx.get(Resource::PODS, &self.key)??;
        let value = pod.to_value();
        let wanted = Wanted { container: &self.container, runs: true, previous: false };
        let name = logs::container(ctx, &value, &self.key, wanted)?;
        let program = self.words[0].rsplit('/').next().unwrap_or_default();
        if name != "etcd" {
            let text = "what runs in containers is not part of this simulation: kubectl exec";
            return Err(Error::plain(text).into());
        }
        if !PROGRAMS.contains(&program) {
            let text = format!(
                "Internal error occurred: error executing command in container: failed to exec in \
                 container: failed to start exec: OCI runtime exec failed: exec failed: unable to \
                 start container process: exec: \"{}\": executable file not found in $PATH",
                self.words[0]
            );
            return Err(Error::plain(text).into());
        }
        let host = value.at_path(&["spec", "nodeName"]).text().into();
        ctx.exec(Exec { host, words: self.words.clone(), stdin: self.stdin });
        Ok(Next::Exit(0))
    }
}
