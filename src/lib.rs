//! Orrery: a clockwork Kubernetes.

pub mod sim;
