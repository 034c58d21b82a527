//! A pod of a runtime class costs what the class says, and goes where the class runs.
//! Models plugin/pkg/admission/runtimeclass/admission.go.

use crate::api::{Fields, Key, Resource, Status, Value, quote};
use crate::apiserver::write::{Ctx, Refusal};

/// Gives a pod what its class demands.
pub fn admit(pod: &mut Value, ctx: &mut Ctx<'_>) -> Result<(), Refusal> {
    let name = pod.at_path(&["metadata", "name"]).text().to_owned();
    let refused = |why: &str| Refusal::from(Status::forbidden(Resource::PODS, &name, why));
    let class = pod.at_path(&["spec", "runtimeClassName"]).text().to_owned();
    let own = pod.at_path(&["spec", "overhead"]).clone();
    if class.is_empty() {
        return match own.is_empty() {
            true => Ok(()),
            false => Err(refused(
                "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead",
            )),
        };
    }
    let Some(found) = ctx.find(Resource::RUNTIMECLASSES, &Key::new("", &class))? else {
        let why = format!("pod rejected: RuntimeClass {} not found", quote(&class));
        return Err(refused(&why));
    };
    let found = found.to_value();
    let overhead = found.at_path(&["overhead", "podFixed"]);
    if !own.is_empty() && own != *overhead {
        const WHY: &str = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined \
                           Overhead";
        return Err(refused(WHY));
    }
    let spec = pod.entry("spec");
    if !overhead.is_empty() {
        *spec.entry("overhead") = overhead.clone();
    }
    let scheduling = found.at("scheduling");
    let wanted = scheduling.at("nodeSelector").as_map().into_iter().flat_map(Fields::iter);
    for (key, value) in wanted {
        let own = spec.at_path(&["nodeSelector", key]);
        if !own.is_null() && own != value {
            let (value, own) = (value.text(), own.text());
            return Err(refused(&format!(
                "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; \
                 pod.spec.nodeSelector[{key}] = {own}"
            )));
        }
        *spec.entry_path(&["nodeSelector", key]) = value.clone();
    }
    for toleration in scheduling.at("tolerations").items() {
        let own = spec.entry("tolerations").make_list();
        if !own.contains(toleration) {
            own.push(toleration.clone());
        }
    }
    Ok(())
}
