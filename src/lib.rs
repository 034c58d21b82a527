//! Orrery: a clockwork Kubernetes.

pub mod api;
pub mod client;
pub mod controllers;
pub mod network;
pub mod sim;
pub mod timeline;
