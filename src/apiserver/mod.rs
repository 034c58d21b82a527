//! The API server: the one door to the cluster's state.
//!
//! Models pkg/controlplane and staging/src/k8s.io/apiserver.

pub mod printers;
