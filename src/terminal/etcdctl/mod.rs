//! etcdctl and etcdutl, the command lines of etcd, as processes of the simulation.
//!
//! A command line is taken apart by the table of its command ([`command`]) and runs as a
//! [`process`] that talks to members of etcd over the network ([`script`]). One file a command.
//! Models etcd's etcdctl/ctlv3 and etcdutl, v3.6.
//!
//! Invariant: it knows of etcd what its members tell it, and nothing else.

pub mod alarm;
pub mod command;
pub mod compaction;
pub mod defrag;
pub mod del;
pub mod endpoint;
mod format;
pub mod get;
mod hosts;
mod json;
pub mod lease;
pub mod member;
pub mod move_leader;
pub mod options;
pub mod print;
mod process;
pub mod put;
mod script;
pub mod snapshot;
#[cfg(test)]
mod tests;
pub mod txn;
pub mod version;
pub mod watch;

pub use command::names_within;
pub use hosts::Hosts;
pub use process::{Process, Start};

/// The variable that names the members to talk to.
pub const ENDPOINTS: &str = "ETCDCTL_ENDPOINTS";

/// Whether a word is the name of one of the programs.
pub fn is_program(word: &str) -> bool {
    matches!(word, "etcdctl" | "etcdutl")
}
