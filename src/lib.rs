//! Orrery: a clockwork Kubernetes.

pub mod api;
pub mod client;
pub mod network;
pub mod scheduler;
pub mod sim;
pub mod timeline;
