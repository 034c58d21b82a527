//! Workloads. Models staging/src/k8s.io/api/apps/v1/types.go and core/v1 ReplicationController.

use std::sync::Arc;

use super::{Condition, LabelSelector, PodTemplateSpec};
use crate::api::codec::{List, StrMap, object};
use crate::api::{IntOrString, Str};

/// Pods of one template, replaced step by step when the template changes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Deployment {
    /// What is wanted.
    pub spec: Arc<DeploymentSpec>,
    /// What is.
    pub status: Arc<DeploymentStatus>,
}

/// A number of equal pods.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ReplicaSet {
    /// What is wanted.
    pub spec: Arc<ReplicaSetSpec>,
    /// What is.
    pub status: Arc<ReplicaSetStatus>,
}

/// A number of equal pods, as it was before ReplicaSets.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ReplicationController {
    /// What is wanted.
    pub spec: Arc<ReplicationControllerSpec>,
    /// What is.
    pub status: Arc<ReplicaSetStatus>,
}

object! {
    /// What a Deployment is to keep up.
    DeploymentSpec {
        "minReadySeconds" min_ready_seconds: i32,
        "paused" paused: bool,
        "progressDeadlineSeconds" progress_deadline_seconds: Option<i32>,
        "replicas" replicas: Option<i32>,
        "revisionHistoryLimit" revision_history_limit: Option<i32>,
        "selector"! selector: LabelSelector,
        "strategy"! strategy: DeploymentStrategy,
        "template"! template: PodTemplateSpec,
    }

    /// How old pods give way to new ones.
    DeploymentStrategy {
        "rollingUpdate" rolling_update: Option<RollingUpdateDeployment>,
        "type" kind: Str,
    }

    /// How many pods more or fewer there may be on the way.
    RollingUpdateDeployment {
        "maxSurge" max_surge: Option<IntOrString>,
        "maxUnavailable" max_unavailable: Option<IntOrString>,
    }

    /// How far a Deployment has come.
    DeploymentStatus {
        "availableReplicas" available_replicas: i32,
        "collisionCount" collision_count: Option<i32>,
        "conditions" conditions: List<Condition>,
        "observedGeneration" observed_generation: i64,
        "readyReplicas" ready_replicas: i32,
        "replicas" replicas: i32,
        "terminatingReplicas" terminating_replicas: Option<i32>,
        "unavailableReplicas" unavailable_replicas: i32,
        "updatedReplicas" updated_replicas: i32,
    }

    /// What a ReplicaSet is to keep up.
    ReplicaSetSpec {
        "minReadySeconds" min_ready_seconds: i32,
        "replicas" replicas: Option<i32>,
        "selector"! selector: LabelSelector,
        "template" template: PodTemplateSpec,
    }

    /// What a ReplicationController is to keep up.
    ReplicationControllerSpec {
        "minReadySeconds" min_ready_seconds: i32,
        "replicas" replicas: Option<i32>,
        "selector" selector: StrMap,
        "template" template: Option<PodTemplateSpec>,
    }

    /// How far a ReplicaSet or ReplicationController has come.
    ReplicaSetStatus {
        "availableReplicas" available_replicas: i32,
        "conditions" conditions: List<Condition>,
        "fullyLabeledReplicas" fully_labeled_replicas: i32,
        "observedGeneration" observed_generation: i64,
        "readyReplicas" ready_replicas: i32,
        "replicas"! replicas: i32,
        "terminatingReplicas" terminating_replicas: Option<i32>,
    }
}
