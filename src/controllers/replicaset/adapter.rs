//! What a ReplicaSet and a ReplicationController have in common, so that one loop does for both.
//!
//! Models pkg/controller/replication/conversion.go.

use std::fmt::Debug;
use std::sync::Arc;

use crate::api::labels::Selector;
use crate::api::types::{PodTemplateSpec, ReplicaSet, ReplicaSetStatus, ReplicationController};
use crate::api::{Kind, Object, Resource};
use crate::controllers::controller::Profile;

/// A kind of object that keeps up a number of equal pods.
pub trait Replicated: Clone + Debug {
    /// What never changes about its controller.
    const PROFILE: Profile;
    /// The resource of its objects.
    const RESOURCE: Resource;
    /// Whether its status tells how many pods are on their way out.
    const TELLS_TERMINATING: bool;

    /// What the loop reads of an object; `None` of an object of another kind.
    fn view(object: &Object) -> Option<View<'_>>;

    /// The object with another status.
    fn with_status(object: &Object, status: ReplicaSetStatus) -> Object;
}

/// What the loop reads of an object.
#[derive(Debug)]
pub struct View<'a> {
    /// The object itself.
    pub object: &'a Object,
    /// How many pods are wanted.
    pub replicas: i32,
    /// Which pods count.
    pub selector: Selector,
    /// What new pods are made from.
    pub template: Option<&'a PodTemplateSpec>,
    /// How long a pod must be ready to count as available.
    pub min_ready_seconds: i32,
    /// The status as it is.
    pub status: &'a ReplicaSetStatus,
}

/// The controller of ReplicaSets.
#[derive(Clone, Debug)]
pub enum ReplicaSetKind {}

/// The controller of ReplicationControllers.
#[derive(Clone, Debug)]
pub enum ReplicationControllerKind {}

impl Replicated for ReplicaSetKind {
    const PROFILE: Profile = Profile::named("replicaset-controller");
    const RESOURCE: Resource = ReplicaSet::RESOURCE;
    const TELLS_TERMINATING: bool = true;

    fn view(object: &Object) -> Option<View<'_>> {
        let set = object.get::<ReplicaSet>()?;
        Some(View {
            object,
            replicas: set.spec.replicas.unwrap_or(1),
            selector: Selector::from(&set.spec.selector),
            template: Some(&set.spec.template),
            min_ready_seconds: set.spec.min_ready_seconds,
            status: &set.status,
        })
    }

    fn with_status(object: &Object, status: ReplicaSetStatus) -> Object {
        match object.get::<ReplicaSet>() {
            Some(set) => object.with_body(ReplicaSet { status: Arc::new(status), ..set.clone() }),
            None => object.clone(),
        }
    }
}

impl Replicated for ReplicationControllerKind {
    const PROFILE: Profile =
        Profile { source: "replication-controller", ..Profile::named("replication-controller") };
    const RESOURCE: Resource = ReplicationController::RESOURCE;
    const TELLS_TERMINATING: bool = false;

    fn view(object: &Object) -> Option<View<'_>> {
        let controller = object.get::<ReplicationController>()?;
        let spec = &controller.spec;
        Some(View {
            object,
            replicas: spec.replicas.unwrap_or(1),
            selector: Selector::from_map(&spec.selector),
            template: spec.template.as_ref(),
            min_ready_seconds: spec.min_ready_seconds,
            status: &controller.status,
        })
    }

    fn with_status(object: &Object, status: ReplicaSetStatus) -> Object {
        match object.get::<ReplicationController>() {
            Some(controller) => {
                let status = Arc::new(status);
                object.with_body(ReplicationController { status, ..controller.clone() })
            }
            None => object.clone(),
        }
    }
}
