//! The whole cluster as the page shows it, and the difference between two such pictures.
//!
//! Invariant: applying `diff(old, new)` to `old` gives `new`. The page therefore never needs to
//! know whether time ran, stepped or jumped: it is handed differences, one object each.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::node::{BalancerView, MasterView, WorkerView};
use super::object::ObjectView;
use super::pod::{PodId, PodView};
use super::subject::ObjectId;

/// A cut between two hosts, the smaller name first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Cut {
    /// One end.
    pub a: SmolStr,
    /// The other.
    pub b: SmolStr,
}

impl Cut {
    /// The cut between `one` and `other`, in whichever order they come.
    pub fn between(one: &str, other: &str) -> Self {
        let (a, b) = if one <= other { (one, other) } else { (other, one) };
        Self { a: a.into(), b: b.into() }
    }
}

/// Everything on the stage and in the tree of objects.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Picture {
    /// The masters by name.
    pub masters: BTreeMap<SmolStr, MasterView>,
    /// The workers by name.
    pub workers: BTreeMap<SmolStr, WorkerView>,
    /// The pods by uid.
    pub pods: BTreeMap<PodId, PodView>,
    /// The other objects.
    pub objects: BTreeMap<ObjectId, ObjectView>,
    /// The load balancer.
    pub balancer: BalancerView,
    /// Links that are cut.
    pub cuts: Vec<Cut>,
}

/// One difference between two pictures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PictureChange {
    /// A master came or changed.
    Master(MasterView),
    /// A master is gone.
    MasterGone(SmolStr),
    /// A worker came or changed.
    Worker(WorkerView),
    /// A worker is gone.
    WorkerGone(SmolStr),
    /// A pod came or changed.
    Pod(PodView),
    /// A pod is gone.
    PodGone(PodId),
    /// Another object came or changed.
    Object(ObjectView),
    /// Another object is gone.
    ObjectGone(ObjectId),
    /// The load balancer changed its mind.
    Balancer(BalancerView),
    /// The cut links, all of them.
    Cuts(Vec<Cut>),
}

impl Picture {
    /// Makes one difference true.
    pub fn apply(&mut self, change: PictureChange) {
        match change {
            PictureChange::Master(view) => {
                self.masters.insert(view.name.clone(), view);
            }
            PictureChange::MasterGone(name) => {
                self.masters.remove(&name);
            }
            PictureChange::Worker(view) => {
                self.workers.insert(view.name.clone(), view);
            }
            PictureChange::WorkerGone(name) => {
                self.workers.remove(&name);
            }
            PictureChange::Pod(view) => {
                self.pods.insert(view.id.clone(), view);
            }
            PictureChange::PodGone(id) => {
                self.pods.remove(&id);
            }
            PictureChange::Object(view) => {
                self.objects.insert(view.id.clone(), view);
            }
            PictureChange::ObjectGone(id) => {
                self.objects.remove(&id);
            }
            PictureChange::Balancer(view) => self.balancer = view,
            PictureChange::Cuts(cuts) => self.cuts = cuts,
        }
    }
}

/// What turns `old` into `new`.
pub fn diff(old: &Picture, new: &Picture) -> Vec<PictureChange> {
    let mut out = Vec::new();
    diff_map(
        (&old.masters, &new.masters),
        PictureChange::Master,
        PictureChange::MasterGone,
        &mut out,
    );
    diff_map(
        (&old.workers, &new.workers),
        PictureChange::Worker,
        PictureChange::WorkerGone,
        &mut out,
    );
    diff_map(
        (&old.objects, &new.objects),
        PictureChange::Object,
        PictureChange::ObjectGone,
        &mut out,
    );
    diff_map((&old.pods, &new.pods), PictureChange::Pod, PictureChange::PodGone, &mut out);
    if old.balancer != new.balancer {
        out.push(PictureChange::Balancer(new.balancer.clone()));
    }
    if old.cuts != new.cuts {
        out.push(PictureChange::Cuts(new.cuts.clone()));
    }
    out
}

/// The differences of one map: what came or changed, then what is gone.
fn diff_map<K: Ord + Clone, V: PartialEq + Clone>(
    (old, new): (&BTreeMap<K, V>, &BTreeMap<K, V>),
    put: impl Fn(V) -> PictureChange,
    gone: impl Fn(K) -> PictureChange,
    out: &mut Vec<PictureChange>,
) {
    let changed = new.iter().filter(|(key, value)| old.get(*key) != Some(*value));
    out.extend(changed.map(|(_, value)| put(value.clone())));
    let missing = old.keys().filter(|key| !new.contains_key(*key));
    out.extend(missing.map(|key| gone(key.clone())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn a_difference_applied_gives_the_new_picture() {
        let empty = Picture::default();
        let full = sample::teaching();
        let mut crowded = sample::crowded();
        crowded.cuts.push(Cut::between("z", "a"));
        for (old, new) in [(&empty, &full), (&full, &crowded), (&crowded, &full), (&full, &empty)] {
            let mut picture = old.clone();
            for change in diff(old, new) {
                picture.apply(change);
            }
            assert_eq!(picture, *new);
        }
        assert!(diff(&full, &full).is_empty());
    }

    #[test]
    fn one_pod_is_one_difference() {
        let old = sample::teaching();
        let mut new = old.clone();
        let pod = new.pods.values_mut().next().expect("the sample has pods");
        pod.restarts += 1;
        let changed = PictureChange::Pod(pod.clone());
        assert_eq!(diff(&old, &new), [changed]);
    }
}
