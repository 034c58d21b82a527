//! `kubectl patch`: changes objects as a patch says. Models kubectl/pkg/cmd/patch/patch.go.

use super::change::{Change, Edit, Edited};
use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::options::{self, DryRun};
use super::output::{self, Format};
use super::resources::{self, Finding};
use super::script::Env;
use super::task::Task;
use crate::api::rpc::{Part, Patch};
use crate::api::{Status, Value, quote};
use crate::manifest;

/// The command.
pub const COMMAND: Command = Command {
    path: "patch",
    usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
    about: "Change fields of objects",
    flags: &[
        options::FILES,
        options::DRY_RUN,
        &[options::field_manager("kubectl-patch")],
        options::RECORD,
        output::FLAGS,
        &[
            options::LOCAL,
            Flag::text("patch", "The patch, as JSON or YAML.").short('p'),
            Flag::text("patch-file", "A file that holds the patch."),
            Flag::text("subresource", "A part of the object: status or scale."),
            Flag::text("type", "What kind of patch it is: json, merge or strategic.")
                .default("strategic"),
        ],
    ],
    required: &[],
    start,
};

/// A patch to be sent.
#[derive(Clone, Debug)]
pub struct PatchWith {
    patch: Patch,
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let (text, file) = (flags.text("patch"), flags.text("patch-file"));
    if text.is_empty() == file.is_empty() {
        return Err(Error::plain(match text.is_empty() {
            true => "must specify --patch or --patch-file containing the contents of the patch",
            false => "cannot specify --patch and --patch-file together",
        }));
    }
    let text = match file {
        "" => text,
        file => env.files.get(file).map(|text| text.as_str()).ok_or_else(|| {
            let text = format!("unable to read patch file: open {file}: no such file or directory");
            Error::plain(text)
        })?,
    };
    let is_local = options::is_local(flags)?;
    let kind = flags.text("type");
    let value = match read(text) {
        // The libraries of the client refuse it in words of their own.
        Err(Error::Refused(status)) if is_local => {
            return Err(Error::plain(match kind {
                "merge" => "Invalid JSON Patch",
                "json" => &status.message,
                _ => "invalid JSON document",
            }));
        }
        value => value?,
    };
    let patch = match kind {
        "strategic" => Patch::Strategic(value),
        "merge" => Patch::Merge(value),
        "json" => Patch::Json(value),
        other => {
            let known = "--type must be one of [json merge strategic]";
            return Err(Error::plain(format!("{known}, not {}", quote(other))));
        }
    };
    let part = match flags.text("subresource") {
        "" => Part::Main,
        "status" => Part::Status,
        "scale" => Part::Scale,
        other => {
            return Err(Error::plain(format!(
                "invalid subresource value: \"{other}\". Must be one of [status scale resize]"
            )));
        }
    };
    if is_local && !invocation.args.is_empty() {
        return Err(Error::plain("cannot specify --local and server resources"));
    }
    let finding = Finding { is_local, ..Finding::default() };
    let targets = resources::find(invocation, env, finding)?;
    let format = Format::of(flags, output::OPERATION_FORMATS)?;
    let edit = Edit::Patch(PatchWith { patch });
    let change = Change::new(targets, edit, format, DryRun::of(flags)?);
    Ok(change.of_part(part).locally(is_local).caused_by(invocation.cause()).task())
}

fn read(text: &str) -> Result<Value, Error> {
    let (documents, error) = manifest::read(text);
    match (error, documents.into_iter().next()) {
        // What begins as JSON goes to the server as it is, and the server refuses it.
        (Some(_), _) if text.trim_start().starts_with('{') => {
            let error = manifest::parse_json(text).err();
            let why = error.map_or_else(String::new, |error| error.message);
            Err(Status::bad_request(why).into())
        }
        (Some(error), _) => {
            let text = quote(text);
            Err(Error::plain(format!("unable to parse {text}: {}", error.message)))
        }
        (None, document) => Ok(document.map(|document| document.value).unwrap_or_default()),
    }
}

impl PatchWith {
    /// The change of one object.
    pub fn edit(&self) -> Result<Edited, Error> {
        let patch = Some(self.patch.clone());
        Ok(Edited { patch, verb: "patched".to_owned(), ..Edited::default() })
    }
}
