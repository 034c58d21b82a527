//! Defaults of LimitRanges. Models pkg/apis/core/v1/defaults.go SetDefaults_LimitRangeItem.

use super::{Value, each, round_up};
use crate::api::Fields;

pub(super) fn apply(range: &mut Value) {
    each(range.entry("spec"), "limits", |item| {
        for list in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
            round_up(item, list);
        }
        if item.at("type").text() == "Container" {
            // Limits follow the most that is allowed, requests the limits and then the least.
            fill(item, "default", "max");
            fill(item, "defaultRequest", "default");
            fill(item, "defaultRequest", "min");
        }
    });
}

/// Gives the list at `into` what it lacks of the list at `from`.
fn fill(item: &mut Value, into: &str, from: &str) {
    let source = item.at(from).clone();
    for (name, amount) in source.as_map().into_iter().flat_map(Fields::iter) {
        if item.at(into).at(name).is_null() {
            *item.entry(into).entry(name) = amount.clone();
        }
    }
}
