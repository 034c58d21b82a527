//! The node agent, and the pretend container runtime it runs pods with.
//!
//! Models cmd/kubelet and pkg/kubelet of Kubernetes v1.36.
//!
//! ```text
//!   apiserver ──▶ Kubelet (agent) ──┬─▶ NodeAgent (node): registering, heartbeats, status
//!                                   └─▶ PodWorker (worker), one a pod
//!                                         sync    passes: look, decide (actions), act
//!                                         start   back-off, image, create, start
//!                                         stop    grace, sidecars, sandbox
//!                                         report  status to the API
//!                                         probe   startup, liveness, readiness
//!                     Host (host): what they share ──▶ cri::Runtime ──▶ workload::Program
//! ```
//!
//! Bare clusters have no kubelets but [`StandIns`], which play all nodes at once.
//!
//! Invariant: what runs on a machine is kept by its [`cri::Runtime`] alone; a kubelet can be
//! dropped at any moment and another one made from the same runtime goes on where it was.

mod actions;
mod admission;
mod agent;
mod backoff;
mod config;
mod container;
pub mod cri;
mod host;
mod mirrors;
mod node;
mod node_status;
mod pass;
mod probe;
mod probing;
mod record;
mod report;
pub mod standin;
mod start;
mod static_pods;
mod status;
mod stop;
mod sync;
mod text;
mod worker;
pub mod workload;

pub use agent::{Input, Kubelet, Timer};
pub use config::{Config, Costs};
pub use probe::ProbeKind;
pub use record::{About, ContainerRecord, NodeRecord, PodRecord, Record};
pub use standin::StandIns;

#[cfg(test)]
mod tests;
