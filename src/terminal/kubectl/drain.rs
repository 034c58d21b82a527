//! `kubectl drain`: closes a node and sends its pods away.
//!
//! Models kubectl/pkg/cmd/drain/drain.go and kubectl/pkg/drain/{drain,filters}.go. Pods whose
//! budgets do not allow it are tried again and again. Invariant: if one pod may not go, none goes.

use super::command::{Command, Invocation};
use super::cordon::{self, Cordon};
use super::error::Error;
use super::flags::{Flag, Kind};
use super::options::{self, DryRun};
use super::output;
use super::script::{Ctx, Env, Flow, Next};
use super::task::Task;
use super::until;
use super::walk::Walk;
use crate::api::labels::{FieldSelector, Selector};
use crate::api::rpc::{Call, DeleteOptions, Part, Selection};
use crate::api::types::Pod;
use crate::api::{Key, Object, Resource, quote};
use crate::sim::{Duration, Time};

/// The command.
pub const COMMAND: Command = Command {
    path: "drain",
    usage: "NODE",
    about: "Close nodes and send their pods away",
    flags: &[
        options::DRY_RUN,
        options::SELECTOR,
        options::CHUNK_SIZE,
        &[
            Flag::switch("delete-emptydir-data", "Even pods that would lose their data."),
            Flag::switch("disable-eviction", "Delete pods instead of evicting them."),
            Flag::int(
                "skip-wait-for-delete-timeout",
                "0",
                "Do not wait for pods that have been going for so many seconds.",
            ),
            Flag::switch("force", "Even pods that nothing makes again."),
            Flag::int("grace-period", "-1", "How many seconds processes have to end."),
            Flag::switch("ignore-daemonsets", "Leave the pods of DaemonSets alone."),
            Flag::text("pod-selector", "Only pods with these labels."),
            Flag::text("timeout", "How long to wait; 0 for ever.")
                .kind(Kind::Duration)
                .default("0s"),
        ],
    ],
    required: &[],
    start,
};

/// After how long a pod is tried again whose budget did not allow it to go.
const RETRY: Duration = Duration::from_secs(5);
/// How long is waited when no time is given.
const WAIT_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// What `drain` still has to do.
#[derive(Clone, Debug)]
pub struct Drain {
    walk: Walk,
    /// The nodes, the next one last; found in the first step.
    nodes: Option<Vec<Key>>,
    dry_run: DryRun,
    pods: Selector,
    grace_period_seconds: Option<i64>,
    timeout: Duration,
    deletes_data: bool,
    forced: bool,
    ignores_daemon_sets: bool,
    /// Whether pods are evicted rather than deleted.
    evicts: bool,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let walk = Walk::of(cordon::nodes(invocation, env)?);
    let pods = Selector::parse(flags.text("pod-selector")).map_err(Error::plain)?;
    let grace = flags.int("grace-period");
    let timeout = flags.duration("timeout");
    Ok(Task::from(Drain {
        walk,
        nodes: None,
        dry_run: DryRun::of(flags)?,
        pods,
        grace_period_seconds: (grace >= 0).then_some(grace),
        timeout: if timeout.is_zero() { WAIT_MAX } else { timeout },
        deletes_data: flags.is_on("delete-emptydir-data"),
        forced: flags.is_on("force"),
        ignores_daemon_sets: flags.is_on("ignore-daemonsets"),
        evicts: !flags.is_on("disable-eviction"),
    }))
}

impl Drain {
    /// Drains the next node.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let Some(nodes) = &mut self.nodes else {
            let found = self.walk.objects(ctx)??;
            let mut nodes: Vec<Key> = found.into_iter().map(|(_, key)| key).collect();
            for node in &nodes {
                ctx.get(Resource::NODES, node)??;
            }
            nodes.reverse();
            self.nodes = Some(nodes);
            return Ok(Next::Again);
        };
        let Some(node) = nodes.pop() else { return Ok(Next::Exit(0)) };
        self.cordon(ctx, &node)?;
        if let Err(error) = self.drain(ctx, &node)? {
            return self.give_up(ctx, &node, &error);
        }
        let suffix = self.dry_run.suffix();
        ctx.say(output::named(Resource::NODES, &node).with(format!(" drained{suffix}")));
        Ok(Next::Again)
    }

    fn cordon(&self, ctx: &mut Ctx<'_>, node: &Key) -> Flow<()> {
        let object = ctx.get(Resource::NODES, node)??.to_value();
        let edited = Cordon::CLOSES.edit(&object)?;
        if let Some(patch) = edited.patch.filter(|_| self.dry_run != DryRun::Client) {
            let (resource, key) = (Resource::NODES, node.clone());
            let call = Call::Patch { resource, key, part: Part::Main, patch };
            ctx.ask(call, self.dry_run.how())??;
        }
        let (verb, suffix) = (edited.verb, self.dry_run.suffix());
        ctx.say(output::named(Resource::NODES, node).with(format!(" {verb}{suffix}")));
        Ok(())
    }

    /// Says what could not be done, and which nodes are left.
    fn give_up(&self, ctx: &mut Ctx<'_>, node: &Key, error: &Error) -> Flow<Next> {
        let (name, why) = (quote(node.name()), error.message());
        ctx.complain(format!(
            "error: unable to drain node {name} due to error: {why}, continuing command..."
        ));
        ctx.complain("There are pending nodes to be drained:");
        let left = self.nodes.iter().flatten().rev();
        for node in std::iter::once(node).chain(left) {
            ctx.complain(format!(" {}", node.name()));
        }
        ctx.complain(why);
        Ok(Next::Exit(1))
    }

    fn drain(&self, ctx: &mut Ctx<'_>, node: &Key) -> Flow<Result<(), Error>> {
        let selection = Selection {
            fields: FieldSelector::equal("spec.nodeName", node.name()),
            labels: self.pods.clone(),
            ..Selection::all(Resource::PODS)
        };
        let pods = match ctx.list(selection)? {
            Ok((pods, _)) => pods,
            Err(error) => return Ok(Err(error)),
        };
        let verdicts: Vec<(&Object, Verdict)> =
            pods.iter().map(|pod| (pod, self.judge(pod))).collect();
        let refused = listed(&verdicts, |verdict| match verdict {
            Verdict::Stays(why) => Some(*why),
            _ => None,
        });
        if !refused.is_empty() {
            let all: Vec<String> =
                refused.iter().map(|text| format!("cannot delete {text}")).collect();
            let text =
                if all.len() == 1 { all[0].clone() } else { format!("[{}]", all.join(", ")) };
            return Ok(Err(Error::plain(text)));
        }
        let warned = listed(&verdicts, |verdict| match verdict {
            Verdict::Ignored => Some("ignoring DaemonSet-managed Pods"),
            Verdict::Goes(why) => *why,
            Verdict::Skipped | Verdict::Stays(_) => None,
        });
        if !warned.is_empty() {
            ctx.complain(format!("Warning: {}", warned.join("; ")));
        }
        let going = verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Goes(_)));
        let going: Vec<Object> = going.map(|(pod, _)| (*pod).clone()).collect();
        self.evict(ctx, &going)
    }

    fn evict(&self, ctx: &mut Ctx<'_>, pods: &[Object]) -> Flow<Result<(), Error>> {
        let until = ctx.now() + self.timeout;
        let mut left: Vec<&Object> = pods.iter().collect();
        loop {
            let mut refused = Vec::new();
            for pod in &left {
                match self.send(ctx, pod)? {
                    Ok(true) => {}
                    Ok(false) => refused.push(*pod),
                    Err(error) => return Ok(Err(error)),
                }
            }
            let gone = left.iter().filter(|pod| !refused.iter().any(|r| r.same(pod)));
            for pod in gone.filter(|_| self.dry_run == DryRun::None) {
                if let Err(error) = self.wait(ctx, pod, until)? {
                    return Ok(Err(error));
                }
            }
            let Some(first) = refused.first() else { return Ok(Ok(())) };
            if ctx.now() + RETRY > until {
                ctx.pause(until.since(ctx.now()))?;
                return Ok(Err(when_evicting(first, &self.timed_out())));
            }
            ctx.pause(RETRY)?;
            left = refused;
        }
    }

    /// Evicts or deletes one pod; says whether its budget allowed it.
    fn send(&self, ctx: &mut Ctx<'_>, pod: &Object) -> Flow<Result<bool, Error>> {
        if self.evicts {
            let suffix = self.dry_run.suffix();
            ctx.complain(format!("evicting pod {}{suffix}", pod.key()));
        }
        if self.dry_run != DryRun::None {
            return Ok(Ok(true));
        }
        let options = DeleteOptions {
            grace_period_seconds: self.grace_period_seconds,
            evicts: self.evicts,
            ..DeleteOptions::default()
        };
        let call = Call::Delete { resource: Resource::PODS, key: pod.key(), options };
        Ok(match ctx.ask(call, self.dry_run.how())? {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(true),
            Err(error) if error.is_too_many() => {
                let (name, namespace) = (quote(pod.name()), quote(pod.namespace()));
                let why = error.message();
                ctx.complain(format!(
                    "error when evicting pods/{name} -n {namespace} (will retry after 5s): {why}"
                ));
                Ok(false)
            }
            Err(error) => Err(error),
        })
    }

    fn wait(&self, ctx: &mut Ctx<'_>, pod: &Object, until: Time) -> Flow<Result<(), Error>> {
        let is_gone =
            |object: Option<&Object>| object.is_none_or(|object| object.uid() != pod.uid());
        Ok(match until::wait(ctx, Resource::PODS, &pod.key(), until, &is_gone)? {
            Ok(true) => {
                let verb = if self.evicts { " evicted" } else { " deleted" };
                ctx.say(output::named(Resource::PODS, &pod.key()).with(verb));
                Ok(())
            }
            Ok(false) => Err(Error::plain(self.timed_out())),
            Err(error) => Err(error),
        })
    }

    fn timed_out(&self) -> String {
        format!("global timeout reached: {}s", self.timeout.as_secs())
    }

    /// What becomes of a pod. Models makeFilters.
    fn judge(&self, pod: &Object) -> Verdict {
        let owner = pod.meta().controller().map(|owner| owner.kind.as_str());
        let finished = pod.get::<Pod>().is_some_and(Pod::is_terminal);
        if owner == Some("DaemonSet") && !finished {
            return match self.ignores_daemon_sets {
                true => Verdict::Ignored,
                false => {
                    Verdict::Stays("DaemonSet-managed Pods (use --ignore-daemonsets to ignore)")
                }
            };
        }
        if pod.meta().annotation("kubernetes.io/config.mirror").is_some() {
            return Verdict::Skipped;
        }
        let value = pod.to_value();
        let volumes = value.at_path(&["spec", "volumes"]).items();
        let has_data = volumes.iter().any(|volume| !volume.at("emptyDir").is_null());
        if has_data && !finished && !self.deletes_data {
            return Verdict::Stays(
                "Pods with local storage (use --delete-emptydir-data to override)",
            );
        }
        if owner.is_none() && !finished {
            return match self.forced {
                true => Verdict::Goes(Some("deleting Pods that declare no controller")),
                false => {
                    Verdict::Stays("Pods that declare no controller (use --force to override)")
                }
            };
        }
        Verdict::Goes(None)
    }
}

/// The error of evicting a pod.
fn when_evicting(pod: &Object, why: &str) -> Error {
    let (name, namespace) = (quote(pod.name()), quote(pod.namespace()));
    Error::plain(format!("error when evicting pods/{name} -n {namespace}: {why}"))
}

/// What becomes of a pod, and what is said of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Goes(Option<&'static str>),
    Ignored,
    /// Its node's kubelet keeps it, whatever the server says.
    Skipped,
    Stays(&'static str),
}

/// The pods of which the same is to be said: `why: ns/a, ns/b`.
fn listed(
    verdicts: &[(&Object, Verdict)],
    why: impl Fn(&Verdict) -> Option<&'static str>,
) -> Vec<String> {
    let mut groups: Vec<(&'static str, Vec<String>)> = Vec::new();
    for (pod, verdict) in verdicts {
        let Some(why) = why(verdict) else { continue };
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, pods)) => pods.push(pod.key().to_string()),
            None => groups.push((why, vec![pod.key().to_string()])),
        }
    }
    groups.into_iter().map(|(why, pods)| format!("{why}: {}", pods.join(", "))).collect()
}
