//! Lists of conditions, one of each type.

use crate::api::List;
use crate::api::types::Condition;

/// The condition of a type.
pub(super) fn find<'a>(conditions: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    conditions.iter().find(|condition| condition.kind == kind)
}

/// The conditions with `condition` in place of another of its type. Nothing changes when status
/// and reason are as before; the time of the last transition stays when the status does.
/// Models SetDeploymentCondition of pkg/controller/deployment/util, and its like.
pub(super) fn set(conditions: &List<Condition>, mut condition: Condition) -> List<Condition> {
    if let Some(before) = find(conditions, &condition.kind) {
        if before.status == condition.status && before.reason == condition.reason {
            return conditions.clone();
        }
        if before.status == condition.status {
            condition.last_transition_time = before.last_transition_time;
        }
    }
    let others = conditions.iter().filter(|other| other.kind != condition.kind).cloned();
    let others: Vec<Condition> = others.collect();
    others.into_iter().chain([condition]).collect()
}

/// The conditions without the one of a type.
pub(super) fn without(conditions: &List<Condition>, kind: &str) -> List<Condition> {
    conditions.iter().filter(|condition| condition.kind != kind).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Timestamp;

    #[test]
    fn times_change_with_the_status_alone() {
        let condition = |status: &str, reason: &str, at| Condition {
            kind: "Available".into(),
            status: status.into(),
            reason: reason.into(),
            last_transition_time: Some(Timestamp(at)),
            ..Condition::default()
        };
        let before = set(&List::default(), condition("True", "A", 1));
        assert_eq!(set(&before, condition("True", "A", 2)), before);
        let after = set(&before, condition("True", "B", 2));
        assert_eq!(after[0].last_transition_time, Some(Timestamp(1)));
        let after = set(&after, condition("False", "B", 3));
        assert_eq!((after.len(), after[0].last_transition_time), (1, Some(Timestamp(3))));
        assert!(without(&after, "Available").is_empty());
    }
}
