//! What several plugins share: tolerations and the usual way to bring scores to one scale.
//!
//! Models pkg/scheduler/framework/plugins/helper and component-helpers/scheduling/corev1.

use crate::api::types::{Taint, Toleration};
use crate::scheduler::framework::SCORE_MAX;

/// Whether one of `taints` keeps away, for good or at first, whoever has only these tolerations.
/// Models component-helpers/scheduling/corev1/helpers.go FindMatchingUntoleratedTaint.
pub fn keeps_away(taints: &[Taint], tolerations: &[Toleration]) -> bool {
    let mut strict = taints.iter().filter(|t| t.effect == "NoSchedule" || t.effect == "NoExecute");
    strict.any(|taint| !tolerations.iter().any(|toleration| toleration.tolerates(taint)))
}

/// Brings scores to 0 … 100, the greatest to 100; turned round, the greatest to 0.
/// Models pkg/scheduler/framework/plugins/helper/normalize_score.go DefaultNormalizeScore.
pub fn normalize(scores: &mut [i64], turned_round: bool) {
    let most = scores.iter().copied().max().unwrap_or(0);
    for score in scores {
        let share = if most == 0 { 0 } else { SCORE_MAX * *score / most };
        *score = if turned_round { SCORE_MAX - share } else { share };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_to_the_greatest() {
        let check = |scores: &[i64], turned_round, expected: &[i64]| {
            let mut normalized = scores.to_vec();
            normalize(&mut normalized, turned_round);
            assert_eq!(normalized, expected, "{scores:?}");
        };
        check(&[0, 1, 3], false, &[0, 33, 100]);
        check(&[0, 1, 3], true, &[100, 67, 0]);
        check(&[0, 0], false, &[0, 0]);
        check(&[0, 0], true, &[100, 100]);
        check(&[], true, &[]);
    }
}
