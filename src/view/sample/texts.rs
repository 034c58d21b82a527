//! Files, examples and terminal lines of the sample.

use smol_str::SmolStr;

use crate::view::console::{Line, LineKind};
use crate::view::manuscript::{Caret, Diagnostic, ExampleGroup, ExampleView, FileView, Severity};
use crate::view::picture::Picture;
use crate::view::subject::{ObjectId, Subject};

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: httpd-frontend
  namepsace: dev
spec:
  replicas: 6
  selector:
    matchLabels:
      app: httpd
  template:
    metadata:
      labels:
        app: httpd
    spec:
      containers:
      - name: httpd
        image: httpd:2.4-alpine
        resources:
          requests:
            cpu: 500m
            memory: 256Mi
";

const SERVICE: &str = "apiVersion: v1
kind: Service
metadata:
  name: httpd-frontend
spec:
  type: NodePort
  selector:
    app: httpd
  ports:
  - port: 80
    nodePort: 30007
";

/// The files that are open at first.
pub(super) fn files() -> Vec<FileView> {
    [("service.yaml", SERVICE), ("deployment.yaml", DEPLOYMENT)]
        .map(|(name, text)| FileView { name: name.into(), text: text.to_string() })
        .to_vec()
}

/// The file of a cluster in which nothing happened yet.
pub(super) fn empty_file() -> FileView {
    FileView { name: "untitled.yaml".into(), text: String::new() }
}

/// The library.
pub(super) fn examples() -> Vec<ExampleGroup> {
    let example = |file: &str, en: &str, ko: &str, text: &str| ExampleView {
        id: file.into(),
        file: format!("{file}.yaml").into(),
        title: [en.into(), ko.into()],
        text: text.to_string(),
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: myapp-pod\n  labels:\n    app: myapp\n\
               spec:\n  containers:\n  - name: nginx-container\n    image: nginx\n";
    vec![
        ExampleGroup {
            title: ["First steps".into(), "첫걸음".into()],
            examples: vec![
                example("pod-definition", "A pod with nginx", "nginx 파드 하나", pod),
                example("my-pod1", "Two containers in a pod", "컨테이너가 둘인 파드", pod),
            ],
        },
        ExampleGroup {
            title: ["Workloads".into(), "워크로드".into()],
            examples: vec![
                example(
                    "deployment",
                    "A Deployment of six",
                    "파드 여섯 개짜리 디플로이먼트",
                    DEPLOYMENT,
                ),
                example("service", "A Service with a node port", "노드 포트 서비스", SERVICE),
            ],
        },
    ]
}

/// What is wrong with a text: in the sample, one spelling mistake.
pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    let Some((line, found)) = (1..).zip(text.lines()).find(|(_, line)| line.contains("namepsace"))
    else {
        return Vec::new();
    };
    let col = 1 + found.find("namepsace").unwrap_or(0) as u32;
    vec![Diagnostic {
        from: Caret { line, col },
        to: Caret { line, col: col + 9 },
        severity: Severity::Warning,
        message: "unknown field “metadata.namepsace”. Did you mean namespace?".into(),
    }]
}

/// What has been typed and printed so far.
pub(super) fn transcript(picture: &Picture) -> Vec<Line> {
    let names = names(picture);
    let line = |kind, text: &str| Line::linked(kind, text, &names);
    let mut lines = vec![
        line(LineKind::Prompt, "kubectl apply -f deployment.yaml"),
        line(LineKind::Output, "deployment.apps/httpd-frontend created"),
        line(LineKind::Prompt, "kubectl get pod nope"),
        line(LineKind::Error, "Error from server (NotFound): pods \"nope\" not found"),
        line(LineKind::Prompt, "kubectl get pods -o wide"),
    ];
    lines.extend(get_pods(picture));
    lines
}

/// `kubectl get pods -o wide`.
pub(super) fn get_pods(picture: &Picture) -> Vec<Line> {
    let names = names(picture);
    let rows: Vec<[String; 5]> = (picture.pods.values())
        .filter(|pod| pod.namespace == "default" || pod.namespace == "shop")
        .take(60)
        .map(|pod| {
            [
                pod.name.to_string(),
                format!("{}/{}", pod.ready.0, pod.ready.1),
                pod.status.to_string(),
                pod.restarts.to_string(),
                pod.node.as_deref().unwrap_or("<none>").to_string(),
            ]
        })
        .collect();
    let head = ["NAME", "READY", "STATUS", "RESTARTS", "NODE"].map(String::from);
    let all = [vec![head], rows].concat();
    let width = |column: usize| all.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..4).map(width).collect();
    (all.iter())
        .map(|row| {
            let mut text = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                text.push_str(&format!("{cell:width$}   "));
            }
            text.push_str(&row[4]);
            Line::linked(LineKind::Output, &text, &names)
        })
        .collect()
}

fn names(picture: &Picture) -> Vec<(SmolStr, Subject)> {
    let mut names: Vec<(SmolStr, Subject)> = Vec::new();
    names.extend(picture.pods.values().map(|pod| (pod.name.clone(), pod.subject())));
    names.extend(picture.workers.keys().map(|name| (name.clone(), Subject::node(name))));
    let web = ObjectId::new("Deployment", "default", "httpd-frontend");
    names.push((web.name.clone(), web.into()));
    names
}
