//! Defaults of StorageClasses and CSIDrivers. Models pkg/apis/storage/v1/defaults.go.

use super::{Value, empty, unset};

/// SetDefaults_StorageClass.
pub(super) fn class(class: &mut Value) {
    unset(class, "reclaimPolicy", "Delete");
    unset(class, "volumeBindingMode", "Immediate");
}

/// SetDefaults_CSIDriver.
pub(super) fn driver(driver: &mut Value) {
    let spec = driver.entry("spec");
    unset(spec, "attachRequired", true);
    unset(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
    for name in ["podInfoOnMount", "requiresRepublish", "seLinuxMount", "storageCapacity"] {
        unset(spec, name, false);
    }
    empty(spec, "volumeLifecycleModes", vec!["Persistent".into()]);
}
