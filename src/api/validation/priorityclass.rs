//! Rules of PriorityClasses. Models pkg/apis/scheduling/validation/validation.go.

use super::common::{fixed, one_of};
use super::{Errors, Field, Rules, meta, text};

pub(super) const RULES: Rules = Rules { create, update, status: update };

/// The classes that every cluster has. Models pkg/apis/scheduling/types.go.
pub const SYSTEM: [(&str, i64); 2] =
    [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)];

/// The greatest value that is left to users.
const VALUE_MAX: i64 = 1_000_000_000;

fn create(class: &Field, errors: &mut Errors) {
    let metadata = class.at("metadata");
    meta::create(&metadata, false, text::name_is_subdomain, errors);
    let (name, value) = (metadata.at("name"), class.at("value"));
    let number = value.int().unwrap_or(0);
    if name.text().starts_with("system-") {
        let known = SYSTEM.iter().find(|(known, _)| *known == name.text());
        let why = match known {
            None => format!("{} is not a known system priority class", name.text()),
            Some((_, own)) if *own != number => {
                format!("value of {} PriorityClass must be {own}", name.text())
            }
            Some(_) => String::new(),
        };
        if !why.is_empty() {
            let detail = "priority class names with 'system-' prefix are reserved for system use \
                          only. error: ";
            errors.forbidden(&name, &[detail, &why].concat());
        }
    } else if number > VALUE_MAX {
        let detail = format!("maximum allowed value of a user defined priority is {VALUE_MAX}");
        errors.forbidden(&value, &detail);
    }
    let policy = class.at("preemptionPolicy");
    match policy.is_empty() {
        true => errors.required(&policy, ""),
        false => one_of(&policy, &["PreemptLowerPriority", "Never"], errors),
    }
}

/// Models ValidatePriorityClassUpdate.
fn update(class: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&class.at("metadata"), &old.at("metadata"), errors);
    let value = class.at("value");
    if value.value != old.value.at("value") {
        errors.forbidden(&value, "may not be changed in an update.");
    }
    fixed(class, old, &["preemptionPolicy"], errors);
}
