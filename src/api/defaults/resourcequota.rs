//! Defaults of ResourceQuotas. Models the generated SetObjectDefaults_ResourceQuota.

use super::{Value, round_up, within};

pub(super) fn apply(quota: &mut Value) {
    within(quota, "spec", |spec| round_up(spec, "hard"));
    within(quota, "status", |status| {
        round_up(status, "hard");
        round_up(status, "used");
    });
}
