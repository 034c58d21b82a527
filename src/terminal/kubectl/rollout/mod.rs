//! `kubectl rollout`: how a workload goes from one template to the next, and back.
//!
//! Models kubectl/pkg/cmd/rollout and kubectl/pkg/polymorphichelpers. One file a subcommand; what
//! they have in common is here. Invariant: kinds without revisions are refused by name.

pub mod change;
pub mod history;
pub mod status;
pub mod undo;

use super::command::Invocation;
use super::error::Error;
use super::resources::{self, Finding};
use super::script::Env;
use super::walk::Walk;

/// What a subcommand is about.
fn walk(invocation: &Invocation, env: &Env) -> Result<Walk, Error> {
    if invocation.args.is_empty() && !invocation.flags.is_given("filename") {
        return Err(Error::plain("required resource not specified"));
    }
    let finding = Finding { type_means_all: true, ..Finding::default() };
    resources::find(invocation, env, finding).map(Walk::of)
}
