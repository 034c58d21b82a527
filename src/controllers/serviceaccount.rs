//! Every namespace has a ServiceAccount called `default`.
//!
//! Models pkg/controller/serviceaccount/serviceaccounts_controller.go.

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::record::Subject;
use super::{Caches, Config};
use crate::api::rpc::{Call, Payload};
use crate::api::types::{Namespace, ObjectMeta};
use crate::api::{Body, Key, Object, Resource, Status, Str};
use crate::client::Delta;
use crate::sim::Rng;

/// The name of the account.
const DEFAULT: &str = "default";

/// The ServiceAccounts controller. It remembers nothing.
#[derive(Clone, Debug)]
pub struct ServiceAccounts;

/// The account is being made.
#[derive(Clone, Copy, Debug)]
pub struct Creating;

impl Controller for ServiceAccounts {
    type Key = Key;
    type Progress = Creating;

    const PROFILE: Profile = Profile { workers: 1, ..Profile::named("service-account-controller") };

    fn new(_config: &Config, _rng: Rng) -> Self {
        Self
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::NAMESPACES, Resource::SERVICEACCOUNTS]
    }

    fn on_change(&mut self, delta: &Delta, _caches: &Caches, queue: &mut Keys<'_, Key>) {
        let object = delta.object();
        if object.resource() == Resource::NAMESPACES {
            queue.add(object.key());
        } else if delta.after.is_none() && object.name() == DEFAULT {
            queue.add(Key::new("", object.namespace()));
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Creating, Replies)>,
    ) -> Next<Creating> {
        if let Some((Creating, replies)) = resume {
            return match replies.object() {
                Err(status) if !is_no_loss(status) => Next::refused(status),
                _ => Next::Done,
            };
        }
        let accounts = ctx.caches.of(Resource::SERVICEACCOUNTS);
        if !is_active(ctx.caches, key) || accounts.get(&Key::new(key.name(), DEFAULT)).is_some() {
            return Next::Done;
        }
        let resource = Resource::SERVICEACCOUNTS;
        let namespace = Str::from(key.name());
        let name = Str::new_static(DEFAULT);
        let meta = ObjectMeta { name, namespace: namespace.clone(), ..ObjectMeta::default() };
        let body = Payload::Object(Object::new(meta, Body::Other(resource, Default::default())));
        Next::Call(vec![Call::Create { resource, namespace, body }], Creating)
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(Resource::NAMESPACES, key.clone())
    }
}

/// Whether a namespace is there and is not on its way out.
pub(super) fn is_active(caches: &Caches, key: &Key) -> bool {
    let namespace = caches.get::<Namespace>(key);
    namespace.is_some_and(|namespace| namespace.status.phase != "Terminating")
}

/// Whether a refused creation is of no importance: it is there already, or the namespace goes.
pub(super) fn is_no_loss(status: &Status) -> bool {
    let is_going = status.causes.iter().any(|cause| cause.reason == "NamespaceTerminating");
    status.is_already_exists() || is_going || status.is_not_found()
}
