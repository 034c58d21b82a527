//! The engine as a whole, natively: one binary for all integration tests.

mod manifest;
mod raft_conform;
mod raft_simulation;
mod scheduler_conform;
mod tidy;
