//! The pretend container runtime: images and the registry they come from, sandboxes, containers.
//!
//! Models containerd's CRI plugin as far as a kubelet sees it. A [`Runtime`] belongs to a machine,
//! not to a kubelet: it outlives kubelets, and loses its running containers with the power.
//!
//! Invariant: the runtime does nothing by itself at a time; when a container will end is known
//! from the moment it is started or told to stop, and asking at a time tells what has happened by
//! then.

mod catalog;
mod images;
mod reference;
mod registry;
mod runtime;

pub use images::{ImageStore, Pull, StoredImage};
pub use reference::Reference;
pub use registry::{Image, PullError, resolve};
pub use runtime::{Container, ContainerId, Ending, PodRuntime, Run, Runtime, Sandbox};
