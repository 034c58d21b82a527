//! The engine as a whole, natively: one binary for all integration tests.

mod cluster_simulation;
mod conformance;
mod constant;
mod etcd_simulation;
mod faults;
mod fuzz;
mod manifest;
mod manifest_conformance;
mod raft_conform;
mod raft_differential;
mod raft_simulation;
mod replay;
mod scenarios;
mod scheduler_conform;
#[cfg(feature = "serve")]
mod serve;
mod tidy;
