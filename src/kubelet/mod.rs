//! The node agent, and the pretend container runtime it runs pods with.
//!
//! Models cmd/kubelet and pkg/kubelet of Kubernetes v1.36.
//!
//! Invariant: what runs on a machine is kept by its [`cri::Runtime`] alone; a kubelet can be
//! dropped at any moment and another one made from the same runtime goes on where it was.

pub mod cri;
pub mod workload;
