//! Objects that have no place on the stage, and the tree of who owns whom.
//!
//! Deployments, ReplicaSets, Services and the rest live in the store and nowhere else; the page
//! shows them as a tree by owner, with their pods as leaves.

use smol_str::SmolStr;

use super::pod::{OwnerSlot, PodId, PodLook};
use super::subject::ObjectId;
use super::treegrid::Row;

/// One object that is neither a pod nor a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectView {
    /// Which one.
    pub id: ObjectId,
    /// Its controller, when it has one.
    pub owner: Option<ObjectId>,
    /// How many of its pods are ready, and how many it wants; only for kinds that have pods.
    pub ready: Option<(u32, u32)>,
    /// The colour its pods wear; only for the workload on top.
    pub slot: Option<OwnerSlot>,
    /// What a line of `kubectl get` would tell first: `ClusterIP 10.96.0.10`, or nothing.
    pub note: SmolStr,
}

impl ObjectView {
    /// Whether `kubectl scale` works on it.
    pub fn can_scale(&self) -> bool {
        matches!(
            self.id.kind.as_str(),
            "Deployment" | "ReplicaSet" | "ReplicationController" | "StatefulSet"
        )
    }
}

/// Where a kind stands in a list: workloads first, then what serves them, then the rest.
fn rank(kind: &str) -> usize {
    const ORDER: [&str; 14] = [
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "ReplicaSet",
        "ReplicationController",
        "Job",
        "CronJob",
        "Pod",
        "Service",
        "EndpointSlice",
        "Ingress",
        "ConfigMap",
        "Secret",
        "ResourceQuota",
    ];
    let known = ORDER.iter().position(|&known| known == kind);
    known.unwrap_or(ORDER.len())
}

/// What a row of the tree stands for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NodeKey {
    /// A namespace, or the cluster itself for objects that live in none.
    Namespace(SmolStr),
    /// An object.
    Object(ObjectId),
    /// A pod.
    Pod(PodId),
}

impl NodeKey {
    /// A text that no other row has.
    pub fn text(&self) -> String {
        match self {
            Self::Namespace(name) => format!("namespace-{name}"),
            Self::Object(id) => format!("{}-{}-{}", id.kind, id.namespace, id.name),
            Self::Pod(id) => format!("pod-{}", id.0),
        }
    }
}

/// What the tree is made from: only who hangs below whom, so that a pod that merely changes its
/// state leaves the tree alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaf {
    /// What it is.
    pub key: NodeKey,
    /// The object it is, as a pod or another object.
    pub id: ObjectId,
    /// The object above it.
    pub owner: Option<ObjectId>,
}

/// The rows to show: namespaces, then objects below their owners, leaving out what hangs below a
/// row in `closed`.
pub fn tree_rows(leaves: &[Leaf], closed: &[NodeKey]) -> Vec<Row<NodeKey>> {
    let mut spaces: Vec<&SmolStr> = leaves.iter().map(|leaf| &leaf.id.namespace).collect();
    // The default namespace first: it is where a person's own things are.
    spaces.sort_by_key(|space| (space.as_str() != "default", *space));
    spaces.dedup();
    let mut rows = Vec::with_capacity(leaves.len());
    let count = spaces.len();
    for (index, space) in spaces.into_iter().enumerate() {
        let key = NodeKey::Namespace(space.clone());
        let open = !closed.contains(&key);
        rows.push(Row { key, level: 1, open: Some(open), place: (index + 1, count) });
        if open {
            let roots = (leaves.iter())
                .filter(|leaf| leaf.id.namespace == *space)
                .filter(|leaf| !has_parent(leaf, leaves))
                .collect();
            add_level(roots, 2, leaves, closed, &mut rows);
        }
    }
    rows
}

/// Whether the owner of `leaf` is itself in the tree; orphans hang from their namespace.
fn has_parent(leaf: &Leaf, leaves: &[Leaf]) -> bool {
    let owner = leaf.owner.as_ref();
    owner.is_some_and(|owner| *owner != leaf.id && leaves.iter().any(|other| other.id == *owner))
}

/// Adds one level of siblings and what hangs below them. Owners cannot form a ring through
/// here: the depth is bounded, and a ring has no root.
fn add_level(
    mut siblings: Vec<&Leaf>,
    level: usize,
    leaves: &[Leaf],
    closed: &[NodeKey],
    rows: &mut Vec<Row<NodeKey>>,
) {
    const LEVELS_MAX: usize = 8;
    siblings.sort_by_key(|leaf| (rank(&leaf.id.kind), &leaf.id));
    let count = siblings.len();
    for (index, leaf) in siblings.into_iter().enumerate() {
        let below: Vec<&Leaf> = (leaves.iter())
            .filter(|other| other.owner.as_ref() == Some(&leaf.id) && other.id != leaf.id)
            .collect();
        let open = (!below.is_empty()).then(|| !closed.contains(&leaf.key));
        rows.push(Row { key: leaf.key.clone(), level, open, place: (index + 1, count) });
        if open == Some(true) && level < LEVELS_MAX {
            add_level(below, level + 1, leaves, closed, rows);
        }
    }
}

/// The last name a person would call an object by, and how well it does, for a legend.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LegendEntry {
    /// The workload.
    pub id: ObjectId,
    /// Its colour.
    pub slot: OwnerSlot,
    /// Ready pods and wanted ones.
    pub ready: (u32, u32),
}

impl LegendEntry {
    /// The entry of a workload that colours pods.
    pub fn of(object: &ObjectView) -> Option<Self> {
        Some(Self { id: object.id.clone(), slot: object.slot?, ready: object.ready? })
    }

    /// The shape that sums it up: ready when all are, otherwise waiting.
    pub const fn look(&self) -> PodLook {
        if self.ready.0 >= self.ready.1 { PodLook::Ready } else { PodLook::Waiting }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(kind: &str, space: &str, name: &str, owner: Option<(&str, &str)>) -> Leaf {
        let id = ObjectId::new(kind, space, name);
        Leaf {
            key: NodeKey::Object(id.clone()),
            id,
            owner: owner.map(|(kind, name)| ObjectId::new(kind, space, name)),
        }
    }

    fn sample() -> Vec<Leaf> {
        vec![
            leaf("Service", "default", "web", None),
            leaf("Pod", "default", "web-1-b", Some(("ReplicaSet", "web-1"))),
            leaf("ReplicaSet", "default", "web-1", Some(("Deployment", "web"))),
            leaf("Deployment", "default", "web", None),
            leaf("Pod", "default", "web-1-a", Some(("ReplicaSet", "web-1"))),
            leaf("Pod", "apps", "lost", Some(("ReplicaSet", "gone"))),
        ]
    }

    fn check(closed: &[NodeKey], expected: &str) {
        let rows = tree_rows(&sample(), closed);
        let text: Vec<String> = (rows.iter())
            .map(|row| {
                let name = match &row.key {
                    NodeKey::Namespace(name) => name.to_string(),
                    NodeKey::Object(id) => id.slash(),
                    NodeKey::Pod(id) => id.0.to_string(),
                };
                format!("{}{name}", " ".repeat(row.level - 1))
            })
            .collect();
        assert_eq!(text.join("\n"), expected);
    }

    #[test]
    fn objects_hang_below_their_owners() {
        check(
            &[],
            "default\n deployment/web\n  replicaset/web-1\n   pod/web-1-a\n   pod/web-1-b\n \
             service/web\napps\n pod/lost",
        );
    }

    #[test]
    fn closed_rows_hide_what_is_below() {
        let closed = [
            NodeKey::Object(ObjectId::new("ReplicaSet", "default", "web-1")),
            NodeKey::Namespace("apps".into()),
        ];
        check(&closed, "default\n deployment/web\n  replicaset/web-1\n service/web\napps");
    }
}
