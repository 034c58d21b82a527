//! What a pod says of the nodes it may be on: tolerations, and required affinity.
//!
//! Models k8s.io/api/core/v1/toleration.go and component-helpers/scheduling/corev1/nodeaffinity,
//! which the scheduler, the kubelet and several controllers share.

use super::StrMap;
use super::types::{NodeSelectorRequirement, NodeSelectorTerm, PodSpec, Taint, Toleration};

impl Toleration {
    /// Whether it puts up with `taint`. Models ToleratesTaint.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        let any_or = |wanted: &str, actual: &str| wanted.is_empty() || wanted == actual;
        any_or(&self.effect, &taint.effect)
            && any_or(&self.key, &taint.key)
            && match self.operator.as_str() {
                "" | "Equal" => self.value == taint.value,
                "Exists" => true,
                _ => false,
            }
    }
}

impl NodeSelectorTerm {
    /// Whether a node of this name with these labels meets every requirement; a term without
    /// requirements is met by none.
    pub fn is_met(&self, name: &str, labels: &StrMap) -> bool {
        let is_empty = self.match_expressions.is_empty() && self.match_fields.is_empty();
        let label =
            |r: &NodeSelectorRequirement| r.is_met(labels.get(&r.key).map(|value| value.as_str()));
        let field = |r: &NodeSelectorRequirement| {
            r.key == "metadata.name"
                && matches!(&*r.operator, "In" | "NotIn")
                && r.is_met(Some(name))
        };
        !is_empty && self.match_expressions.iter().all(label) && self.match_fields.iter().all(field)
    }
}

impl NodeSelectorRequirement {
    fn is_met(&self, value: Option<&str>) -> bool {
        let among = |value: &str| self.values.iter().any(|known| known == value);
        let compare = |holds: fn(&i64, &i64) -> bool| {
            let bound = self.values.first().and_then(|bound| bound.parse().ok());
            let number = value.and_then(|value| value.parse().ok());
            number.zip(bound).is_some_and(|(number, bound)| holds(&number, &bound))
        };
        match self.operator.as_str() {
            "In" => value.is_some_and(among),
            "NotIn" => !value.is_some_and(among),
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            "Gt" => compare(i64::gt),
            "Lt" => compare(i64::lt),
            _ => false,
        }
    }
}

impl PodSpec {
    /// Whether its node selector and required affinity allow a node of this name with these labels.
    /// Models GetRequiredNodeAffinity.
    pub fn selects_node(&self, name: &str, labels: &StrMap) -> bool {
        let selected = self.node_selector.iter().all(|(key, value)| labels.get(key) == Some(value));
        let affinity = self.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
        let required = affinity.and_then(|affinity| affinity.required.as_ref());
        let holds = |term: &NodeSelectorTerm| term.is_met(name, labels);
        selected && required.is_none_or(|r| r.node_selector_terms.iter().any(holds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerates_by_effect_key_and_value() {
        let check = |toleration: [&str; 4], expected: bool| {
            let [key, operator, value, effect] = toleration.map(Into::into);
            let toleration = Toleration { key, operator, value, effect, ..Toleration::default() };
            let taint = Taint {
                key: "dedicated".into(),
                value: "db".into(),
                effect: "NoSchedule".into(),
                ..Taint::default()
            };
            assert_eq!(toleration.tolerates(&taint), expected, "{toleration:?}");
        };
        check(["dedicated", "Equal", "db", "NoSchedule"], true);
        check(["dedicated", "", "db", ""], true);
        check(["dedicated", "Equal", "web", ""], false);
        check(["dedicated", "Exists", "", "NoSchedule"], true);
        check(["dedicated", "Exists", "", "NoExecute"], false);
        check(["other", "Exists", "", ""], false);
        check(["", "Exists", "", ""], true);
        check(["", "Unheard", "", ""], false);
    }
}
