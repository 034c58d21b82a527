//! The volumes of a pod or of a template. Models kubectl/pkg/describe describeVolumes.

use super::sheet::{Sheet, or_none, scalar, truth};
use crate::api::Value;

/// Writes volumes down. `space` moves those of a template in.
pub fn describe(volumes: &[Value], space: &str, sheet: &mut Sheet) {
    if volumes.is_empty() {
        return sheet.line(0, format!("{space}Volumes:\t<none>"));
    }
    sheet.line(0, format!("{space}Volumes:"));
    let indent = if space.is_empty() { "" } else { " " };
    for volume in volumes {
        sheet.line(1, format!("{indent}{}:", volume.at("name").text()));
        source(volume, sheet);
    }
}

/// Writes down where a volume comes from.
pub fn source(volume: &Value, sheet: &mut Sheet) {
    let mut of = |kind: &str, about: &str, fields: &[(&str, String)]| {
        sheet.field(2, "Type", format!("{kind} ({about})"));
        for (name, value) in fields {
            sheet.field(2, name, value);
        }
    };
    let fields = volume.as_map().into_iter().flat_map(|fields| fields.iter());
    let Some((key, source)) = fields.into_iter().find(|(key, _)| *key != "name") else { return };
    let text = |field: &str| scalar(source.at(field));
    match key.as_str() {
        "hostPath" => of(
            "HostPath",
            "bare host directory volume",
            &[("Path", text("path")), ("HostPathType", text("type"))],
        ),
        "emptyDir" => {
            let limit = text("sizeLimit");
            let limit = if limit.is_empty() { "<unset>".to_owned() } else { limit };
            of(
                "EmptyDir",
                "a temporary directory that shares a pod's lifetime",
                &[("Medium", text("medium")), ("SizeLimit", limit)],
            );
        }
        "secret" => of(
            "Secret",
            "a volume populated by a Secret",
            &[("SecretName", text("secretName")), ("Optional", truth_of(source))],
        ),
        "configMap" => of(
            "ConfigMap",
            "a volume populated by a ConfigMap",
            &[("Name", text("name")), ("Optional", truth_of(source))],
        ),
        "persistentVolumeClaim" => of(
            "PersistentVolumeClaim",
            "a reference to a PersistentVolumeClaim in the same namespace",
            &[
                ("ClaimName", text("claimName")),
                ("ReadOnly", truth(source.at("readOnly")).to_string()),
            ],
        ),
        "projected" => {
            let about = "a volume that contains injected data from multiple sources";
            of("Projected", about, &[]);
            source.at("sources").items().iter().for_each(|part| projected(part, sheet));
        }
        "downwardAPI" => {
            of("DownwardAPI", "a volume populated by information about the pod", &[]);
            items(source.at("items").items(), sheet);
        }
        "nfs" => of(
            "NFS",
            "an NFS mount that lasts the lifetime of a pod",
            &[
                ("Server", text("server")),
                ("Path", text("path")),
                ("ReadOnly", truth(source.at("readOnly")).to_string()),
            ],
        ),
        _ => sheet.field(2, "Type", "<unknown>"),
    }
}

fn truth_of(source: &Value) -> String {
    truth(source.at("optional")).to_string()
}

fn projected(part: &Value, sheet: &mut Sheet) {
    let (secret, map) = (part.at("secret"), part.at("configMap"));
    let token = part.at("serviceAccountToken");
    if !secret.is_null() {
        sheet.field(2, "SecretName", secret.at("name").text());
        sheet.field(2, "Optional", truth_of(secret));
    } else if !map.is_null() {
        sheet.field(2, "ConfigMapName", map.at("name").text());
        sheet.field(2, "Optional", truth_of(map));
    } else if !token.is_null() {
        sheet.field(2, "TokenExpirationSeconds", scalar(token.at("expirationSeconds")));
    } else if !part.at("downwardAPI").is_null() {
        sheet.field(2, "DownwardAPI", "true");
    }
}

fn items(items: &[Value], sheet: &mut Sheet) {
    let none = if items.is_empty() { " <none>" } else { "" };
    sheet.line(2, format!("Items:{none}"));
    for item in items {
        let field = item.at_path(&["fieldRef", "fieldPath"]).text();
        let resource = item.at_path(&["resourceFieldRef", "resource"]).text();
        let from = if field.is_empty() { resource } else { field };
        sheet.line(3, format!("{} -> {}", or_none(from), item.at("path").text()));
    }
}
