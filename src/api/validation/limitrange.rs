//! Rules of LimitRanges. Models pkg/apis/core/validation/validation.go ValidateLimitRange.

use super::{Errors, Field, Rules, meta, quantity, text};
use crate::api::{Quantity, Str};

pub(super) const RULES: Rules = Rules { create, update, status: update };

fn create(range: &Field, errors: &mut Errors) {
    meta::create(&range.at("metadata"), true, text::name_is_subdomain, errors);
    let spec = range.at("spec");
    let limits = spec.at("limits");
    let mut seen: Vec<String> = Vec::new();
    for item in limits.items() {
        let kind = item.at("type");
        type_name(&kind, errors);
        if seen.iter().any(|other| other == kind.text()) {
            errors.duplicate(&kind, kind.text(), "");
        }
        seen.push(kind.text().to_owned());
        self::item(&item, kind.text(), errors);
    }
}

fn update(range: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&range.at("metadata"), &old.at("metadata"), errors);
    create(range, errors);
}

/// Models validateLimitRangeTypeName.
fn type_name(kind: &Field, errors: &mut Errors) {
    let name = kind.text();
    errors.each(kind, text::qualified_name(name));
    let standard = ["Pod", "Container", "PersistentVolumeClaim"];
    if !name.contains('/') && !standard.contains(&name) {
        errors.invalid(kind, name, "must be a standard limit type or fully qualified");
    }
}

fn item(item: &Field, kind: &str, errors: &mut Errors) {
    let mut names: Vec<Str> = Vec::new();
    for list in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
        let amounts = item.at(list);
        if kind == "Pod" && list.starts_with("default") {
            if !amounts.is_empty() {
                errors.forbidden(&amounts, "may not be specified when `type` is 'Pod'");
            }
            continue;
        }
        for (name, field) in amounts.entries() {
            if matches!(kind, "Pod" | "Container") {
                quantity::container_resource_name(&field, name, errors);
            }
            names.push(name.clone());
        }
        let has = |list: &str| item.at(list).at("storage").is_set();
        if list == "defaultRequest" && kind == "PersistentVolumeClaim" && !has("min") && !has("max")
        {
            let detail = "either minimum or maximum storage value is required, but neither was \
                          provided";
            errors.required(&item.at("limits"), detail);
        }
    }
    names.sort();
    names.dedup();
    names.iter().for_each(|name| relations(item, name, errors));
}

/// How the amounts of one resource must stand to one another.
fn relations(item: &Field, name: &str, errors: &mut Errors) {
    let amount = |list: &str| Quantity::parse(item.value.at(list).at(name).text());
    let [min, max, default, request, ratio] =
        ["min", "max", "default", "defaultRequest", "maxLimitRequestRatio"].map(amount);
    // What is complained about, the two amounts of which the first is too great, their names, and
    // whether it is the first that is shown.
    let rules = [
        ("min", (min, "min value"), (max, "max value"), true),
        ("defaultRequest", (min, "min value"), (request, "default request value"), false),
        ("defaultRequest", (request, "default request value"), (max, "max value"), true),
        (
            "defaultRequest",
            (request, "default request value"),
            (default, "default limit value"),
            true,
        ),
        ("default", (min, "min value"), (default, "default value"), true),
        ("default", (default, "default value"), (max, "max value"), false),
    ];
    for (list, (great, great_name), (small, small_name), shows_great) in rules {
        let (Some(great), Some(small)) = (great, small) else { continue };
        if great > small {
            let detail = format!("{great_name} {great} is greater than {small_name} {small}");
            let shown = if shows_great { great } else { small };
            errors.invalid(&item.at(list).key(name), shown, detail);
        }
    }
    let Some(ratio) = ratio else { return };
    if ratio < Quantity::milli(1000) {
        let detail = format!("ratio {ratio} is less than 1");
        errors.invalid(&item.at("maxLimitRequestRatio").key(name), ratio, detail);
    }
}
