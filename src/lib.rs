//! Orrery: a clockwork Kubernetes.

pub mod api;
pub mod client;
pub mod kubelet;
pub mod network;
pub mod sim;
pub mod timeline;
