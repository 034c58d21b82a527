//! Commands that need what a page does not have: the person's own shell, folders, programs within
//! containers. Their arguments are read as kubectl reads them; then they are refused with a
//! sentence.
//!
//! Models the argument checks of kubectl/pkg/cmd/{completion,cp,debug,kustomize,kuberc}. Invariant:
//! nothing is sent.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::options;
use super::output::{self, Format};
use super::script::Env;
use super::task::Task;
use crate::api::quote;

/// `completion`.
pub const COMPLETION: Command = Command {
    path: "completion",
    usage: "SHELL",
    about: "Print the completion of kubectl for a shell",
    flags: &[],
    required: &[],
    start: completion,
};

/// `cp`.
pub const CP: Command = Command {
    path: "cp",
    usage: "<file-spec-src> <file-spec-dest>",
    about: "Copy files to and from containers",
    flags: &[&[
        Flag::text("container", "The container; the first one unless it is named.").short('c'),
        Flag::switch("no-preserve", "Leave owners and permissions behind."),
        Flag::int("retries", "0", "How often to try again."),
    ]],
    required: &[],
    start: cp,
};

/// `debug`.
pub const DEBUG: Command = Command {
    path: "debug",
    usage: "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
    about: "Add a container to a pod or a node to look around with",
    flags: &[&[
        Flag::switch("arguments-only", "What follows `--` are arguments, not a command."),
        Flag::switch("attach", "Wait for the container and attach."),
        Flag::text("container", "The name of the new container.").short('c'),
        Flag::text("copy-to", "The name of a copy of the pod, which is changed instead."),
        Flag::text("custom", "A file with more fields of the container."),
        Flag::text("env", "Variables of the container.").kind(Kind::Repeated),
        Flag::text("filename", "The file that names the object.").short('f').kind(Kind::List),
        Flag::text("image", "The image of the container."),
        Flag::text("image-pull-policy", "When to pull the image."),
        Flag::switch("keep-annotations", "Keep the annotations in the copy."),
        Flag::switch("keep-init-containers", "Keep the init containers in the copy.")
            .default("true"),
        Flag::switch("keep-labels", "Keep the labels in the copy."),
        Flag::switch("keep-liveness", "Keep the liveness probes in the copy."),
        Flag::switch("keep-readiness", "Keep the readiness probes in the copy."),
        Flag::switch("keep-startup", "Keep the startup probes in the copy."),
        Flag::text("profile", "What the container may do.").default("general"),
        Flag::switch("quiet", "Say less.").short('q'),
        Flag::switch("replace", "Delete the pod when it has been copied."),
        Flag::switch("same-node", "Put the copy onto the same node."),
        Flag::text("set-image", "Images of the copy, as container=image.").kind(Kind::List),
        Flag::switch("share-processes", "Let the containers of the copy see one another.")
            .default("true"),
        Flag::switch("stdin", "Pass stdin to the container.").short('i'),
        Flag::text("target", "The container whose processes are to be seen."),
        Flag::switch("tty", "Stdin is a terminal.").short('t'),
    ]],
    required: &[],
    start: debug,
};

/// `kustomize`.
pub const KUSTOMIZE: Command = Command {
    path: "kustomize",
    usage: "DIR [flags]",
    about: "Build a kustomization of a folder",
    flags: &[&[
        Flag::switch("as-current-user", "Run functions as yourself."),
        Flag::switch("enable-alpha-plugins", "Let plugins run."),
        Flag::switch("enable-helm", "Let helm run."),
        Flag::text("env", "Variables for functions.").short('e').kind(Kind::List),
        Flag::text("helm-api-versions", "What helm is told of the server.").kind(Kind::List),
        Flag::text("helm-command", "The program of helm.").default("helm"),
        Flag::switch("helm-debug", "Let helm say more."),
        Flag::text("helm-kube-version", "The version helm is told."),
        Flag::text("load-restrictor", "Whether files elsewhere may be read.")
            .default("LoadRestrictionsRootOnly"),
        Flag::text("mount", "What functions may see of the disk.").kind(Kind::List),
        Flag::switch("network", "Let functions use the network."),
        Flag::text("network-name", "Which network.").default("bridge"),
        Flag::text("output", "The file or folder for the result.").short('o'),
    ]],
    required: &[],
    start: kustomize,
};

/// `kuberc set`.
pub const KUBERC_SET: Command = Command {
    path: "kuberc set",
    usage: "--section (defaults|aliases) --command COMMAND",
    about: "Set values of the preferences",
    flags: &[&[
        Flag::text("allowlist-entry", "A plugin that may run.").kind(Kind::Repeated),
        Flag::text("appendarg", "Arguments that come last.").kind(Kind::Repeated),
        Flag::text("command", "The command that is meant."),
        Flag::text("name", "The name of the alias."),
        Flag::text("option", "Flags with their defaults.").kind(Kind::Repeated),
        Flag::switch("overwrite", "Replace what is there."),
        Flag::text("policy", "Which plugins may run."),
        Flag::text("prependarg", "Arguments that come first.").kind(Kind::Repeated),
        Flag::text("section", "defaults or aliases."),
    ]],
    required: &["section"],
    start: |_, _| Err(preferences()),
};

/// `kuberc view`.
pub const KUBERC_VIEW: Command = Command {
    path: "kuberc view",
    usage: "",
    about: "Show the preferences",
    flags: &[output::FLAGS],
    required: &[],
    start: |_, _| Err(preferences()),
};

/// `cluster-info dump`.
pub const DUMP: Command = Command {
    path: "cluster-info dump",
    usage: "[flags]",
    about: "Print the state of the cluster, for finding out what is wrong with it",
    flags: &[
        options::ALL_NAMESPACES,
        output::FLAGS,
        &[
            Flag::text("namespaces", "Which namespaces.").kind(Kind::List),
            Flag::text("output-directory", "Where to write the files."),
            Flag::text("pod-running-timeout", "How long to wait until a pod runs.")
                .kind(Kind::Duration)
                .default("20s"),
        ],
    ],
    required: &[],
    start: |invocation, _| {
        Format::of(&invocation.flags, output::OPERATION_FORMATS)?;
        Err(refusal("cluster-info dump", "ask with kubectl get -A -o yaml instead"))
    },
};

/// `auth reconcile`.
pub const RECONCILE: Command = Command {
    path: "auth reconcile",
    usage: "-f FILENAME",
    about: "Make roles and bindings as files describe them",
    flags: &[
        options::FILES,
        options::DRY_RUN,
        output::FLAGS,
        &[
            Flag::switch("remove-extra-permissions", "Take away what files do not name."),
            Flag::switch("remove-extra-subjects", "Take away whom files do not name."),
        ],
    ],
    required: &[],
    start: |invocation, env| {
        let flags = &invocation.flags;
        if !flags.is_given("filename") && !flags.is_given("kustomize") {
            return Err(Error::plain("must specify one of -f and -k"));
        }
        super::resources::find(invocation, env, super::resources::Finding::default())?;
        Err(refusal("auth reconcile", "kubectl apply does the same to roles and bindings"))
    },
};

/// Why `what` is not done, and what helps.
fn refusal(what: &str, hint: &str) -> Error {
    Error::plain(format!("kubectl {what} is not part of this simulation; {hint}"))
}

fn preferences() -> Error {
    refusal("kuberc", "there is no file of preferences here")
}

fn completion(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    match &invocation.args[..] {
        [] => Err(invocation.usage("Shell not specified.")),
        [shell] if ["bash", "zsh", "fish", "powershell"].contains(&shell.as_str()) => {
            Err(refusal("completion", "this terminal completes with Tab by itself"))
        }
        [shell] => Err(invocation.usage(format!("Unsupported shell type {}.", quote(shell)))),
        _ => Err(invocation.usage("Too many arguments. Expected only the shell type.")),
    }
}

fn cp(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let [from, to] = &invocation.args[..] else {
        return Err(Error::plain("source and destination are required"));
    };
    let is_remote = |spec: &str| spec.contains(':');
    match (is_remote(from), is_remote(to)) {
        (false, false) => {
            Err(Error::plain("one of src or dest must be a remote file specification"))
        }
        (true, true) => Err(Error::plain("one of src or dest must be a local file specification")),
        (false, true) if !env.files.contains_key(from.strip_prefix("./").unwrap_or(from)) => {
            Err(Error::plain(format!("{from} doesn't exist in local filesystem")))
        }
        _ => Err(refusal("cp", "containers hold no files here")),
    }
}

fn debug(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if flags.text("image").is_empty() && flags.text("copy-to").is_empty() {
        return Err(Error::plain("you must specify --image when not using --copy-to."));
    }
    let profile = flags.text("profile");
    if !["legacy", "general", "baseline", "netadmin", "restricted", "sysadmin", "auto"]
        .contains(&profile)
    {
        return Err(Error::plain(format!("unknown profile: {profile}")));
    }
    if invocation.args.is_empty() && !flags.is_given("filename") {
        return Err(Error::plain("NAME is required for debug"));
    }
    Err(refusal("debug", "nobody can look into containers here"))
}

fn kustomize(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    match &invocation.args[..] {
        [] => Err(no_kustomization()),
        [path] if matches!(path.as_str(), "." | "./") => Err(no_kustomization()),
        [path] => Err(not_a_folder(path)),
        _ => Err(Error::plain("specify one path to kustomization.yaml")),
    }
}

/// The working directory holds no kustomization.
pub fn no_kustomization() -> Error {
    Error::plain(
        "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in \
         directory '/home/user'",
    )
}

/// There are no folders below the working directory.
pub fn not_a_folder(path: &str) -> Error {
    Error::plain(format!(
        "must build at directory: not a valid directory: evalsymlink failure on '{path}' : lstat \
         /home/user/{path}: no such file or directory"
    ))
}
