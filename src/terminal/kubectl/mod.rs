//! kubectl, the command line of Kubernetes, as a process of the simulation.
//!
//! A command line is taken apart by the table of its command ([`command`], [`flags`]), becomes a
//! [`task`], and runs as a [`process`] that sends requests over the network and waits for their
//! answers ([`script`]). One file a verb. Models kubectl/pkg/cmd and cli-runtime, v1.36.
//!
//! Invariant: it knows of the cluster what the API server tells it, and nothing else.

pub mod alpha;
pub mod annotate;
pub mod api_resources;
pub mod api_versions;
pub mod apply;
pub mod attach;
pub mod auth;
pub mod autoscale;
pub mod certificate;
pub mod change;
pub mod cluster_info;
pub mod command;
pub mod config;
pub mod cordon;
pub mod create;
pub mod delete;
pub mod describe;
pub mod diff;
pub mod drain;
pub mod edit;
pub mod error;
pub mod events;
pub mod examples;
pub mod exec;
pub mod explain;
pub mod expose;
pub mod flags;
pub mod get;
pub mod global_options;
pub mod globals;
pub mod help;
pub mod label;
pub mod last_applied;
pub mod logs;
pub mod manifests;
pub mod options;
pub mod output;
pub mod pairs;
pub mod patch;
pub mod plugin;
pub mod port_forward;
pub mod process;
pub mod proxy;
pub mod raw;
mod rediscover;
pub mod refused;
pub mod replace;
pub mod resources;
pub mod revisions;
pub mod rollout;
pub mod rules;
pub mod run;
pub mod scale;
pub mod script;
pub mod set;
pub mod taint;
pub mod task;
pub mod top;
pub mod until;
pub mod url;
pub mod version;
pub mod wait;
pub mod walk;
pub mod watching;
