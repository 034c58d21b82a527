//! Rules of volumes on storage systems.
//! Models the validate…VolumeSource functions of pkg/apis/core/validation/validation.go.

use super::super::common::needs;
use super::super::text;
use super::{Errors, Field, dns_label};

/// A disk of Google's cloud.
pub fn gce_disk(source: &Field, errors: &mut Errors) {
    needs(source, &["pdName"], errors);
    within_a_byte(&source.at("partition"), 1, errors);
}

/// A disk of Amazon's cloud.
pub fn aws_disk(source: &Field, errors: &mut Errors) {
    needs(source, &["volumeID"], errors);
    within_a_byte(&source.at("partition"), 1, errors);
}

/// A disk reached by iSCSI.
pub fn iscsi(source: &Field, errors: &mut Errors) {
    needs(source, &["targetPortal"], errors);
    let iqn = source.at("iqn");
    if iqn.is_empty() {
        errors.required(&iqn, "");
    } else {
        iscsi_qualified_name(&iqn, errors);
    }
    within_a_byte(&source.at("lun"), 0, errors);
    let chap = ["chapAuthDiscovery", "chapAuthSession"];
    if chap.iter().any(|name| source.at(name).is_true()) && !source.at("secretRef").is_set() {
        errors.required(&source.at("secretRef"), "");
    }
    let initiator = source.value.at("initiatorName");
    if !initiator.is_null() {
        iscsi_qualified_name(&source.called("initiatorname", initiator), errors);
    }
}

fn iscsi_qualified_name(name: &Field, errors: &mut Errors) {
    let text = name.text();
    let detail = match text.get(..3) {
        Some("iqn") if !is_iqn(text) => "must be valid format",
        Some(kind @ ("eui" | "naa")) => {
            let digits = if kind == "eui" { 16 } else { 32 };
            let rest = text.get(4..).unwrap_or("");
            if rest.len() == digits && rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return;
            }
            "must be valid format"
        }
        Some("iqn") => return,
        _ => "must be valid format starting with iqn, eui, or naa",
    };
    errors.invalid(name, text, detail);
}

/// Whether a text is `iqn.2001-04.com.example:storage`.
fn is_iqn(text: &str) -> bool {
    let is_digits = |part: Option<&str>, count| {
        part.is_some_and(|part| part.len() == count && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let Some((authority, target)) = text[3..].strip_prefix('.').and_then(|t| t.split_once(':'))
    else {
        return false;
    };
    let dated = is_digits(authority.get(..4), 4)
        && authority.get(4..5) == Some("-")
        && is_digits(authority.get(5..7), 2)
        && authority.get(7..8) == Some(".");
    let host = authority.get(8..).unwrap_or("");
    let is_host = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    let is_target = |c: char| !",;*&$|".contains(c) && !c.is_whitespace();
    dated
        && !host.is_empty()
        && host.bytes().all(is_host)
        && !target.is_empty()
        && target.chars().all(is_target)
}

/// A Gluster volume.
pub fn glusterfs(source: &Field, errors: &mut Errors) {
    needs(source, &["endpoints", "path"], errors);
}

/// A Flocker dataset.
pub fn flocker(source: &Field, errors: &mut Errors) {
    let (name, uuid) = (source.at("datasetName"), source.at("datasetUUID"));
    match (name.is_empty(), uuid.is_empty()) {
        (true, true) => errors.required(source, "one of datasetName and datasetUUID is required"),
        (false, false) => {
            let detail = "datasetName and datasetUUID can not be specified simultaneously";
            errors.invalid(source, "resource", detail);
        }
        _ => {}
    }
    if name.text().contains('/') {
        errors.invalid(&name, name.text(), "must not contain '/'");
    }
}

/// A disk of OpenStack.
pub fn cinder(source: &Field, errors: &mut Errors) {
    needs(source, &["volumeID"], errors);
    let secret = source.at("secretRef");
    if secret.is_set() {
        needs(&secret, &["name"], errors);
    }
}

/// A Quobyte volume.
pub fn quobyte(source: &Field, errors: &mut Errors) {
    const PAIRS: &str = "must be a host:port pair or multiple pairs separated by commas";
    let (registry, tenant) = (source.at("registry"), source.at("tenant"));
    if registry.is_empty() {
        errors.required(&registry, PAIRS);
    } else if tenant.text().len() >= 65 {
        let detail = "must be a UUID and may not exceed a length of 64 characters";
        errors.required(&tenant, detail);
    } else {
        let is_pair = |pair: &&str| pair.matches(':').count() == 1 || pair.contains("]:");
        for _ in registry.text().split(',').filter(|pair| !is_pair(pair)) {
            errors.invalid(&registry, registry.text(), PAIRS);
        }
    }
    needs(source, &["volume"], errors);
}

/// A disk reached by fibre channel.
pub fn fibre_channel(source: &Field, errors: &mut Errors) {
    let (names, ids, lun) = (source.at("targetWWNs"), source.at("wwids"), source.at("lun"));
    match (names.is_empty(), ids.is_empty()) {
        (true, true) => {
            let detail = "must specify either targetWWNs or wwids, but not both";
            errors.required(&names, detail);
        }
        (false, false) => {
            let detail = "targetWWNs and wwids can not be specified simultaneously";
            errors.invalid(&names, &names, detail);
        }
        _ => {}
    }
    if !names.is_empty() {
        if lun.is_set() {
            within_a_byte(&lun, 0, errors);
        } else {
            errors.required(&lun, "lun is required if targetWWNs is specified");
        }
    }
}

/// A volume of a vendor's own driver, as it was before CSI.
pub fn flex(source: &Field, errors: &mut Errors) {
    needs(source, &["driver"], errors);
    for (key, option) in source.at("options").entries() {
        let namespace = key.split_once('/').map_or(key.as_str(), |(namespace, _)| namespace);
        let normalized = format!(".{}", namespace.to_lowercase());
        if normalized.ends_with(".kubernetes.io") || normalized.ends_with(".k8s.io") {
            let detail = "kubernetes.io and k8s.io namespaces are reserved";
            errors.invalid(&option, key.as_str(), detail);
        }
    }
}

/// A disk of Microsoft's cloud.
pub fn azure_disk(source: &Field, errors: &mut Errors) {
    const MANAGED: &str = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/\
                           microsoft.compute/disks/{disk-id}";
    const BLOB: &str =
        "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";
    needs(source, &["diskName", "diskURI"], errors);
    for (name, values) in [
        ("cachingMode", ["None", "ReadOnly", "ReadWrite"]),
        ("kind", ["Dedicated", "Managed", "Shared"]),
    ] {
        let field = source.at(name);
        if field.is_set() && !values.contains(&field.text()) {
            errors.not_supported(&field, field.text(), &values);
        }
    }
    let (kind, uri) = (source.at("kind"), source.at("diskURI"));
    if kind.is_set() {
        let (start, form) = match kind.text() {
            "Managed" => ("/subscriptions/", MANAGED),
            _ => ("https://", BLOB),
        };
        if !uri.text().starts_with(start) {
            errors.not_supported(&uri, uri.text(), &[form]);
        }
    }
}

/// A StorageOS volume.
pub fn storage_os(source: &Field, errors: &mut Errors) {
    needs(source, &["volumeName"], errors);
    for name in ["volumeName", "volumeNamespace"] {
        let field = source.at(name);
        if !field.is_empty() {
            dns_label(&field, errors);
        }
    }
    let secret = source.at("secretRef");
    if secret.is_set() {
        needs(&secret, &["name"], errors);
    }
}

/// A volume of a CSI driver.
pub fn csi(source: &Field, errors: &mut Errors) {
    let driver = source.at("driver");
    if driver.is_empty() {
        errors.required(&driver, "");
    } else {
        if driver.text().len() > 63 {
            errors.too_long(&driver, 63);
        }
        errors.each(&driver, text::dns1123_subdomain(&driver.text().to_lowercase()));
    }
    let secret = source.at("nodePublishSecretRef");
    if secret.is_set() {
        let name = secret.at("name");
        if name.is_empty() {
            errors.required(&name, "");
        } else {
            errors.each(&name, text::dns1123_subdomain(name.text()));
        }
    }
}

/// A number of 8 bits; the message counts from `named_min`, the rule from zero.
fn within_a_byte(field: &Field, named_min: i64, errors: &mut Errors) {
    if let Some(number) = field.int().filter(|number| !(0..=255).contains(number)) {
        errors.invalid(field, number, format!("must be between {named_min} and 255, inclusive"));
    }
}
