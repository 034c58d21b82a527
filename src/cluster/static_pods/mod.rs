//! The manifests that kubeadm leaves on a master, in /etc/kubernetes/manifests.
//!
//! Models cmd/kubeadm/app/phases/controlplane and etcd: the files beside this one, with the names
//! and addresses of a machine filled in. A kubelet reads them as any manifest is read.

use super::place::{Component, Places};
use crate::api::types::Pod;
use crate::api::{List, Object, Resource, Typed, defaults};
use crate::manifest;
use crate::sim::HostId;

const TEMPLATES: [&str; 4] = [
    include_str!("etcd.yaml"),
    include_str!("kube-apiserver.yaml"),
    include_str!("kube-controller-manager.yaml"),
    include_str!("kube-scheduler.yaml"),
];

impl Component {
    /// The static pod that stands for the component on a master.
    pub fn static_pod(self) -> Option<&'static str> {
        match self {
            Self::Etcd(_) => Some("etcd"),
            Self::Apiserver(_) => Some("kube-apiserver"),
            Self::Scheduler(_) => Some("kube-scheduler"),
            Self::ControllerManager(_) => Some("kube-controller-manager"),
            _ => None,
        }
    }
}

/// What is on `master`.
pub fn on(places: &Places, master: HostId) -> List<Typed<Pod>> {
    let member = |at| {
        let host = places.master(at);
        format!("{}=https://{}:2380", places.name(host), places.ip(host))
    };
    let members: Vec<String> = (0..places.masters()).map(member).collect();
    let values = [
        ("$NAME", places.name(master).to_string()),
        ("$IP", places.ip(master).to_string()),
        ("$MEMBERS", members.join(",")),
    ];
    TEMPLATES.iter().map(|template| read(template, &values)).collect()
}

fn read(template: &str, values: &[(&str, String)]) -> Typed<Pod> {
    let fill = |text: String, (name, value): &(&str, String)| text.replace(name, value);
    let text = values.iter().fold(template.to_owned(), fill);
    let (documents, _) = manifest::read(&text);
    let mut value = documents.into_iter().next().expect("each file holds a manifest").value;
    defaults::apply(Resource::PODS, &mut value);
    Object::load(Resource::PODS, &value).typed().expect("each manifest is of a pod")
}
