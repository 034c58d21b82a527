//! etcd: the replicated store behind the apiserver, from consensus upwards.
//!
//! Models etcd v3.6/3.7. Invariant: knows nothing of Kubernetes; rooms outside talk to it through
//! its client side alone.

pub mod raft;
