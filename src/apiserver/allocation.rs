//! Addresses and ports of Services: each given once.
//!
//! Models pkg/registry/core/service/{ipallocator,portallocator}. What is taken is a key in the
//! store, created in the transaction that writes the Service: two apiservers cannot give one
//! address twice.

use super::storage::{PREFIX, Stored};
use super::write::{Ctx, Extra, Refusal};
use crate::api::types::Service;
use crate::api::{Cause, Object, Resource, Status, Str, Value, quote};
use crate::etcd::mvcc::{KeyRange, Op};

/// The network of Services, 10.96.0.0/12: its first address and how many there are.
const NETWORK: (u32, u32) = (0x0a60_0000, 1 << 20);
/// Addresses below this offset are left to those who ask for one by name.
/// Models ipallocator calculateRangeOffset.
const DYNAMIC_FROM: u32 = 256;
/// The ports of nodes: the first and how many there are.
const NODE_PORTS: (i64, i64) = (30000, 2768);
/// Ports below this offset are left to those who ask for one by number.
const DYNAMIC_PORTS_FROM: i64 = 86;

/// The first port that is shown when nothing is really taken.
const DRY_RUN_PORT: i64 = 32_769;

/// Where the store notes who has what.
const ADDRESSES_KEY: &str = "ipaddresses";
const NODE_PORTS_KEY: &str = "ranges/servicenodeports";

/// Gives a Service the address and the ports it needs, and returns what the same transaction must
/// do. `old` is the Service that is replaced.
pub fn allocate(
    resource: Resource,
    object: &mut Value,
    old: Option<&Value>,
    ctx: &mut Ctx<'_>,
) -> Result<Extra, Refusal> {
    if resource != Resource::SERVICES {
        return Ok(Extra::default());
    }
    let name = Str::from(object.at_path(&["metadata", "name"]).text());
    let owner: Str = format!("{}/{name}", object.at_path(&["metadata", "namespace"]).text()).into();
    let before = old.map_or(Value::Null, |old| old.at("spec").clone());
    let taken = Taken::of(ctx, &owner);
    let mut extra = Extra::default();
    let spec = object.entry("spec");
    let allocated = choose_families(spec)
        .and_then(|()| allocate_address(spec, &before, &taken, ctx, &owner, &mut extra))
        .and_then(|()| allocate_ports(spec, &taken, ctx));
    let ports = allocated.map_err(|(field, message)| {
        let reason = "FieldValueInvalid".into();
        let cause = Cause { reason, message: message.into(), field: field.into() };
        Refusal::from(Status::invalid(resource, &name, [cause].into()))
    })?;
    let had = |port: &i64| {
        before.at("ports").items().iter().any(|p| p.at("nodePort").as_int() == Some(*port))
    };
    for port in ports.iter().filter(|port| !had(port)) {
        claim(&mut extra, NODE_PORTS_KEY, &port.to_string(), &owner);
    }
    for port in before.at("ports").items().iter().filter_map(|port| port.at("nodePort").as_int()) {
        if port != 0 && !ports.contains(&port) {
            extra.ops.push(unclaim(NODE_PORTS_KEY, &port.to_string()));
        }
    }
    Ok(extra)
}

/// A field that asks for what cannot be had, and why not.
type Conflict = (String, String);

/// Says which kinds of addresses the Service is to have, of which this cluster has one. Models
/// pkg/registry/core/service/storage/alloc.go initIPFamilyFields.
fn choose_families(spec: &mut Value) -> Result<(), Conflict> {
    if spec.at("type").text() == "ExternalName" {
        return Ok(());
    }
    let is_ipv6 = |family: &Value| family.text() == "IPv6";
    // Nobody looks after the endpoints of such a Service, so they may be of any kind.
    let is_open = spec.at("clusterIP").text() == "None" && spec.at("selector").is_empty();
    let policy = Str::from(spec.at("ipFamilyPolicy").text());
    if !is_open && let Some(at) = spec.at("ipFamilies").items().iter().position(is_ipv6) {
        let why = "not configured on this cluster";
        let field = format!("spec.ipFamilies[{at}]");
        return Err((field, format!("Invalid value: \"IPv6\": {why}")));
    }
    if !is_open && policy == "RequireDualStack" {
        let why = "this cluster is not configured for dual-stack services";
        let message = format!("Invalid value: \"RequireDualStack\": {why}");
        return Err(("spec.ipFamilyPolicy".into(), message));
    }
    let is_dual = is_open && policy != "SingleStack";
    if policy.is_empty() {
        let default = if is_open { "RequireDualStack" } else { "SingleStack" };
        *spec.entry("ipFamilyPolicy") = default.into();
    }
    if spec.at("ipFamilies").items().is_empty() {
        let families: &[&str] = if is_dual { &["IPv4", "IPv6"] } else { &["IPv4"] };
        *spec.entry("ipFamilies") = families.iter().map(|family| Value::from(*family)).collect();
    }
    Ok(())
}

/// Gives the Service an address, unless it has or wants none.
fn allocate_address(
    spec: &mut Value,
    before: &Value,
    taken: &Taken,
    ctx: &mut Ctx<'_>,
    owner: &Str,
    extra: &mut Extra,
) -> Result<(), Conflict> {
    if spec.at("type").text() != "ExternalName" && spec.at("clusterIP").text().is_empty() {
        let address = taken.free_address(ctx);
        *spec.entry("clusterIP") = address.clone().into();
        *spec.entry("clusterIPs") = vec![address.into()].into();
    }
    let address = Str::from(spec.at("clusterIP").text());
    // Who has an address keeps it: that it may not change is for validation to say.
    let has_one = !matches!(before.at("clusterIP").text(), "" | "None");
    if address.is_empty() || address == "None" || has_one {
        return Ok(());
    }
    if !is_in_network(&address) {
        let list = quoted_list(&address);
        let why = match ctx.dry_run {
            true => format!(
                "the provided IP ({address}) is not in the valid range. The range of valid IPs is \
                 10.96.0.0/12"
            ),
            false => "the provided network does not match the current range".to_owned(),
        };
        let why = format!("failed to allocate IP {address}: {why}");
        return Err(("spec.clusterIPs".into(), format!("Invalid value: {list}: {why}")));
    }
    if taken.addresses.contains(&address) {
        let list = quoted_list(&address);
        let why = format!("failed to allocate IP {address}: provided IP is already allocated");
        return Err(("spec.clusterIPs".into(), format!("Invalid value: {list}: {why}")));
    }
    claim(extra, ADDRESSES_KEY, &address, owner);
    Ok(())
}

/// Whether an address, if it is one, belongs to the network of Services.
fn is_in_network(address: &str) -> bool {
    let parsed: Result<std::net::Ipv4Addr, _> = address.parse();
    parsed.map_or(true, |ip| u32::from(ip) / NETWORK.1 == NETWORK.0 / NETWORK.1)
}

/// Gives the Service the node ports it wants, and returns all it has then.
fn allocate_ports(
    spec: &mut Value,
    taken: &Taken,
    ctx: &mut Ctx<'_>,
) -> Result<Vec<i64>, Conflict> {
    let wants_ports = matches!(spec.at("type").text(), "NodePort" | "LoadBalancer")
        && spec.at("allocateLoadBalancerNodePorts").as_bool() != Some(false);
    let mut ports: Vec<i64> = Vec::new();
    if spec.at("ports").items().is_empty() {
        return Ok(ports);
    }
    for (at, port) in spec.entry("ports").make_list().iter_mut().enumerate() {
        let given = port.at("nodePort").as_int().unwrap_or(0);
        let refuse = |why: &str| {
            Err((format!("spec.ports[{at}].nodePort"), format!("Invalid value: {given}: {why}")))
        };
        if given == 0 && wants_ports {
            let free = match ctx.dry_run {
                // Models PortAllocationOperation AllocateNext, which makes up a number then.
                true => ports.iter().max().map_or(DRY_RUN_PORT, |port| port + 1),
                false => taken.free_port(&ports, ctx),
            };
            *port.entry("nodePort") = free.into();
            ports.push(free);
        } else if given != 0 {
            if !(NODE_PORTS.0..NODE_PORTS.0 + NODE_PORTS.1).contains(&given) {
                return refuse(
                    "provided port is not in the valid range. The range of valid ports is \
                     30000-32767",
                );
            }
            if taken.ports.contains(&given) {
                return refuse("provided port is already allocated");
            }
            ports.push(given);
        }
    }
    Ok(ports)
}

/// What must be done in the transaction that deletes `object`.
pub fn release(object: &Object) -> Extra {
    let mut extra = Extra::default();
    let Some(service) = object.get::<Service>() else { return extra };
    let address = &service.spec.cluster_ip;
    if !address.is_empty() && address != "None" {
        extra.ops.push(unclaim(ADDRESSES_KEY, address));
    }
    let ports = service.spec.ports.iter().filter(|port| port.node_port != 0);
    extra.ops.extend(ports.map(|port| unclaim(NODE_PORTS_KEY, &port.node_port.to_string())));
    extra
}

/// What the other Services have.
struct Taken {
    addresses: Vec<Str>,
    ports: Vec<i64>,
}

impl Taken {
    fn of(ctx: &Ctx<'_>, owner: &str) -> Self {
        let services = ctx.cache.collection(Resource::SERVICES);
        let mut taken = Self { addresses: Vec::new(), ports: Vec::new() };
        for object in services.into_iter().flat_map(|services| services.iter()) {
            let Some(service) = object.get::<Service>() else { continue };
            if object.key().as_str() == owner {
                continue;
            }
            taken.addresses.push(service.spec.cluster_ip.clone());
            let ports = service.spec.ports.iter().map(|port| i64::from(port.node_port));
            taken.ports.extend(ports.filter(|port| *port != 0));
        }
        taken
    }

    fn free_address(&self, ctx: &mut Ctx<'_>) -> Str {
        loop {
            // The last address is the network's broadcast.
            let offset = DYNAMIC_FROM + ctx.rng.below((NETWORK.1 - DYNAMIC_FROM - 1).into()) as u32;
            let address = Str::from(std::net::Ipv4Addr::from(NETWORK.0 + offset).to_string());
            if !self.addresses.contains(&address) {
                return address;
            }
        }
    }

    /// A port nobody has; 0 when there is none left.
    fn free_port(&self, more: &[i64], ctx: &mut Ctx<'_>) -> i64 {
        let free = |port: &i64| !self.ports.contains(port) && !more.contains(port);
        let dynamic = NODE_PORTS.1 - DYNAMIC_PORTS_FROM;
        let start = ctx.rng.below(dynamic.unsigned_abs()) as i64;
        let upper = (0..dynamic).map(|n| DYNAMIC_PORTS_FROM + (start + n) % dynamic);
        let all = upper.chain(0..DYNAMIC_PORTS_FROM).map(|offset| NODE_PORTS.0 + offset);
        all.into_iter().find(free).unwrap_or(0)
    }
}

fn claim(extra: &mut Extra, kind: &str, what: &str, owner: &Str) {
    let key = key(kind, what);
    extra.unchanged.push((key.clone(), 0));
    extra.ops.push(Op::Put { key, value: Stored::Text(owner.clone()), lease: 0 });
}

fn unclaim(kind: &str, what: &str) -> Op<Stored> {
    Op::Delete { range: KeyRange::one(key(kind, what)) }
}

fn key(kind: &str, what: &str) -> Str {
    [PREFIX, kind, "/", what].concat().into()
}

fn quoted_list(address: &str) -> String {
    format!("[{}]", quote(address))
}
