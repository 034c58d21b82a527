//! Orrery: a clockwork Kubernetes.

pub mod api;
pub mod sim;
