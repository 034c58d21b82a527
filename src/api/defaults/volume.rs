//! Defaults of volumes. Models pkg/apis/core/v1/defaults.go SetDefaults_Volume and its neighbours.

use super::{Value, each, empty, image_tag, persistentvolume, unset, within};

/// 0644, the mode of projected files, in decimal as JSON has it.
const FILE_MODE: i64 = 0o644;

pub(super) fn apply(volume: &mut Value) {
    let sources = volume.as_map().map_or(0, |fields| fields.len());
    if sources == usize::from(!volume.at("name").is_null()) {
        *volume.entry("emptyDir") = Value::map::<&str, 0>([]);
    }
    const PROJECTING: [&str; 4] = ["configMap", "secret", "downwardAPI", "projected"];
    for source in PROJECTING {
        within(volume, source, |source| unset(source, "defaultMode", FILE_MODE));
    }
    within(volume, "hostPath", |path| unset(path, "type", ""));
    within(volume, "downwardAPI", downward_api);
    within(volume, "projected", |projected| each(projected, "sources", projection));
    within(volume, "ephemeral", |source| {
        within(source, "volumeClaimTemplate", |template| {
            persistentvolume::claim_spec(template.entry("spec"));
        })
    });
    within(volume, "image", |image| {
        let latest = image_tag(image.at("reference").text()) == Some("latest");
        empty(image, "pullPolicy", if latest { "Always" } else { "IfNotPresent" });
    });
    storage(volume);
}

/// Storage systems that bring defaults of their own.
pub(super) fn storage(volume: &mut Value) {
    within(volume, "iscsi", |iscsi| empty(iscsi, "iscsiInterface", "default"));
    within(volume, "rbd", |rbd| {
        empty(rbd, "pool", "rbd");
        empty(rbd, "user", "admin");
        empty(rbd, "keyring", "/etc/ceph/keyring");
    });
    within(volume, "azureDisk", |disk| {
        unset(disk, "cachingMode", "ReadWrite");
        unset(disk, "fsType", "ext4");
        unset(disk, "kind", "Shared");
        unset(disk, "readOnly", false);
    });
    within(volume, "scaleIO", |source| {
        empty(source, "storageMode", "ThinProvisioned");
        empty(source, "fsType", "xfs");
    });
}

fn projection(source: &mut Value) {
    within(source, "downwardAPI", downward_api);
    within(source, "serviceAccountToken", |token| unset(token, "expirationSeconds", 3600));
}

fn downward_api(source: &mut Value) {
    each(source, "items", |file| {
        within(file, "fieldRef", |field| empty(field, "apiVersion", "v1"));
    });
}
