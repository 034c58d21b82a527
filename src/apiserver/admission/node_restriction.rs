//! A node writes what is its own, and nothing else.
//!
//! Models plugin/pkg/admission/noderestriction/admission.go. The simulation's kubelets write
//! nothing else anyway; a person may try as one.

use crate::api::rpc::{Call, Request};
use crate::api::{Key, Resource, Status, quote};
use crate::apiserver::cache::WatchCache;

/// Why a write is refused for the node that makes it; `None` if it is not.
pub fn refusal(cache: &WatchCache, request: &Request) -> Option<Status> {
    let node = request.user.strip_prefix("system:node:")?;
    let call = &request.call;
    let (resource, name) = (call.resource(), call.name());
    let refused = |why: String| Some(Status::forbidden(resource, name, &why));
    if !call.is_write() {
        return None;
    }
    match resource {
        Resource::NODES if name != node => {
            let verb = if matches!(call, Call::Create { .. }) { "create" } else { "modify" };
            refused(format!("node {} is not allowed to {verb} node {}", quote(node), quote(name)))
        }
        Resource::PODS => {
            let key = Key::new(call.namespace(), name);
            let pod = cache.get(Resource::PODS, &key).map(|pod| pod.to_value());
            let bound = pod.as_ref().map(|pod| pod.at_path(&["spec", "nodeName"]).text());
            match call {
                Call::Create { body, .. } => {
                    let body = match body {
                        crate::api::rpc::Payload::Object(object) => object.to_value(),
                        crate::api::rpc::Payload::Text(value) => value.clone(),
                    };
                    const MIRROR: &str = "kubernetes.io/config.mirror";
                    let mirrors = !body.at_path(&["metadata", "annotations", MIRROR]).is_null();
                    let shown = quote(node);
                    match body.at_path(&["spec", "nodeName"]).text() {
                        _ if !mirrors => refused(format!(
                            "pod does not have {} annotation, node {shown} can only create mirror \
                             pods",
                            quote(MIRROR)
                        )),
                        own if own != node => refused(format!(
                            "node {shown} can only create pods with spec.nodeName set to itself"
                        )),
                        _ => None,
                    }
                }
                Call::Delete { .. } if bound.is_some_and(|bound| bound != node) => {
                    refused(format!(
                        "node {} can only delete pods with spec.nodeName set to itself",
                        quote(node)
                    ))
                }
                Call::Update { .. } | Call::Patch { .. }
                    if bound.is_some_and(|bound| bound != node) =>
                {
                    refused(format!(
                        "node {} can only update pod status for pods with spec.nodeName set to \
                         itself",
                        quote(node)
                    ))
                }
                _ => None,
            }
        }
        Resource::LEASES if call.namespace() != "kube-node-lease" => {
            const WHY: &str = "can only access leases in the \"kube-node-lease\" system namespace";
            refused(WHY.to_owned())
        }
        Resource::LEASES if name != node => {
            refused("can only access node lease with the same name as the requesting node".into())
        }
        _ => None,
    }
}
