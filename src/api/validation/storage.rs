//! Rules of StorageClasses and CSIDrivers. Models pkg/apis/storage/validation/validation.go.

use super::common::{fixed, one_of};
use super::{Errors, Field, Rules, meta, semantically_equal, text};

/// Rules of classes.
pub(super) const CLASS_RULES: Rules =
    Rules { create: class, update: update_class, status: update_class };
/// Rules of drivers.
pub(super) const DRIVER_RULES: Rules =
    Rules { create: driver, update: update_driver, status: update_driver };

/// How many parameters a class may have, and how long they may be together.
const PARAMETERS_MAX: usize = 512;
const PARAMETERS_BYTES_MAX: usize = 256 * 1024;

/// Models ValidateStorageClass.
fn class(class: &Field, errors: &mut Errors) {
    meta::create(&class.at("metadata"), false, text::name_is_subdomain, errors);
    let provisioner = class.at("provisioner");
    if provisioner.is_empty() {
        errors.required(&provisioner, "");
    } else {
        let lower = provisioner.text().to_lowercase();
        errors.each(&provisioner, text::qualified_name(&lower));
    }
    let parameters = class.at("parameters");
    if parameters.len() > PARAMETERS_MAX {
        errors.too_long(&parameters, PARAMETERS_MAX);
    }
    let bytes: usize =
        parameters.entries().map(|(key, value)| key.len() + value.text().len()).sum();
    if bytes > PARAMETERS_BYTES_MAX {
        errors.too_long(&parameters, PARAMETERS_BYTES_MAX);
    }
    let reclaim = class.at("reclaimPolicy");
    if !reclaim.is_empty() {
        one_of(&reclaim, &["Delete", "Retain"], errors);
    }
    let binding = class.at("volumeBindingMode");
    match binding.is_set() {
        true => one_of(&binding, &["Immediate", "WaitForFirstConsumer"], errors),
        false => errors.required(&binding, ""),
    }
}

/// Models ValidateStorageClassUpdate.
fn update_class(class: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&class.at("metadata"), &old.at("metadata"), errors);
    for name in ["parameters", "provisioner", "reclaimPolicy"] {
        let field = class.at(name);
        if !semantically_equal(field.value, old.value.at(name)) {
            errors.forbidden(&field, &format!("updates to {name} are forbidden."));
        }
    }
    fixed(class, old, &["volumeBindingMode"], errors);
    self::class(class, errors);
}

/// Models ValidateCSIDriver.
fn driver(driver: &Field, errors: &mut Errors) {
    let metadata = driver.at("metadata");
    meta::create(&metadata, false, text::name_is_subdomain, errors);
    let spec = driver.at("spec");
    for mode in spec.at("volumeLifecycleModes").items() {
        one_of(&mode, &["Ephemeral", "Persistent"], errors);
    }
    let policy = spec.at("fsGroupPolicy");
    one_of(&policy, &["File", "None", "ReadWriteOnceWithFSType"], errors);
}

fn update_driver(driver: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&driver.at("metadata"), &old.at("metadata"), errors);
    self::driver(driver, errors);
    let immutable = ["attachRequired", "volumeLifecycleModes"];
    fixed(&driver.at("spec"), &old.at("spec"), &immutable, errors);
}
