//! `kubectl label`: sets and removes labels. Models kubectl/pkg/cmd/label/label.go.

use super::change::{Change, Edit, Edited};
use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::pairs::{self, Pairs};
use super::resources::{self, Finding};
use super::script::Env;
use super::task::Task;
use crate::api::rpc::Patch;
use crate::api::{Fields, Value, patch, quote};

/// The command.
pub const COMMAND: Command = Command {
    path: "label",
    usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N \
            [--resource-version=version]",
    about: "Set the labels of objects",
    flags: &[
        options::FILES,
        options::SELECTOR,
        options::FIELD_SELECTOR,
        options::ALL_NAMESPACES,
        options::DRY_RUN,
        &[options::field_manager("kubectl-label")],
        options::RECORD,
        output::FLAGS,
        &[
            Flag::switch("all", "All objects of the type."),
            Flag::switch("list", "Show the labels."),
            options::LOCAL,
            Flag::switch("overwrite", "Change labels that have a value."),
            Flag::text("resource-version", "Only if the object is of this version."),
        ],
    ],
    required: &[],
    start,
};

/// Labels to be set and removed.
#[derive(Clone, Debug)]
pub struct Label {
    pairs: Pairs,
    overwrite: bool,
    list: bool,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let (words, pairs) = pairs::split(&invocation.args, "label")?;
    let list = flags.is_on("list");
    if words.is_empty() && !flags.is_given("filename") {
        let text = "one or more resources must be specified as <resource> <name> or \
                    <resource>/<name>";
        return Err(Error::plain(text));
    }
    if pairs.is_empty() && !list {
        return Err(Error::plain("at least one label update is required"));
    }
    for (pair, value) in pairs.iter().filter_map(|pair| Some((pair, pair.split_once('=')?.1))) {
        if !is_value(value) {
            return Err(Error::plain(format!(
                "invalid label value: {}: a valid label must be an empty string or consist of \
                 alphanumeric characters, '-', '_' or '.', and must start and end with an \
                 alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used \
                 for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
                quote(pair)
            )));
        }
    }
    let pairs = pairs::parse(&pairs, "label")?;
    let is_local = options::is_local(flags)?;
    if is_local && !words.is_empty() {
        let text = "can only use local files by -f pod.yaml or --filename=pod.json when \
                    --local=true is set";
        return Err(Error::plain(text));
    }
    let cause = invocation.cause();
    let invocation = Invocation { args: words, ..invocation.clone() };
    let finding = Finding { all: flags.is_on("all"), is_local, ..Finding::default() };
    let targets = resources::find(&invocation, env, finding)?;
    let edit = Label { pairs, overwrite: flags.is_on("overwrite"), list };
    let format = Format::of(flags, output::OPERATION_FORMATS)?;
    let change = Change::new(targets, Edit::Label(edit), format, DryRun::of(flags)?);
    Ok(change.locally(is_local).caused_by(cause).task())
}

/// Whether a label may have this value.
fn is_value(value: &str) -> bool {
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    value.len() <= 63
        && value.chars().all(allowed)
        && ends(value.chars().next())
        && ends(value.chars().next_back())
}

impl Label {
    /// The change of one object.
    pub fn edit(&self, object: &Value) -> Result<Edited, Error> {
        let labels = object.at_path(&["metadata", "labels"]);
        let mut change = Fields::new();
        let mut notes = Vec::new();
        for (key, value) in &self.pairs.set {
            match labels.at(key).as_str() {
                Some(old) if old == value => {}
                Some(old) if !self.overwrite => {
                    return Err(Error::plain(format!(
                        "'{key}' already has a value ({old}), and --overwrite is false"
                    )));
                }
                _ => _ = change.insert(key.clone(), value.clone().into()),
            }
        }
        for key in &self.pairs.removed {
            if labels.at(key).is_null() {
                notes.push(format!("label {} not found.", quote(key)));
            } else {
                change.insert(key.clone(), Value::Null);
            }
        }
        if self.list {
            return Ok(listed("labels", labels, &change));
        }
        let sets = change.iter().any(|(_, value)| !value.is_null());
        let removes = change.iter().any(|(_, value)| value.is_null());
        let verb = match (sets, removes) {
            (false, false) => "not labeled",
            (false, true) => "unlabeled",
            (true, false) => "labeled",
            (true, true) => "modified",
        };
        let patch = metadata_patch("labels", change);
        Ok(Edited { patch, verb: verb.to_owned(), notes, ..Edited::default() })
    }
}

/// A map of the metadata as it would be after `change`, as `--list` shows it.
pub fn listed(what: &'static str, map: &Value, change: &Fields) -> Edited {
    let after = patch::apply_merge(map, &change.clone().into());
    let all = after.as_map().into_iter().flat_map(Fields::iter);
    let lines = all.map(|(key, value)| format!("{key}={}", value.text())).collect();
    Edited { lines, listed: Some(what), ..Edited::default() }
}

/// The patch that makes `change` to a map of the metadata.
pub fn metadata_patch(map: &'static str, change: Fields) -> Option<Patch> {
    let change = (!change.is_empty()).then_some(change)?;
    let metadata = Value::map([(map, change.into())]);
    Some(Patch::Merge(Value::map([("metadata", metadata)])))
}
