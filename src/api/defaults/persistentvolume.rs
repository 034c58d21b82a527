//! Defaults of PersistentVolumes and of claims to them. Models pkg/apis/core/v1/defaults.go
//! SetDefaults_PersistentVolume and SetDefaults_PersistentVolumeClaim.

use super::{Value, empty, round_up, unset, volume, within};

/// SetDefaults_PersistentVolume.
pub(super) fn apply(volume: &mut Value) {
    empty(volume.entry("status"), "phase", "Pending");
    let spec = volume.entry("spec");
    empty(spec, "persistentVolumeReclaimPolicy", "Retain");
    unset(spec, "volumeMode", "Filesystem");
    round_up(spec, "capacity");
    within(spec, "hostPath", |path| unset(path, "type", ""));
    volume::storage(spec);
}

/// SetDefaults_PersistentVolumeClaim.
pub(super) fn claim(claim: &mut Value) {
    empty(claim.entry("status"), "phase", "Pending");
    let spec = claim.entry("spec");
    claim_spec(spec);
    within(claim, "status", |status| {
        round_up(status, "capacity");
        round_up(status, "allocatedResources");
    });
}

/// SetDefaults_PersistentVolumeClaimSpec.
pub(super) fn claim_spec(spec: &mut Value) {
    unset(spec, "volumeMode", "Filesystem");
    within(spec, "resources", |resources| {
        round_up(resources, "limits");
        round_up(resources, "requests");
    });
}
