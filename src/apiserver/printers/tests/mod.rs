//! What is shown of objects: tables by hand, and what a real server showed.

mod pods;
mod recorded;

use super::{columns, row, table, unlisted};
use crate::api::testkit::{document, resource_of};
use crate::api::{Object, Resource, parse_rfc3339};
use crate::sim::Time;

/// The time of day in all tests.
const NOW: &str = "2026-01-01T12:00:00Z";

/// The object of a manifest, named `x` and five minutes old where it does not say otherwise.
fn object(manifest: &str) -> Object {
    let mut value = document(manifest);
    let resource = resource_of(&value).expect("a known kind");
    let metadata = value.entry("metadata");
    for (key, text) in [("name", "x"), ("creationTimestamp", "2026-01-01T11:55:00Z")] {
        if metadata.at(key).is_null() {
            *metadata.entry(key) = text.into();
        }
    }
    Object::load(resource, &value)
}

fn now() -> Time {
    Time::from_micros(parse_rfc3339(NOW).expect("a time") as u64)
}

/// The cells of an object are as expected, written with bars between them.
fn check(manifest: &str, expected: &str) {
    let cells = row(&object(manifest), now()).cells;
    assert_eq!(cells.join(" | "), expected, "{manifest}");
}

#[test]
fn workloads_show_how_many_pods_they_have() {
    const TEMPLATE: &str =
        "{spec: {containers: [{name: a, image: nginx:1.25}, {name: b, image: redis}]}}";
    let deployment = format!(
        "
apiVersion: apps/v1
kind: Deployment
spec:
  replicas: 3
  selector:
    matchLabels: {{app: web}}
    matchExpressions: [{{key: t, operator: In, values: [b, a]}}]
  template: {TEMPLATE}
status: {{replicas: 4, readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2}}"
    );
    check(&deployment, "x | 2/3 | 1 | 2 | 5m | a,b | nginx:1.25,redis | app=web,t in (a,b)");
    check("{apiVersion: apps/v1, kind: Deployment}", "x | 0/0 | 0 | 0 | 5m |  |  | ");
    let set = format!(
        "
apiVersion: apps/v1
kind: ReplicaSet
spec: {{replicas: 3, selector: {{matchLabels: {{app: web}}}}, template: {TEMPLATE}}}
status: {{replicas: 2, readyReplicas: 1}}"
    );
    check(&set, "x | 3 | 2 | 1 | 5m | a,b | nginx:1.25,redis | app=web");
    check("{apiVersion: apps/v1, kind: ReplicaSet}", "x | 0 | 0 | 0 | 5m |  |  | <none>");
    check(
        "{apiVersion: v1, kind: ReplicationController,
          spec: {replicas: 2, selector: {b: y, a: x}}}",
        "x | 2 | 0 | 0 | 5m |  |  | a=x,b=y",
    );
}

#[test]
fn services_show_their_addresses() {
    let check = |spec: &str, status: &str, expected: &str| {
        let manifest = format!("{{apiVersion: v1, kind: Service, spec: {spec}, status: {status}}}");
        check(&manifest, expected);
    };
    check(
        "{type: ClusterIP, clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1], selector: {app: web},
          ports: [{port: 80, protocol: TCP}, {port: 53, protocol: UDP}]}",
        "{}",
        "x | ClusterIP | 10.96.0.1 | <none> | 80/TCP,53/UDP | 5m | app=web",
    );
    check(
        "{type: NodePort, clusterIPs: [10.96.0.1], externalIPs: [1.2.3.4, 1.2.3.5],
          ports: [{port: 80, nodePort: 30008, protocol: TCP}]}",
        "{}",
        "x | NodePort | 10.96.0.1 | 1.2.3.4,1.2.3.5 | 80:30008/TCP | 5m | <none>",
    );
    check(
        "{type: ClusterIP, clusterIPs: [None]}",
        "{}",
        "x | ClusterIP | None | <none> | <none> | 5m | <none>",
    );
    check(
        "{type: ExternalName, externalName: db.example.com}",
        "{}",
        "x | ExternalName | <none> | db.example.com | <none> | 5m | <none>",
    );
    check(
        "{type: LoadBalancer}",
        "{}",
        "x | LoadBalancer | <none> | <pending> | <none> | 5m | <none>",
    );
    check(
        "{type: LoadBalancer, externalIPs: [1.2.3.4]}",
        "{loadBalancer: {ingress: [{hostname: lb.example.com}, {ip: 192.0.2.7}, {ip: 192.0.2.7}]}}",
        "x | LoadBalancer | <none> | 192.0.2.7,lb.example.com,1.2.3.4 | <none> | 5m | <none>",
    );
    check("{}", "{}", "x |  | <none> | <unknown> | <none> | 5m | <none>");
}

#[test]
fn endpointslices_show_the_first_few() {
    let check = |fields: &str, expected: &str| {
        let manifest = "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4, ";
        check(&[manifest, fields, "}"].concat(), expected);
    };
    check("endpoints: []", "x | IPv4 | <unset> | <unset> | 5m");
    check(
        "ports: [{port: 80}, {name: a}, {}], endpoints: [{addresses: [1.1.1.1, 1.1.1.2]}]",
        "x | IPv4 | 80,a,* | 1.1.1.1,1.1.1.2 | 5m",
    );
    check(
        "ports: [{port: 1}, {port: 2}, {port: 3}, {port: 4}, {port: 5}],
         endpoints: [{addresses: [1.1.1.1]}, {addresses: [1.1.1.2, 1.1.1.3]},
                     {addresses: [1.1.1.4]}]",
        "x | IPv4 | 1,2,3 + 2 more... | 1.1.1.1,1.1.1.2,1.1.1.3 + 1 more... | 5m",
    );
}

#[test]
fn nodes_show_whether_they_work() {
    check(
        "
apiVersion: v1
kind: Node
metadata:
  labels:
    node-role.kubernetes.io/worker: ''
    node-role.kubernetes.io/: ''
    kubernetes.io/role: db
spec: {unschedulable: true}
status:
  conditions: [{type: Ready, status: 'True'}]
  addresses:
  - {type: Hostname, address: node-2}
  - {type: InternalIP, address: 192.168.1.102}
  nodeInfo:
    osImage: Debian GNU/Linux 12 (bookworm)
    kernelVersion: 6.1.0
    architecture: amd64
    containerRuntimeVersion: containerd://2.1.0
    kubeletVersion: v1.36.2",
        "x | Ready,SchedulingDisabled | db,worker | 5m | v1.36.2 | 192.168.1.102 | <none> | \
         Debian GNU/Linux 12 (bookworm) | 6.1.0 (amd64) | containerd://2.1.0",
    );
    let unknown = "<none> | <none> | <unknown> | <unknown> | <unknown>";
    check("{apiVersion: v1, kind: Node}", &format!("x | Unknown | <none> | 5m |  | {unknown}"));
    check(
        "{apiVersion: v1, kind: Node, status: {conditions: [{type: Ready, status: Unknown}]}}",
        &format!("x | NotReady | <none> | 5m |  | {unknown}"),
    );
}

#[test]
fn events_show_what_happened_to_what() {
    check(
        "
apiVersion: v1
kind: Event
involvedObject: {kind: Pod, name: web, fieldPath: 'spec.containers{c}'}
reason: Pulled
type: Normal
message: ' done '
count: 3
firstTimestamp: 2026-01-01T11:00:00Z
lastTimestamp: 2026-01-01T11:59:30Z
source: {component: kubelet, host: node-1}",
        "30s | Normal | Pulled | pod/web | spec.containers{c} | kubelet, node-1 | done | 60m | \
         3 | x",
    );
    check(
        "
apiVersion: v1
kind: Event
involvedObject: {kind: Node}
eventTime: 2026-01-01T11:58:00.500000Z
reportingComponent: default-scheduler",
        "119s |  |  | node |  | default-scheduler |  | 119s | 1 | x",
    );
    check(
        "
apiVersion: v1
kind: Event
involvedObject: {kind: ReplicaSet, name: r}
eventTime: 2026-01-01T11:00:00.000000Z
series: {count: 7, lastObservedTime: 2026-01-01T11:59:59.000000Z}
reportingComponent: c
reportingInstance: i",
        "1s |  |  | replicaset/r |  | c, i |  | 60m | 7 | x",
    );
    check("{apiVersion: v1, kind: Event}", "<unknown> |  |  |  |  |  |  | <unknown> | 1 | x");
}

#[test]
fn small_kinds_show_what_matters() {
    check(
        "{apiVersion: v1, kind: ConfigMap, data: {a: b, c: d}, binaryData: {e: AA==}}",
        "x | 3 | 5m",
    );
    check("{apiVersion: v1, kind: ConfigMap}", "x | 0 | 5m");
    check(
        "{apiVersion: v1, kind: Namespace, status: {phase: Terminating}}",
        "x | Terminating | 5m",
    );
    check("{apiVersion: v1, kind: ServiceAccount}", "x | 5m");
    let lease = "apiVersion: coordination.k8s.io/v1, kind: Lease";
    check(&format!("{{{lease}, spec: {{holderIdentity: me}}}}"), "x | me | 5m");
    check(&format!("{{{lease}}}"), "x |  | 5m");
    check(
        "{apiVersion: v1, kind: ResourceQuota,
          spec: {hard: {pods: 1}},
          status: {hard: {pods: 10, requests.cpu: 4, limits.cpu: 10, limits.memory: 10Gi},
                   used: {pods: 1, limits.memory: 512Mi}}}",
        "x | pods: 1/10, requests.cpu: 0/4 | limits.cpu: 0/10, limits.memory: 512Mi/10Gi | 5m",
    );
    check("{apiVersion: v1, kind: ResourceQuota}", "x |  |  | 5m");
}

#[test]
fn kinds_without_columns_show_when_they_were_made() {
    let object = object("{apiVersion: v1, kind: ServiceAccount}");
    let row = unlisted::PRINTER.row(&object, now());
    assert_eq!(row.cells, ["x", "2026-01-01T11:55:00Z"]);
}

#[test]
fn a_table_has_its_rows_in_order() {
    let objects = ["b", "a"].map(|name| {
        object(&format!("{{apiVersion: v1, kind: ServiceAccount, metadata: {{name: {name}}}}}"))
    });
    let table = table(Resource::SERVICEACCOUNTS, &objects, now());
    let names: Vec<_> = table.rows.iter().map(|row| row.cells[0].as_str()).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(*table.columns, *columns(Resource::SERVICEACCOUNTS));
    assert!(table.rows[1].object.same(&objects[1]));
}
