//! Orrery: a clockwork Kubernetes.

pub mod sim;
#[cfg(feature = "ui")]
pub mod ui;
pub mod view;
