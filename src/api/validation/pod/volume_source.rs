//! Rules of what a volume can be made of, source by source.
//! Models the validate…VolumeSource functions of pkg/apis/core/validation/validation.go.

use super::super::common::needs;
use super::super::errors::Json;
use super::super::{go, persistentvolume, selector, text};
use super::env::{field_ref, resource_ref};
use super::volume::{descending_path, local_path, mode, no_backsteps};
use super::{Errors, Field, storage};
use crate::api::Quantity;

/// A kind of volume: its field, what complaints call it, its rules.
pub struct Source {
    /// The field in the volume.
    pub name: &'static str,
    /// How the complaint about a second source calls it.
    pub forbidden_as: &'static str,
    /// How the rules call it.
    pub checked_as: &'static str,
    /// The rules.
    pub check: fn(&Field, &mut Errors),
}

const fn source(name: &'static str, check: fn(&Field, &mut Errors)) -> Source {
    Source { name, forbidden_as: name, checked_as: name, check }
}

/// Every kind of volume, in the order in which upstream looks for them.
pub static SOURCES: [Source; 30] = [
    source("emptyDir", empty_dir),
    source("hostPath", host_path),
    source("gitRepo", git_repo),
    Source { checked_as: "persistentDisk", ..source("gcePersistentDisk", storage::gce_disk) },
    source("awsElasticBlockStore", storage::aws_disk),
    source("secret", secret),
    source("nfs", nfs),
    source("iscsi", storage::iscsi),
    source("glusterfs", storage::glusterfs),
    source("flocker", storage::flocker),
    source("persistentVolumeClaim", |claim, errors| needs(claim, &["claimName"], errors)),
    source("rbd", |rbd, errors| needs(rbd, &["monitors", "image"], errors)),
    source("cinder", storage::cinder),
    Source {
        forbidden_as: "cephFS",
        ..source("cephfs", |cephfs, errors| needs(cephfs, &["monitors"], errors))
    },
    source("quobyte", storage::quobyte),
    Source { forbidden_as: "downwarAPI", ..source("downwardAPI", downward_api) },
    source("fc", storage::fibre_channel),
    source("flexVolume", storage::flex),
    source("configMap", config_map),
    source("azureFile", |file, errors| needs(file, &["secretName", "shareName"], errors)),
    source("vsphereVolume", |disk, errors| needs(disk, &["volumePath"], errors)),
    source("photonPersistentDisk", |disk, errors| needs(disk, &["pdID"], errors)),
    source("portworxVolume", |disk, errors| needs(disk, &["volumeID"], errors)),
    source("azureDisk", storage::azure_disk),
    source("storageos", storage::storage_os),
    source("projected", projected),
    source("scaleIO", |io, errors| needs(io, &["gateway", "system", "volumeName"], errors)),
    source("csi", storage::csi),
    source("ephemeral", ephemeral),
    source("image", image),
];

/// Checks a source called `name`, which is one of a pod's.
pub fn check(name: &str, source: &Field, errors: &mut Errors) {
    if let Some(known) = SOURCES.iter().find(|known| known.name == name) {
        (known.check)(source, errors);
    }
}

/// The name of a volume for iSCSI goes over the wire with the portal.
pub fn iscsi_name(volume: &Field, errors: &mut Errors) {
    let iscsi = volume.value.at("iscsi");
    let name = volume.at("name");
    let together = name.text().len() + 1 + iscsi.at("targetPortal").text().len();
    if !iscsi.at("initiatorName").is_null() && together > 64 {
        let detail = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 \
                      characters if iscsi.initiatorName is specified.";
        errors.invalid(&name, name.text(), detail);
    }
}

/// The claim of an ephemeral volume is named after the pod and the volume.
pub fn ephemeral_name(volume: &Field, pod_name: Option<&str>, errors: &mut Errors) {
    let name = volume.at("name");
    let Some(pod) = pod_name.filter(|_| !name.is_empty()) else {
        return;
    };
    let claim = format!("{pod}-{}", name.text());
    for message in text::dns1123_subdomain(&claim) {
        let detail = format!("PVC name {}: {message}", crate::api::quote(&claim));
        errors.invalid(&name, name.text(), detail);
    }
}

fn empty_dir(source: &Field, errors: &mut Errors) {
    let limit = source.at("sizeLimit");
    if Quantity::parse(limit.text()).is_some_and(Quantity::is_negative) {
        errors.forbidden(&limit, "SizeLimit field must be a valid resource quantity");
    }
}

fn host_path(source: &Field, errors: &mut Errors) {
    const TYPES: [&str; 8] = [
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket",
    ];
    let (path, kind) = (source.at("path"), source.at("type"));
    if path.is_empty() {
        return errors.required(&path, "");
    }
    no_backsteps(&path, path.text(), errors);
    if kind.is_set() && !TYPES.contains(&kind.text()) {
        errors.not_supported(&kind, kind.text(), &TYPES);
    }
}

fn git_repo(source: &Field, errors: &mut Errors) {
    needs(source, &["repository"], errors);
    let directory = source.at("directory");
    descending_path(&directory, directory.text(), errors);
}

fn secret(source: &Field, errors: &mut Errors) {
    needs(source, &["secretName"], errors);
    mode(&source.at("defaultMode"), errors);
    keys_to_paths(&source.at("items"), errors);
}

fn config_map(source: &Field, errors: &mut Errors) {
    needs(source, &["name"], errors);
    mode(&source.at("defaultMode"), errors);
    keys_to_paths(&source.at("items"), errors);
}

/// Models validateKeyToPath.
fn keys_to_paths(items: &Field, errors: &mut Errors) {
    for item in items.items() {
        needs(&item, &["key", "path"], errors);
        local_path(&item.at("path"), errors);
        mode(&item.at("mode"), errors);
    }
}

fn nfs(source: &Field, errors: &mut Errors) {
    needs(source, &["server", "path"], errors);
    let path = source.at("path");
    if !path.text().starts_with('/') {
        errors.invalid(&path, path.text(), "must be an absolute path");
    }
}

fn downward_api(source: &Field, errors: &mut Errors) {
    mode(&source.at("defaultMode"), errors);
    for file in source.value.at("items").items() {
        downward_api_file(source, file, errors);
    }
}

/// The complaints carry the path of the volume, without an index.
fn downward_api_file(source: &Field, file: &crate::api::Value, errors: &mut Errors) {
    const FIELDS: [&str; 5] = [
        "metadata.annotations",
        "metadata.labels",
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
    ];
    let part = |name| source.called(name, file.at(name));
    let path = part("path");
    if path.is_empty() {
        errors.required(&path, "");
    }
    local_path(&path, errors);
    let (field, resource) = (part("fieldRef"), part("resourceFieldRef"));
    if field.is_set() {
        field_ref(&field, &FIELDS, errors);
        if resource.is_set() {
            let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
            errors.invalid(source, "resource", detail);
        }
    } else if resource.is_set() {
        resource_ref(&resource, true, errors);
    } else {
        errors.required(source, "one of fieldRef and resourceFieldRef is required");
    }
    mode(&part("mode"), errors);
}

fn projected(source: &Field, errors: &mut Errors) {
    mode(&source.at("defaultMode"), errors);
    let mut paths: Vec<String> = Vec::new();
    let list = source.at("sources");
    for item in list.items() {
        let mut count = 0;
        for (kind, _) in item.value.as_map().into_iter().flat_map(|fields| fields.iter()) {
            count += 1;
            projection(source, &item, kind, &mut paths, errors);
        }
        if count > 1 {
            errors.forbidden(&item, "may not specify more than 1 volume type per source");
        }
    }
}

/// Models validateProjectionSources for one source.
fn projection(
    volume: &Field,
    item: &Field,
    kind: &str,
    paths: &mut Vec<String>,
    errors: &mut Errors,
) {
    let source = item.at(kind);
    let mut claim = |path: &str, shown: &str, errors: &mut Errors| {
        if path.is_empty() {
        } else if paths.iter().any(|other| other == path) {
            errors.invalid(volume, shown, "conflicting duplicate paths");
        } else {
            paths.push(path.to_owned());
        }
    };
    match kind {
        "secret" | "configMap" => {
            needs(&source, &["name"], errors);
            keys_to_paths(&source.at("items"), errors);
            for key in source.value.at("items").items() {
                claim(key.at("path").text(), source.value.at("name").text(), errors);
            }
        }
        "downwardAPI" => {
            for file in source.value.at("items").items() {
                downward_api_file(&source, file, errors);
                claim(file.at("path").text(), file.at("path").text(), errors);
            }
        }
        "serviceAccountToken" => token(volume, &source, errors),
        "clusterTrustBundle" => {
            trust_bundle(&source, errors);
            let path = source.value.at("path").text();
            claim(path, path, errors);
        }
        _ => {}
    }
}

fn token(volume: &Field, source: &Field, errors: &mut Errors) {
    let seconds = source.at("expirationSeconds");
    if let Some(number) = seconds.int() {
        if number < 600 {
            errors.invalid(&seconds, number, "may not specify a duration less than 10 minutes");
        }
        if number > 1 << 32 {
            errors.invalid(&seconds, number, "may not specify a duration larger than 2^32 seconds");
        }
    }
    let path = volume.called("path", source.value.at("path"));
    if path.is_empty() {
        errors.required(&path, "");
    } else {
        local_path(&path, errors);
    }
}

fn trust_bundle(source: &Field, errors: &mut Errors) {
    let (name, signer) = (source.at("name"), source.at("signerName"));
    match (name.is_set(), signer.is_set()) {
        (true, true) => {
            let shown = Json(go::compact(&go::CLUSTER_TRUST_BUNDLE, source.value));
            errors.invalid(source, shown, "only one of name and signerName may be used");
        }
        (true, false) => {
            if name.is_empty() {
                errors.required(&name, "must be a valid object name");
            }
            let labels = source.at("labelSelector");
            if labels.is_set() {
                let detail = "labelSelector must be unset if name is specified";
                errors.invalid(&labels, selector::shown(&labels), detail);
            }
        }
        (false, true) => {
            if signer.is_empty() {
                errors.required(&signer, "must be a valid signer name");
            }
            selector::label_selector(&source.at("labelSelector"), errors);
        }
        (false, false) => errors.required(source, "either name or signerName must be specified"),
    }
    needs(source, &["path"], errors);
    local_path(&source.at("path"), errors);
}

fn ephemeral(source: &Field, errors: &mut Errors) {
    let template = source.at("volumeClaimTemplate");
    if !template.is_set() {
        return errors.required(&template, "");
    }
    persistentvolume::claim_spec(&template.at("spec"), errors);
}

fn image(source: &Field, errors: &mut Errors) {
    let reference = source.at("reference");
    if reference.is_empty() {
        errors.required(&reference, "");
    }
    super::container::pull_policy(&source.at("pullPolicy"), errors);
}
