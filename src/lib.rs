//! Orrery: a clockwork Kubernetes.

pub mod api;
pub mod apiserver;
pub mod sim;
