//! What the API accepts with a word of caution.
//!
//! Models WarningsOnCreate and WarningsOnUpdate of pkg/registry/*/*/strategy.go. Objects come here
//! as validation sees them; warnings look at nothing but the object.

mod pod;

use super::validation::Field;
use super::{Resource, Value};

/// The warnings about an object that has been accepted, in upstream's order.
pub fn of(resource: Resource, object: &Value) -> Vec<String> {
    let mut warnings = Warnings::default();
    let root = Field::root(object);
    match resource {
        Resource::PODS => pod::of(&root, &mut warnings),
        Resource::PODTEMPLATES => pod::of(&root.at("template"), &mut warnings),
        Resource::DAEMONSETS
        | Resource::DEPLOYMENTS
        | Resource::JOBS
        | Resource::REPLICASETS
        | Resource::REPLICATIONCONTROLLERS
        | Resource::STATEFULSETS => workload(resource, &root, &mut warnings),
        Resource::CRONJOBS => cron_job(&root, &mut warnings),
        Resource::INGRESSES => annotation(
            &root,
            "kubernetes.io/ingress.class",
            "is deprecated, please use 'spec.ingressClassName' instead",
            &mut warnings,
        ),
        Resource::PERSISTENTVOLUMECLAIMS => claim(&root, &mut warnings),
        Resource::PERSISTENTVOLUMES => volume(&root, &mut warnings),
        Resource::PODDISRUPTIONBUDGETS => budget(&root, &mut warnings),
        Resource::SERVICES => service(&root, &mut warnings),
        Resource::STORAGECLASSES => storage_class(&root, &mut warnings),
        _ => {}
    }
    warnings.0
}

/// Warnings in the order in which they were found.
#[derive(Default)]
struct Warnings(Vec<String>);

impl Warnings {
    fn add(&mut self, field: &Field, text: &str) {
        self.0.push(format!("{field}: {text}"));
    }
}

fn workload(resource: Resource, root: &Field, warnings: &mut Warnings) {
    let spec = root.at("spec");
    pod::of(&spec.at("template"), warnings);
    if resource == Resource::JOBS {
        job(root, &spec, warnings);
    }
    for (at, claim) in spec.value.at("volumeClaimTemplates").items().iter().enumerate() {
        let templates = spec.at("volumeClaimTemplates");
        let template = templates.index(at);
        claim_spec(&template.called("Spec", claim.at("spec")), warnings);
    }
}

/// Models pkg/apis/batch job strategy warningsForJob.
fn job(root: &Field, spec: &Field, warnings: &mut Warnings) {
    not_a_label(root, warnings);
    let (completions, parallelism) = (spec.at("completions"), spec.at("parallelism"));
    if spec.at("completionMode").text() == "Indexed"
        && completions.int().is_some_and(|count| count > 100_000)
        && parallelism.int().is_some_and(|count| count > 10_000)
    {
        let text = "In Indexed Jobs with a number of completions higher than 10^5 and a \
                    parallelism higher than 10^4, Kubernetes might not be able to track \
                    completedIndexes when a big number of indexes fail";
        warnings.add(spec, text);
    }
}

fn cron_job(root: &Field, warnings: &mut Warnings) {
    not_a_label(root, warnings);
    if root.value.at_path(&["spec", "schedule"]).text().contains("TZ") {
        let text = "CRON_TZ or TZ used in spec.schedule is not officially supported, see \
                    https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more \
                    details";
        warnings.0.push(text.to_owned());
    }
    let spec = root.at("spec");
    let template = spec.at("jobTemplate");
    let job = template.at("spec");
    pod::of(&job.at("template"), warnings);
}

/// The names of jobs become names of pods and of hosts.
fn not_a_label(root: &Field, warnings: &mut Warnings) {
    let metadata = root.at("metadata");
    let name = metadata.at("name");
    let messages = super::validation::dns1123_label(name.text());
    if !name.is_empty() && !messages.is_empty() {
        let why = messages.iter().map(|message| super::quote(message)).collect::<Vec<_>>();
        let why = why.join(" ");
        warnings.0.push(format!(
            "metadata.name: this is used in Pod names and hostnames, which can result in \
             surprising behavior; a DNS label is recommended: [{why}]"
        ));
    }
}

fn annotation(root: &Field, key: &str, text: &str, warnings: &mut Warnings) {
    if !root.value.at_path(&["metadata", "annotations", key]).is_null() {
        warnings.0.push(format!("annotation {} {text}", super::quote(key)));
    }
}

/// Models pkg/api/persistentvolumeclaim GetWarningsForPersistentVolumeClaim.
fn claim(root: &Field, warnings: &mut Warnings) {
    let metadata = root.at("metadata");
    let annotations = metadata.at("annotations");
    let class = annotations.key("volume.beta.kubernetes.io/storage-class");
    if class.is_set() {
        warnings.add(&class, "deprecated since v1.8; use \"storageClassName\" attribute instead");
    }
    claim_spec(&root.at("spec"), warnings);
}

/// Models GetWarningsForPersistentVolumeClaimSpec.
fn claim_spec(spec: &Field, warnings: &mut Warnings) {
    let resources = spec.at("resources");
    for list in ["requests", "limits"] {
        let amounts = resources.at(list);
        fraction(&amounts.key("storage"), warnings);
    }
}

/// Models pkg/api/persistentvolume GetWarningsForPersistentVolume.
fn volume(root: &Field, warnings: &mut Warnings) {
    let (metadata, spec) = (root.at("metadata"), root.at("spec"));
    let annotations = metadata.at("annotations");
    let class = annotations.key("volume.beta.kubernetes.io/storage-class");
    if class.is_set() {
        warnings.add(&class, "deprecated since v1.8; use \"storageClassName\" attribute instead");
    }
    let options = annotations.key("volume.beta.kubernetes.io/mount-options");
    if options.is_set() {
        warnings.add(&options, "deprecated since v1.31; use \"mountOptions\" attribute instead");
    }
    let reclaim = spec.at("persistentVolumeReclaimPolicy");
    if reclaim.text() == "Recycle" {
        let text = "The Recycle reclaim policy is deprecated. Instead, the recommended approach is \
                    to use dynamic provisioning.";
        warnings.add(&reclaim, text);
    }
    let affinity = spec.at("nodeAffinity");
    let required = affinity.at("required");
    for term in required.at("nodeSelectorTerms").items() {
        pod::node_term(&term, warnings);
    }
    for (name, text) in pod::DEPRECATED_VOLUMES {
        let source = spec.at(name);
        if source.is_set() && *name != "gitRepo" && *name != "storageos" {
            warnings.add(&source, text);
        }
    }
    if spec.at("storageos").is_set() {
        let source = spec.called("storageOS", spec.value.at("storageos"));
        warnings.add(&source, "deprecated in v1.22, non-functional in v1.25+");
    }
}

/// Models the PodDisruptionBudget strategy's WarningsOnCreate.
fn budget(root: &Field, warnings: &mut Warnings) {
    let spec = root.at("spec");
    let selector = spec.at("selector");
    if !selector.is_set() {
        warnings.add(&selector, "a null selector results in matching no pod");
    }
}

/// Models pkg/api/service GetWarningsForService.
fn service(root: &Field, warnings: &mut Warnings) {
    let (metadata, spec) = (root.at("metadata"), root.at("spec"));
    let annotations = metadata.at("annotations");
    let hints = annotations.key("service.kubernetes.io/topology-aware-hints");
    if hints.is_set() {
        let text = "please use annotation service.kubernetes.io/topology-mode instead";
        warnings.0.push(format!(
            "annotation service.kubernetes.io/topology-aware-hints is deprecated, {text}"
        ));
    }
    let headless = spec.at("clusterIP").text() == "None";
    if headless && !spec.at("loadBalancerIP").is_empty() {
        warnings
            .0
            .push("spec.loadBalancerIP is ignored when spec.clusterIP is \"None\"".to_owned());
    }
    if headless && !spec.at("externalIPs").is_empty() {
        warnings.0.push("spec.externalIPs is ignored when spec.clusterIP is \"None\"".to_owned());
    }
    if headless && spec.at("sessionAffinity").text() == "ClientIP" {
        let text = "spec.SessionAffinity is ignored for headless services";
        warnings.0.push(text.to_owned());
    }
}

/// Models the StorageClass strategy's warnings: labels of nodes that are old.
fn storage_class(root: &Field, warnings: &mut Warnings) {
    for (at, term) in root.value.at("allowedTopologies").items().iter().enumerate() {
        for (n, expression) in term.at("matchLabelExpressions").items().iter().enumerate() {
            let key = expression.at("key").text();
            if let Some(text) = pod::deprecated_label(key) {
                let path = format!("allowedTopologies[{at}].matchLabelExpressions[{n}].key");
                warnings.0.push(format!("{path}: {key} is {text}"));
            }
        }
    }
}

/// Bytes come whole.
fn fraction(amount: &Field, warnings: &mut Warnings) {
    let quantity = super::Quantity::parse(amount.text());
    if quantity.is_some_and(|quantity| !quantity.is_whole()) {
        let shown = super::quote(amount.text());
        warnings
            .add(amount, &format!("fractional byte value {shown} is invalid, must be an integer"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testkit::document;

    #[track_caller]
    fn check(resource: Resource, manifest: &str, expected: &[&str]) {
        assert_eq!(of(resource, &document(manifest)), expected);
    }

    #[test]
    fn pods_and_templates() {
        check(
            Resource::DEPLOYMENTS,
            "spec: {template: {spec: {nodeSelector: {beta.kubernetes.io/arch: amd64}, volumes: \
             [{rbd: {}}]}}}",
            &[
                "spec.template.spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; \
                 use \"kubernetes.io/arch\" instead",
                "spec.template.spec.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+",
            ],
        );
        check(
            Resource::PODS,
            "spec:
              containers:
              - {name: a, ports: [{name: http, containerPort: 80, protocol: TCP}]}
              - {name: b, ports: [{name: http, containerPort: 80, protocol: TCP}]}
              - name: c
                env: [{name: X, value: a}, {name: X, value: b}]
                resources: {limits: {memory: 100m}}
            ",
            &[
                "spec.containers[2].resources.limits[memory]: fractional byte value \"100m\" is \
                 invalid, must be an integer",
                "spec.containers[2].env[1]: hides previous definition of \"X\", which may be \
                 dropped when using apply",
                "spec.containers[1].ports[0]: duplicate port name \"http\" with \
                 spec.containers[0].ports[0], services and probes that select ports by name will \
                 use spec.containers[0].ports[0]",
                "spec.containers[1].ports[0]: duplicate port definition with \
                 spec.containers[0].ports[0]",
            ],
        );
    }

    #[test]
    fn other_kinds() {
        check(
            Resource::PERSISTENTVOLUMES,
            "spec: {persistentVolumeReclaimPolicy: Recycle}",
            &["spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. \
               Instead, the recommended approach is to use dynamic provisioning."],
        );
        check(
            Resource::INGRESSES,
            "metadata: {annotations: {kubernetes.io/ingress.class: nginx}}",
            &["annotation \"kubernetes.io/ingress.class\" is deprecated, please use \
               'spec.ingressClassName' instead"],
        );
        check(Resource::CONFIGMAPS, "data: {a: b}", &[]);
    }
}
