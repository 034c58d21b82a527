//! StatefulSets: pods with names and places of their own, one after another.
//!
//! Models pkg/controller/statefulset/stateful_set_control.go. Claims of volumes are not made.

use super::revisions::{HASH_LABEL, Revisions};
use super::{Action, Owner, Plan, Sight, body, pod_of};
use crate::api::types::Pod;
use crate::api::{Object, Resource, Str, Timestamp, Value};
use crate::controllers::controller::Profile;

/// The controller of StatefulSets.
#[derive(Clone, Debug)]
pub enum StatefulSetKind {}

impl Owner for StatefulSetKind {
    const PROFILE: Profile = Profile::named("statefulset-controller");
    const RESOURCE: Resource = Resource::STATEFULSETS;
    const LOOKS_AT: &'static [Resource] = &[Resource::CONTROLLERREVISIONS];

    fn plan(sight: &Sight<'_>) -> Plan {
        let revisions = Revisions::of(sight);
        let labels = sight.value.at_path(&["spec", "selector", "matchLabels"]);
        let update = match revisions.newest(sight, labels) {
            Ok(newest) => newest.name().to_owned(),
            Err(first) => return Plan { first: Some(*first), ..Plan::default() },
        };
        let current = match sight.value.at_path(&["status", "currentRevision"]).text() {
            "" => update.clone(),
            current => current.to_owned(),
        };
        let set = Set::of(sight, current, update);
        let mut plan = Plan {
            status: set.status(sight),
            calls: revisions.surplus(sight, &[&set.current, &set.update]),
            ..Plan::default()
        };
        set.act(sight, &revisions, &mut plan);
        plan
    }

    fn told(owner: &Object, pod: &str, made: bool) -> String {
        let what = if made { "Create" } else { "Delete" };
        format!("{what} Pod {pod} in StatefulSet {} successful", owner.name())
    }
}

/// A set with its pods in their places.
struct Set<'a> {
    current: String,
    update: String,
    /// The first number.
    start: i64,
    /// The pods that are to be, by number from the first on.
    places: Vec<Option<&'a Object>>,
    /// Pods with higher numbers, the highest first.
    condemned: Vec<&'a Object>,
    min_ready_seconds: i32,
}

/// The number at the end of a pod's name, if it is one of the set's.
fn ordinal(owner: &Object, pod: &Object) -> Option<i64> {
    let (name, number) = pod.name().rsplit_once('-')?;
    (name == owner.name()).then(|| number.parse().ok())?
}

impl<'a> Set<'a> {
    fn of(sight: &Sight<'a>, current: String, update: String) -> Self {
        let spec = sight.value.at("spec");
        let start = spec.at_path(&["ordinals", "start"]).as_int().unwrap_or(0);
        let wanted = spec.at("replicas").as_int().unwrap_or(1).max(0);
        let mut places = vec![None; wanted as usize];
        let mut condemned = Vec::new();
        for pod in sight.pods {
            let Some(number) = ordinal(sight.owner, pod) else { continue };
            match usize::try_from(number - start).ok().and_then(|at| places.get_mut(at)) {
                Some(place) => *place = Some(pod),
                None => condemned.push((number, pod)),
            }
        }
        condemned.sort_by_key(|(number, _)| -number);
        let min_ready_seconds = spec.at("minReadySeconds").as_int().unwrap_or(0) as i32;
        let condemned = condemned.into_iter().map(|(_, pod)| pod).collect();
        Self { current, update, start, places, condemned, min_ready_seconds }
    }

    fn pods(&self) -> impl Iterator<Item = &'a Object> {
        self.places.iter().flatten().copied().chain(self.condemned.iter().copied())
    }

    fn is_healthy(&self, sight: &Sight<'_>, pod: &Object) -> bool {
        let available = body(pod).is_available(self.min_ready_seconds, Timestamp::at(sight.now));
        available && body(pod).status.phase == "Running" && !pod.meta().is_deleting()
    }

    /// Makes, replaces and takes away pods. Models updateStatefulSet.
    fn act(&self, sight: &Sight<'_>, revisions: &Revisions, plan: &mut Plan) {
        let one_by_one = sight.value.at_path(&["spec", "podManagementPolicy"]).text() != "Parallel";
        for (at, place) in self.places.iter().enumerate() {
            match place {
                None => plan.actions.push(Action::Create(self.pod(sight, revisions, at as i64))),
                Some(pod) if body(pod).is_terminal() && !pod.meta().is_deleting() => {
                    plan.actions.push(Action::Delete((*pod).clone()));
                }
                Some(pod) if self.is_healthy(sight, pod) => continue,
                Some(_) => {}
            }
            if one_by_one {
                return;
            }
        }
        for pod in &self.condemned {
            if !pod.meta().is_deleting() {
                plan.actions.push(Action::Delete((*pod).clone()));
            }
            if one_by_one {
                return;
            }
        }
        let strategy = sight.value.at_path(&["spec", "updateStrategy"]);
        if plan.actions.is_empty() && strategy.at("type").text() != "OnDelete" {
            self.roll(sight, plan);
        }
    }

    /// Replaces pods of the old template, the highest first, down to the partition.
    fn roll(&self, sight: &Sight<'_>, plan: &mut Plan) {
        let partition = self.partition(sight).unwrap_or(0);
        for (at, place) in self.places.iter().enumerate().rev() {
            if self.start + (at as i64) < partition {
                return;
            }
            let Some(pod) = place else { return };
            if self.revision(pod) != self.update && !pod.meta().is_deleting() {
                plan.actions.push(Action::Delete((*pod).clone()));
                return;
            }
            if !self.is_healthy(sight, pod) {
                return;
            }
        }
    }

    fn partition(&self, sight: &Sight<'_>) -> Option<i64> {
        let rolling = sight.value.at_path(&["spec", "updateStrategy", "rollingUpdate"]);
        (!rolling.is_null()).then(|| rolling.at("partition").as_int().unwrap_or(0))
    }

    fn revision<'b>(&self, pod: &'b Object) -> &'b str {
        pod.meta().label(HASH_LABEL).unwrap_or_default()
    }

    /// The pod of a place. Models newVersionedStatefulSetPod.
    fn pod(&self, sight: &Sight<'_>, revisions: &Revisions, at: i64) -> Object {
        let number = self.start + at;
        let kept = match self.partition(sight) {
            Some(partition) => number < self.start + partition,
            None => at < sight.value.at_path(&["status", "currentReplicas"]).as_int().unwrap_or(0),
        };
        let revision = if kept { &self.current } else { &self.update };
        let template = revisions.template(revision, sight);
        let name = format!("{}-{number}", sight.owner.name());
        let labels = [
            ("statefulset.kubernetes.io/pod-name", Str::from(name.as_str())),
            ("apps.kubernetes.io/pod-index", number.to_string().into()),
            (HASH_LABEL, revision.as_str().into()),
        ];
        let pod = pod_of(sight.owner, template, &name, &labels);
        let mut spec = (*body(&pod).spec).clone();
        spec.hostname = name.into();
        spec.subdomain = sight.value.at_path(&["spec", "serviceName"]).text().into();
        pod.with_body(Pod { spec: spec.into(), ..Pod::default() })
    }

    /// Models updateStatus and completeRollingUpdate.
    fn status(&self, sight: &Sight<'_>) -> Value {
        let now = Timestamp::at(sight.now);
        let [mut replicas, mut ready, mut available, mut current, mut updated] = [0i64; 5];
        for pod in self.pods() {
            let is_running = body(pod).status.phase == "Running";
            replicas += 1;
            ready += i64::from(is_running && body(pod).is_ready());
            available +=
                i64::from(is_running && body(pod).is_available(self.min_ready_seconds, now));
            if !pod.meta().is_deleting() {
                current += i64::from(self.revision(pod) == self.current);
                updated += i64::from(self.revision(pod) == self.update);
            }
        }
        let rolls = sight.value.at_path(&["spec", "updateStrategy", "type"]).text() != "OnDelete";
        let done = rolls && updated == replicas && ready == replicas && replicas > 0;
        let (current, revision) =
            if done { (updated, &self.update) } else { (current, &self.current) };
        let mut status = sight.value.at("status").clone();
        let counts = [
            ("replicas", replicas, true),
            ("availableReplicas", available, true),
            ("collisionCount", 0, true),
            ("currentReplicas", current, false),
            ("observedGeneration", sight.owner.meta().generation, false),
            ("readyReplicas", ready, false),
            ("updatedReplicas", updated, false),
        ];
        for (field, count, always) in counts {
            if always || count != 0 {
                *status.entry(field) = count.into();
            } else {
                status.make_map().remove(field);
            }
        }
        *status.entry("currentRevision") = revision.as_str().into();
        *status.entry("updateRevision") = self.update.as_str().into();
        status
    }
}
