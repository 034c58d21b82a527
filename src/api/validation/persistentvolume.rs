//! Rules of PersistentVolumes and of claims to them.
//! Models pkg/apis/core/validation/validation.go ValidatePersistentVolume and
//! ValidatePersistentVolumeClaim.

use super::common::{needs, one_of, one_of_if_set, positive_amount};
use super::errors::Json;
use super::{Errors, Field, Rules, go, meta, pod, quantity, selector, semantically_equal, text};
use crate::api::{Fields, Value};

/// Rules of volumes.
pub(super) const RULES: Rules = Rules { create, update, status };
/// Rules of claims.
pub(super) const CLAIM_RULES: Rules = Rules { create: create_claim, update: update_claim, status };

const ACCESS_MODES: [&str; 4] =
    ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const VOLUME_MODES: [&str; 2] = ["Block", "Filesystem"];

/// What a volume can be made of, in upstream's order: the field, what complaints call it, and the
/// fields that must be given. Sources that pods have too obey the rules they obey there.
const SOURCES: [(&str, &str, Option<&[&str]>); 22] = [
    ("hostPath", "hostPath", None),
    ("gcePersistentDisk", "persistentDisk", None),
    ("awsElasticBlockStore", "awsElasticBlockStore", None),
    ("glusterfs", "glusterfs", None),
    ("flocker", "flocker", None),
    ("nfs", "nfs", None),
    ("rbd", "rbd", None),
    ("quobyte", "quobyte", None),
    ("cephfs", "cephfs", None),
    ("iscsi", "iscsi", None),
    ("cinder", "cinder", None),
    ("fc", "fc", None),
    ("flexVolume", "flexVolume", None),
    ("azureFile", "azureFile", Some(&["secretName", "shareName"])),
    ("vsphereVolume", "vsphereVolume", None),
    ("photonPersistentDisk", "photonPersistentDisk", None),
    ("portworxVolume", "portworxVolume", None),
    ("azureDisk", "azureDisk", None),
    ("scaleIO", "scaleIO", None),
    ("local", "local", Some(&["path"])),
    ("storageos", "storageos", Some(&[])),
    ("csi", "csi", Some(&["driver", "volumeHandle"])),
];

fn create(volume: &Field, errors: &mut Errors) {
    meta::create(&volume.at("metadata"), false, text::name_is_subdomain, errors);
    spec(&volume.at("spec"), errors);
}

/// Models ValidatePersistentVolumeUpdate.
fn update(volume: &Field, old: &Field, errors: &mut Errors) {
    create(volume, errors);
    let (spec, old_spec) = (volume.at("spec"), old.at("spec"));
    let is_source = |name: &str| SOURCES.iter().any(|(field, ..)| *field == name);
    let sources = |spec: &Value| {
        let fields = spec.as_map().into_iter().flat_map(Fields::iter);
        let sources = fields.filter(|(name, _)| is_source(name));
        Value::from(sources.map(|(name, value)| (name.clone(), value.clone())).collect::<Fields>())
    };
    if !semantically_equal(&sources(spec.value), &sources(old_spec.value)) {
        let source = spec.called("persistentvolumesource", spec.value);
        errors.forbidden(&source, "spec.persistentvolumesource is immutable after creation");
    }
    super::common::fixed(&spec, &old_spec, &["volumeMode"], errors);
    if old_spec.at("nodeAffinity").is_set() {
        super::common::fixed(&spec, &old_spec, &["nodeAffinity"], errors);
    }
    meta::update(&volume.at("metadata"), &old.at("metadata"), errors);
}

fn status(object: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&object.at("metadata"), &old.at("metadata"), errors);
    let status = object.at("status");
    for (name, amount) in status.at("capacity").entries() {
        quantity::resource_amount(&amount, name, errors);
    }
}

/// Models ValidatePersistentVolumeSpec.
fn spec(spec: &Field, errors: &mut Errors) {
    let modes = spec.at("accessModes");
    if modes.is_empty() {
        errors.required(&modes, "");
    }
    access_modes(&modes, errors);
    capacity(&spec.at("capacity"), errors);
    let reclaim = spec.at("persistentVolumeReclaimPolicy");
    if !reclaim.is_empty() {
        one_of(&reclaim, &["Delete", "Recycle", "Retain"], errors);
    }
    let affinity = spec.at("nodeAffinity");
    if affinity.is_set() {
        node_affinity(&affinity, errors);
    }
    sources(spec, affinity.is_set(), errors);
    let path = spec.value.at_path(&["hostPath", "path"]).text();
    if path.trim_matches('/').is_empty() && !path.is_empty() && reclaim.text() == "Recycle" {
        errors.forbidden(&reclaim, "may not be 'recycle' for a hostPath mount of '/'");
    }
    class_name(&spec.at("storageClassName"), errors);
    one_of_if_set(&spec.at("volumeMode"), &VOLUME_MODES, errors);
    class_name(&spec.at("volumeAttributesClassName"), errors);
}

fn access_modes(modes: &Field, errors: &mut Errors) {
    for mode in modes.value.items() {
        if !ACCESS_MODES.contains(&mode.text()) {
            errors.not_supported(modes, mode.text(), &ACCESS_MODES);
        }
    }
    let exclusive = |mode: &Value| mode.text() == "ReadWriteOncePod";
    if modes.len() > 1 && modes.value.items().iter().any(exclusive) {
        errors.forbidden(modes, "may not use ReadWriteOncePod with other access modes");
    }
}

fn capacity(capacity: &Field, errors: &mut Errors) {
    if capacity.is_empty() {
        errors.required(capacity, "");
    }
    if !capacity.at("storage").is_set() || capacity.len() > 1 {
        errors.not_supported(capacity, capacity, &["storage"]);
    }
    for (_, amount) in capacity.entries() {
        positive_amount(&amount, "must be greater than zero", errors);
    }
}

/// Models validateVolumeNodeAffinity.
fn node_affinity(affinity: &Field, errors: &mut Errors) {
    let required = affinity.at("required");
    match required.is_set() {
        true => pod::node_selector(&required, errors),
        false => errors.required(&required, "must specify required node constraints"),
    }
}

fn sources(spec: &Field, has_affinity: bool, errors: &mut Errors) {
    let mut given = false;
    for (name, called, required) in SOURCES {
        let source = spec.called(called, spec.value.at(name));
        if !source.is_set() {
            continue;
        }
        if std::mem::replace(&mut given, true) {
            let source = spec.called(name, source.value);
            errors.forbidden(&source, "may not specify more than 1 volume type");
            continue;
        }
        match required {
            Some(fields) => needs(&source, fields, errors),
            None => pod::volume_source(name, &source, errors),
        }
        if name == "local" && !has_affinity {
            errors.required(&spec.at("nodeAffinity"), "Local volume requires node affinity");
        }
    }
    if !given {
        errors.required(spec, "must specify a volume type");
    }
}

/// Models ValidateClassName.
fn class_name(name: &Field, errors: &mut Errors) {
    if !name.is_empty() {
        errors.each(name, text::dns1123_subdomain(name.text()));
    }
}

fn create_claim(claim: &Field, errors: &mut Errors) {
    meta::create(&claim.at("metadata"), true, text::name_is_subdomain, errors);
    claim_spec(&claim.at("spec"), errors);
}

/// Models ValidatePersistentVolumeClaimUpdate. Upstream goes on with the differences of the specs.
fn update_claim(claim: &Field, old: &Field, errors: &mut Errors) {
    meta::update(&claim.at("metadata"), &old.at("metadata"), errors);
    create_claim(claim, errors);
    let bound = old.value.at_path(&["status", "phase"]).text() == "Bound";
    let fixed = |spec: &Value| {
        let mut spec = spec.clone();
        if old.value.at_path(&["spec", "volumeName"]).is_empty() {
            spec.make_map().remove("volumeName");
        }
        if bound {
            spec.entry("resources").make_map().remove("requests");
            spec.make_map().remove("volumeAttributesClassName");
        }
        spec
    };
    let spec = claim.at("spec");
    if !semantically_equal(&fixed(spec.value), &fixed(old.value.at("spec"))) {
        let detail = "spec is immutable after creation except resources.requests and \
                      volumeAttributesClassName for bound claims";
        errors.forbidden(&spec, detail);
    }
}

/// Models ValidatePersistentVolumeClaimSpec.
pub(super) fn claim_spec(spec: &Field, errors: &mut Errors) {
    let modes = spec.at("accessModes");
    if modes.is_empty() {
        errors.required(&modes, "at least 1 access mode is required");
    }
    selector::label_selector(&spec.at("selector"), errors);
    access_modes(&modes, errors);
    let resources = spec.at("resources");
    let amount = spec.value.at_path(&["resources", "requests", "storage"]);
    let storage = resources.key_called("storage", amount);
    match storage.is_set() {
        false => errors.required(&storage, ""),
        true => {
            quantity::resource_amount(&storage, "storage", errors);
            positive_amount(&storage, "must be greater than zero", errors);
        }
    }
    class_name(&spec.at("storageClassName"), errors);
    one_of_if_set(&spec.at("volumeMode"), &VOLUME_MODES, errors);
    let source = spec.at("dataSource");
    if source.is_set() {
        needs(&source, &["name", "kind"], errors);
        let kind = source.at("kind").text();
        if source.at("apiGroup").is_empty() && kind != "PersistentVolumeClaim" && !kind.is_empty() {
            let shown = Json(go::compact(&go::TYPED_REFERENCE, source.value));
            let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            errors.invalid(&source, shown, detail);
        }
    }
    class_name(&spec.at("volumeAttributesClassName"), errors);
}
