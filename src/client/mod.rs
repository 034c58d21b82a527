//! Our client-go: what every component uses to talk to an apiserver and to keep in step with it.
//!
//! Models staging/src/k8s.io/client-go: rest (requests, rate limits), tools/cache (reflectors and
//! informers), util/workqueue, tools/leaderelection, tools/record.
//!
//! Invariant: only the reflector writes a cache, so a cache lags exactly as far as its watch does.

mod connection;
mod election;
mod expectations;
mod informer;
mod limiter;
mod queue;
mod recorder;

pub use connection::{Client, Identity, Inbound};
pub use election::{Election, Elector, ElectorStep};
pub use expectations::Expectations;
pub use informer::{Delta, IndexBy, Informer, Progress};
pub use limiter::Limiter;
pub use queue::WorkQueue;
pub use recorder::{Recorder, Source};
