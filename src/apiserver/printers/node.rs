//! Nodes: whether they work, what for, and what they run.
//!
//! Models pkg/printers/internalversion/printers.go printNode.

use super::cells::{NONE, age, column, joined, name, wide};
use crate::api::rpc::Column;
use crate::api::types::{Node, NodeSystemInfo, ObjectMeta};
use crate::api::{Object, Str};
use crate::sim::Time;

/// The columns of Nodes.
pub const COLUMNS: &[Column] = &[
    column("Name"),
    column("Status"),
    column("Roles"),
    column("Age"),
    column("Version"),
    wide("Internal-IP"),
    wide("External-IP"),
    wide("OS-Image"),
    wide("Kernel-Version"),
    wide("Container-Runtime"),
];

/// Labels with this prefix give a node a role, by what follows.
const ROLE_PREFIX: &str = "node-role.kubernetes.io/";
/// The value of this label is a role too.
const ROLE_LABEL: &str = "kubernetes.io/role";

/// The cells of a Node.
pub fn cells(object: &Object, now: Time) -> Vec<Str> {
    let node: Node = object.get().cloned().unwrap_or_default();
    let info = node.status.node_info.clone().unwrap_or_default();
    vec![
        name(object),
        status(&node),
        roles(object.meta()),
        age(object, now),
        info.kubelet_version.clone(),
        address(&node, "InternalIP"),
        address(&node, "ExternalIP"),
        or_unknown(&info.os_image),
        kernel(&info),
        or_unknown(&info.container_runtime_version),
    ]
}

fn status(node: &Node) -> Str {
    let status = match node.condition("Ready") {
        Some(ready) if ready.status == "True" => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    match node.spec.unschedulable {
        true => [status, ",SchedulingDisabled"].concat().into(),
        false => Str::new_static(status),
    }
}

/// Models findNodeRoles.
fn roles(meta: &ObjectMeta) -> Str {
    let role = |(key, value): (&Str, &Str)| match key.strip_prefix(ROLE_PREFIX) {
        Some(role) => Some(Str::new(role)),
        None => (key == ROLE_LABEL).then(|| value.clone()),
    };
    let mut roles: Vec<Str> =
        meta.labels.iter().filter_map(role).filter(|role| !role.is_empty()).collect();
    roles.sort();
    roles.dedup();
    if roles.is_empty() { NONE } else { joined(&roles) }
}

/// The first address of this type.
fn address(node: &Node, kind: &str) -> Str {
    let mut addresses = node.status.addresses.iter();
    addresses.find(|address| address.kind == kind).map_or(NONE, |found| found.address.clone())
}

fn kernel(info: &NodeSystemInfo) -> Str {
    if info.kernel_version.is_empty() || info.architecture.is_empty() {
        return or_unknown(&info.kernel_version);
    }
    format!("{} ({})", info.kernel_version, info.architecture).into()
}

fn or_unknown(text: &Str) -> Str {
    if text.is_empty() { Str::new_static("<unknown>") } else { text.clone() }
}
