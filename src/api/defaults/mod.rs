//! What the API fills in when a person leaves it out.
//!
//! Models pkg/apis/*/v1/defaults.go and the generated zz_generated.defaults.go beside it, together
//! with the few conversions that copy one field to another. Pure: what depends on other objects
//! (addresses, accounts, priorities) is admission's and allocation's work, not done here.
//!
//! Invariant: applying defaults twice is applying them once, and nothing a person wrote is changed
//! but resource amounts finer than a thousandth, which are rounded up.

mod admissionregistration;
mod customresourcedefinition;
mod daemonset;
mod deployment;
mod endpointslice;
mod flowcontrol;
mod horizontalpodautoscaler;
mod job;
mod limitrange;
mod namespace;
mod networking;
mod node;
mod persistentvolume;
mod pod;
mod pod_spec;
mod rbac;
mod replicaset;
mod replicationcontroller;
mod resource;
mod resourcequota;
mod secret;
mod service;
mod statefulset;
mod storage;
mod strategy;
mod volume;

pub(in crate::api) use job::LABELS as JOB_LABELS;
pub use pod_spec::image_tag;
pub(in crate::api) use service::is_externally_accessible;
pub(in crate::api) use strategy::needs_health_check;
pub use strategy::{prepare_create, prepare_status_update, prepare_update};

use super::{Quantity, Resource, Value};

/// Fills in the defaults of an object of `resource`, whose types have been checked.
pub fn apply(resource: Resource, object: &mut Value) {
    let apply: fn(&mut Value) = match resource {
        Resource::APISERVICES => |api| within(api, "spec", admissionregistration::service_port),
        Resource::CLUSTERROLEBINDINGS | Resource::ROLEBINDINGS => rbac::apply,
        Resource::CRONJOBS => job::cron,
        Resource::CSIDRIVERS => storage::driver,
        Resource::CUSTOMRESOURCEDEFINITIONS => customresourcedefinition::apply,
        Resource::DAEMONSETS => daemonset::apply,
        Resource::DEPLOYMENTS => deployment::apply,
        Resource::ENDPOINTS => |endpoints| {
            each(endpoints, "subsets", |subset| {
                each(subset, "ports", |port| empty(port, "protocol", "TCP"));
            });
        },
        Resource::ENDPOINTSLICES => endpointslice::apply,
        Resource::FLOWSCHEMAS => flowcontrol::schema,
        Resource::HORIZONTALPODAUTOSCALERS => horizontalpodautoscaler::apply,
        Resource::INGRESSCLASSES => networking::ingress_class,
        Resource::JOBS => job::apply,
        Resource::LIMITRANGES => limitrange::apply,
        Resource::MUTATINGADMISSIONPOLICIES | Resource::VALIDATINGADMISSIONPOLICIES => {
            admissionregistration::policy
        }
        Resource::MUTATINGADMISSIONPOLICYBINDINGS | Resource::VALIDATINGADMISSIONPOLICYBINDINGS => {
            admissionregistration::binding
        }
        Resource::MUTATINGWEBHOOKCONFIGURATIONS | Resource::VALIDATINGWEBHOOKCONFIGURATIONS => {
            admissionregistration::webhooks
        }
        Resource::NAMESPACES => namespace::apply,
        Resource::NETWORKPOLICIES => networking::policy,
        Resource::NODES => node::apply,
        Resource::PERSISTENTVOLUMECLAIMS => persistentvolume::claim,
        Resource::PERSISTENTVOLUMES => persistentvolume::apply,
        Resource::PODS => pod::apply,
        Resource::PODTEMPLATES => |template| pod_spec::template(template.entry("template")),
        Resource::PRIORITYCLASSES => {
            |class| unset(class, "preemptionPolicy", "PreemptLowerPriority")
        }
        Resource::PRIORITYLEVELCONFIGURATIONS => flowcontrol::level,
        Resource::REPLICASETS => replicaset::apply,
        Resource::REPLICATIONCONTROLLERS => replicationcontroller::apply,
        Resource::RESOURCECLAIMS => resource::claim,
        Resource::RESOURCECLAIMTEMPLATES => resource::template,
        Resource::RESOURCEQUOTAS => resourcequota::apply,
        Resource::SECRETS => secret::apply,
        Resource::SERVICES => service::apply,
        Resource::STATEFULSETS => statefulset::apply,
        Resource::STORAGECLASSES => storage::class,
        // All others have none.
        _ => return,
    };
    apply(object);
}

/// Puts `default` at `key` where there is nothing: the default of a pointer.
fn unset(value: &mut Value, key: &'static str, default: impl Into<Value>) {
    if value.at(key).is_null() {
        *value.entry(key) = default.into();
    }
}

/// Puts `default` at `key` where there is nothing or the zero value: the default of what is no
/// pointer.
fn empty(value: &mut Value, key: &'static str, default: impl Into<Value>) {
    if value.at(key).is_empty() {
        *value.entry(key) = default.into();
    }
}

/// Changes what is at `key`, if something is.
fn within(value: &mut Value, key: &str, change: impl FnOnce(&mut Value)) {
    if !value.at(key).is_null() {
        change(value.entry(key));
    }
}

/// Changes each item of the list at `key`, if there is one.
fn each(value: &mut Value, key: &str, change: impl Fn(&mut Value)) {
    if !value.at(key).items().is_empty() {
        value.entry(key).make_list().iter_mut().for_each(change);
    }
}

/// Keeps an old field for one thing and the newer `list` of them in step: where they disagree, the
/// old field counts. The items of the list have the thing at `key`, or are it.
/// Models pkg/apis/core/v1/conversion.go, which knows the list alone within the server.
fn in_step(value: &mut Value, one: &'static str, list: &'static str, key: Option<&'static str>) {
    let first = value.at(list).items().first();
    let first = first.map(|item| key.map_or(item, |key| item.at(key)).clone());
    match (value.at(one), first) {
        (one, Some(first)) if *one == first => {}
        (none, Some(first)) if none.is_empty() => *value.entry(one) = first,
        (none, None) if none.is_empty() => {}
        (only, _) => {
            let item = match key {
                Some(key) => Value::map([(key, only.clone())]),
                None => only.clone(),
            };
            *value.entry(list) = vec![item].into();
        }
    }
}

/// Rounds the amounts of the resource list at `key` up to thousandths.
/// Models pkg/apis/core/v1/defaults.go SetDefaults_ResourceList.
fn round_up(value: &mut Value, key: &str) {
    let rounded = |amount: &Value| {
        let quantity = Quantity::parse(amount.text())?;
        let whole = quantity.round_up_to_milli();
        (whole != quantity).then(|| Value::from(whole.to_string()))
    };
    let list = value.at(key).as_map();
    if list.is_none_or(|list| list.iter().all(|(_, amount)| rounded(amount).is_none())) {
        return;
    }
    for (_, amount) in value.entry(key).make_map().iter_mut() {
        if let Some(rounded) = rounded(amount) {
            *amount = rounded;
        }
    }
}

#[cfg(test)]
mod tests;
