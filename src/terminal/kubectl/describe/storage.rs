//! Volumes, their claims and classes. Models kubectl/pkg/describe describePersistentVolume,
//! describePersistentVolumeClaim and describeStorageClass.

use super::sheet::{Sheet, joined, or_none, scalar};
use super::volumes;
use crate::api::rpc::Selection;
use crate::api::{Fields, Object, Resource, Value};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// Access modes in short.
fn modes(modes: &Value) -> String {
    let short = |mode: &Value| match mode.text() {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => "",
    };
    modes.items().iter().map(short).collect::<Vec<_>>().join(",")
}

fn finalizers(object: &Value) -> String {
    format!("[{}]", joined(object.at_path(&["metadata", "finalizers"]), " "))
}

/// Writes a claim down.
pub fn describe_claim(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let (spec, status) = (value.at("spec"), value.at("status"));
    sheet.heading(&value);
    sheet.field(0, "StorageClass", spec.at("storageClassName").text());
    sheet.field(
        0,
        "Status",
        match value.at_path(&["metadata", "deletionTimestamp"]) {
            Value::Null => status.at("phase").text().to_owned(),
            _ => "Terminating".to_owned(),
        },
    );
    let bound = !spec.at("volumeName").text().is_empty();
    sheet.field(0, "Volume", spec.at("volumeName").text());
    sheet.labels_and_annotations(&value);
    sheet.field(0, "Finalizers", finalizers(&value));
    let capacity = scalar(status.at_path(&["capacity", "storage"]));
    sheet.field(0, "Capacity", if bound { capacity } else { String::new() });
    let got = modes(status.at("accessModes"));
    sheet.field(0, "Access Modes", if bound { got } else { String::new() });
    sheet.field_if(0, "VolumeMode", spec.at("volumeMode").text());
    let selection =
        Selection { namespace: object.namespace().into(), ..Selection::all(Resource::PODS) };
    let pods = ctx.list(selection)?.map(|(pods, _)| pods).unwrap_or_default();
    let uses = |pod: &&Object| {
        let value = pod.to_value();
        let volumes = value.at_path(&["spec", "volumes"]).items().iter();
        let claim = |volume: &Value| {
            volume.at_path(&["persistentVolumeClaim", "claimName"]).text() == object.name()
        };
        volumes.into_iter().any(claim)
    };
    let users: Vec<String> = pods.iter().filter(uses).map(|pod| pod.name().to_owned()).collect();
    sheet.lines("Used By", &users);
    Ok(())
}

/// Writes a volume down.
pub fn describe_volume(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let (spec, status) = (value.at("spec"), value.at("status"));
    sheet.field(0, "Name", object.name());
    sheet.labels_and_annotations(&value);
    sheet.field(0, "Finalizers", finalizers(&value));
    sheet.field(0, "StorageClass", spec.at("storageClassName").text());
    sheet.field(0, "Status", status.at("phase").text());
    let claim = spec.at("claimRef");
    let claim = match claim.at("name").text() {
        "" => String::new(),
        name => format!("{}/{name}", claim.at("namespace").text()),
    };
    sheet.field(0, "Claim", claim);
    sheet.field(0, "Reclaim Policy", spec.at("persistentVolumeReclaimPolicy").text());
    sheet.field(0, "Access Modes", modes(spec.at("accessModes")));
    sheet.field_if(0, "VolumeMode", spec.at("volumeMode").text());
    sheet.field(0, "Capacity", scalar(spec.at_path(&["capacity", "storage"])));
    match spec.at("nodeAffinity") {
        Value::Null => sheet.field(0, "Node Affinity", "<none>"),
        affinity => node_affinity(affinity, sheet),
    }
    sheet.field(0, "Message", status.at("message").text());
    sheet.line(0, "Source:");
    let not_source = [
        "accessModes",
        "capacity",
        "claimRef",
        "mountOptions",
        "nodeAffinity",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeMode",
    ];
    let parts = spec.as_map().into_iter().flat_map(Fields::iter);
    let source: Fields = parts
        .filter(|(key, _)| !not_source.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    volumes::source(&source.into(), sheet);
    Ok(())
}

fn node_affinity(affinity: &Value, sheet: &mut Sheet) {
    sheet.line(0, "Node Affinity:");
    let terms = affinity.at_path(&["required", "nodeSelectorTerms"]).items();
    if terms.is_empty() {
        return sheet.line(1, "Required Terms:\t<none>");
    }
    sheet.line(1, "Required Terms:");
    for (at, term) in terms.iter().enumerate() {
        let expression = |expression: &Value| {
            let (key, operator) = (expression.at("key").text(), expression.at("operator").text());
            let values = joined(expression.at("values"), ", ");
            format!("{key} {} [{values}]", operator.to_lowercase())
        };
        let all: Vec<String> = term.at("matchExpressions").items().iter().map(expression).collect();
        sheet.field(2, &format!("Term {at}"), all.join("\n                   "));
    }
}

/// Writes a storage class down.
pub fn describe_class(_: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let value = object.to_value();
    let annotations = value.at_path(&["metadata", "annotations"]);
    let is_default = annotations.at("storageclass.kubernetes.io/is-default-class").text() == "true";
    sheet.field(0, "Name", object.name());
    sheet.field(0, "IsDefaultClass", if is_default { "Yes" } else { "No" });
    let pairs = |map: &Value| {
        let all = map.as_map().into_iter().flat_map(Fields::iter);
        let all: Vec<String> = all.map(|(key, value)| format!("{key}={}", value.text())).collect();
        or_none(&all.join(",")).to_owned()
    };
    sheet.field(0, "Annotations", pairs(annotations));
    sheet.field(0, "Provisioner", value.at("provisioner").text());
    sheet.field(0, "Parameters", pairs(value.at("parameters")));
    let or_unset = |value: &Value| match value {
        Value::Null => "<unset>".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => scalar(other),
    };
    sheet.field(0, "AllowVolumeExpansion", or_unset(value.at("allowVolumeExpansion")));
    match value.at("mountOptions").items() {
        [] => sheet.field(0, "MountOptions", "<none>"),
        options => {
            sheet.line(0, "MountOptions:");
            options.iter().for_each(|option| sheet.line(1, option.text()));
        }
    }
    sheet.field(0, "ReclaimPolicy", or_unset(value.at("reclaimPolicy")));
    sheet.field(0, "VolumeBindingMode", or_unset(value.at("volumeBindingMode")));
    Ok(())
}
