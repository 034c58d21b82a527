//! A configuration rebuilt from what a snapshot says of it.
//!
//! Models etcd-io/raft `confchange/restore.go`. Invariant: what is rebuilt describes itself as
//! what it was rebuilt from.

use super::{ChangeError, Changer, ConfChangeSingle, ConfChangeType, ConfState};
use crate::etcd::raft::tracker::{Config, Limits, ProgressMap};

/// Rebuilds `state` as changes to an empty configuration: the outgoing voters are added one by
/// one and then replaced in one joint change, or when there are none, the members are added one
/// by one.
pub(in crate::etcd::raft) fn restore(
    state: &ConfState,
    limits: Limits,
    last_index: u64,
) -> Result<(Config, ProgressMap), ChangeError> {
    use ConfChangeType::{AddLearnerNode, AddNode, RemoveNode};
    let all = |kind, ids: &[u64]| -> Vec<ConfChangeSingle> {
        let change = |&node_id| ConfChangeSingle { kind, node_id };
        ids.iter().map(change).collect()
    };
    let outgoing = all(AddNode, &state.voters_outgoing);
    let incoming = [
        all(RemoveNode, &state.voters_outgoing),
        all(AddNode, &state.voters),
        all(AddLearnerNode, &state.learners),
        all(AddLearnerNode, &state.learners_next),
    ]
    .concat();

    let mut changer =
        Changer { config: Config::default(), progress: ProgressMap::new(), limits, last_index };
    let is_joint = !outgoing.is_empty();
    for change in if is_joint { &outgoing } else { &incoming } {
        let (config, progress) = changer.clone().simple(std::slice::from_ref(change))?;
        (changer.config, changer.progress) = (config, progress);
    }
    if is_joint {
        return changer.enter_joint(state.auto_leave, &incoming);
    }
    Ok((changer.config, changer.progress))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restores_what_it_describes() {
        let check = |voters: &[u64], learners: &[u64], outgoing: &[u64], next: &[u64], leave| {
            let state = ConfState {
                voters: voters.into(),
                learners: learners.into(),
                voters_outgoing: outgoing.into(),
                learners_next: next.into(),
                auto_leave: leave,
            };
            let (config, progress) = restore(&state, Limits::default(), 10).unwrap();
            assert_eq!(config.conf_state(), state);
            let members = config.voters.ids().0.len() + config.learners.len();
            assert_eq!(progress.len(), members);
        };
        check(&[], &[], &[], &[], false);
        check(&[1, 2, 3], &[], &[], &[], false);
        check(&[1, 2, 3], &[4, 5], &[], &[], false);
        check(&[1, 2, 3], &[5], &[1, 2, 4, 6], &[4], false);
        check(&[1], &[], &[1, 2], &[2], true);
    }
}
