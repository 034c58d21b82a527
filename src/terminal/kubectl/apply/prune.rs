//! `kubectl apply --prune`: deletes what was applied once and is in no file any longer.
//!
//! Models kubectl/pkg/cmd/apply/prune.go. Invariant: what carries no annotation of `kubectl apply`
//! is left alone.

use crate::api::labels::Selector;
use crate::api::rpc::{Call, DeleteOptions, Selection};
use crate::api::{Object, Resource, Str};
use crate::terminal::kubectl::error::Error;
use crate::terminal::kubectl::flags::Flags;
use crate::terminal::kubectl::last_applied::LAST_APPLIED;
use crate::terminal::kubectl::options::DryRun;
use crate::terminal::kubectl::output;
use crate::terminal::kubectl::script::{Ctx, Flow};

/// The kinds that are looked through when none is named.
const KINDS: [(&str, &str); 16] = [
    ("v1", "ConfigMap"),
    ("v1", "Endpoints"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Pod"),
    ("v1", "ReplicationController"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("networking.k8s.io/v1", "Ingress"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
    ("v1", "Namespace"),
    ("v1", "PersistentVolume"),
];

/// What is to be pruned.
#[derive(Clone, Debug)]
pub struct Prune {
    resources: Vec<Resource>,
    labels: Selector,
}

impl Prune {
    /// What the flags say.
    pub fn of(flags: &Flags) -> Result<Self, Error> {
        let labels = flags.text("selector");
        if labels.is_empty() && !flags.is_on("all") {
            return Err(Error::plain(
                "all resources selected for prune without explicitly passing --all. To prune all \
                 resources, pass the --all flag. If you did not mean to prune all resources, \
                 specify a label selector",
            ));
        }
        let named = flags.list("prune-allowlist");
        let mut resources = Vec::new();
        for name in named {
            let parts: Vec<_> = name.split('/').collect();
            let [group, version, kind] = parts[..] else {
                return Err(Error::plain(format!(
                    "invalid GroupVersionKind format: {name}, please follow \
                     <group/version/kind>"
                )));
            };
            let group_version = match group {
                "" | "core" => version.to_owned(),
                _ => format!("{group}/{version}"),
            };
            let resource = Resource::of_kind(&group_version, kind).ok_or_else(|| {
                let (kind, version) = (crate::api::quote(kind), crate::api::quote(&group_version));
                Error::plain(format!("no matches for kind {kind} in version {version}"))
            })?;
            resources.push(resource);
        }
        if named.is_empty() {
            resources.extend(KINDS.iter().filter_map(|(v, kind)| Resource::of_kind(v, kind)));
        }
        let labels = Selector::parse(labels).map_err(|error| Error::plain(error.to_string()))?;
        Ok(Self { resources, labels })
    }

    /// Deletes what is to go; `applied` are the objects that stay.
    pub fn run(
        &self,
        ctx: &mut Ctx<'_>,
        applied: &[Str],
        dry_run: DryRun,
        deletion: &DeleteOptions,
    ) -> Flow<()> {
        for &resource in &self.resources {
            let namespaced = resource.info().namespaced;
            let namespace =
                if namespaced { ctx.env().globals.namespace.clone() } else { "".into() };
            let labels = self.labels.clone();
            let selection = Selection { namespace, labels, ..Selection::all(resource) };
            let (objects, _) = ctx.list(selection)??;
            for object in objects.iter().filter(|object| is_stale(object, applied)) {
                if dry_run != DryRun::Client {
                    let options = deletion.clone();
                    let call = Call::Delete { resource, key: object.key(), options };
                    ctx.ask(call, dry_run.how())??;
                }
                let named = output::named(resource, &object.key());
                ctx.say(named.with(format!(" pruned{}", dry_run.suffix())));
            }
        }
        Ok(())
    }
}

fn is_stale(object: &Object, applied: &[Str]) -> bool {
    let uid = object.uid().to_string();
    object.meta().annotation(LAST_APPLIED).is_some() && !applied.iter().any(|other| *other == uid)
}
