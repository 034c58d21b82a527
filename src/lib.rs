//! Orrery: a clockwork Kubernetes.

pub mod etcd;
pub mod sim;
pub mod timeline;
#[cfg(feature = "ui")]
pub mod ui;
