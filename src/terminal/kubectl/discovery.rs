//! What the server serves, as discovery tells it.
//!
//! Models apiserver/pkg/endpoints/discovery. The client knows it from the field table, which is the
//! same at every moment of the simulation; what is served without being stored is listed here.

use crate::api::{Fields, Resource, Value};

/// A resource that is served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The API group; empty for the core.
    pub group: &'static str,
    /// The version.
    pub version: &'static str,
    /// Its name in paths.
    pub plural: &'static str,
    /// Its name for one object.
    pub singular: &'static str,
    /// The kind of its objects.
    pub kind: &'static str,
    /// Abbreviations.
    pub short_names: &'static [&'static str],
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// What can be done with it.
    pub verbs: &'static [&'static str],
    /// Groups of resources it is in.
    pub categories: &'static [&'static str],
    /// Its parts.
    pub subresources: &'static [&'static str],
}

const CREATE: &[&str] = &["create"];

/// What is served and never stored: group, plural, kind, whether namespaced.
const UNSTORED: [(&str, &str, &str, bool); 8] = [
    ("", "bindings", "Binding", true),
    ("", "componentstatuses", "ComponentStatus", false),
    ("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview", false),
    ("authentication.k8s.io", "tokenreviews", "TokenReview", false),
    ("authorization.k8s.io", "localsubjectaccessreviews", "LocalSubjectAccessReview", true),
    ("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
    ("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
    ("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", false),
];

/// Everything that is served.
pub fn all() -> Vec<Entry> {
    let stored = Resource::served().map(|resource| {
        let info = resource.info();
        Entry {
            group: info.group,
            version: info.version,
            plural: info.plural,
            singular: info.singular,
            kind: info.kind,
            short_names: info.short_names,
            namespaced: info.namespaced,
            verbs: info.verbs,
            categories: info.categories,
            subresources: info.subresources,
        }
    });
    let unstored = UNSTORED.iter().map(|(group, plural, kind, namespaced)| {
        let is_status = *plural == "componentstatuses";
        Entry {
            group,
            version: "v1",
            plural,
            singular: if is_status { "componentstatus" } else { plural.trim_end_matches('s') },
            kind,
            short_names: if is_status { &["cs"] } else { &[] },
            namespaced: *namespaced,
            verbs: if is_status { &["get", "list"] } else { CREATE },
            categories: &[],
            subresources: &[],
        }
    });
    stored.chain(unstored).collect()
}

impl Entry {
    /// `apps/v1`, or `v1` for the core.
    pub fn group_version(&self) -> String {
        match self.group {
            "" => self.version.to_owned(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// `deployments.apps`, or `pods` for the core.
    pub fn qualified(&self) -> String {
        match self.group {
            "" => self.plural.to_owned(),
            group => format!("{}.{group}", self.plural),
        }
    }
}

/// The JSON document at a path such as `/apis/apps/v1`; `None` where there is none.
pub fn document(path: &str) -> Option<String> {
    let all = all();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts[..] {
        ["apis"] => {
            let mut groups: Vec<&str> = Vec::new();
            for entry in all.iter().filter(|entry| !entry.group.is_empty()) {
                if !groups.contains(&entry.group) {
                    groups.push(entry.group);
                }
            }
            let groups: Vec<String> = groups.iter().map(|name| group(&all, name, "")).collect();
            let groups = groups.join(",");
            Some(format!(
                "{{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[{groups}]}}"
            ))
        }
        ["apis", name] => all
            .iter()
            .any(|entry| entry.group == name)
            .then(|| group(&all, name, "\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",")),
        ["api", version] => resources(&all, version),
        ["apis", group, version] => resources(&all, &format!("{group}/{version}")),
        _ => None,
    }
}

fn group(all: &[Entry], name: &str, head: &str) -> String {
    let mut versions: Vec<&str> = Vec::new();
    for entry in all.iter().filter(|entry| entry.group == name) {
        if !versions.contains(&entry.version) {
            versions.push(entry.version);
        }
    }
    versions.sort_unstable_by(|a, b| b.cmp(a));
    let one = |version: &&str| {
        format!("{{\"groupVersion\":\"{name}/{version}\",\"version\":\"{version}\"}}")
    };
    let texts: Vec<String> = versions.iter().map(one).collect();
    let (all, preferred) = (texts.join(","), &texts[0]);
    format!("{{{head}\"name\":\"{name}\",\"versions\":[{all}],\"preferredVersion\":{preferred}}}")
}

/// An APIResourceList, its fields in the order in which Go has them.
fn resources(all: &[Entry], group_version: &str) -> Option<String> {
    let mut entries: Vec<&Entry> =
        all.iter().filter(|entry| entry.group_version() == group_version).collect();
    entries.sort_by_key(|entry| entry.plural);
    if entries.is_empty() {
        return None;
    }
    let items: Vec<String> = entries.iter().flat_map(|entry| lines(entry)).collect();
    let head = match group_version.contains('/') {
        true => "\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\"",
        false => "\"kind\":\"APIResourceList\"",
    };
    let items = items.join(",");
    Some(format!("{{{head},\"groupVersion\":\"{group_version}\",\"resources\":[{items}]}}"))
}

fn texts(texts: &[&str]) -> String {
    texts.iter().map(|text| Value::from(*text)).collect::<Value>().to_json()
}

fn lines(entry: &Entry) -> Vec<String> {
    let Entry { plural, singular, kind, namespaced, .. } = entry;
    let mut line = format!(
        "{{\"name\":\"{plural}\",\"singularName\":\"{singular}\",\"namespaced\":{namespaced},\
         \"kind\":\"{kind}\",\"verbs\":{}",
        texts(entry.verbs)
    );
    for (field, list) in [("shortNames", entry.short_names), ("categories", entry.categories)] {
        if !list.is_empty() {
            line += &format!(",\"{field}\":{}", texts(list));
        }
    }
    let path = format!("{}/{plural}", entry.group_version());
    if let Some((_, hash)) = STORAGE_HASHES.iter().find(|(name, _)| *name == path) {
        line += &format!(",\"storageVersionHash\":\"{hash}\"");
    }
    let mut lines = vec![line + "}"];
    for part in entry.subresources {
        let (other, kind, verbs) = match *part {
            "scale" => ("\"group\":\"autoscaling\",\"version\":\"v1\",", "Scale", PART),
            "finalize" => ("", *kind, &["update"][..]),
            _ => ("", *kind, PART),
        };
        lines.push(format!(
            "{{\"name\":\"{plural}/{part}\",\"singularName\":\"\",\"namespaced\":{namespaced},\
             {other}\"kind\":\"{kind}\",\"verbs\":{}}}",
            texts(verbs)
        ));
    }
    lines
}

/// What can be done with a part of an object.
const PART: &[&str] = &["get", "patch", "update"];

/// What identifies the form in which each resource is stored.
const STORAGE_HASHES: &[(&str, &str)] = &[
    ("v1/configmaps", "qFsyl6wFWjQ="),
    ("v1/endpoints", "fWeeMqaN/OA="),
    ("v1/events", "r2yiGXH7wu8="),
    ("v1/limitranges", "EBKMFVe6cwo="),
    ("v1/namespaces", "Q3oi5N2YM8M="),
    ("v1/nodes", "XwShjMxG9Fs="),
    ("v1/persistentvolumeclaims", "QWTyNDq0dC4="),
    ("v1/persistentvolumes", "HN/zwEC+JgM="),
    ("v1/pods", "xPOwRZ+Yhw8="),
    ("v1/podtemplates", "LIXB2x4IFpk="),
    ("v1/replicationcontrollers", "Jond2If31h0="),
    ("v1/resourcequotas", "8uhSgffRX6w="),
    ("v1/secrets", "S6u1pOWzb84="),
    ("v1/serviceaccounts", "pbx9ZvyFpBE="),
    ("v1/services", "0/CO1lhkEBI="),
    ("apiregistration.k8s.io/v1/apiservices", "InPBPD7+PqM="),
    ("apps/v1/controllerrevisions", "85nkx63pcBU="),
    ("apps/v1/daemonsets", "dd7pWHUlMKQ="),
    ("apps/v1/deployments", "8aSe+NMegvE="),
    ("apps/v1/replicasets", "P1RzHs8/mWQ="),
    ("apps/v1/statefulsets", "H+vl74LkKdo="),
    ("events.k8s.io/v1/events", "r2yiGXH7wu8="),
    ("autoscaling/v2/horizontalpodautoscalers", "qwQve8ut294="),
    ("autoscaling/v1/horizontalpodautoscalers", "qwQve8ut294="),
    ("batch/v1/cronjobs", "sd5LIXh4Fjs="),
    ("batch/v1/jobs", "mudhfqk/qZY="),
    ("certificates.k8s.io/v1/certificatesigningrequests", "95fRKMXA+00="),
    ("networking.k8s.io/v1/ingressclasses", "l/iqIbDgFyQ="),
    ("networking.k8s.io/v1/ingresses", "39NQlfNR+bo="),
    ("networking.k8s.io/v1/ipaddresses", "3f/plJFChNE="),
    ("networking.k8s.io/v1/networkpolicies", "YpfwF18m1G8="),
    ("networking.k8s.io/v1/servicecidrs", "gNLvruQhW2g="),
    ("policy/v1/poddisruptionbudgets", "EVWiDmWqyJw="),
    ("rbac.authorization.k8s.io/v1/clusterrolebindings", "48tpQ8gZHFc="),
    ("rbac.authorization.k8s.io/v1/clusterroles", "bYE5ZWDrJ44="),
    ("rbac.authorization.k8s.io/v1/rolebindings", "eGsCzGH6b1g="),
    ("rbac.authorization.k8s.io/v1/roles", "7FuwZcIIItM="),
    ("storage.k8s.io/v1/csidrivers", "hL6j/rwBV5w="),
    ("storage.k8s.io/v1/csinodes", "Pe62DkZtjuo="),
    ("storage.k8s.io/v1/csistoragecapacities", "xeVl+2Ly1kE="),
    ("storage.k8s.io/v1/storageclasses", "K+m6uJwbjGY="),
    ("storage.k8s.io/v1/volumeattachments", "tJx/ezt6UDU="),
    ("storage.k8s.io/v1/volumeattributesclasses", "tIjydgKBC5w="),
    ("admissionregistration.k8s.io/v1/mutatingadmissionpolicies", "LYmCf+UMVdg="),
    ("admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings", "90V5FRZZ3Zg="),
    ("admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", "Sqi0GUgDaX0="),
    ("admissionregistration.k8s.io/v1/validatingadmissionpolicies", "6OxvlMmQ6is="),
    ("admissionregistration.k8s.io/v1/validatingadmissionpolicybindings", "v9715VZqakg="),
    ("admissionregistration.k8s.io/v1/validatingwebhookconfigurations", "B0wHjQmsGNk="),
    ("apiextensions.k8s.io/v1/customresourcedefinitions", "jfWCUB31mvA="),
    ("scheduling.k8s.io/v1/priorityclasses", "1QwjyaZjj3Y="),
    ("coordination.k8s.io/v1/leases", "gqkMMb/YqFM="),
    ("node.k8s.io/v1/runtimeclasses", "WQTu1GL3T2Q="),
    ("discovery.k8s.io/v1/endpointslices", "qgS0xkrxYAI="),
    ("resource.k8s.io/v1/deviceclasses", "Yk2PTc1Ybxk="),
    ("resource.k8s.io/v1/resourceclaims", "wgAZaHcZxUg="),
    ("resource.k8s.io/v1/resourceclaimtemplates", "TuzjC49aUfM="),
    ("resource.k8s.io/v1/resourceslices", "KsC072WgaEY="),
    ("flowcontrol.apiserver.k8s.io/v1/flowschemas", "GJVAJZSZBIw="),
    ("flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", "Kir5PVfvNeI="),
];

/// What `/version` says.
pub fn version() -> Value {
    let fields = [
        ("buildDate", "1970-01-01T00:00:00Z"),
        ("compiler", "gc"),
        ("emulationMajor", "1"),
        ("emulationMinor", "36"),
        ("gitCommit", ""),
        ("gitTreeState", ""),
        ("gitVersion", "v1.36.2"),
        ("goVersion", "go1.26.6"),
        ("major", "1"),
        ("minCompatibilityMajor", "1"),
        ("minCompatibilityMinor", "35"),
        ("minor", "36"),
        ("platform", "linux/amd64"),
    ];
    fields.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect::<Fields>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_those_of_a_server() {
        assert_eq!(
            document("/apis/apps").unwrap(),
            "{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",\"name\":\"apps\",\"versions\":\
             [{\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}],\"preferredVersion\":\
             {\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}}"
        );
        let batch = document("/apis/batch/v1").unwrap();
        assert!(batch.contains("\"name\":\"jobs/status\"") && batch.contains("mudhfqk/qZY="));
        assert_eq!(document("/apis/nope"), None);
        assert_eq!(document("/nope"), None);
    }
}
