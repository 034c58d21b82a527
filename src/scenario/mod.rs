//! Scripts of what a person does and what comes of it: lessons, tests and bug reports share them.
//!
//! Models the transcripts that were recorded of real kubectl. Invariant: whether an output is as
//! expected depends on the two texts alone.

mod normalise;

pub use normalise::{first_difference, normalise};
