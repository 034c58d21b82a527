//! Orrery: a clockwork Kubernetes.

pub mod etcd;
pub mod sim;
