//! Plain data and limits. Models staging/src/k8s.io/api/core/v1 ConfigMap and ResourceQuota.

use std::sync::Arc;

use super::ResourceList;
use crate::api::Str;
use crate::api::codec::{List, StrMap, object};

/// Plain data.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ConfigMap {
    /// The map itself.
    pub body: Arc<ConfigMapBody>,
}

/// How much a namespace may use.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ResourceQuota {
    /// What is allowed.
    pub spec: Arc<ResourceQuotaSpec>,
    /// What is used.
    pub status: Arc<ResourceQuotaStatus>,
}

object! {
    /// Texts by key.
    ConfigMapBody {
        "binaryData" binary_data: StrMap,
        "data" data: StrMap,
        "immutable" immutable: Option<bool>,
    }

    /// What is allowed, and which pods count.
    ResourceQuotaSpec {
        "hard" hard: ResourceList,
        "scopes" scopes: List<Str>,
    }

    /// What is allowed and what is used.
    ResourceQuotaStatus {
        "hard" hard: ResourceList,
        "used" used: ResourceList,
    }
}
