//! Every namespace has a ConfigMap with the certificate by which to check the apiserver.
//!
//! Models pkg/controller/certificates/rootcacertpublisher/publisher.go.

use super::controller::{Controller, Ctx, Keys, Next, Profile, Replies};
use super::record::Subject;
use super::serviceaccount::{is_active, is_no_loss};
use super::{Caches, Config};
use crate::api::codec::StrMap;
use crate::api::rpc::{Call, Part, Payload};
use crate::api::types::{ConfigMap, ConfigMapBody, ObjectMeta};
use crate::api::{Key, Resource, Str, Typed};
use crate::client::Delta;
use crate::sim::Rng;

/// The name of the ConfigMap.
const NAME: &str = "kube-root-ca.crt";
const DESCRIPTION: &str = "kubernetes.io/description";
const TEXT: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using \
                    internal endpoints such as the internal service IP or kubernetes.default.svc. \
                    No other usage is guaranteed across distributions of Kubernetes clusters.";

/// The publisher. It remembers the certificate alone.
#[derive(Clone, Debug)]
pub struct RootCa {
    data: StrMap,
}

/// The ConfigMap is being written.
#[derive(Clone, Copy, Debug)]
pub struct Writing;

impl Controller for RootCa {
    type Key = Key;
    type Progress = Writing;

    const PROFILE: Profile =
        Profile { workers: 1, ..Profile::named("root-ca-certificate-publisher-controller") };

    fn new(config: &Config, _rng: Rng) -> Self {
        Self { data: StrMap::default().with("ca.crt", config.root_ca.clone()) }
    }

    fn watches() -> Vec<Resource> {
        vec![Resource::NAMESPACES, Resource::CONFIGMAPS]
    }

    fn on_change(&mut self, delta: &Delta, _caches: &Caches, queue: &mut Keys<'_, Key>) {
        let object = delta.object();
        if object.resource() == Resource::NAMESPACES {
            queue.add(object.key());
        } else if object.name() == NAME {
            queue.add(Key::new("", object.namespace()));
        }
    }

    fn reconcile(
        &mut self,
        ctx: &mut Ctx<'_, Key>,
        key: &Key,
        resume: Option<(Writing, Replies)>,
    ) -> Next<Writing> {
        if let Some((Writing, replies)) = resume {
            return match replies.object() {
                Err(status) if !is_no_loss(status) => Next::refused(status),
                _ => Next::Done,
            };
        }
        if !is_active(ctx.caches, key) {
            return Next::Done;
        }
        let resource = Resource::CONFIGMAPS;
        let key = Key::new(key.name(), NAME);
        let Some(map) = ctx.caches.get::<ConfigMap>(&key) else {
            let namespace = Str::from(key.namespace());
            let body = Payload::Object(self.config_map(namespace.clone()).into());
            return Next::Call(vec![Call::Create { resource, namespace, body }], Writing);
        };
        if map.body.data == self.data && !map.meta().annotations.is_empty() {
            return Next::Done;
        }
        let wanted = self.config_map(map.meta().namespace.clone());
        let map = map.with(|map| map.body = wanted.body.clone());
        let map = map.with_meta(|meta| meta.annotations = wanted.meta().annotations.clone());
        let body = Payload::Object(map.into());
        Next::Call(vec![Call::Update { resource, key, part: Part::Main, body }], Writing)
    }

    fn subject(&self, key: &Key) -> Subject {
        Subject(Resource::NAMESPACES, key.clone())
    }
}

impl RootCa {
    fn config_map(&self, namespace: Str) -> Typed<ConfigMap> {
        let meta = ObjectMeta {
            name: Str::new_static(NAME),
            namespace,
            annotations: StrMap::from([(DESCRIPTION, TEXT)]),
            ..ObjectMeta::default()
        };
        let body = ConfigMapBody { data: self.data.clone(), ..ConfigMapBody::default() };
        Typed::new(meta, ConfigMap { body: body.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Object;
    use crate::api::rpc::DeleteOptions;
    use crate::api::types::{Namespace, NamespaceStatus};
    use crate::controllers::testing::World;

    fn namespace(name: &str) -> Object {
        let status = NamespaceStatus { phase: "Active".into(), ..NamespaceStatus::default() };
        let meta = ObjectMeta { name: name.into(), ..ObjectMeta::default() };
        Object::new(meta, Namespace { status: status.into(), ..Namespace::default() })
    }

    #[test]
    fn a_namespace_gets_its_account_and_certificate_and_keeps_them() {
        let mut world = World::new();
        world.run(4000);
        world.create(namespace("default"));
        world.run(2000);
        let map = world.get::<ConfigMap>(NAME).unwrap();
        let certificate = map.body.data.get("ca.crt").cloned();
        assert_eq!(certificate, Some(Config::default().root_ca));
        assert_eq!(world.asked("create serviceaccounts"), 1);
        world.delete::<ConfigMap>(NAME, &DeleteOptions::default());
        world.run(2000);
        let map = world.get::<ConfigMap>(NAME).unwrap();
        world.replace(map.with(|map| map.body = Default::default()).into());
        world.run(2000);
        assert_eq!(
            world.get::<ConfigMap>(NAME).unwrap().body.data.get("ca.crt"),
            certificate.as_ref()
        );
    }
}
