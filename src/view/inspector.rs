//! What the inspector shows of the selected subject: why, summary, YAML, events.

use smol_str::SmolStr;

use crate::sim::Duration;

use super::pod::PodLook;
use super::raft::MessageView;
use super::story::{Answer, Deed};
use super::subject::Subject;

/// One step of the chain of causes, the person's command first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CauseView {
    /// When.
    pub at: Duration,
    /// The position to which a click seeks.
    pub position: u64,
    /// What happened.
    pub deed: Deed,
}

/// What became of one node in the scheduler's comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NodeVerdict {
    /// It passed every filter: its weighted scores, in the order of [`Decision::plugins`].
    Scored(Vec<i64>),
    /// A filter refused it: the plugin and its own words.
    Refused(SmolStr, SmolStr),
}

/// One node in the scheduler's comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeScore {
    /// The node.
    pub node: SmolStr,
    /// Whether it was chosen.
    pub chosen: bool,
    /// What became of it.
    pub verdict: NodeVerdict,
}

impl NodeScore {
    /// The sum of its scores, when it has any.
    pub fn total(&self) -> Option<i64> {
        match &self.verdict {
            NodeVerdict::Scored(scores) => Some(scores.iter().sum()),
            NodeVerdict::Refused(..) => None,
        }
    }
}

/// One cycle of the scheduler for one pod.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// The score plugins, by their own names.
    pub plugins: Vec<SmolStr>,
    /// The nodes it looked at.
    pub nodes: Vec<NodeScore>,
    /// Kubernetes' sentence when none fitted, otherwise empty.
    pub message: SmolStr,
}

impl Decision {
    /// The nodes in the order of the table: chosen, then by total, then the refused ones.
    pub fn ranked(&self) -> Vec<&NodeScore> {
        let mut nodes: Vec<&NodeScore> = self.nodes.iter().collect();
        nodes.sort_by_key(|node| {
            let total = node.total();
            (!node.chosen, total.is_none(), -total.unwrap_or(0), node.node.clone())
        });
        nodes
    }
}

/// The head of a column for the plugin `name`: one word that says what it looks at.
pub fn plugin_short(name: &str) -> &str {
    match name {
        "NodeResourcesFit" => "fit",
        "NodeResourcesBalancedAllocation" => "balance",
        "PodTopologySpread" => "spread",
        "ImageLocality" => "image",
        "TaintToleration" => "taint",
        "NodeAffinity" => "affinity",
        "InterPodAffinity" => "pods",
        other => other,
    }
}

/// What a value in the summary leads to, or how it is set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A text of Kubernetes.
    Text(SmolStr),
    /// A name that leads to what it names.
    Link(SmolStr, Subject),
    /// A state with its shape.
    State(PodLook, SmolStr),
    /// Small labels side by side: labels, taints, ports.
    Chips(Vec<SmolStr>),
}

/// One line of the summary. The key is Kubernetes' field name, in every language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// `restartPolicy`, `QoS class`, …
    pub key: SmolStr,
    /// Its value.
    pub value: Value,
}

/// A group of fields. The title is Kubernetes' own word, in every language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// `Containers`, `Conditions`, …; empty for the first.
    pub title: SmolStr,
    /// Its lines.
    pub fields: Vec<Field>,
}

/// An Event object, or several alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventView {
    /// Whether its type is `Warning`.
    pub warning: bool,
    /// `FailedScheduling`, `Pulled`, …
    pub reason: SmolStr,
    /// Its message.
    pub message: SmolStr,
    /// Who reported it: `default-scheduler`, `kubelet`.
    pub from: SmolStr,
    /// When it happened last.
    pub at: Duration,
    /// How often it happened.
    pub count: u32,
}

/// A stage of a request, as the inspector tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // They are those of an apiserver, which says what they are.
pub enum StageView {
    Authentication,
    Audit,
    Fairness,
    Authorization,
    MutatingAdmission,
    Validation,
    ValidatingAdmission,
    Storage,
}

impl StageView {
    /// Every stage, in their order.
    pub const ALL: [Self; 8] = [
        Self::Authentication,
        Self::Audit,
        Self::Fairness,
        Self::Authorization,
        Self::MutatingAdmission,
        Self::Validation,
        Self::ValidatingAdmission,
        Self::Storage,
    ];
}

/// The request that created an object, and what the stages did to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WriteView {
    /// Who asked.
    pub user: SmolStr,
    /// The plugins of admission that changed it.
    pub changed_by: Vec<SmolStr>,
    /// The revision of the store it became.
    pub revision: u64,
}

impl WriteView {
    /// What a stage has to say of the request; nothing when it passed and that is all.
    pub fn note(&self, stage: StageView) -> SmolStr {
        match stage {
            StageView::Authentication => self.user.clone(),
            StageView::MutatingAdmission => {
                let names: Vec<&str> = self.changed_by.iter().map(SmolStr::as_str).collect();
                names.join(", ").into()
            }
            StageView::Storage => self.revision.to_string().into(),
            _ => SmolStr::default(),
        }
    }
}

/// Everything about one subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InspectorView {
    /// What is inspected.
    pub subject: Subject,
    /// Its name in full.
    pub title: SmolStr,
    /// Its kind: `Pod`, `etcd member`.
    pub kind: SmolStr,
    /// Its namespace, or empty.
    pub namespace: SmolStr,
    /// Its state, when it has one.
    pub state: Option<(PodLook, SmolStr)>,
    /// Whether it is gone at the instant shown.
    pub gone: bool,
    /// The answer to "why?", when there is one sentence for it.
    pub answer: Option<Answer>,
    /// The scheduler's comparison, for a pod that had one.
    pub decision: Option<Decision>,
    /// Its fields in the names of etcd, for a message of Raft.
    pub message: Option<MessageView>,
    /// What led to it, the first cause first.
    pub causes: Vec<CauseView>,
    /// How it came into the store, while that is remembered.
    pub write: Option<WriteView>,
    /// Its fields.
    pub summary: Vec<Section>,
    /// `kubectl get -o yaml`; empty for what is no object.
    pub yaml: String,
    /// Its events, the newest first.
    pub events: Vec<EventView>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_say_what_they_did() {
        let write = WriteView {
            user: "jane".into(),
            changed_by: vec!["ServiceAccount".into(), "Priority".into()],
            revision: 7,
        };
        let notes: Vec<SmolStr> = StageView::ALL.map(|stage| write.note(stage)).to_vec();
        assert_eq!(notes, ["jane", "", "", "", "ServiceAccount, Priority", "", "", "7"]);
    }

    #[test]
    fn the_chosen_node_comes_first_and_the_refused_last() {
        let node = |name: &str, chosen, scores: Option<Vec<i64>>| NodeScore {
            node: name.into(),
            chosen,
            verdict: match scores {
                Some(scores) => NodeVerdict::Scored(scores),
                None => NodeVerdict::Refused("NodeResourcesFit".into(), "Insufficient cpu".into()),
            },
        };
        let decision = Decision {
            plugins: vec!["NodeResourcesFit".into()],
            nodes: vec![
                node("a", false, None),
                node("b", false, Some(vec![10, 20])),
                node("c", false, Some(vec![40])),
                node("d", true, Some(vec![40])),
            ],
            message: SmolStr::default(),
        };
        let order: Vec<&str> = decision.ranked().iter().map(|n| n.node.as_str()).collect();
        assert_eq!(order, ["d", "c", "b", "a"]);
    }
}
