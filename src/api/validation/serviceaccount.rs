//! Rules of ServiceAccounts, which are those of metadata alone.
//! Models pkg/apis/core/validation/validation.go ValidateServiceAccount.

use super::{Errors, Field, Rules, meta, text};

pub(super) const RULES: Rules = Rules { create, update, status: update };

fn create(object: &Field, errors: &mut Errors) {
    let metadata = object.at("metadata");
    let namespaced = metadata.at("namespace").is_set();
    meta::create(&metadata, namespaced, text::name_is_subdomain, errors);
}

fn update(object: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&object.at("metadata"), &old.at("metadata"), errors);
    create(object, errors);
}
