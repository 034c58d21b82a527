//! Discovery: what the server serves, one document for each group version, or one for all.
//!
//! Models apiserver/pkg/endpoints/discovery and its aggregated form, the fields in the order in
//! which Go has them.

use super::media::Shape;
use crate::api::discovery::{self, Entry};
use crate::api::{Served, Str, Value};
use crate::sim::Fingerprint;

/// A resource as it is listed, whoever defines it.
struct Listed {
    group: &'static str,
    version: &'static str,
    plural: &'static str,
    singular: Str,
    kind: &'static str,
    namespaced: bool,
    verbs: &'static [&'static str],
    short_names: Vec<Str>,
    categories: Vec<Str>,
    parts: Vec<Str>,
}

/// The JSON document at a path such as `/apis/apps/v1`, with `custom` resources beside what every
/// server serves; `None` where there is none.
pub fn document(
    segments: &[&str],
    shape: Shape,
    address: &str,
    custom: &[Served],
) -> Option<String> {
    let all: Vec<Listed> =
        discovery::all().iter().map(Listed::from).chain(custom.iter().map(Listed::from)).collect();
    let aggregated = shape == Shape::Discovery;
    match segments {
        ["api"] if aggregated => Some(aggregate(&all, &[""])),
        ["apis"] if aggregated => Some(aggregate(&all, &groups(&all))),
        ["api"] => Some(format!(
            "{{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],\"serverAddressByClientCIDRs\":\
             [{{\"clientCIDR\":\"0.0.0.0/0\",\"serverAddress\":\"{address}\"}}]}}"
        )),
        ["apis"] => {
            let groups: Vec<String> =
                groups(&all).into_iter().map(|name| group(&all, name, "")).collect();
            let groups = groups.join(",");
            Some(format!(
                "{{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[{groups}]}}"
            ))
        }
        ["apis", name] => all
            .iter()
            .any(|entry| entry.group == *name)
            .then(|| group(&all, name, "\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",")),
        ["api", version] => resources(&all, version),
        ["apis", group, version] => resources(&all, &format!("{group}/{version}")),
        _ => None,
    }
}

/// Every group version that is served, such as `apps/v1`, or `v1` for the core.
pub fn group_versions() -> Vec<String> {
    let mut found: Vec<String> = discovery::all().iter().map(Entry::group_version).collect();
    found.sort();
    found.dedup();
    found
}

/// The groups beside the core, in the order of the server. Those of what is not stored stand where
/// the server has installed them.
fn groups(all: &[Listed]) -> Vec<&'static str> {
    const UNSTORED: [&str; 2] = ["authentication.k8s.io", "authorization.k8s.io"];
    let mut groups: Vec<&str> = Vec::new();
    for entry in all.iter().filter(|entry| !entry.group.is_empty()) {
        if entry.group == "autoscaling" {
            groups.extend(
                UNSTORED
                    .iter()
                    .filter(|group| !groups.contains(group))
                    .copied()
                    .collect::<Vec<_>>(),
            );
        }
        if !groups.contains(&entry.group) {
            groups.push(entry.group);
        }
    }
    groups
}

/// The versions of a group, the preferred one first.
fn versions(all: &[Listed], name: &str) -> Vec<&'static str> {
    let mut versions: Vec<&str> = Vec::new();
    for entry in all.iter().filter(|entry| entry.group == name) {
        if !versions.contains(&entry.version) {
            versions.push(entry.version);
        }
    }
    versions.sort_unstable_by_key(|version| std::cmp::Reverse(rank(version)));
    versions
}

/// How a version ranks: what is stable before betas before alphas, then by number. Models
/// apimachinery/pkg/version CompareKubeAwareVersionStrings.
fn rank(version: &str) -> (u8, u32, u32) {
    let number = |text: &str| text.parse().unwrap_or(0);
    let rest = version.trim_start_matches('v');
    match (rest.split_once("beta"), rest.split_once("alpha")) {
        (Some((major, minor)), _) => (1, number(major), number(minor)),
        (None, Some((major, minor))) => (0, number(major), number(minor)),
        (None, None) => (2, number(rest), 0),
    }
}

fn group(all: &[Listed], name: &str, head: &str) -> String {
    let one = |version: &&str| {
        format!("{{\"groupVersion\":\"{name}/{version}\",\"version\":\"{version}\"}}")
    };
    let texts: Vec<String> = versions(all, name).iter().map(one).collect();
    let (all, preferred) = (texts.join(","), &texts[0]);
    format!("{{{head}\"name\":\"{name}\",\"versions\":[{all}],\"preferredVersion\":{preferred}}}")
}

/// The entries of a group version, by name.
fn entries<'a>(all: &'a [Listed], group_version: &str) -> Vec<&'a Listed> {
    let mut entries: Vec<&Listed> =
        all.iter().filter(|entry| entry.group_version() == group_version).collect();
    entries.sort_by_key(|entry| entry.plural);
    entries
}

/// An APIResourceList.
fn resources(all: &[Listed], group_version: &str) -> Option<String> {
    let entries = entries(all, group_version);
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

fn texts<T: AsRef<str>>(texts: &[T]) -> String {
    texts.iter().map(|text| Value::from(text.as_ref())).collect::<Value>().to_json()
}

/// The lines of a resource and its parts.
fn lines(entry: &Listed) -> Vec<String> {
    let Listed { plural, singular, kind, namespaced, .. } = entry;
    let mut line = format!(
        "{{\"name\":\"{plural}\",\"singularName\":\"{singular}\",\"namespaced\":{namespaced},\
         \"kind\":\"{kind}\",\"verbs\":{}",
        texts(entry.verbs)
    );
    for (field, list) in [("shortNames", &entry.short_names), ("categories", &entry.categories)] {
        if !list.is_empty() {
            line += &format!(",\"{field}\":{}", texts(list));
        }
    }
    let path = format!("{}/{plural}", entry.group_version());
    if let Some((_, hash)) = STORAGE_HASHES.iter().find(|(name, _)| *name == path) {
        line += &format!(",\"storageVersionHash\":\"{hash}\"");
    }
    let mut lines = vec![line + "}"];
    for part in &entry.parts {
        let (other, kind, verbs) = part_of(entry, part);
        let other = match other.split_once('/') {
            Some((group, version)) => {
                format!("\"group\":\"{group}\",\"version\":\"{version}\",")
            }
            None => String::new(),
        };
        lines.push(format!(
            "{{\"name\":\"{plural}/{part}\",\"singularName\":\"\",\"namespaced\":{namespaced},\
             {other}\"kind\":\"{kind}\",\"verbs\":{}}}",
            texts(verbs)
        ));
    }
    lines
}

/// The group version of what a part of a resource takes and gives, where that is another than its
/// own, its kind, and what can be done with it.
fn part_of(entry: &Listed, part: &str) -> (&'static str, &'static str, &'static [&'static str]) {
    const PROXY: &[&str] = &["create", "delete", "get", "patch", "update"];
    match (entry.plural, part) {
        (_, "scale") => ("autoscaling/v1", "Scale", PART),
        (_, "finalize") => ("", entry.kind, &["update"]),
        (_, "binding") => ("", "Binding", &["create"]),
        (_, "eviction") => ("policy/v1", "Eviction", &["create"]),
        (_, "token") => ("authentication.k8s.io/v1", "TokenRequest", &["create"]),
        (_, "log") => ("", entry.kind, &["get"]),
        (_, "exec") => ("", "PodExecOptions", &["create", "get"]),
        (_, "attach") => ("", "PodAttachOptions", &["create", "get"]),
        (_, "portforward") => ("", "PodPortForwardOptions", &["create", "get"]),
        ("nodes", "proxy") => ("", "NodeProxyOptions", PROXY),
        ("services", "proxy") => ("", "ServiceProxyOptions", PROXY),
        (_, "proxy") => ("", "PodProxyOptions", PROXY),
        _ => ("", entry.kind, PART),
    }
}

/// What can be done with a part of an object.
const PART: &[&str] = &["get", "patch", "update"];

/// An APIGroupDiscoveryList of `groups`. Models endpoints/discovery/aggregated.
fn aggregate(all: &[Listed], groups: &[&str]) -> String {
    let group = |name: &&str| {
        let version = |version: &&str| {
            let group_version = match *name {
                "" => (*version).to_owned(),
                name => format!("{name}/{version}"),
            };
            let entries = entries(all, &group_version);
            let resources: Vec<String> = entries.iter().map(|e| aggregated(e, version)).collect();
            format!(
                "{{\"version\":\"{version}\",\"resources\":[{}],\"freshness\":\"Current\"}}",
                resources.join(",")
            )
        };
        let versions: Vec<String> = versions(all, name).iter().map(version).collect();
        let metadata = match *name {
            "" => "{\"creationTimestamp\":null}".to_owned(),
            name => format!("{{\"name\":\"{name}\",\"creationTimestamp\":null}}"),
        };
        format!("{{\"metadata\":{metadata},\"versions\":[{}]}}", versions.join(","))
    };
    let items: Vec<String> = groups.iter().map(group).collect();
    format!(
        "{{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\",\
         \"metadata\":{{}},\"items\":[{}]}}",
        items.join(",")
    )
}

fn aggregated(entry: &Listed, version: &str) -> String {
    let kind = |group: &str, version: &str, kind: &str| {
        format!("{{\"group\":\"{group}\",\"version\":\"{version}\",\"kind\":\"{kind}\"}}")
    };
    let mut line = format!(
        "{{\"resource\":\"{}\",\"responseKind\":{},\"scope\":\"{}\",\
         \"singularResource\":\"{}\",\"verbs\":{}",
        entry.plural,
        kind(entry.group, version, entry.kind),
        if entry.namespaced { "Namespaced" } else { "Cluster" },
        entry.singular,
        texts(entry.verbs),
    );
    for (field, list) in [("shortNames", &entry.short_names), ("categories", &entry.categories)] {
        if !list.is_empty() {
            line += &format!(",\"{field}\":{}", texts(list));
        }
    }
    let parts = entry.parts.iter().map(|part| {
        let (other, name, verbs) = part_of(entry, part);
        let (group, version) = other.split_once('/').unwrap_or((entry.group, version));
        format!(
            "{{\"subresource\":\"{part}\",\"responseKind\":{},\"verbs\":{}}}",
            kind(group, version, name),
            texts(verbs)
        )
    });
    let parts: Vec<String> = parts.collect();
    if !parts.is_empty() {
        line += &format!(",\"subresources\":[{}]", parts.join(","));
    }
    line + "}"
}

impl Listed {
    fn group_version(&self) -> String {
        match self.group {
            "" => self.version.to_owned(),
            group => format!("{group}/{}", self.version),
        }
    }
}

impl From<&Entry> for Listed {
    fn from(entry: &Entry) -> Self {
        let texts = |texts: &[&'static str]| texts.iter().map(|t| Str::new_static(t)).collect();
        Self {
            group: entry.group,
            version: entry.version,
            plural: entry.plural,
            singular: Str::new_static(entry.singular),
            kind: entry.kind,
            namespaced: entry.namespaced,
            verbs: entry.verbs,
            short_names: texts(entry.short_names),
            categories: texts(entry.categories),
            parts: texts(entry.subresources),
        }
    }
}

impl From<&Served> for Listed {
    fn from(served: &Served) -> Self {
        let info = served.resource.info();
        Self {
            group: info.group,
            version: info.version,
            plural: info.plural,
            singular: served.singular.clone(),
            kind: info.kind,
            namespaced: info.namespaced,
            verbs: info.verbs,
            short_names: served.short_names.to_vec(),
            categories: served.categories.to_vec(),
            parts: served.subresources.to_vec(),
        }
    }
}

/// A name for what a document says, for those who keep it.
pub fn hash(document: &str) -> String {
    let mut hash = Fingerprint::new();
    hash.str(document);
    format!("{:016X}", hash.finish())
}

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
