//! Orrery: a clockwork Kubernetes.

pub mod api;
pub mod apiserver;
pub mod bench;
pub mod client;
pub mod cluster;
pub mod controllers;
pub mod etcd;
pub mod kubelet;
pub mod manifest;
pub mod network;
pub mod scenario;
pub mod scheduler;
#[cfg(feature = "serve")]
pub mod serve;
pub mod sim;
pub mod terminal;
pub mod timeline;
#[cfg(feature = "ui")]
pub mod ui;
pub mod view;
