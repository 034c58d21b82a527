//! Orrery: a clockwork Kubernetes.

pub mod api;
pub mod client;
pub mod etcd;
pub mod manifest;
pub mod network;
pub mod scenario;
pub mod sim;
pub mod timeline;
#[cfg(feature = "ui")]
pub mod ui;
