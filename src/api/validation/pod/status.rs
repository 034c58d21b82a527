//! What the status of a pod may become.
//! Models pkg/apis/core/validation/validation.go ValidatePodStatusUpdate.

use super::super::errors::Json;
use super::super::{go, ip, meta, text};
use super::{Errors, Field, update};
use crate::api::Value;

pub(super) fn update(pod: &Field, old: &Field, errors: &mut Errors) {
    let (metadata, old_metadata) = (pod.at("metadata"), old.at("metadata"));
    meta::update(&metadata, &old_metadata, errors);
    update::annotations(&metadata.at("annotations"), &old_metadata.at("annotations"), errors);
    let (status, old_status) = (pod.at("status"), old.at("status"));
    conditions(&metadata, status.value.at("conditions"), errors);
    if pod.value.at_path(&["spec", "nodeName"]).text()
        != old.value.at_path(&["spec", "nodeName"]).text()
    {
        errors.forbidden(&status.at("nodeName"), "may not be changed directly");
    }
    let nominated = status.at("nominatedNodeName");
    if !nominated.is_empty() && nominated.text() != old_status.at("nominatedNodeName").text() {
        errors.each(&nominated, text::dns1123_subdomain(nominated.text()));
    }
    let class = status.at("qosClass");
    if class.text() != old_status.at("qosClass").text() {
        errors.invalid(&class, class.text(), meta::IMMUTABLE);
    }
    let spec = old.value.at("spec");
    for list in ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] {
        container_states(&status.at(list), old_status.value.at(list), spec, errors);
    }
    let ips = status.at("podIPs");
    addresses(&ips, errors);
    let host_ips = status.at("hostIPs");
    let host_ip = status.at("hostIP").text();
    if !host_ips.is_empty() && host_ips.index(0).at("ip").text() != host_ip {
        let first = host_ips.index(0);
        let field = first.at("ip");
        errors.invalid(&field, field.text(), "must be equal to `hostIP`");
    }
    addresses(&host_ips, errors);
}

/// Models validatePodConditions; the path is upstream's.
fn conditions(metadata: &Field, conditions: &Value, errors: &mut Errors) {
    let field = metadata.called("conditions", conditions);
    for (index, condition) in conditions.items().iter().enumerate() {
        let kind = condition.at("type").text();
        if matches!(kind, "PodScheduled" | "Ready" | "Initialized") {
            continue;
        }
        let item = field.index(index);
        errors.each_of(&item.at("Type"), kind, text::qualified_name(kind));
    }
}

/// A container that has ended for good does not run again.
/// Models ValidateContainerStateTransition and ValidateInitContainerStateTransition.
fn container_states(new: &Field, old: &Value, spec: &Value, errors: &mut Errors) {
    let path = new.to_string();
    let ephemeral = path.contains("ephemeral");
    let policy = if ephemeral { "Never" } else { spec.at("restartPolicy").text() };
    if policy == "Always" {
        return;
    }
    let is_restartable = |name: &str| {
        let lists = if path.contains("init") { ["initContainers", ""] } else { ["containers", ""] };
        let mut all = lists.iter().flat_map(|list| spec.at(list).items());
        all.any(|container| {
            container.at("name").text() == name && !container.at("restartPolicy").is_null()
        })
    };
    for (index, before) in old.items().iter().enumerate() {
        let ended = before.at_path(&["state", "terminated"]);
        let name = before.at("name").text();
        let failed = ended.at("exitCode").as_int().unwrap_or(0) != 0;
        if ended.is_null() || failed && policy == "OnFailure" || is_restartable(name) {
            continue;
        }
        let runs_again = |status: &&Value| {
            status.at("name").text() == name && status.at_path(&["state", "terminated"]).is_null()
        };
        for _ in new.value.items().iter().filter(runs_again) {
            let item = new.index(index);
            let detail = "may not be transitioned to non-terminated state";
            errors.forbidden(&item.at("state"), detail);
        }
    }
}

/// Addresses of a pod or its host: one of each family at most.
/// Models validatePodIPs and validateHostIPs.
fn addresses(list: &Field, errors: &mut Errors) {
    let texts = list.value.items().iter().map(|address| address.at("ip").text());
    for (index, address) in list.value.items().iter().enumerate() {
        let item = list.index(index);
        if ip::parse(address.at("ip").text()).is_none() {
            let detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
            errors.invalid(&item, address.at("ip").text(), detail);
        }
    }
    if list.len() <= 1 {
        return;
    }
    if !ip::is_dual_stack(texts.clone()) || list.len() > 2 {
        let shown = Json(go::list(&go::IP, list.value));
        errors.invalid(list, shown, "may specify no more than one IP for each IP family");
    }
    for (index, text) in texts.clone().enumerate() {
        if texts.clone().take(index).any(|earlier| earlier == text) {
            let shown = Json(go::compact(&go::IP, &list.value.items()[index]));
            errors.duplicate(&list.index(index), shown, "");
        }
    }
}
