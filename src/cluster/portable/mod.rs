//! A cluster outside of the simulation: what is here as files for a real one, and what a real one
//! holds as a cluster here.
//!
//! Models what a person would do with `kubectl get -o yaml`, an editor and kind
//! (<https://kind.sigs.k8s.io>). Invariant: what is exported and imported again is the same set of
//! objects.

mod clean;
mod export;
mod import;
#[cfg(test)]
mod tests;

pub use export::Export;
pub use import::Import;
