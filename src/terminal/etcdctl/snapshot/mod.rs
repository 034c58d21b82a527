//! `etcdctl snapshot`, `etcdutl snapshot`: copies of a database. Models etcdctl/ctlv3/command and
//! etcdutl/etcdutl/snapshot_command.go.
//!
//! Files of the terminal are text. A copy lies beside the file that stands for it, and the text of
//! that file says which copy it is: a file that was cut or altered is told from a whole one.

pub mod restore;
pub mod save;
pub mod status;

use std::sync::Arc;

use super::script::{Ctx, Flow, Stop, exit};
use crate::api::{Stored, Str};
use crate::etcd::Backup;

/// What a file shows that stands for a copy.
pub fn text_of(backup: &Backup<Stored>) -> Str {
    let status = backup.status();
    format!(
        "etcd snapshot hash={:08x} revision={} keys={} size={}\n",
        status.hash, status.revision, status.keys, status.bytes
    )
    .into()
}

/// What became of a file since it was written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Nothing.
    Whole,
    /// It ends early.
    Cut,
    /// Something else is in it.
    Altered,
}

/// The copy in a file, and in what condition the file is. `call` is what the system is asked for
/// first.
pub fn open(ctx: &Ctx<'_>, name: &str, call: &str) -> Flow<(Arc<Backup<Stored>>, Condition)> {
    let failed = |text: String| Stop::Failed(text, exit::ERROR);
    let name = name.strip_prefix("./").unwrap_or(name);
    let Some(text) = ctx.env.files.get(name) else {
        return Err(failed(format!("{call} {name}: no such file or directory")));
    };
    let Some(backup) = ctx.env.backups.get(name) else {
        return Err(failed("invalid database".to_owned()));
    };
    let whole = text_of(backup);
    let condition = match text.as_str() {
        text if text == whole => Condition::Whole,
        text if whole.starts_with(text) => Condition::Cut,
        _ => Condition::Altered,
    };
    Ok((backup.clone(), condition))
}
