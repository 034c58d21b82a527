//! The examples: the manifests of the course notes as they stand there, mistakes included.

use smol_str::{SmolStr, format_smolstr};

use crate::view::manuscript::{ExampleGroup, ExampleView, FileView};

/// One example: its name, its title in English and Korean, its text.
struct Example(&'static str, [&'static str; 2], &'static str);

/// Lists examples by the names of their files.
macro_rules! examples {
    ($($name:literal $en:literal $ko:literal,)*) => {
        &[$(Example(
            $name,
            [$en, $ko],
            include_str!(concat!("../../../examples/", $name, ".yaml")),
        ),)*]
    };
}

/// What works.
const WORKS: &[Example] = examples! {
    "deployment" "Deployment of three" "파드 셋을 만드는 디플로이먼트",
    "crowded" "More than there is room for" "자리보다 많은 파드",
    "pod" "One pod" "파드 하나",
    "two-containers" "Pod of two containers" "컨테이너 둘인 파드",
    "picky" "Pod that no node suits" "맞는 노드가 없는 파드",
    "rc" "ReplicationController" "레플리케이션 컨트롤러",
    "rs" "ReplicaSet" "레플리카셋",
    "nodeport" "Service of type NodePort" "NodePort 서비스",
    "clusterip" "Service of type ClusterIP" "ClusterIP 서비스",
    "loadbalancer" "Service of type LoadBalancer" "LoadBalancer 서비스",
    "namespace" "Namespace dev" "네임스페이스 dev",
    "pod-dev" "Pod in the namespace dev" "네임스페이스 dev의 파드",
    "quota" "ResourceQuota (stored, not enforced yet)" "리소스쿼터 (저장만 되고 아직 적용되지 않음)",
};

/// What does not, and what Kubernetes answers.
const MISTAKES: &[Example] = examples! {
    "pod-namespace" "Misspelt: namepsace, port" "오타: namepsace, port",
    "rc-template" "Template without spec" "spec이 없는 템플릿",
    "rc-selector" "Selector that matches nothing" "아무것도 고르지 못하는 셀렉터",
    "rs-template" "ReplicaSet without labels" "레이블이 없는 레플리카셋",
    "rs-version" "Wrong apiVersion" "틀린 apiVersion",
    "rs-selector" "ReplicaSet without selector" "셀렉터가 없는 레플리카셋",
    "service-label" "label instead of labels" "labels 대신 label",
    "service-kind" "type instead of kind" "kind 대신 type",
    "service-type" "Misspelt type" "틀린 type 값",
};

/// The library.
pub fn examples() -> Vec<ExampleGroup> {
    let group = |title: [&str; 2], examples: &[Example]| ExampleGroup {
        title: title.map(SmolStr::from),
        examples: examples.iter().map(view).collect(),
    };
    vec![
        group(["Works", "되는 것"], WORKS),
        group(["Mistakes, and what Kubernetes answers", "실수와 쿠버네티스의 대답"], MISTAKES),
    ]
}

/// The file that is open at first.
pub fn first() -> FileView {
    let view = view(&WORKS[0]);
    FileView { name: view.file, text: view.text }
}

fn view(example: &Example) -> ExampleView {
    let Example(name, title, text) = example;
    ExampleView {
        id: SmolStr::new_static(name),
        file: format_smolstr!("{name}.yaml"),
        title: title.map(SmolStr::new_static),
        text: (*text).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::rooms::manifest::Diagnoser;
    use crate::view::engine::manuscript::check;
    use crate::view::manuscript::{Severity, worst};

    #[test]
    fn what_works_has_nothing_wrong() {
        for Example(name, _, text) in WORKS {
            let found = check(&mut Diagnoser::default(), text);
            let worst = worst(&found).map(|(severity, _)| severity);
            assert!(worst.is_none_or(|worst| worst > Severity::Error), "{name}: {found:#?}");
        }
    }
}
