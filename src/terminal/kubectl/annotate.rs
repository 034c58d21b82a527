//! `kubectl annotate`: sets and removes annotations. Models kubectl/pkg/cmd/annotate/annotate.go.

use super::change::{Change, Edit, Edited};
use super::command::{Command, Invocation};
use super::error::Error;
use super::label::{listed, metadata_patch};
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::pairs::{self, Pairs};
use super::resources::{self, Finding};
use super::script::Env;
use super::task::Task;
use crate::api::{Fields, Value};

/// The command.
pub const COMMAND: Command = Command {
    path: "annotate",
    usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N \
            [--resource-version=version]",
    about: "Set the annotations of objects",
    flags: super::label::COMMAND.flags,
    required: &[],
    start,
};

/// Annotations to be set and removed.
#[derive(Clone, Debug)]
pub struct Annotate {
    pairs: Pairs,
    overwrite: bool,
    list: bool,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let (words, pairs) = pairs::split(&invocation.args, "annotation")?;
    let list = flags.is_on("list");
    if words.is_empty() && !flags.is_given("filename") {
        let text = "one or more resources must be specified as <resource> <name> or \
                    <resource>/<name>";
        return Err(Error::plain(text));
    }
    if pairs.is_empty() && !list {
        return Err(Error::plain("at least one annotation update is required"));
    }
    let pairs = pairs::parse(&pairs, "annotation")?;
    let is_local = options::is_local(flags)?;
    if is_local && !words.is_empty() {
        let text = "can only use local files by -f rsrc.yaml or --filename=rsrc.json when \
                    --local=true is set";
        return Err(Error::plain(text));
    }
    let cause = invocation.cause();
    let invocation = Invocation { args: words, ..invocation.clone() };
    let finding = Finding { all: flags.is_on("all"), is_local, ..Finding::default() };
    let targets = resources::find(&invocation, env, finding)?;
    let edit = Annotate { pairs, overwrite: flags.is_on("overwrite"), list };
    let format = Format::of(flags, output::OPERATION_FORMATS)?;
    let dry_run = DryRun::of(flags)?;
    let change = Change::new(targets, Edit::Annotate(edit), format, dry_run);
    Ok(change.locally(is_local).caused_by(cause).task())
}

impl Annotate {
    /// The change of one object.
    pub fn edit(&self, object: &Value) -> Result<Edited, Error> {
        let notes = object.at_path(&["metadata", "annotations"]);
        let mut change = Fields::new();
        let mut clashes = Vec::new();
        for (key, value) in &self.pairs.set {
            match notes.at(key).as_str() {
                Some(old) if !self.overwrite => {
                    clashes.push(format!("'{key}' already has a value ({old})"));
                }
                _ => _ = change.insert(key.clone(), value.clone().into()),
            }
        }
        if !clashes.is_empty() {
            let clashes = clashes.join("; ");
            return Err(Error::plain(format!(
                "--overwrite is false but found the following declared annotation(s): {clashes}"
            )));
        }
        for key in self.pairs.removed.iter().filter(|key| !notes.at(key).is_null()) {
            change.insert(key.clone(), Value::Null);
        }
        if self.list {
            return Ok(listed("annotations", notes, &change));
        }
        let patch = metadata_patch("annotations", change);
        Ok(Edited { patch, verb: "annotated".to_owned(), ..Edited::default() })
    }
}
