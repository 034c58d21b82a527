//! Orrery: a clockwork Kubernetes.

pub mod sim;
pub mod view;
