//! Namespaces on their way out: first their pods go, then everything else, then they themselves.
//!
//! Invariant: the finalizer goes only after a look at every resource has found nothing left.
//!
//! Models pkg/controller/namespace and its deletion/namespaced_resources_deleter.go.

use std::collections::BTreeMap;

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::record::Subject;
use super::{Caches, Config};
use crate::api::rpc::{Answer, Call, DeleteOptions, Part, Payload, Propagation, Selection};
use crate::api::types::{Condition, Namespace, Pod};
use crate::api::{Collection, Key, Kind, Object, Resource, Str, Timestamp, Typed};
use crate::client::Delta;
use crate::sim::{Duration, Rng, Time};

/// How long after its deletion a namespace is looked at, so that caches everywhere know of it by
/// then. Models namespaceDeletionGracePeriod.
const GRACE: Duration = Duration::from_secs(5);
/// How long what has finalizers is expected to take. Models finalizerEstimateSeconds.
const FINALIZERS_SECS: u64 = 15;
/// What keeps a namespace until this controller is done with it.
const FINALIZER: &str = "kubernetes";

/// The conditions, in their order, with what they say when all is well.
const CONDITIONS: [(&str, &str, &str); 5] = [
    (
        "NamespaceDeletionDiscoveryFailure",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    (
        "NamespaceDeletionGroupVersionParsingFailure",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    (
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    ("NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"),
    (
        "NamespaceFinalizersRemaining",
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
];

/// The namespace controller. It remembers nothing.
#[derive(Clone, Debug)]
pub struct Namespaces;

/// Where a worker goes on.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The live namespace has been asked for.
    Looking,
    /// Its phase is being written.
    Terminating(Sweep),
    /// It has been asked what is served beside what every server serves.
    Discovering(Sweep),
    /// All objects of these resources are being deleted.
    Deleting(Sweep, Vec<Resource>),
    /// What is left of these resources has been asked for.
    Counting(Sweep, Vec<Resource>),
    /// Its conditions are being written.
    Telling(Sweep),
    /// Its finalizer is being removed.
    Finalizing,
}

/// What has come of an attempt to empty a namespace.
#[derive(Clone, Debug)]
pub struct Sweep {
    namespace: Typed<Namespace>,
    /// How many objects are left of each resource.
    left: BTreeMap<Resource, usize>,
    /// How many objects have which finalizer.
    finalizers: BTreeMap<Str, usize>,
    /// How long what is left will take.
    estimate_secs: u64,
    error: Option<Str>,
}

impl Controller for Namespaces {
    type Key = Key;
    type Progress = Progress;

    // Emptying takes so many requests that upstream gives it twenty times the usual rate.
    const PROFILE: Profile =
        Profile { workers: 10, rate: (400, 3000), ..Profile::named("namespace-controller") };

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::NAMESPACES]
    }

    fn on_change(&mut self, delta: &Delta, _caches: &Caches, queue: &mut Keys<'_, Key>) {
        let going = delta.after.as_ref().filter(|namespace| namespace.meta().is_deleting());
        going.into_iter().for_each(|namespace| queue.add_after(namespace.key(), GRACE));
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Progress, Replies)>,
    ) -> Next<Progress> {
        let Some((progress, replies)) = resume else {
            if ctx.caches.get::<Namespace>(key).is_none() {
                return Next::Done;
            }
            let call =
                Call::Get { resource: Namespace::RESOURCE, key: key.clone(), part: Part::Main };
            return Next::Call(vec![call], Progress::Looking);
        };
        match progress {
            Progress::Looking => match replies.object() {
                Ok(live) => live.and_then(Object::typed).map_or(Next::Done, begin),
                Err(status) if status.is_not_found() => Next::Done,
                Err(status) => Next::refused(status),
            },
            Progress::Terminating(sweep) => match replies.object() {
                Ok(live) => {
                    let namespace = live.and_then(Object::typed).unwrap_or(sweep.namespace);
                    sweep_pods(Sweep::new(namespace))
                }
                Err(status) => Next::refused(status),
            },
            Progress::Discovering(sweep) => on_discovered(sweep, &replies),
            Progress::Deleting(sweep, resources) => on_deleted(sweep, resources, &replies),
            Progress::Counting(sweep, resources) => on_counted(ctx, sweep, &resources, &replies),
            Progress::Telling(sweep) => match replies.object() {
                Ok(live) => {
                    let namespace = live.and_then(Object::typed);
                    end(Sweep { namespace: namespace.unwrap_or(sweep.namespace), ..sweep })
                }
                Err(status) => Next::refused(status),
            },
            Progress::Finalizing => match replies.object() {
                Err(status) if !status.is_not_found() => Next::refused(status),
                _ => Next::Done,
            },
        }
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(Resource::NAMESPACES, key.clone())
    }
}

impl Sweep {
    fn new(namespace: Typed<Namespace>) -> Self {
        Self {
            namespace,
            left: BTreeMap::new(),
            finalizers: BTreeMap::new(),
            estimate_secs: 0,
            error: None,
        }
    }

    /// Takes in what is left of one resource.
    /// Models deleteAllContentForGroupVersionResource.
    fn count(&mut self, resource: Resource, left: &Collection, now: Time) {
        if left.is_empty() {
            return;
        }
        self.left.insert(resource, left.len());
        for finalizer in left.iter().flat_map(|object| object.meta().finalizers.iter()) {
            *self.finalizers.entry(finalizer.clone()).or_default() += 1;
        }
        let since = self.namespace.meta().deletion_timestamp.unwrap_or_default().time();
        let grace = left.iter().filter_map(grace_secs).max().unwrap_or_default();
        let has_finalizers = left.iter().any(|object| !object.meta().finalizers.is_empty());
        let estimate = if grace > 0 && now.since(since).as_secs() < grace {
            grace
        } else if has_finalizers {
            FINALIZERS_SECS
        } else {
            let (namespace, what) = (self.namespace.name(), resource.qualified());
            let text =
                format!("unexpected items still remain in namespace: {namespace} for {what}");
            self.error.get_or_insert(text.into());
            0
        };
        self.estimate_secs = self.estimate_secs.max(estimate);
    }

    /// The conditions that tell of it.
    fn conditions(&self, now: Time) -> Vec<Condition> {
        let join = |texts: Vec<String>| texts.join(", ");
        let remaining = self.left.iter().map(|(resource, count)| {
            let info = resource.info();
            format!("{}.{} has {count} resource instances", info.plural, info.group)
        });
        let finalizers = self.finalizers.iter();
        let finalizers = finalizers.map(|(name, n)| format!("{name} in {n} resource instances"));
        let trouble = [
            None,
            None,
            self.error.as_ref().map(|error| {
                let (count, error) = (self.left.len(), error.as_str());
                let text =
                    format!("Failed to delete all resource types, {count} remaining: {error}");
                ("ContentDeletionFailed", text)
            }),
            (!self.left.is_empty()).then(|| {
                let text = join(remaining.collect());
                ("SomeResourcesRemain", format!("Some resources are remaining: {text}"))
            }),
            (!self.finalizers.is_empty()).then(|| {
                let text = join(finalizers.collect());
                let text =
                    format!("Some content in the namespace has finalizers remaining: {text}");
                ("SomeFinalizersRemain", text)
            }),
        ];
        let known = &self.namespace.status.conditions;
        let mut conditions = Vec::with_capacity(CONDITIONS.len());
        for ((kind, fine, text), trouble) in CONDITIONS.into_iter().zip(trouble) {
            let (status, reason, message) = match trouble {
                Some((reason, text)) => ("True", reason, Str::from(text)),
                None => ("False", fine, Str::new_static(text)),
            };
            conditions.push(condition(known, kind, (status, reason, message), now));
        }
        conditions
    }
}

fn begin(namespace: Typed<Namespace>) -> Next<Progress> {
    if !namespace.meta().is_deleting() {
        return Next::Done;
    }
    if namespace.status.phase != "Terminating" {
        let marked =
            with_status(&namespace, |status| status.phase = Str::new_static("Terminating"));
        let call = write(marked, Part::Status);
        return Next::Call(vec![call], Progress::Terminating(Sweep::new(namespace)));
    }
    if !namespace.spec.finalizers.iter().any(|finalizer| finalizer == FINALIZER) {
        return Next::Done;
    }
    sweep_pods(Sweep::new(namespace))
}

/// Pods go first, so that nothing they need is taken away while they run.
/// Models OrderedNamespaceDeletion.
fn sweep_pods(sweep: Sweep) -> Next<Progress> {
    delete_all(sweep, vec![Resource::PODS])
}

fn delete_all(sweep: Sweep, resources: Vec<Resource>) -> Next<Progress> {
    let propagation = Some(Propagation::Background);
    let options = DeleteOptions { propagation, ..DeleteOptions::default() };
    let delete = |resource: &Resource| Call::DeleteCollection {
        selection: all_in(&sweep.namespace, *resource),
        options: options.clone(),
    };
    Next::Call(resources.iter().map(delete).collect(), Progress::Deleting(sweep, resources))
}

/// Deletes everything but pods, custom resources included.
fn on_discovered(mut sweep: Sweep, replies: &Replies) -> Next<Progress> {
    let mut resources: Vec<Resource> = content().collect();
    for reply in replies.iter() {
        match reply {
            Ok(Answer::Served(served)) => {
                let custom = served.iter().map(|served| served.resource);
                resources.extend(custom.filter(|resource| resource.info().namespaced));
            }
            Ok(_) => {}
            Err(status) => _ = sweep.error.get_or_insert_with(|| status.message.clone()),
        }
    }
    delete_all(sweep, resources)
}

fn on_deleted(mut sweep: Sweep, resources: Vec<Resource>, replies: &Replies) -> Next<Progress> {
    let ignored = |code: u16| code == 404 || code == 405;
    if let Some(status) = replies.refusal(|status| !ignored(status.code)) {
        sweep.error.get_or_insert_with(|| status.message.clone());
    }
    let list = |resource: &Resource| Call::List(all_in(&sweep.namespace, *resource));
    Next::Call(resources.iter().map(list).collect(), Progress::Counting(sweep, resources))
}

fn on_counted(
    ctx: &Ctx<'_, Key>,
    mut sweep: Sweep,
    resources: &[Resource],
    replies: &Replies,
) -> Next<Progress> {
    for (resource, reply) in resources.iter().zip(replies.iter()) {
        match reply {
            Ok(Answer::List(_, left, _)) => sweep.count(*resource, left, ctx.now),
            Ok(_) => {}
            Err(status) => _ = sweep.error.get_or_insert_with(|| status.message.clone()),
        }
    }
    let were_pods = *resources == [Resource::PODS];
    if were_pods && sweep.left.is_empty() && sweep.error.is_none() {
        return Next::Call(vec![Call::Discover], Progress::Discovering(sweep));
    }
    let conditions = sweep.conditions(ctx.now);
    if *conditions == *sweep.namespace.status.conditions {
        return end(sweep);
    }
    let told = with_status(&sweep.namespace, |status| status.conditions = conditions.into());
    Next::Call(vec![write(told, Part::Status)], Progress::Telling(sweep))
}

/// The namespace goes if it is empty, and is looked at again when what is left has had its time.
fn end(sweep: Sweep) -> Next<Progress> {
    if let Some(error) = sweep.error {
        return Next::Failed(error);
    }
    if sweep.estimate_secs > 0 {
        return Next::Requeue(Duration::from_secs(sweep.estimate_secs / 2 + 1));
    }
    let namespace = sweep.namespace.with(|namespace| {
        let mut spec = (*namespace.spec).clone();
        let others = spec.finalizers.iter().filter(|finalizer| *finalizer != FINALIZER).cloned();
        spec.finalizers = others.collect();
        namespace.spec = spec.into();
    });
    Next::Call(vec![write(namespace, Part::Finalize)], Progress::Finalizing)
}

/// Everything but pods that can be in a namespace and be deleted.
fn content() -> impl Iterator<Item = Resource> {
    let deletable = |resource: &Resource| {
        let info = resource.info();
        let can = |verb| info.verbs.contains(&verb);
        info.namespaced && can("delete") && can("list") && *resource != Resource::PODS
    };
    Resource::all().filter(deletable)
}

fn all_in(namespace: &Typed<Namespace>, resource: Resource) -> Selection {
    Selection { namespace: namespace.name().into(), ..Selection::all(resource) }
}

/// How long a pod that runs may take to end. Models estimateGracefulTerminationForPods.
fn grace_secs(object: &Object) -> Option<u64> {
    let pod = object.get::<Pod>().filter(|pod| !pod.is_terminal())?;
    pod.spec.termination_grace_period_seconds.map(|grace| grace.max(0) as u64)
}

fn with_status(
    namespace: &Typed<Namespace>,
    change: impl FnOnce(&mut crate::api::types::NamespaceStatus),
) -> Typed<Namespace> {
    namespace.with(|namespace| {
        let mut status = (*namespace.status).clone();
        change(&mut status);
        namespace.status = status.into();
    })
}

fn write(namespace: Typed<Namespace>, part: Part) -> Call {
    let (resource, key) = (Namespace::RESOURCE, namespace.key());
    Call::Update { resource, key, part, body: Payload::Object(namespace.into()) }
}

/// A condition, as it was if it says the same.
fn condition(
    known: &[Condition],
    kind: &'static str,
    (status, reason, message): (&'static str, &'static str, Str),
    now: Time,
) -> Condition {
    let before = known.iter().find(|condition| condition.kind == kind);
    let same = before.filter(|before| {
        before.status == status && before.reason == reason && before.message == message
    });
    same.cloned().unwrap_or_else(|| Condition {
        kind: Str::new_static(kind),
        status: Str::new_static(status),
        reason: Str::new_static(reason),
        message,
        last_transition_time: Some(Timestamp::at(now)),
        ..Condition::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::{ConfigMap, NamespaceSpec, NamespaceStatus, ObjectMeta};
    use crate::controllers::testing::World;

    fn namespace() -> Object {
        let spec = NamespaceSpec { finalizers: [FINALIZER.into()].into(), ..Default::default() };
        let status = NamespaceStatus { phase: "Active".into(), ..NamespaceStatus::default() };
        let meta = ObjectMeta { name: "default".into(), ..ObjectMeta::default() };
        Object::new(meta, Namespace { spec: spec.into(), status: status.into() })
    }

    fn config_map(name: &str, finalizers: &[&str]) -> Object {
        let meta = ObjectMeta {
            name: name.into(),
            namespace: "default".into(),
            finalizers: finalizers.iter().map(|name| Str::from(*name)).collect(),
            ..ObjectMeta::default()
        };
        Object::new(meta, ConfigMap::default())
    }

    #[test]
    fn goes_when_it_is_empty_and_says_what_holds_it() {
        let mut world = World::new();
        world.run(4000);
        world.create(namespace());
        world.run(1000);
        world.create(config_map("plain", &[]));
        world.create(config_map("held", &["example.com/hold"]));
        world.delete::<Namespace>("default", &DeleteOptions::default());
        world.run(4000);
        assert!(world.get::<ConfigMap>("plain").is_some());
        world.run(3000);
        assert!(world.get::<ConfigMap>("plain").is_none());
        let namespace = world.get::<Namespace>("default").unwrap();
        assert_eq!(namespace.status.phase, "Terminating");
        let told: Vec<(&str, &str)> =
            namespace.status.conditions.iter().map(|c| (&*c.status, &*c.message)).collect();
        let finalizers = "Some content in the namespace has finalizers remaining: \
                          example.com/hold in 1 resource instances";
        assert_eq!(
            told[3],
            ("True", "Some resources are remaining: configmaps. has 1 resource instances",)
        );
        assert_eq!(told[4], ("True", finalizers));
        let held = world.get::<ConfigMap>("held").unwrap();
        world.replace(held.with_meta(|meta| meta.finalizers = [].into()).into());
        world.run(14_000);
        assert!(world.get::<Namespace>("default").is_none());
    }
}
