//! Pods get the amounts that their namespace sets for those who name none, and neither pods nor
//! claims get more or less than it allows.
//! Models plugin/pkg/admission/limitranger/admission.go.

use crate::api::resources::{pod_limits, pod_requests};
use crate::api::types::{Pod, ResourceList};
use crate::api::{Codec, Fields, Object, Quantity, Resource, Status, Value};
use crate::apiserver::write::{Ctx, Refusal};

/// Where it is noted what was set.
const ANNOTATION: &str = "kubernetes.io/limit-ranger";

/// Gives containers the amounts they do not name.
pub fn admit(pod: &mut Value, ctx: &Ctx<'_>) {
    let namespace = pod.at_path(&["metadata", "namespace"]).text().to_owned();
    for limits in limits_of(&namespace, ctx) {
        let mut set = Vec::new();
        let items = limits.items().iter().filter(|item| item.at("type").text() == "Container");
        let [default, request] = ["default", "defaultRequest"].map(|list| {
            let lists = items.clone().filter_map(|item| item.at(list).as_map());
            lists.flat_map(Fields::iter).map(|(k, v)| (k.clone(), v.clone())).collect::<Fields>()
        });
        for (list, called) in [("containers", "container"), ("initContainers", "init container")] {
            if pod.at("spec").at(list).items().is_empty() {
                continue;
            }
            for container in pod.entry_path(&["spec", list]).make_list() {
                let name = container.at("name").text().to_owned();
                for (kind, list, amounts) in
                    [("request", "requests", &request), ("limit", "limits", &default)]
                {
                    let names = fill(container, list, amounts);
                    if !names.is_empty() {
                        set.push(format!("{} {kind} for {called} {name}", names.join(", ")));
                    }
                }
            }
        }
        if !set.is_empty() {
            let text = format!("LimitRanger plugin set: {}", set.join("; "));
            *pod.entry_path(&["metadata", "annotations", ANNOTATION]) = text.into();
        }
    }
}

/// Refuses what goes beyond the limits.
pub fn validate(object: &Object, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    for limits in limits_of(object.namespace(), ctx) {
        let mut complaints = Vec::new();
        for item in limits.items() {
            match object.get::<Pod>() {
                Some(pod) => of_pod(pod, item, &mut complaints),
                None => of_claim(object, item, &mut complaints),
            }
        }
        let why = match complaints.as_slice() {
            [] => continue,
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        return Err(Status::forbidden(object.resource(), object.name(), &why).into());
    }
    Ok(())
}

/// The limits of each range of a namespace.
fn limits_of(namespace: &str, ctx: &Ctx<'_>) -> Vec<Value> {
    let ranges = ctx.cache.collection(Resource::LIMITRANGES);
    let ranges = ranges.into_iter().flat_map(|ranges| ranges.in_namespace(namespace));
    ranges.map(|range| range.to_value().at_path(&["spec", "limits"]).clone()).collect()
}

/// Adds what is missing, and returns the names of it.
fn fill(container: &mut Value, list: &str, amounts: &Fields) -> Vec<String> {
    let mut names = Vec::new();
    for (name, amount) in amounts.iter() {
        if container.at_path(&["resources", list, name]).is_null() {
            *container.entry_path(&["resources", list, name]) = amount.clone();
            names.push(name.to_string());
        }
    }
    names
}

/// Models PodValidateLimitFunc.
fn of_pod(pod: &Pod, item: &Value, complaints: &mut Vec<String>) {
    match item.at("type").text() {
        "Container" => {
            let spec = &pod.spec;
            for container in spec.containers.iter().chain(spec.init_containers.iter()) {
                let resources = &container.resources;
                check(item, (&resources.requests, &resources.limits), complaints);
            }
        }
        "Pod" => check(item, (&pod_requests(&pod.spec), &pod_limits(&pod.spec)), complaints),
        _ => {}
    }
}

/// Models PersistentVolumeClaimValidateLimitFunc: claims have no limits of their own.
fn of_claim(claim: &Object, item: &Value, complaints: &mut Vec<String>) {
    if item.at("type").text() != "PersistentVolumeClaim" {
        return;
    }
    let value = claim.to_value();
    let requests = ResourceList::load(value.at_path(&["spec", "resources", "requests"]));
    for (name, least) in entries(item, "min") {
        complaints.extend(below("PersistentVolumeClaim", name, least, requests.get(name), None));
    }
    for (name, most) in entries(item, "max") {
        complaints.extend(match requests.get(name) {
            None => Some(unspecified("maximum", name, "PersistentVolumeClaim", most, "request")),
            Some(asked) if asked > most => Some(format!(
                "maximum {name} usage per PersistentVolumeClaim is {most}, but request is {asked}"
            )),
            Some(_) => None,
        });
    }
}

fn check(
    item: &Value,
    (requests, limits): (&ResourceList, &ResourceList),
    complaints: &mut Vec<String>,
) {
    let kind = item.at("type").text();
    for (name, least) in entries(item, "min") {
        complaints.extend(below(kind, name, least, requests.get(name), limits.get(name)));
    }
    for (name, most) in entries(item, "max") {
        complaints.extend(above(kind, name, most, requests.get(name), limits.get(name)));
    }
    for (name, ratio) in entries(item, "maxLimitRequestRatio") {
        complaints.extend(stretched(kind, name, ratio, requests.get(name), limits.get(name)));
    }
}

fn entries<'a>(item: &'a Value, list: &str) -> impl Iterator<Item = (&'a str, Quantity)> {
    let amounts = item.at(list).as_map().into_iter().flat_map(Fields::iter);
    amounts.filter_map(|(name, amount)| Some((name.as_str(), Quantity::parse(amount.text())?)))
}

fn unspecified(bound: &str, name: &str, kind: &str, amount: Quantity, what: &str) -> String {
    format!("{bound} {name} usage per {kind} is {amount}.  No {what} is specified")
}

/// Models minConstraint.
fn below(
    kind: &str,
    name: &str,
    least: Quantity,
    request: Option<Quantity>,
    limit: Option<Quantity>,
) -> Option<String> {
    let Some(asked) = request else {
        return Some(unspecified("minimum", name, kind, least, "request"));
    };
    let head = format!("minimum {name} usage per {kind} is {least}, but");
    if asked < least {
        return Some(format!("{head} request is {asked}"));
    }
    let limit = limit.filter(|limit| *limit < least)?;
    Some(format!("{head} limit is {limit}"))
}

/// Models maxConstraint.
fn above(
    kind: &str,
    name: &str,
    most: Quantity,
    request: Option<Quantity>,
    limit: Option<Quantity>,
) -> Option<String> {
    let Some(limit) = limit else {
        return Some(unspecified("maximum", name, kind, most, "limit"));
    };
    let head = format!("maximum {name} usage per {kind} is {most}, but");
    if limit > most {
        return Some(format!("{head} limit is {limit}"));
    }
    let asked = request.filter(|asked| *asked > most)?;
    Some(format!("{head} request is {asked}"))
}

/// Models limitRequestRatioConstraint.
fn stretched(
    kind: &str,
    name: &str,
    most: Quantity,
    request: Option<Quantity>,
    limit: Option<Quantity>,
) -> Option<String> {
    let head = format!("{name} max limit to request ratio per {kind} is {most}, but");
    let given = |amount: Option<Quantity>| amount.filter(|amount| !amount.is_zero());
    let Some(asked) = given(request) else {
        return Some(format!("{head} no request is specified or request is 0"));
    };
    let Some(limit) = given(limit) else {
        return Some(format!("{head} no limit is specified or limit is 0"));
    };
    let (limit, asked) = (i128::from(limit.milli_value()), i128::from(asked.milli_value()));
    let millionths = limit * 1_000_000 / asked.max(1);
    (millionths > i128::from(most.milli_value()) * 1000).then(|| {
        let (whole, rest) = (millionths / 1_000_000, millionths % 1_000_000);
        format!("{head} provided ratio is {whole}.{rest:06}")
    })
}
