//! OpenAPI: the field table as documents for programs.
//!
//! Models kube-openapi, v2 and v3. Everything comes from the field table and from discovery; the
//! sentences of Kubernetes' documentation are not part of the simulation, so that nothing is
//! described. Documents are made when they are first asked for and kept: like the table they never
//! change.

mod paths;
mod schemas;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::discovery;
use schemas::Dialect;

/// The documents of v3, by path: `api/v1`, `apis/apps/v1`.
static DOCUMENTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    discovery::group_versions()
        .into_iter()
        .map(|version| (path(&version), third(&version)))
        .collect()
});

/// What `/openapi/v3` says.
static INDEX: LazyLock<String> = LazyLock::new(|| {
    let line = |(path, document): (&String, &String)| {
        let hash = discovery::hash(document);
        format!("\"{path}\":{{\"serverRelativeURL\":\"/openapi/v3/{path}?hash={hash}\"}}")
    };
    let lines: Vec<String> = DOCUMENTS.iter().map(line).collect();
    format!("{{\"paths\":{{{}}}}}", lines.join(","))
});

/// What `/openapi/v2` says.
static SECOND: LazyLock<String> = LazyLock::new(|| {
    let versions = discovery::group_versions();
    let paths: Vec<String> =
        versions.iter().flat_map(|version| paths::of(version, Dialect::Second)).collect();
    let definitions = schemas::of(versions.iter().map(String::as_str), Dialect::Second);
    format!(
        "{{\"swagger\":\"2.0\",{INFO},\"paths\":{{{}}},\"definitions\":{{{}}}}}",
        paths.join(","),
        definitions.join(",")
    )
});

const INFO: &str = "\"info\":{\"title\":\"Kubernetes\",\"version\":\"v1.36.2\"}";

/// Everything in one document.
pub fn v2() -> &'static str {
    &SECOND
}

/// Where the documents of v3 are.
pub fn index() -> &'static str {
    &INDEX
}

/// The document of a group version by its path, such as `apis/apps/v1`.
pub fn v3(path: &str) -> Option<&'static str> {
    DOCUMENTS.get(path).map(String::as_str)
}

fn path(group_version: &str) -> String {
    match group_version {
        "v1" => "api/v1".to_owned(),
        version => format!("apis/{version}"),
    }
}

fn third(group_version: &str) -> String {
    let paths = paths::of(group_version, Dialect::Third);
    let schemas = schemas::of([group_version].into_iter(), Dialect::Third);
    format!(
        "{{\"openapi\":\"3.0.0\",{INFO},\"paths\":{{{}}},\"components\":{{\"schemas\":{{{}}}}}}}",
        paths.join(","),
        schemas.join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::parse_json;

    #[test]
    fn documents_say_what_the_table_says() {
        let document = parse_json(v3("apis/apps/v1").unwrap()).unwrap();
        let schemas = document.at_path(&["components", "schemas"]);
        let field = |ty: &str, field: &str| schemas.at(ty).at("properties").at(field).clone();
        let replicas = field("io.k8s.api.apps.v1.DeploymentSpec", "replicas");
        assert_eq!(replicas.to_json(), r#"{"format":"int32","type":"integer"}"#);
        let containers = field("io.k8s.api.core.v1.PodSpec", "containers");
        assert_eq!(containers.at("x-kubernetes-patch-merge-key").text(), "name");
        assert_eq!(containers.at("x-kubernetes-list-map-keys").to_json(), r#"["name"]"#);
        let kind = schemas.at("io.k8s.api.apps.v1.Deployment");
        let kinds = kind.at("x-kubernetes-group-version-kind").to_json();
        assert_eq!(kinds, r#"[{"group":"apps","kind":"Deployment","version":"v1"}]"#);
        let second = parse_json(v2()).unwrap();
        assert!(second.at("definitions").as_map().unwrap().len() > 500);
        assert!(v3("apis/nope/v1").is_none());
    }

    #[test]
    fn every_reference_leads_somewhere() {
        for (path, text) in DOCUMENTS.iter() {
            let document = parse_json(text).unwrap();
            let schemas = document.at_path(&["components", "schemas"]).as_map().unwrap();
            for part in text.split("\"#/components/schemas/").skip(1) {
                let name = part.split('"').next().unwrap();
                assert!(schemas.contains_key(name), "{path}: {name}");
            }
        }
    }
}
