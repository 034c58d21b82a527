//! Orrery: a clockwork Kubernetes.

pub mod api;
pub mod client;
pub mod etcd;
pub mod network;
pub mod sim;
pub mod timeline;
#[cfg(feature = "ui")]
pub mod ui;
pub mod view;
