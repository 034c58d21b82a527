//! A claim or an ingress that names no class gets the default one, if there is one.
//! Models plugin/pkg/admission/storage/storageclass/setdefault and
//! plugin/pkg/admission/network/defaultingressclass.

use std::cmp::Reverse;

use crate::api::{Resource, Str, Value};
use crate::apiserver::write::Ctx;

/// Gives a claim the default StorageClass.
pub fn of_claim(claim: &mut Value, ctx: &Ctx<'_>) {
    const OLD: [&str; 3] = ["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"];
    if !claim.at_path(&["spec", "storageClassName"]).is_null() || !claim.at_path(&OLD).is_null() {
        return;
    }
    let annotations = [
        "storageclass.kubernetes.io/is-default-class",
        "storageclass.beta.kubernetes.io/is-default-class",
    ];
    if let Some(class) = default(Resource::STORAGECLASSES, &annotations, ctx) {
        *claim.entry_path(&["spec", "storageClassName"]) = class.into();
    }
}

/// Gives an ingress the default IngressClass.
pub fn of_ingress(ingress: &mut Value, ctx: &Ctx<'_>) {
    const OLD: [&str; 3] = ["metadata", "annotations", "kubernetes.io/ingress.class"];
    if !ingress.at_path(&["spec", "ingressClassName"]).is_null() || !ingress.at_path(&OLD).is_null()
    {
        return;
    }
    let annotations = ["ingressclass.kubernetes.io/is-default-class"];
    if let Some(class) = default(Resource::INGRESSCLASSES, &annotations, ctx) {
        *ingress.entry_path(&["spec", "ingressClassName"]) = class.into();
    }
}

/// The newest class that says of itself that it is the default.
fn default(resource: Resource, annotations: &[&str], ctx: &Ctx<'_>) -> Option<Str> {
    let classes = ctx.cache.collection(resource).into_iter().flat_map(|all| all.iter());
    let says = |key: &&str, object: &crate::api::Object| {
        object.meta().annotations.get(key).is_some_and(|value| value == "true")
    };
    let marked = classes.filter(|class| annotations.iter().any(|key| says(key, class)));
    let first = marked
        .min_by_key(|class| (Reverse(class.meta().creation_timestamp), class.meta().name.clone()));
    first.map(|class| class.meta().name.clone())
}
