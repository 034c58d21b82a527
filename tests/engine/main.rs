//! The engine as a whole, natively: one binary for all integration tests.

mod raft_conform;
mod raft_simulation;
mod tidy;
