//! `kubectl auth`: what someone may do, and who someone is.
//!
//! Models kubectl/pkg/cmd/auth. One file a command.

pub mod can_i;
pub mod whoami;

use super::script::Env;
use crate::api::List;
use crate::api::rpc::Subject;

/// Who asks, as the flags say.
fn subject(env: &Env) -> Subject {
    let groups: List<_> = env.globals.groups.clone().into();
    Subject { user: env.globals.user.clone(), groups }
}
