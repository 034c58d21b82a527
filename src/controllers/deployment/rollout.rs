//! A Deployment with its ReplicaSets, and the arithmetic of replacing some by another.
//!
//! Models pkg/controller/deployment/util/deployment_util.go.

use std::sync::Arc;

use super::revision::{self, HASH_LABEL};
use crate::api::types::{
    Deployment, DeploymentStatus, PodTemplateSpec, ReplicaSet, ReplicaSetSpec,
};
use crate::api::{IntOrString, Object, Typed, Uid};

/// A Deployment and the ReplicaSets it manages, as a worker knows them: from the cache at first,
/// then with what its own requests were answered.
///
/// The Deployment keeps the revision of the cache even when its status has been written since, so
/// that a second write of the same sync conflicts, as it does upstream.
#[derive(Clone, Debug)]
pub(super) struct Rollout {
    pub(super) deployment: Typed<Deployment>,
    /// The oldest first.
    pub(super) sets: Vec<Typed<ReplicaSet>>,
}

/// A ReplicaSet to be brought to a size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Scaling {
    /// Which.
    pub(super) set: Uid,
    /// To how many replicas.
    pub(super) to: i32,
    /// Whether its annotations are to be brought up to date even if it has the size.
    pub(super) annotate: bool,
}

impl Rollout {
    pub(super) fn new(deployment: Typed<Deployment>, sets: Vec<Typed<ReplicaSet>>) -> Self {
        let mut rollout = Self { deployment, sets };
        rollout.sort();
        rollout
    }

    /// How many replicas are wanted.
    pub(super) fn replicas(&self) -> i32 {
        self.deployment.spec.replicas.unwrap_or(1)
    }

    /// The ReplicaSet of the current template. Models FindNewReplicaSet.
    pub(super) fn new_set(&self) -> Option<&Typed<ReplicaSet>> {
        let template = &self.deployment.spec.template;
        self.sets.iter().find(|set| equal_ignoring_hash(&set.spec.template, template))
    }

    /// The ReplicaSets of earlier templates, the oldest first. Models FindOldReplicaSets.
    pub(super) fn old_sets(&self) -> Vec<&Typed<ReplicaSet>> {
        let new = self.new_set().map(Typed::uid);
        self.sets.iter().filter(|set| Some(set.uid()) != new).collect()
    }

    /// The revision after those of all old ReplicaSets.
    pub(super) fn next_revision(&self) -> i64 {
        let revisions = self.old_sets().into_iter().map(|set| revision::revision(set.meta()));
        revisions.max().unwrap_or_default().saturating_add(1)
    }

    /// The ReplicaSet of this identity.
    pub(super) fn set(&self, uid: Uid) -> Option<&Typed<ReplicaSet>> {
        self.sets.iter().find(|set| set.uid() == uid)
    }

    /// Takes over a ReplicaSet as it was answered.
    pub(super) fn put(&mut self, object: &Object) {
        let Some(set) = object.typed::<ReplicaSet>() else { return };
        match self.sets.iter_mut().find(|known| known.uid() == set.uid()) {
            Some(known) => *known = set,
            None => self.sets.push(set),
        }
        self.sort();
    }

    /// Changes what is known of the Deployment's status.
    pub(super) fn set_status(&mut self, change: impl FnOnce(&mut DeploymentStatus)) {
        let mut status = (*self.deployment.status).clone();
        change(&mut status);
        self.deployment = self.deployment.with(|deployment| deployment.status = Arc::new(status));
    }

    /// Whether old pods give way step by step.
    pub(super) fn is_rolling(&self) -> bool {
        self.deployment.spec.strategy.kind == "RollingUpdate"
    }

    /// How many pods there may be beyond what is wanted. Models MaxSurge.
    pub(super) fn max_surge(&self) -> i32 {
        if self.is_rolling() { self.fenceposts().0 } else { 0 }
    }

    /// How many of the wanted pods may be unavailable. Models MaxUnavailable.
    pub(super) fn max_unavailable(&self) -> i32 {
        let replicas = self.replicas();
        if !self.is_rolling() || replicas == 0 {
            return 0;
        }
        self.fenceposts().1.min(replicas)
    }

    /// Models ResolveFenceposts: surge is rounded up, unavailability down, and both are never 0.
    fn fenceposts(&self) -> (i32, i32) {
        let scaled = |value: Option<&IntOrString>, up| {
            value.and_then(|value| value.scaled(self.replicas(), up)).unwrap_or_default()
        };
        let rolling = self.deployment.spec.strategy.rolling_update.as_ref();
        let surge = scaled(rolling.and_then(|rolling| rolling.max_surge.as_ref()), true);
        let rolling = rolling.and_then(|rolling| rolling.max_unavailable.as_ref());
        let unavailable = scaled(rolling, false);
        if surge == 0 && unavailable == 0 { (0, 1) } else { (surge, unavailable) }
    }

    /// To what size the new ReplicaSet may grow. Models NewRSNewReplicas.
    pub(super) fn new_set_size(&self, current: i32) -> i32 {
        let replicas = self.replicas();
        if !self.is_rolling() {
            return replicas;
        }
        let total = total(self.sets.iter());
        let allowed = replicas + self.max_surge();
        if total >= allowed {
            return current;
        }
        current + (allowed - total).min(replicas - current)
    }

    /// The steps that shrink old ReplicaSets as far as availability allows: first their unhealthy
    /// pods, then healthy ones. Models reconcileOldReplicaSets.
    pub(super) fn shrink_old(&self, new: &Typed<ReplicaSet>) -> Vec<Scaling> {
        let old: Vec<_> = self.old_sets().into_iter().filter(|set| size(set) > 0).collect();
        let min_available = self.replicas() - self.max_unavailable();
        let new_unavailable = size(new) - new.status.available_replicas;
        let max_shrunk = total(self.sets.iter()) - min_available - new_unavailable;
        if old.is_empty() || max_shrunk <= 0 {
            return Vec::new();
        }
        let mut steps = Vec::new();
        let mut sizes: Vec<i32> = old.iter().map(|set| size(set)).collect();
        let mut left = max_shrunk;
        for (set, size) in old.iter().zip(&mut sizes) {
            let unhealthy = *size - set.status.available_replicas;
            let by = left.min(unhealthy);
            if by > 0 {
                *size -= by;
                left -= by;
                steps.push(Scaling { set: set.uid(), to: *size, annotate: false });
            }
        }
        let all = old.iter().copied().chain([new]);
        let available: i32 = all.map(|set| set.status.available_replicas).sum();
        let mut left = available - min_available;
        for (set, size) in old.iter().zip(&mut sizes) {
            let by = left.min(*size);
            if by > 0 {
                *size -= by;
                left -= by;
                steps.push(Scaling { set: set.uid(), to: *size, annotate: false });
            }
        }
        steps
    }

    /// The steps that follow a change of the wanted number, without going on with a rollout.
    /// Models scale.
    pub(super) fn resize(&self) -> Vec<Scaling> {
        let plain = |set: &Typed<ReplicaSet>, to| Scaling { set: set.uid(), to, annotate: false };
        let (replicas, new, old) = (self.replicas(), self.new_set(), self.old_sets());
        let active: Vec<_> = self.sets.iter().filter(|set| size(set) > 0).collect();
        let only = match &active[..] {
            // Nothing runs: the new ReplicaSet, or the latest, is the one to grow.
            [] => new.or(old.last().copied()),
            [one] => Some(*one),
            _ => None,
        };
        if let Some(set) = only {
            return vec![plain(set, replicas)];
        }
        if new.is_some_and(|new| self.is_saturated(new)) {
            return old.iter().filter(|set| size(set) > 0).map(|set| plain(set, 0)).collect();
        }
        if active.len() > 1 && self.is_rolling() {
            self.resize_in_proportion(active)
        } else {
            vec![]
        }
    }

    /// Whether the new ReplicaSet has everything that is wanted. Models IsSaturated.
    fn is_saturated(&self, new: &Typed<ReplicaSet>) -> bool {
        let replicas = self.replicas();
        revision::desired_replicas(new.meta()) == Some(replicas)
            && size(new) == replicas
            && new.status.available_replicas == replicas
    }

    /// Shares what is to be added or removed among the ReplicaSets, each according to its size.
    fn resize_in_proportion(&self, mut active: Vec<&Typed<ReplicaSet>>) -> Vec<Scaling> {
        let replicas = self.replicas();
        let allowed = if replicas > 0 { replicas + self.max_surge() } else { 0 };
        let to_add = allowed - total(active.iter().copied());
        // The largest first; of equal ones the newer grows and the older shrinks first.
        if to_add > 0 {
            active.reverse();
        }
        active.sort_by_key(|set| -size(set));
        let mut added = 0;
        let mut sizes = Vec::with_capacity(active.len());
        for set in &active {
            let by = self.proportion(set, to_add, added);
            added += by;
            sizes.push(size(set) + by);
        }
        if let Some(first) = sizes.first_mut() {
            *first = (*first + to_add - added).max(0);
        }
        let scaling =
            |(set, to): (&&Typed<ReplicaSet>, i32)| Scaling { set: set.uid(), to, annotate: true };
        active.iter().zip(sizes).map(scaling).collect()
    }

    /// Models GetReplicaSetProportion.
    fn proportion(&self, set: &Typed<ReplicaSet>, to_add: i32, added: i32) -> i32 {
        if size(set) == 0 || to_add == 0 || to_add == added {
            return 0;
        }
        let (fraction, left) = (self.fraction(set), to_add - added);
        if to_add > 0 { fraction.min(left) } else { fraction.max(left) }
    }

    /// By how much a ReplicaSet changes when the whole changes. Models getReplicaSetFraction.
    fn fraction(&self, set: &Typed<ReplicaSet>) -> i32 {
        if self.replicas() == 0 {
            return -size(set);
        }
        let before = revision::max_replicas(set.meta()).filter(|max| *max != 0);
        let before = i64::from(before.unwrap_or(self.deployment.status.replicas).max(1));
        let hundredfold = i64::from(size(set)) * i64::from(self.replicas() + self.max_surge());
        // Rounded to the nearest, halves up.
        ((2 * hundredfold + before) / (2 * before)) as i32 - size(set)
    }

    /// Whether some ReplicaSet that runs was last told of another number of replicas.
    /// Models isScalingEvent.
    pub(super) fn is_resized(&self) -> bool {
        self.sets.iter().filter(|set| size(set) > 0).any(|set| {
            revision::desired_replicas(set.meta()).is_some_and(|known| known != self.replicas())
        })
    }

    /// Models ReplicaSetsByCreationTimestamp.
    fn sort(&mut self) {
        self.sets.sort_by(|a, b| {
            let key = |set: &Typed<ReplicaSet>| set.meta().creation_timestamp;
            key(a).cmp(&key(b)).then_with(|| a.name().cmp(b.name()))
        });
    }
}

/// How many replicas a ReplicaSet is to have.
pub(super) fn size(set: &Typed<ReplicaSet>) -> i32 {
    set.spec.replicas.unwrap_or(1)
}

/// How many replicas ReplicaSets are to have together.
pub(super) fn total<'a>(sets: impl Iterator<Item = &'a Typed<ReplicaSet>>) -> i32 {
    sets.map(size).sum()
}

/// The ReplicaSet with another size.
pub(super) fn with_spec(
    set: &Typed<ReplicaSet>,
    change: impl FnOnce(&mut ReplicaSetSpec),
) -> Typed<ReplicaSet> {
    set.with(|set| {
        let mut spec = (*set.spec).clone();
        change(&mut spec);
        set.spec = Arc::new(spec);
    })
}

/// Whether templates are the same but for the label that tells ReplicaSets apart.
/// Models EqualIgnoreHash.
fn equal_ignoring_hash(a: &PodTemplateSpec, b: &PodTemplateSpec) -> bool {
    let same_spec = Arc::ptr_eq(&a.spec, &b.spec) || a.spec == b.spec;
    let labels = |template: &PodTemplateSpec| template.metadata.labels.without(HASH_LABEL);
    let same_labels = labels(a) == labels(b);
    let rest = |template: &PodTemplateSpec| {
        let mut meta = template.metadata.clone();
        meta.labels = Default::default();
        meta
    };
    same_spec && same_labels && rest(a) == rest(b)
}

/// Whether a ReplicaSet has the template of the Deployment.
pub(super) fn has_template(set: &ReplicaSet, deployment: &Deployment) -> bool {
    equal_ignoring_hash(&set.spec.template, &deployment.spec.template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Timestamp;
    use crate::api::codec::StrMap;
    use crate::api::types::{
        DeploymentSpec, DeploymentStrategy, ObjectMeta, ReplicaSetStatus, RollingUpdateDeployment,
    };

    /// A ReplicaSet: its size, how many are available, and what it was told of maximum and wanted
    /// replicas.
    type Set = (i32, i32, i32, i32);

    /// The last set is the new one.
    fn rollout(replicas: i32, (surge, unavailable): (&str, &str), sets: &[Set]) -> Rollout {
        let value = |text: &str| match text.parse() {
            Ok(number) => IntOrString::Int(number),
            Err(_) => IntOrString::Str(text.into()),
        };
        let rolling_update = RollingUpdateDeployment {
            max_surge: Some(value(surge)),
            max_unavailable: Some(value(unavailable)),
            ..RollingUpdateDeployment::default()
        };
        let strategy = DeploymentStrategy {
            kind: "RollingUpdate".into(),
            rolling_update: Some(rolling_update),
            ..DeploymentStrategy::default()
        };
        let template = |n: usize| {
            let labels: StrMap = [("v".into(), n.to_string().into())].into_iter().collect();
            let metadata = ObjectMeta { labels, ..ObjectMeta::default() };
            PodTemplateSpec { metadata, ..PodTemplateSpec::default() }
        };
        let make = |(n, &(size, available, max, desired)): (usize, &Set)| {
            let annotations = revision::with_replicas(&StrMap::default(), desired, max);
            let meta = ObjectMeta {
                name: format!("set-{n}").into(),
                uid: Uid(n as u128),
                creation_timestamp: Some(Timestamp(n as i64)),
                annotations,
                ..ObjectMeta::default()
            };
            let template = template(n);
            let spec = ReplicaSetSpec { replicas: Some(size), template, ..Default::default() };
            let status = ReplicaSetStatus { available_replicas: available, ..Default::default() };
            Typed::new(meta, ReplicaSet { spec: spec.into(), status: status.into() })
        };
        let template = template(sets.len() - 1);
        let spec =
            DeploymentSpec { replicas: Some(replicas), strategy, template, ..Default::default() };
        let deployment = Deployment { spec: spec.into(), ..Deployment::default() };
        let deployment = Typed::new(ObjectMeta::default(), deployment);
        Rollout::new(deployment, sets.iter().enumerate().map(make).collect())
    }

    #[test]
    fn resolves_fenceposts() {
        let check = |replicas, surge, unavailable, expected| {
            let rollout = rollout(replicas, (surge, unavailable), &[(0, 0, 0, 0)]);
            assert_eq!((rollout.max_surge(), rollout.max_unavailable()), expected);
        };
        check(10, "25%", "25%", (3, 2));
        check(3, "25%", "25%", (1, 0));
        check(1, "0", "25%", (0, 1));
        check(2, "0", "5", (0, 2));
        check(0, "1", "1", (1, 0));
    }

    #[test]
    fn grows_the_new_set_within_the_surge() {
        let check = |replicas, surge, sets: &[Set], expected| {
            let rollout = rollout(replicas, (surge, "0"), sets);
            let current = size(rollout.new_set().unwrap());
            assert_eq!(rollout.new_set_size(current), expected);
        };
        check(3, "1", &[(3, 3, 4, 3), (0, 0, 4, 3)], 1);
        check(3, "1", &[(3, 3, 4, 3), (1, 1, 4, 3)], 1);
        check(10, "25%", &[(8, 8, 13, 10), (2, 0, 13, 10)], 5);
        check(3, "10", &[(3, 3, 13, 3), (0, 0, 13, 3)], 3);
    }

    #[test]
    fn shrinks_old_sets_unhealthy_pods_first() {
        let check = |replicas, bounds, sets: &[Set], expected: &[(u128, i32)]| {
            let rollout = rollout(replicas, bounds, sets);
            let steps = rollout.shrink_old(rollout.new_set().unwrap());
            let steps: Vec<_> = steps.iter().map(|step| (step.set.0, step.to)).collect();
            assert_eq!(steps, expected);
        };
        // Nothing may go before the new pod is available.
        check(3, ("1", "0"), &[(3, 3, 4, 3), (1, 0, 4, 3)], &[]);
        check(3, ("1", "0"), &[(3, 3, 4, 3), (1, 1, 4, 3)], &[(0, 2)]);
        check(3, ("0", "1"), &[(3, 3, 3, 3), (0, 0, 3, 3)], &[(0, 2)]);
        // Case 1 of the comment upstream: nothing while the new pods hang, then, rolled back, 4.
        check(10, ("3", "2"), &[(8, 7, 13, 10), (5, 0, 13, 10)], &[]);
        check(10, ("3", "2"), &[(5, 0, 13, 10), (8, 7, 13, 10)], &[(0, 1)]);
        // Unhealthy pods of the oldest first, then healthy ones.
        check(
            10,
            ("0", "5"),
            &[(4, 2, 10, 10), (6, 6, 10, 10), (0, 0, 10, 10)],
            &[(0, 2), (0, 0), (1, 5)],
        );
    }

    #[test]
    fn shares_a_resize_in_proportion() {
        let check = |replicas, sets: &[Set], expected: &[(u128, i32)]| {
            let rollout = rollout(replicas, ("3", "2"), sets);
            let mut steps: Vec<_> =
                rollout.resize().iter().map(|step| (step.set.0, step.to)).collect();
            steps.sort_unstable();
            assert_eq!(steps, expected);
        };
        // The example of the documentation: 10 to 15, with 8 and 5 running.
        check(15, &[(8, 8, 13, 10), (5, 0, 13, 10)], &[(0, 11), (1, 7)]);
        check(5, &[(8, 8, 13, 10), (5, 0, 13, 10)], &[(0, 5), (1, 3)]);
        check(0, &[(8, 8, 13, 10), (5, 0, 13, 10)], &[(0, 0), (1, 0)]);
        // One set alone simply gets the size.
        check(7, &[(5, 5, 8, 5)], &[(0, 7)]);
        check(7, &[(0, 0, 8, 5), (5, 5, 8, 5)], &[(1, 7)]);
        // What is left over goes to the largest.
        check(20, &[(4, 4, 13, 10), (4, 4, 13, 10), (5, 0, 13, 10)], &[(0, 7), (1, 7), (2, 9)]);
    }
}
