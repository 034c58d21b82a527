//! Processes: what starts, runs, ends, and leaves behind.

use std::sync::Arc;

use crate::sim::Fingerprint;

/// A process that runs, or does not. Clones share until one of them changes.
#[derive(Clone, Debug)]
pub struct Slot<T> {
    running: Option<Arc<T>>,
    incarnation: u16,
}

impl<T: Clone> Slot<T> {
    /// A process that has not been started.
    pub const fn empty() -> Self {
        Self { running: None, incarnation: 0 }
    }

    /// The process, if it runs.
    pub fn get(&self) -> Option<&T> {
        self.running.as_deref()
    }

    /// The process, if it runs, to be changed.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.running.as_mut().map(Arc::make_mut)
    }

    /// How often it has been started.
    pub const fn incarnation(&self) -> u16 {
        self.incarnation
    }

    /// Starts it.
    pub fn start(&mut self, process: T) {
        self.running = Some(Arc::new(process));
        self.incarnation = self.incarnation.wrapping_add(1);
    }

    /// Ends it, and returns it as it was.
    pub fn stop(&mut self) -> Option<T> {
        self.running.take().map(Arc::unwrap_or_clone)
    }

    /// Adds whether and how often it was started to a hash.
    pub fn hash_into(&self, hash: &mut Fingerprint) {
        hash.u64(u64::from(self.incarnation) << 1 | u64::from(self.running.is_some()));
    }
}
