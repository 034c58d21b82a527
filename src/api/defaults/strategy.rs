//! What the API makes of an object before it judges it: fields only the server may write are put
//! right, whatever the client sent.
//!
//! Models PrepareForCreate and PrepareForUpdate of pkg/registry/*/*/strategy.go, as far as they
//! look at nothing but the object. Invariant: a client can change the spec or the status in one
//! request, never both.

use super::{each, job, service, within};
use crate::api::qos::QosClass;
use crate::api::validation::semantically_equal;
use crate::api::{Fields, Resource, Value, decode};

/// Kinds whose generation counts the changes of what they say.
const COUNTED: &[Resource] = &[
    Resource::CRONJOBS,
    Resource::CUSTOMRESOURCEDEFINITIONS,
    Resource::DAEMONSETS,
    Resource::DEPLOYMENTS,
    Resource::DEVICECLASSES,
    Resource::ENDPOINTSLICES,
    Resource::FLOWSCHEMAS,
    Resource::INGRESSCLASSES,
    Resource::INGRESSES,
    Resource::JOBS,
    Resource::MUTATINGADMISSIONPOLICIES,
    Resource::MUTATINGADMISSIONPOLICYBINDINGS,
    Resource::MUTATINGWEBHOOKCONFIGURATIONS,
    Resource::NETWORKPOLICIES,
    Resource::PODDISRUPTIONBUDGETS,
    Resource::PODS,
    Resource::PODTEMPLATES,
    Resource::PRIORITYCLASSES,
    Resource::PRIORITYLEVELCONFIGURATIONS,
    Resource::REPLICASETS,
    Resource::REPLICATIONCONTROLLERS,
    Resource::RESOURCESLICES,
    Resource::STATEFULSETS,
    Resource::VALIDATINGADMISSIONPOLICIES,
    Resource::VALIDATINGADMISSIONPOLICYBINDINGS,
    Resource::VALIDATINGWEBHOOKCONFIGURATIONS,
];

/// Prepares an object that is to be created, defaults applied.
pub fn prepare_create(resource: Resource, object: &mut Value) {
    if !resource.info().namespaced && !object.at_path(&["metadata", "namespace"]).is_null() {
        object.entry("metadata").make_map().remove("namespace");
    }
    if COUNTED.contains(&resource) {
        *object.entry_path(&["metadata", "generation"]) = 1.into();
    }
    // Claims and volumes are born pending by default.
    if has_status(resource) && !KEEPS_STATUS.contains(&resource) {
        *object.entry("status") = zero_status(resource);
    }
    match resource {
        Resource::PODS => pod(object),
        Resource::CUSTOMRESOURCEDEFINITIONS => stored_versions(object),
        Resource::DAEMONSETS => count_templates(object, 1),
        Resource::JOBS => job::select(object),
        Resource::NAMESPACES => namespace(object),
        Resource::PERSISTENTVOLUMES => {
            let now = object.at_path(&["metadata", "creationTimestamp"]).clone();
            *object.entry_path(&["status", "lastPhaseTransitionTime"]) = now;
        }
        Resource::SERVICES => service_addresses(object.entry("spec"), &Value::Null),
        _ => {}
    }
}

/// Prepares an object that is to replace `old`; its status stays.
pub fn prepare_update(resource: Resource, object: &mut Value, old: &Value) {
    keep(object, old, &["metadata", "generation"]);
    if has_status(resource) {
        keep(object, old, &["status"]);
    }
    match resource {
        Resource::DAEMONSETS => daemon_set(object, old),
        Resource::NAMESPACES => keep(object, old, &["spec", "finalizers"]),
        Resource::SERVICES => service_update(object.entry("spec"), old.at("spec")),
        _ => {}
    }
    if COUNTED.contains(&resource) && says_more(resource, object, old) {
        next_generation(object);
    }
}

/// Whether a replacement differs in what is counted.
fn says_more(resource: Resource, object: &Value, old: &Value) -> bool {
    let differs = |path: &[&str]| !semantically_equal(object.at_path(path), old.at_path(path));
    match resource {
        Resource::DEPLOYMENTS => differs(&["spec"]) || differs(&["metadata", "annotations"]),
        Resource::ENDPOINTSLICES => {
            ["addressType", "endpoints", "ports"].iter().any(|part| differs(&[part]))
                || differs(&["metadata", "labels"])
        }
        _ => {
            let parts = object.as_map().into_iter().chain(old.as_map()).flat_map(Fields::iter);
            let mut parts = parts.map(|(name, _)| name.as_str());
            parts.any(|name| !matches!(name, "metadata" | "status") && differs(&[name]))
        }
    }
}

/// Prepares an object whose status is to replace the status of `old`; its spec stays.
pub fn prepare_status_update(resource: Resource, object: &mut Value, old: &Value) {
    keep(object, old, &["metadata", "generation"]);
    keep(object, old, &["spec"]);
    match resource {
        Resource::DEPLOYMENTS => keep(object, old, &["metadata", "labels"]),
        Resource::PODS => {
            keep(object, old, &["metadata", "ownerReferences"]);
            keep(object, old, &["metadata", "deletionTimestamp"]);
            if object.at_path(&["status", "qosClass"]).is_empty() {
                keep(object, old, &["status", "qosClass"]);
            }
        }
        _ => {}
    }
}

/// Kinds whose status a client may give when it creates them.
const KEEPS_STATUS: &[Resource] = &[Resource::NODES];

fn has_status(resource: Resource) -> bool {
    resource.info().subresources.contains(&"status")
}

/// The status of an object of which nothing is known yet: what its defaults say of it.
fn zero_status(resource: Resource) -> Value {
    let mut nothing = decode::examine(resource.ty(), &Value::Null).value;
    match resource {
        Resource::PERSISTENTVOLUMECLAIMS | Resource::PERSISTENTVOLUMES => {
            *nothing.entry_path(&["status", "phase"]) = "Pending".into();
        }
        _ => {}
    }
    nothing.at("status").clone()
}

/// Puts what `old` has at `path` into `object`.
fn keep(object: &mut Value, old: &Value, path: &[&str]) {
    let (last, above) = path.split_last().expect("a path has a last step");
    let (kept, now) = (old.at_path(path), object.at_path(path));
    if kept == now {
        return;
    }
    if kept.is_null() {
        object.entry_path(above).make_map().remove(last);
    } else {
        *object.entry_path(path) = kept.clone();
    }
}

fn next_generation(object: &mut Value) {
    let generation = object.entry_path(&["metadata", "generation"]);
    *generation = (generation.as_int().unwrap_or(0) + 1).into();
}

/// Models pkg/registry/core/pod/strategy.go PrepareForCreate.
fn pod(pod: &mut Value) {
    let class = QosClass::of_value(pod.at("spec"));
    let mut status = Value::map([("phase", "Pending".into()), ("qosClass", class.as_str().into())]);
    if !pod.at_path(&["spec", "schedulingGates"]).items().is_empty() {
        let condition = Value::map([
            ("lastTransitionTime", pod.at_path(&["metadata", "creationTimestamp"]).clone()),
            ("type", "PodScheduled".into()),
            ("status", "False".into()),
            ("reason", "SchedulingGated".into()),
            ("message", "Scheduling is blocked due to non-empty scheduling gates".into()),
        ]);
        *status.entry("conditions") = vec![condition].into();
    }
    *pod.entry("status") = status;
    let labels = pod.at_path(&["metadata", "labels"]).clone();
    let spec = pod.entry("spec");
    each(spec, "topologySpreadConstraints", |constraint| follow_labels(constraint, &labels));
    within(spec, "affinity", |affinity| {
        for kind in ["podAffinity", "podAntiAffinity"] {
            within(affinity, kind, |rules| {
                each(rules, "requiredDuringSchedulingIgnoredDuringExecution", |term| {
                    follow_labels(term, &labels);
                });
                each(rules, "preferredDuringSchedulingIgnoredDuringExecution", |weighted| {
                    within(weighted, "podAffinityTerm", |term| follow_labels(term, &labels));
                });
            });
        }
    });
}

/// Turns keys whose values are to be the pod's own into expressions with those values.
/// Models applyMatchLabelKeysAndMismatchLabelKeys and its kin.
fn follow_labels(term: &mut Value, labels: &Value) {
    if term.at("labelSelector").is_null() {
        return;
    }
    for (list, operator) in [("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn")] {
        for key in term.at(list).clone().items() {
            let value = labels.at(key.text());
            if value.is_null() {
                continue;
            }
            let expression = Value::map([
                ("key", key.clone()),
                ("operator", operator.into()),
                ("values", vec![value.clone()].into()),
            ]);
            term.entry_path(&["labelSelector", "matchExpressions"]).make_list().push(expression);
        }
    }
}

/// Models pkg/registry/core/namespace/strategy.go PrepareForCreate.
fn namespace(namespace: &mut Value) {
    *namespace.entry_path(&["status", "phase"]) = "Active".into();
    let finalizers = namespace.entry_path(&["spec", "finalizers"]).make_list();
    if !finalizers.iter().any(|finalizer| finalizer.text() == "kubernetes") {
        finalizers.push("kubernetes".into());
    }
}

/// Models apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go
/// PrepareForCreate.
fn stored_versions(definition: &mut Value) {
    let versions = definition.at_path(&["spec", "versions"]).items().iter();
    let stored = versions.filter(|version| version.at("storage").as_bool() == Some(true));
    let names = stored.map(|version| version.at("name").clone()).collect();
    *definition.entry_path(&["status", "storedVersions"]) = names;
}

/// How often the template of a DaemonSet has changed is told by an annotation.
/// Models pkg/apis/apps/v1/conversion.go Convert_apps_DaemonSet_To_v1_DaemonSet.
const TEMPLATE_GENERATION: [&str; 3] =
    ["metadata", "annotations", "deprecated.daemonset.template.generation"];

fn count_templates(set: &mut Value, generation: i64) {
    *set.entry_path(&TEMPLATE_GENERATION) = generation.to_string().into();
}

/// Models pkg/registry/apps/daemonset/strategy.go PrepareForUpdate.
fn daemon_set(set: &mut Value, old: &Value) {
    const TEMPLATE: [&str; 2] = ["spec", "template"];
    let same = semantically_equal(set.at_path(&TEMPLATE), old.at_path(&TEMPLATE));
    let before: i64 = old.at_path(&TEMPLATE_GENERATION).text().parse().unwrap_or(0);
    count_templates(set, before + i64::from(!same));
}

/// Models pkg/registry/core/service/strategy.go PrepareForUpdate: what the server has allotted
/// stays unless the client says otherwise, and goes with the type that needed it.
fn service_update(spec: &mut Value, old: &Value) {
    service_addresses(spec, old);
    patch_allocated(spec, old);
    drop_type_dependent(spec, old);
}

/// Keeps the field for one address and the list in step; on an update the one that was changed
/// leads. Models pkg/registry/core/service/storage/alloc.go NormalizeClusterIPs.
fn service_addresses(spec: &mut Value, old: &Value) {
    let (one, list) = (spec.at("clusterIP").clone(), spec.at("clusterIPs").clone());
    if old.is_null() {
        if !one.is_empty() && list.is_empty() {
            *spec.entry("clusterIPs") = vec![one].into();
        }
        return;
    }
    let one_changed = one != *old.at("clusterIP");
    let list_changed = !semantically_equal(&list, old.at("clusterIPs"));
    if one_changed && !list_changed {
        if one.is_empty() {
            spec.make_map().remove("clusterIPs");
        } else {
            *spec.entry("clusterIPs") = vec![one].into();
        }
    }
}

/// Models patchAllocatedValues.
fn patch_allocated(spec: &mut Value, old: &Value) {
    let needs_address =
        |spec: &Value| matches!(spec.at("type").text(), "ClusterIP" | "NodePort" | "LoadBalancer");
    if needs_address(spec) && needs_address(old) {
        if spec.at("clusterIP").is_empty() && !old.at("clusterIP").is_empty() {
            *spec.entry("clusterIP") = old.at("clusterIP").clone();
        }
        if spec.at("clusterIPs").is_empty() && spec.at("clusterIP") == old.at("clusterIP") {
            keep(spec, old, &["clusterIPs"]);
        }
    }
    if needs_node_port(spec) && needs_node_port(old) {
        keep_node_ports(spec, old);
    }
    if needs_health_check(spec) && needs_health_check(old) {
        keep(spec, old, &["healthCheckNodePort"]);
    }
}

/// A port with no number on the nodes keeps the one it had.
fn keep_node_ports(spec: &mut Value, old: &Value) {
    let used: Vec<Value> =
        spec.at("ports").items().iter().map(|port| port.at("nodePort").clone()).collect();
    let had = |port: &Value| {
        let same =
            |other: &&Value| ["port", "protocol"].iter().all(|key| other.at(key) == port.at(key));
        let number = old.at("ports").items().iter().find(same)?.at("nodePort").clone();
        (!number.is_empty() && !used.contains(&number)).then_some(number)
    };
    let missing = |port: &Value| port.at("nodePort").is_empty();
    if !spec.at("ports").items().iter().any(missing) {
        return;
    }
    for port in spec.entry("ports").make_list() {
        if let Some(number) = missing(port).then(|| had(port)).flatten() {
            *port.entry("nodePort") = number;
        }
    }
}

/// Models dropTypeDependentFields: fields that the new type has no use for go, if they were not
/// changed along with the type.
fn drop_type_dependent(spec: &mut Value, old: &Value) {
    if spec.at("type") == old.at("type") {
        return;
    }
    let drop = |spec: &mut Value, key: &str| {
        if !spec.at(key).is_null() && semantically_equal(spec.at(key), old.at(key)) {
            spec.make_map().remove(key);
        }
    };
    if spec.at("type").text() == "ExternalName" {
        for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
            drop(spec, key);
        }
    }
    if needs_node_port(old) && !needs_node_port(spec) {
        drop_node_ports(spec, old);
    }
    if needs_health_check(old) && !needs_health_check(spec) {
        drop(spec, "healthCheckNodePort");
    }
    if old.at("type").text() == "LoadBalancer" && spec.at("type").text() != "LoadBalancer" {
        drop(spec, "allocateLoadBalancerNodePorts");
        drop(spec, "loadBalancerClass");
    }
    if service::is_externally_accessible(old) && !service::is_externally_accessible(spec) {
        drop(spec, "externalTrafficPolicy");
    }
}

/// The numbers go only if every one of them was there before.
fn drop_node_ports(spec: &mut Value, old: &Value) {
    let old_has =
        |number: &Value| old.at("ports").items().iter().any(|p| p.at("nodePort") == number);
    let numbers = spec.at("ports").items().iter().map(|port| port.at("nodePort"));
    if numbers.clone().all(Value::is_empty) || !numbers.filter(|n| !n.is_empty()).all(old_has) {
        return;
    }
    for port in spec.entry("ports").make_list() {
        port.make_map().remove("nodePort");
    }
}

/// Models pkg/registry/core/service/storage/alloc.go shouldAllocateNodePorts.
fn needs_node_port(spec: &Value) -> bool {
    match spec.at("type").text() {
        "NodePort" => true,
        "LoadBalancer" => spec.at("allocateLoadBalancerNodePorts").as_bool() != Some(false),
        _ => false,
    }
}

/// Models pkg/api/service/util.go NeedsHealthCheck.
pub(in crate::api) fn needs_health_check(spec: &Value) -> bool {
    spec.at("type").text() == "LoadBalancer" && spec.at("externalTrafficPolicy").text() == "Local"
}
