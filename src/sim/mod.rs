//! The clockwork under everything: time, order, luck, and collections that can be rewound.
//!
//! Models nothing of Kubernetes and knows nothing of it. A component of the simulation is plain,
//! cloneable data with one entry point, `handle(now, input, outbox)`; what it wants done it puts
//! into its [`Outbox`]. This room holds what such components are made of.
//!
//! Invariant: nothing here reads a clock, a global or an unordered map.

mod hash;
mod log;
mod map;
mod memo;
mod outbox;
mod queue;
mod rng;
mod time;

pub use hash::Fingerprint;
pub use log::Log;
pub use map::{Map, Set};
pub use memo::Memo;
pub use outbox::{Address, Causes, Effect, HostId, Outbox, RecordId};
pub use queue::Queue;
pub use rng::Rng;
pub use time::{Duration, Time};
