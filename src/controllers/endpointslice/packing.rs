//! Which slices to write so that they hold the endpoints they should, with as few writes as can be.
//!
//! Models staging/src/k8s.io/endpointslice/reconciler.go reconcileByPortMapping and finalize.

use std::collections::BTreeMap;

use super::endpoints::{Family, is_headless};
use crate::api::codec::StrMap;
use crate::api::types::{
    Endpoint, EndpointPort, EndpointSlice, EndpointSliceBody, ObjectMeta, Service,
};
use crate::api::{List, Str, Typed};
use crate::controllers::ownership::controller_ref;

/// How many endpoints a slice holds at most. Models --max-endpoints-per-slice.
pub(super) const SLICE_MAX: usize = 100;

pub(in crate::controllers) const SERVICE_NAME: &str = "kubernetes.io/service-name";
pub(in crate::controllers) const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
pub(super) const MANAGER: &str = "endpointslice-controller.k8s.io";
const HEADLESS: &str = "service.kubernetes.io/headless";

/// What to write.
#[derive(Clone, Default, Debug)]
pub(super) struct Plan {
    pub(super) create: Vec<Typed<EndpointSlice>>,
    pub(super) update: Vec<Typed<EndpointSlice>>,
    pub(super) delete: Vec<Typed<EndpointSlice>>,
}

/// Endpoints with the ports they share.
pub(super) type Group = (List<EndpointPort>, Vec<Endpoint>);

/// What to write so that the slices of one family hold these endpoints.
/// Models reconcileByAddressType.
pub(super) fn plan(
    service: &Typed<Service>,
    existing: &[Typed<EndpointSlice>],
    groups: Vec<Group>,
    family: Family,
) -> Plan {
    let mut plan = Plan::default();
    let has_ports =
        |slice: &Typed<EndpointSlice>, ports: &[EndpointPort]| *slice.body.ports == *ports;
    for slice in existing {
        if !groups.iter().any(|(ports, _)| has_ports(slice, ports)) {
            plan.delete.push(slice.clone());
        }
    }
    for (ports, endpoints) in groups {
        let slices = existing.iter().filter(|slice| has_ports(slice, &ports)).cloned().collect();
        plan.pack(service, slices, endpoints, &new_slice(service, ports, family));
    }
    // A Service without endpoints has a slice without endpoints.
    if existing.len() == plan.delete.len() && plan.create.is_empty() {
        let placeholder = new_slice(service, List::default(), family);
        match &plan.delete[..] {
            [slice] if is_like(slice, &placeholder) => plan.delete.clear(),
            _ => plan.create.push(placeholder),
        }
    }
    plan.reuse_deleted();
    plan
}

impl Plan {
    /// Spreads endpoints of the same ports over slices: first where they are already, then into
    /// slices that are written anyway, then into one that has room, then into new ones.
    fn pack(
        &mut self,
        service: &Typed<Service>,
        existing: Vec<Typed<EndpointSlice>>,
        desired: Vec<Endpoint>,
        empty: &Typed<EndpointSlice>,
    ) {
        let mut desired: Desired =
            desired.into_iter().map(|endpoint| (identity(&endpoint), endpoint)).collect();
        let (mut changed, mut unchanged) = (Vec::new(), Vec::new());
        for slice in existing {
            let kept = keep(&slice, &mut desired);
            let labels = labels(service);
            if kept.is_empty() && !slice.body.endpoints.is_empty() {
                self.delete.push(slice);
            } else if *kept != *slice.body.endpoints || labels != slice.meta().labels {
                changed.push((slice.with_meta(|meta| meta.labels = labels), kept));
            } else {
                unchanged.push(slice);
            }
        }
        // The fullest first.
        changed.sort_by_key(|(_, endpoints)| std::cmp::Reverse(endpoints.len()));
        for (_, endpoints) in &mut changed {
            fill(endpoints, &mut desired);
        }
        while !desired.is_empty() {
            let slice = match fitting(&unchanged, desired.len()) {
                Some(at) => unchanged.remove(at),
                None => empty.clone(),
            };
            let mut endpoints = slice.body.endpoints.to_vec();
            fill(&mut endpoints, &mut desired);
            changed.push((slice, endpoints));
        }
        for (slice, endpoints) in changed {
            let slice = with_endpoints(&slice, endpoints);
            let list = if slice.name().is_empty() { &mut self.create } else { &mut self.update };
            list.push(slice);
        }
    }

    /// Where a slice goes and another comes, the one becomes the other.
    fn reuse_deleted(&mut self) {
        while !self.create.is_empty()
            && let Some(old) = self.delete.pop()
            && let Some(new) = self.create.pop()
        {
            let slice = old.with(|slice| slice.body = new.body.clone());
            let labels = new.meta().labels.clone();
            self.update.push(slice.with_meta(|meta| meta.labels = labels));
        }
    }
}

/// Endpoints that are not in a slice yet, by what makes them the same.
type Desired = BTreeMap<Identity, Endpoint>;

/// What makes endpoints the same, whatever their conditions: pod, address and host name.
/// Models endpointslice/util/endpointset.go.
type Identity = (Option<Str>, Option<Str>, Option<Str>);

fn identity(endpoint: &Endpoint) -> Identity {
    let pod = endpoint.target_ref.as_ref().map(|target| target.name.clone());
    (pod, endpoint.addresses.first().cloned(), endpoint.hostname.clone())
}

/// The endpoints of a slice that are still desired, as desired; they are done with.
fn keep(slice: &Typed<EndpointSlice>, desired: &mut Desired) -> Vec<Endpoint> {
    let endpoints = slice.body.endpoints.iter();
    endpoints.filter_map(|endpoint| desired.remove(&identity(endpoint))).collect()
}

fn fill(endpoints: &mut Vec<Endpoint>, desired: &mut Desired) {
    while endpoints.len() < SLICE_MAX
        && let Some((_, endpoint)) = desired.pop_first()
    {
        endpoints.push(endpoint);
    }
}

/// The slice that is closest to full when `count` endpoints are added. Models getSliceToFill.
fn fitting(slices: &[Typed<EndpointSlice>], count: usize) -> Option<usize> {
    if count >= SLICE_MAX {
        return None;
    }
    let room =
        |slice: &Typed<EndpointSlice>| SLICE_MAX.checked_sub(count + slice.body.endpoints.len());
    let rooms = slices.iter().enumerate().filter_map(|(at, slice)| Some((room(slice)?, at)));
    rooms.min().filter(|(room, _)| *room < SLICE_MAX).map(|(_, at)| at)
}

fn with_endpoints(slice: &Typed<EndpointSlice>, endpoints: Vec<Endpoint>) -> Typed<EndpointSlice> {
    slice.with(|slice| {
        let mut body = (*slice.body).clone();
        body.endpoints = endpoints.into();
        slice.body = body.into();
    })
}

/// Models newEndpointSlice.
fn new_slice(
    service: &Typed<Service>,
    ports: List<EndpointPort>,
    family: Family,
) -> Typed<EndpointSlice> {
    let meta = ObjectMeta {
        generate_name: format!("{}-", service.name()).into(),
        namespace: service.meta().namespace.clone(),
        labels: labels(service),
        owner_references: [controller_ref(service.object())].into(),
        ..ObjectMeta::default()
    };
    let address_type = Str::new_static(family.as_str());
    let body = EndpointSliceBody { address_type, ports, ..EndpointSliceBody::default() };
    Typed::new(meta, EndpointSlice { body: body.into() })
}

/// The labels of a Service's slices: its own, and those by which slices are found.
/// Models setEndpointSliceLabels.
fn labels(service: &Typed<Service>) -> StrMap {
    let is_reserved = |key: &str| [SERVICE_NAME, MANAGED_BY, HEADLESS].contains(&key);
    let own = service.meta().labels.iter().filter(|(key, _)| !is_reserved(key));
    let own = own.map(|(key, value)| (key.clone(), value.clone()));
    let headless = is_headless(service).then(|| (Str::new_static(HEADLESS), Str::default()));
    let name = (Str::new_static(SERVICE_NAME), Str::from(service.name()));
    let manager = (Str::new_static(MANAGED_BY), Str::new_static(MANAGER));
    own.chain(headless).chain([name, manager]).collect()
}

/// Whether a slice is all that a placeholder would be.
fn is_like(slice: &Typed<EndpointSlice>, placeholder: &Typed<EndpointSlice>) -> bool {
    slice.body == placeholder.body && slice.meta().labels == placeholder.meta().labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::types::{ObjectReference, ServiceSpec};

    fn service() -> Typed<Service> {
        let meta = ObjectMeta {
            name: "web".into(),
            namespace: "default".into(),
            labels: StrMap::from([("app", "web")]),
            ..ObjectMeta::default()
        };
        let spec = ServiceSpec { cluster_ip: "10.96.0.7".into(), ..ServiceSpec::default() };
        Typed::new(meta, Service { spec: spec.into(), ..Service::default() })
    }

    fn endpoints(range: std::ops::Range<usize>) -> Vec<Endpoint> {
        let endpoint = |n: usize| {
            let name: Str = format!("pod-{n:03}").into();
            let target = ObjectReference { name, ..ObjectReference::default() };
            Endpoint {
                addresses: [format!("10.244.0.{n}").into()].into(),
                target_ref: Some(target),
                ..Endpoint::default()
            }
        };
        range.map(endpoint).collect()
    }

    fn port(number: i32) -> List<EndpointPort> {
        [EndpointPort { port: Some(number), ..EndpointPort::default() }].into()
    }

    /// Slices of so many endpoints each, on port 80.
    fn slices(sizes: &[usize]) -> Vec<Typed<EndpointSlice>> {
        let mut from = 0;
        let slice = |(n, size): (usize, &usize)| {
            let slice = new_slice(&service(), port(80), Family::IPv4);
            let slice = slice.with_meta(|meta| meta.name = format!("web-{n}").into());
            from += size;
            with_endpoints(&slice, endpoints(from - size..from))
        };
        sizes.iter().enumerate().map(slice).collect()
    }

    fn sizes(slices: &[Typed<EndpointSlice>]) -> Vec<(Str, usize)> {
        slices.iter().map(|s| (s.name().into(), s.body.endpoints.len())).collect()
    }

    #[test]
    fn packs_with_few_writes() {
        type Sizes<'a> = &'a [(&'a str, usize)];
        let check = |before: &[usize], wanted: std::ops::Range<usize>, expected: [Sizes; 3]| {
            let group = vec![(port(80), endpoints(wanted))];
            let plan = plan(&service(), &slices(before), group, Family::IPv4);
            let written = [&plan.create, &plan.update, &plan.delete].map(|list| sizes(list));
            let own = |sizes: Sizes| -> Vec<(Str, usize)> {
                sizes.iter().map(|(name, size)| (Str::from(*name), *size)).collect()
            };
            assert_eq!(written, expected.map(own));
        };
        check(&[], 0..3, [&[("", 3)], &[], &[]]);
        check(&[], 0..250, [&[("", 100), ("", 100), ("", 50)], &[], &[]]);
        check(&[3], 0..3, [&[], &[], &[]]);
        check(&[3], 0..5, [&[], &[("web-0", 5)], &[]]);
        check(&[3], 0..2, [&[], &[("web-0", 2)], &[]]);
        // What is written anyway is filled first.
        check(&[90, 50], 10..150, [&[], &[("web-0", 90)], &[]]);
        // The closest to full gets what is left.
        check(&[90, 80], 0..185, [&[], &[("web-1", 95)], &[]]);
        check(&[100, 100], 0..201, [&[("", 1)], &[], &[]]);
        // A slice that loses all becomes the next one.
        check(&[100, 3], 0..100, [&[], &[], &[("web-1", 3)]]);
    }

    #[test]
    fn a_service_without_endpoints_has_an_empty_slice() {
        let create = |plan: &Plan| sizes(&plan.create);
        let first = plan(&service(), &[], Vec::new(), Family::IPv4);
        assert_eq!(create(&first), [(Str::default(), 0)]);
        assert!(first.create[0].body.ports.is_empty());
        let stored = first.create[0].with_meta(|meta| meta.name = "web-x".into());
        let second = plan(&service(), std::slice::from_ref(&stored), Vec::new(), Family::IPv4);
        assert!(second.create.is_empty() && second.update.is_empty() && second.delete.is_empty());
        // The placeholder becomes the first slice, and the last becomes a placeholder.
        let group = vec![(port(80), endpoints(0..2))];
        let third = plan(&service(), &[stored], group, Family::IPv4);
        assert_eq!(sizes(&third.update), [(Str::from("web-x"), 2)]);
        let last = plan(&service(), &third.update, Vec::new(), Family::IPv4);
        assert_eq!(sizes(&last.update), [(Str::from("web-x"), 0)]);
        assert!(last.update[0].body.ports.is_empty() && last.delete.is_empty());
    }

    #[test]
    fn pods_with_other_ports_are_in_other_slices() {
        let groups = vec![(port(80), endpoints(0..2)), (port(8080), endpoints(2..3))];
        let plan = plan(&service(), &[], groups, Family::IPv4);
        assert_eq!(sizes(&plan.create), [(Str::default(), 2), (Str::default(), 1)]);
    }
}
