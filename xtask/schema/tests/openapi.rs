//! The field table, held against the crate `k8s-openapi`: each type that both know has the same
//! fields of the same types in both.

use std::collections::BTreeMap;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration;
use serde_json::{Map, Value};

/// A type: its fields, each with the sign of its type in the table.
type Fields = BTreeMap<String, String>;

/// Lists the kinds, beside which there are two of other packages.
macro_rules! definitions {
    ($($group:ident::$version:ident { $($kind:ident)* })*) => {{
        let mut generator = schemars::SchemaGenerator::default();
        $($(generator.subschema_for::<k8s_openapi::api::$group::$version::$kind>();)*)*
        generator.subschema_for::<apiextensions::v1::CustomResourceDefinition>();
        generator.subschema_for::<apiregistration::v1::APIService>();
        generator.take_definitions(true)
    }};
}

fn definitions() -> Map<String, Value> {
    definitions! {
        admissionregistration::v1 {
            MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration
            ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
            ValidatingWebhookConfiguration
        }
        apps::v1 { ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet }
        autoscaling::v1 { HorizontalPodAutoscaler Scale }
        autoscaling::v2 { HorizontalPodAutoscaler }
        batch::v1 { CronJob Job }
        certificates::v1 { CertificateSigningRequest }
        coordination::v1 { Lease }
        core::v1 {
            ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume
            PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret
            Service ServiceAccount
        }
        discovery::v1 { EndpointSlice }
        events::v1 { Event }
        flowcontrol::v1 { FlowSchema PriorityLevelConfiguration }
        networking::v1 { IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR }
        node::v1 { RuntimeClass }
        policy::v1 { PodDisruptionBudget }
        rbac::v1 { ClusterRole ClusterRoleBinding Role RoleBinding }
        resource::v1 { DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice }
        scheduling::v1 { PriorityClass }
        storage::v1 {
            CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment
            VolumeAttributesClass
        }
    }
}

/// Types that are plain values in the table.
const PLAIN: [(&str, &str); 8] = [
    ("io.k8s.apimachinery.pkg.api.resource.Quantity", "q"),
    ("io.k8s.apimachinery.pkg.util.intstr.IntOrString", "n"),
    ("io.k8s.apimachinery.pkg.runtime.RawExtension", "a"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Time", "t"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", "t"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", "a"),
    ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON", "a"),
    ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOr", "a"),
];

#[test]
fn both_tables_have_the_same_fields() {
    let ours = ours();
    let mut wrong = Vec::new();
    let mut compared = Vec::new();
    for (definition, schema) in &definitions() {
        if plain(definition).is_some() {
            continue;
        }
        let name = name(definition, &ours);
        let Some(fields) = ours.get(&name) else {
            wrong.push(format!("the table has no type {definition}"));
            continue;
        };
        let theirs = theirs(schema, &ours);
        for (field, ty) in &theirs {
            match fields.get(field) {
                None => wrong.push(format!("the table has no field {name}.{field}")),
                Some(own) if own != ty => wrong.push(format!("{name}.{field}: {own}, not {ty}")),
                Some(_) => {}
            }
        }
        let extra = fields.keys().filter(|field| !theirs.contains_key(*field));
        wrong.extend(extra.map(|field| format!("only the table has {name}.{field}")));
        compared.push(name);
    }
    let lost = ours.keys().filter(|name| !compared.contains(name));
    wrong.extend(lost.map(|name| format!("only the table has the type {name}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The field table as the project has it.
fn ours() -> BTreeMap<String, Fields> {
    let sign = |text: &str| {
        let end = text.find(['!', '?', '*', '~', '^', '|', '+']).unwrap_or(text.len());
        // Both kinds of moments are one there.
        text[..end].replace('m', if text.starts_with('m') { "t" } else { "m" })
    };
    let table = include_str!("../../../src/api/schema/table.txt");
    let read = |line: &str| {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default().to_owned();
        let field = |word: &str| {
            let (name, ty) = word.split_once(':').expect("a field has a type");
            (name.to_owned(), sign(ty))
        };
        (name, words.map(field).collect())
    };
    table.lines().map(read).collect()
}

fn theirs(schema: &Value, ours: &BTreeMap<String, Fields>) -> Fields {
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.map(|(name, property)| (name.clone(), ty(property, ours))).collect()
}

/// The sign of a type.
fn ty(property: &Value, ours: &BTreeMap<String, Fields>) -> String {
    let reference = property["$ref"].as_str().or(property["allOf"][0]["$ref"].as_str());
    if let Some(reference) = reference {
        let definition = reference.rsplit('/').next().unwrap_or_default();
        return match plain(definition) {
            Some(sign) => sign.to_owned(),
            None => format!("={}", name(definition, ours)),
        };
    }
    let plain = match (property["type"].as_str(), property["format"].as_str()) {
        (Some("boolean"), _) => "b",
        (Some("integer"), Some("int32")) => "i",
        (Some("integer"), _) => "l",
        (Some("number"), _) => "d",
        (Some("string"), Some("byte")) => "y",
        (Some("string"), Some("date-time")) => "t",
        (Some("string"), _) => "s",
        (Some("array"), _) => return format!("[{}]", ty(&property["items"], ours)),
        (Some("object"), _) if property["additionalProperties"].is_object() => {
            return format!("{{{}}}", ty(&property["additionalProperties"], ours));
        }
        _ => "a",
    };
    plain.to_owned()
}

fn plain(definition: &str) -> Option<&'static str> {
    let found = PLAIN.iter().find(|(name, _)| {
        definition == *name || name.ends_with("Or") && definition.starts_with(name)
    });
    found.map(|(_, sign)| *sign)
}

/// What the table calls a type: its name, with group and version where there are several.
fn name(definition: &str, ours: &BTreeMap<String, Fields>) -> String {
    let parts: Vec<&str> = definition.rsplitn(4, '.').take(3).collect();
    let long = parts.iter().rev().copied().collect::<Vec<_>>().join(".");
    if ours.contains_key(&long) { long } else { parts[0].to_owned() }
}
