//! A node with its pods and what they ask for. Models kubectl/pkg/describe describeNode.

use super::sheet::{Sheet, moment, or_none, scalar, truth};
use crate::api::labels::FieldSelector;
use crate::api::resources::{pod_limits, pod_requests};
use crate::api::rpc::Selection;
use crate::api::types::{Pod, ResourceList};
use crate::api::{Key, Object, Quantity, Resource, Value, age};
use crate::terminal::kubectl::script::{Ctx, Flow};

/// The labels that say what a node is for.
const ROLE: &str = "node-role.kubernetes.io/";
const NAMESPACE_OF_LEASES: &str = "kube-node-lease";

/// Writes a node down.
pub fn describe(ctx: &mut Ctx<'_>, object: &Object, sheet: &mut Sheet) -> Flow<()> {
    let node = object.to_value();
    let (spec, status) = (node.at("spec"), node.at("status"));
    sheet.field(0, "Name", object.name());
    let labels = object.meta().labels.iter();
    let roles: Vec<&str> = labels.filter_map(|(key, _)| key.strip_prefix(ROLE)).collect();
    sheet.field(0, "Roles", or_none(&roles.join(",")));
    sheet.labels_and_annotations(&node);
    sheet.time(0, "CreationTimestamp", node.at_path(&["metadata", "creationTimestamp"]));
    taints(spec.at("taints").items(), sheet);
    sheet.field(0, "Unschedulable", truth(spec.at("unschedulable")));
    lease(ctx, object.name(), sheet)?;
    conditions(status.at("conditions").items(), sheet);
    let addresses = status.at("addresses").items();
    sheet.line(0, "Addresses:");
    for address in addresses {
        sheet.field(1, address.at("type").text(), address.at("address").text());
    }
    for (title, field) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        if let Some(amounts) = status.at(field).as_map().filter(|map| !map.is_empty()) {
            sheet.line(0, format!("{title}:"));
            for (name, amount) in amounts.iter() {
                sheet.field(1, name, scalar(amount));
            }
        }
    }
    system(status.at("nodeInfo"), sheet);
    sheet.field_if(0, "PodCIDR", spec.at("podCIDR").text());
    sheet.field_if(0, "PodCIDRs", &super::sheet::joined(spec.at("podCIDRs"), ","));
    sheet.field_if(0, "ProviderID", spec.at("providerID").text());
    pods(ctx, object, &node, sheet)
}

fn taints(taints: &[Value], sheet: &mut Sheet) {
    let mut lines: Vec<String> = taints
        .iter()
        .map(|taint| {
            let [key, value, effect] = ["key", "value", "effect"].map(|f| taint.at(f).text());
            let equals = if value.is_empty() { "" } else { "=" };
            format!("{key}{equals}{value}:{effect}")
        })
        .collect();
    // By effect, then by key, as printTaintsMultiline sorts them.
    lines.sort_by_key(|line| {
        let (rest, effect) = line.rsplit_once(':').unwrap_or((line, ""));
        (effect.to_owned(), rest.to_owned())
    });
    sheet.lines("Taints", &lines);
}

fn lease(ctx: &mut Ctx<'_>, name: &str, sheet: &mut Sheet) -> Flow<()> {
    let lease = ctx.get(Resource::LEASES, &Key::new(NAMESPACE_OF_LEASES, name))?;
    let lease = match lease {
        Ok(lease) => lease.to_value(),
        Err(error) => {
            let message = error.message();
            sheet.field(0, "Lease", format!("Failed to get lease: {message}"));
            return Ok(());
        }
    };
    let spec = lease.at("spec");
    let time = |field: &str| match spec.at(field) {
        Value::Null => "<unset>".to_owned(),
        time => moment(time),
    };
    let holder = spec.at("holderIdentity").text();
    sheet.line(0, "Lease:");
    sheet.field(1, "HolderIdentity", if holder.is_empty() { "<unset>" } else { holder });
    sheet.field(1, "AcquireTime", time("acquireTime"));
    sheet.field(1, "RenewTime", time("renewTime"));
    Ok(())
}

fn conditions(conditions: &[Value], sheet: &mut Sheet) {
    if conditions.is_empty() {
        return;
    }
    sheet.line(
        0,
        "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage",
    );
    sheet.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for condition in conditions {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| condition.at(field).text());
        let [beat, changed] =
            ["lastHeartbeatTime", "lastTransitionTime"].map(|field| moment(condition.at(field)));
        sheet.line(1, format!("{kind} \t{status} \t{beat} \t{changed} \t{reason} \t{message}"));
    }
}

fn system(info: &Value, sheet: &mut Sheet) {
    const FIELDS: [(&str, &str); 9] = [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
    ];
    sheet.line(0, "System Info:");
    for (title, field) in FIELDS {
        sheet.field(1, title, info.at(field).text());
    }
}

/// Models describeNodeResource.
fn pods(ctx: &mut Ctx<'_>, object: &Object, node: &Value, sheet: &mut Sheet) -> Flow<()> {
    let fields =
        format!("spec.nodeName={},status.phase!=Succeeded,status.phase!=Failed", object.name());
    let selection = Selection {
        fields: FieldSelector::parse(&fields).unwrap_or_default(),
        ..Selection::all(Resource::PODS)
    };
    let Ok((pods, _)) = ctx.list(selection)? else {
        sheet.field(0, "Pods", "not authorized");
        return Ok(());
    };
    let mut amounts = node.at_path(&["status", "allocatable"]);
    if amounts.is_empty() {
        amounts = node.at_path(&["status", "capacity"]);
    }
    let of_node = |name: &str| quantity(amounts.at(name));
    sheet.field(0, "Non-terminated Pods", format!("({} in total)", pods.len()));
    sheet.line(
        1,
        "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge",
    );
    sheet.line(
        1,
        "---------\t----\t\t------------\t----------\t---------------\t-------------\t---",
    );
    let mut sums = Sums::default();
    for pod in pods.iter() {
        let Some(kind) = pod.get::<Pod>() else { continue };
        let (requests, limits) = (pod_requests(&kind.spec), pod_limits(&kind.spec));
        let cell = |list: &ResourceList, name: &str| {
            let amount = list.get(name).unwrap_or(ZERO);
            format!("{amount} ({}%)", percent(name, amount, of_node(name)))
        };
        let cells = [
            cell(&requests, "cpu"),
            cell(&limits, "cpu"),
            cell(&requests, "memory"),
            cell(&limits, "memory"),
        ];
        let age = age::since(pod.meta().creation_timestamp, ctx.now());
        let (namespace, name) = (pod.namespace(), pod.name());
        sheet.line(1, format!("{namespace}\t{name}\t\t{}\t{age}", cells.join("\t")));
        sums.add(&requests, &limits);
    }
    allocated(amounts, &sums, sheet);
    Ok(())
}

fn allocated(amounts: &Value, sums: &Sums, sheet: &mut Sheet) {
    sheet.line(
        0,
        "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)",
    );
    sheet.line(1, "Resource\tRequests\tLimits");
    sheet.line(1, "--------\t--------\t------");
    let names = amounts.as_map().into_iter().flat_map(|map| map.iter()).map(|(name, _)| name);
    // Beside the three that are always shown come huge pages and extended resources.
    let is_shown = |name: &&str| {
        !matches!(*name, "cpu" | "memory" | "ephemeral-storage" | "pods")
            && (name.starts_with("hugepages-") || name.contains('/'))
    };
    let rest = names.map(|name| name.as_str()).filter(is_shown);
    for name in ["cpu", "memory", "ephemeral-storage"].into_iter().chain(rest) {
        let (requested, limited) = (sums.requested(name), sums.limited(name));
        if name.contains('/') {
            sheet.line(1, format!("{name}\t{requested}\t{limited}"));
            continue;
        }
        let has = quantity(amounts.at(name));
        let (requests, limits) = (percent(name, requested, has), percent(name, limited, has));
        sheet.line(1, format!("{name}\t{requested} ({requests}%)\t{limited} ({limits}%)"));
    }
}

const ZERO: Quantity = Quantity::new(0, crate::api::Format::DecimalSi);

/// What all pods of a node ask for together.
#[derive(Default)]
struct Sums {
    requests: Vec<(String, Quantity)>,
    limits: Vec<(String, Quantity)>,
}

impl Sums {
    fn add(&mut self, requests: &ResourceList, limits: &ResourceList) {
        for (sums, list) in [(&mut self.requests, requests), (&mut self.limits, limits)] {
            for (name, amount) in list.iter() {
                match sums.iter_mut().find(|(known, _)| known == name.as_str()) {
                    Some((_, sum)) => *sum = sum.plus(amount),
                    None => sums.push((name.to_string(), amount)),
                }
            }
        }
    }

    fn requested(&self, name: &str) -> Quantity {
        of(&self.requests, name)
    }

    fn limited(&self, name: &str) -> Quantity {
        of(&self.limits, name)
    }
}

fn of(sums: &[(String, Quantity)], name: &str) -> Quantity {
    sums.iter().find(|(known, _)| known == name).map_or(ZERO, |(_, sum)| *sum)
}

fn quantity(value: &Value) -> Quantity {
    Quantity::parse(&scalar(value)).unwrap_or(ZERO)
}

/// How much of what a node has `amount` is, in whole percents, cut off.
fn percent(name: &str, amount: Quantity, has: Quantity) -> i128 {
    let of = |quantity: Quantity| match name {
        "cpu" => quantity.milli_value(),
        _ => quantity.value(),
    };
    match of(has) {
        0 => 0,
        has => i128::from(of(amount)) * 100 / i128::from(has),
    }
}
