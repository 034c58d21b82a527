//! Rules of a service's own addresses and their families.
//! Models pkg/apis/core/validation/validation.go ValidateServiceClusterIPsRelatedFields.

use super::super::{Errors, Field, ip};
use super::is_headless;
use crate::api::Value;

/// Addresses as they stand.
pub(super) fn check(spec: &Field, errors: &mut Errors) {
    if spec.at("type").text() == "ExternalName" {
        return;
    }
    let list = spec.at("clusterIPs");
    let one = spec.at("clusterIP").text();
    match (one, list.value.items().first()) {
        ("", None) => {}
        ("", Some(_)) => {
            errors.invalid(&list, &list, "must be empty when `clusterIP` is not specified");
        }
        (_, None) => errors.required(&list, ""),
        (one, Some(first)) if first.text() != one => {
            errors.invalid(&list, &list, "first value must match `clusterIP`");
        }
        _ => {}
    }
    families(spec, errors);
    let all_valid = valid_addresses(&list, errors);
    if list.len() > 2 {
        errors.invalid(&list, &list, "may only hold up to 2 values");
    }
    if !all_valid {
        return;
    }
    let texts = list.value.items().iter().map(Value::text);
    if list.len() > 1 && !ip::is_dual_stack(texts) {
        errors.invalid(&list, &list, "may specify no more than one IP for each IP family");
    }
    if !is_headless(spec.value) {
        matching_families(spec, &list, errors);
    }
}

/// Addresses that are to replace others: what was given stays.
/// Models validateUpgradeDowngradeClusterIPs and validateUpgradeDowngradeIPFamilies.
pub(super) fn check_change(spec: &Field, old: &Field, errors: &mut Errors) {
    let external = |spec: &Field| spec.at("type").text() == "ExternalName";
    if external(spec) || external(old) {
        return;
    }
    let (headless, was_headless) = (is_headless(spec.value), is_headless(old.value));
    if !(headless && was_headless) {
        changed_list(spec, old, "clusterIPs", "clusterIP", errors);
    }
    if !headless && !was_headless {
        changed_list(spec, old, "ipFamilies", "ipFamily", errors);
    }
}

fn changed_list(spec: &Field, old: &Field, name: &str, one: &str, errors: &mut Errors) {
    let list = spec.at(name);
    let (now, before) = (list.value.items(), old.value.at(name).items());
    let first_changed = !now.is_empty() && !before.is_empty() && now[0] != before[0];
    if now.len() == before.len() {
        for index in (0..now.len()).filter(|index| now[*index] != before[*index]) {
            // Upstream complains about the first family whichever it was.
            let index = if name == "ipFamilies" { 0 } else { index };
            errors.invalid(&list.index(index), &list, "may not change once set");
        }
        return;
    }
    let first = list.index(0);
    if now.is_empty() {
        errors.invalid(&first, &list, format!("primary {one} can not be unset"));
    }
    if first_changed {
        let shown = if name == "ipFamilies" { spec.at("clusterIPs") } else { list };
        errors.invalid(&first, &shown, "may not change once set");
    }
    let policy = spec.at("ipFamilyPolicy");
    if now.len() == 1 && before.len() > 1 && policy.text() != "SingleStack" {
        let detail = format!("must be set to 'SingleStack' when releasing the secondary {one}");
        errors.invalid(&policy, &policy, detail);
    }
}

fn families(spec: &Field, errors: &mut Errors) {
    const FAMILIES: [&str; 2] = ["IPv4", "IPv6"];
    const POLICIES: [&str; 3] = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    let families = spec.at("ipFamilies");
    for (index, family) in families.value.items().iter().enumerate() {
        let field = families.index(index);
        if !FAMILIES.contains(&family.text()) {
            errors.not_supported(&field, family.text(), &FAMILIES);
        }
        if families.value.items()[..index].contains(family) {
            errors.duplicate(&field, family.text(), "");
        }
    }
    let policy = spec.at("ipFamilyPolicy");
    if policy.is_set() && !POLICIES.contains(&policy.text()) {
        errors.not_supported(&policy, policy.text(), &POLICIES);
    }
}

fn valid_addresses(list: &Field, errors: &mut Errors) -> bool {
    let mut valid = true;
    for (index, address) in list.items().enumerate() {
        if index == 0 && address.text() == "None" {
            if list.len() > 1 {
                valid = false;
                errors.invalid(list, list, "'None' must be the first and only value");
            }
        } else if ip::parse(address.text()).is_none() {
            valid = false;
            ip::check(&address, errors);
        }
    }
    valid
}

fn matching_families(spec: &Field, list: &Field, errors: &mut Errors) {
    let families = spec.value.at("ipFamilies").items();
    for (index, (address, family)) in list.items().zip(families).enumerate() {
        let is_v6 = ip::is_v6(address.text());
        if family.text() == if is_v6 { "IPv4" } else { "IPv6" } {
            let family = family.text();
            let detail =
                format!("expected an {family} value as indicated by `ipFamilies[{index}]`");
            errors.invalid(&address, address.text(), detail);
        }
    }
}
