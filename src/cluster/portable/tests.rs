//! Clusters that leave the page and come back.

use std::time::Duration;

use super::{Export, Import};
use crate::cluster::{Command, Config, Session};

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: nginx:1.27
        name: nginx
        ports:
        - containerPort: 80
        resources:
          requests:
            cpu: 100m
";

fn played(config: Config, commands: &[Command]) -> Session {
    let mut session = Session::new(config);
    let wait = |session: &mut Session| {
        let until = session.cluster().now() + Duration::from_secs(20);
        session.play(until, u64::MAX);
    };
    wait(&mut session);
    for command in commands {
        session.execute(command.clone());
        wait(&mut session);
    }
    session
}

fn typed(line: &str) -> Command {
    Command::Type { line: line.to_owned() }
}

fn written(text: &str) -> Command {
    Command::Write { name: "all.yaml".to_owned(), text: text.to_owned() }
}

#[test]
fn a_cluster_goes_out_and_comes_in_again() {
    let mut config = Config::bare(1, 2);
    config.workers[1].labels.push(("disk".into(), "ssd".into()));
    config.workers[1].taints.push(("dedicated".into(), "db".into(), "NoSchedule".into()));
    let apply = typed("kubectl apply -f all.yaml");
    let first = [
        written(WEB),
        apply.clone(),
        typed("kubectl create ns dev"),
        typed("kubectl expose deploy web --port=80"),
        typed("kubectl create job now --image=busybox -n dev -- date"),
        typed("kubectl run lone --image=nginx"),
        typed("kubectl create sa robot"),
        typed("kubectl create role r --verb=get --resource=pods"),
        typed("kubectl create pdb web --selector=app=web --min-available=1"),
    ];
    let session = played(config, &first);
    let export = Export::of(&session);
    // As it was written, without anything the cluster added; what `apply` noted is not there.
    assert!(export.manifests.contains(WEB), "{}", export.manifests);
    for word in ["uid", "status", "managedFields", "clusterIP", "kube-api-access", "ReplicaSet"] {
        assert!(!export.manifests.contains(word), "{word} in\n{}", export.manifests);
    }
    assert!(export.kind.contains("- role: worker # node-2\n  labels:\n    disk: \"ssd\"\n"));
    assert_eq!(export.nodes, ["kubectl taint nodes kind-worker2 dedicated=db:NoSchedule"]);
    assert_eq!(export.typed.len(), 8);
    assert!(export.script().contains("kubectl apply -f objects.yaml"));

    let import = Import::read(&export.manifests).expect("YAML");
    assert_eq!((import.objects, import.owned, import.common), (8, 0, 0));
    let again = played(Config::bare(2, 2), &[written(&import.manifests), apply]);
    assert_eq!(Export::of(&again).manifests, export.manifests);
}

#[test]
fn what_a_real_cluster_prints_becomes_one_here() {
    let list = "\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata: {name: a, labels: {kubernetes.io/os: linux, zone: x}}
  spec:
    taints: [{key: node.kubernetes.io/unreachable, effect: NoExecute}, {key: k, effect: NoSchedule}]
  status: {allocatable: {cpu: '2', memory: 3Gi, pods: '50'}}
- apiVersion: v1
  kind: Pod
  metadata:
    name: owned
    namespace: default
    ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: u, controller: true}]
- {apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt, namespace: default}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: mine, namespace: default, uid: x}, data: {a: b}}
- {apiVersion: example.com/v1, kind: Thing, metadata: {name: t}}
";
    let import = Import::read(list).expect("YAML");
    assert_eq!((import.objects, import.owned, import.common, import.unknown), (1, 1, 1, 1));
    let expected = "apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: mine\n";
    assert_eq!(import.manifests, expected);
    let config = import.config(1).expect("nodes");
    let node = &config.workers[0];
    assert_eq!((node.name.as_str(), node.cpu.as_str(), node.pods), ("a", "2", 50));
    assert_eq!(node.labels, [("zone".into(), "x".into())]);
    assert_eq!(node.taints, [("k".into(), "".into(), "NoSchedule".into())]);
    assert!(Import::read("a: [").is_err());
    assert!(Import::read("").expect("nothing").config(1).is_none());
}
