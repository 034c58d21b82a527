//! Deployments: pods of one template, replaced step by step when the template changes.
//!
//! Invariant: a Deployment touches pods through its ReplicaSets alone. Rolling it back is setting
//! an earlier template again; the controller knows no way back.
//!
//! Models pkg/controller/deployment.

mod changes;
mod create;
mod revision;
mod rollout;
mod status;
mod sync;
#[cfg(test)]
mod tests;

pub use self::sync::Progress;

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::record::Subject;
use super::{Caches, Config};
use crate::api::{Key, Resource};
use crate::client::Delta;
use crate::sim::Rng;

/// The controller of Deployments. It remembers nothing: everything is in the objects.
#[derive(Clone, Debug)]
pub struct Deployments;

impl Controller for Deployments {
    type Key = Key;
    type Progress = Progress;

    const PROFILE: Profile = Profile { retries_max: 15, ..Profile::named("deployment-controller") };

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::DEPLOYMENTS, Resource::REPLICASETS, Resource::PODS]
    }

    fn on_change(&mut self, delta: &Delta, caches: &Caches, queue: &mut Keys<'_, Key>) {
        match delta.object().resource() {
            Resource::DEPLOYMENTS => queue.add(delta.object().key()),
            Resource::REPLICASETS => changes::on_replica_set(delta, caches, queue),
            Resource::PODS => changes::on_pod(delta, caches, queue),
            _ => {}
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Progress, Replies)>,
    ) -> Next<Progress> {
        match resume {
            None => sync::begin(ctx, key),
            Some((progress, replies)) => sync::resume(ctx, progress, &replies),
        }
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(Resource::DEPLOYMENTS, key.clone())
    }
}
