//! Static pods and their mirrors: making the objects, making them again, following processes.
//!
//! Models pkg/kubelet/kubelet.go HandleMirrorPod and tryReconcileMirrorPods, and
//! pkg/kubelet/pod/mirror_client.go.

use std::sync::Arc;

use super::agent::Kubelet;
use super::host::{Out, Token};
use super::record::PodRecord;
use super::static_pods;
use super::worker::PodWorker;
use crate::api::rpc::{Call, DeleteOptions, Payload};
use crate::api::types::{Pod, Uid};
use crate::api::{Key, Resource, Str, Typed};

impl Kubelet {
    /// Takes the pods of the manifest directory.
    pub(super) fn add_static_pods(&mut self, out: &mut Out) {
        let config = self.host.config.clone();
        for manifest in config.static_pods.iter() {
            let pod = static_pods::from_manifest(manifest, &config.name, out.now());
            let uid = pod.uid();
            let worker = PodWorker::new(&config.name, pod, true);
            self.workers.insert(uid, Arc::new(worker));
            self.statics.push((uid, false));
            self.work(uid, out, |worker, host, out| {
                worker.say(out, PodRecord::Added);
                // The process may have ended while no kubelet looked.
                if !host.runtime.is_process_running(&worker.process()) {
                    worker.on_process(false, host, out);
                }
                worker.begin(host, out);
            });
        }
    }

    /// A process that a static pod stands for runs now, or does so no longer.
    pub(super) fn on_process(&mut self, name: &Str, running: bool, out: &mut Out) {
        self.host.runtime.set_process(name.clone(), running);
        let is_it = |worker: &PodWorker| worker.is_static && worker.process() == *name;
        let uid = self.workers.values().find(|worker| is_it(worker)).map(|worker| worker.uid());
        if let Some(uid) = uid {
            self.work(uid, out, |worker, host, out| worker.on_process(running, host, out));
        }
    }

    /// The object of a static pod changed. Models HandleMirrorPod.
    pub(super) fn on_mirror(&mut self, key: &Key, mirror: Option<Typed<Pod>>, out: &mut Out) {
        let known = self.statics.iter().map(|(uid, _)| *uid);
        let is_its = |uid: &Uid| self.workers.get(uid).is_some_and(|w| w.about.pod == *key);
        let owner = known.into_iter().find(is_its);
        let is_right = owner
            .and_then(|uid| self.workers.get(&uid))
            .zip(mirror.as_ref())
            .is_some_and(|(worker, mirror)| {
                let fits = static_pods::is_mirror_of(mirror.meta(), worker.pod.meta());
                fits && !mirror.meta().is_deleting()
            });
        if let Some(stray) = mirror.as_ref().filter(|_| !is_right) {
            let options = DeleteOptions {
                grace_period_seconds: Some(0),
                uid: Some(stray.uid()),
                ..DeleteOptions::default()
            };
            let (resource, key) = (Resource::PODS, key.clone());
            self.host.client.call(out, Call::Delete { resource, key, options }, Token::Event);
        }
        if let Some(uid) = owner {
            self.work(uid, out, |worker, host, out| worker.on_mirror(mirror, host, out));
            self.make_mirrors(out);
        }
    }

    /// Makes the objects of static pods that have none.
    pub(super) fn make_mirrors(&mut self, out: &mut Out) {
        let Some(node_uid) = self.agent.registered_uid().filter(|_| self.pods.is_synced()) else {
            return;
        };
        for (uid, is_making) in &mut self.statics {
            let Some(worker) = self.workers.get(uid) else { continue };
            if *is_making || worker.mirror.is_some() {
                continue;
            }
            *is_making = true;
            let object = static_pods::mirror(&worker.pod, &self.host.config.name, node_uid);
            let (resource, namespace) = (Resource::PODS, Str::from(object.namespace()));
            let body = Payload::Object(object);
            let call = Call::Create { resource, namespace, body };
            self.host.client.call(out, call, Token::Mirror(*uid));
        }
    }
}
