//! `kubectl edit` and `kubectl apply edit-last-applied`: objects as text, changed by a person.
//!
//! Models kubectl/pkg/cmd/util/editor/editoptions.go. The text goes to the page's editor, or to the
//! command that `KUBE_EDITOR` or `EDITOR` names. What the server refuses is shown in the text,
//! which is opened again. Invariant: what a person did not change is not sent.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::last_applied::LAST_APPLIED;
use super::options;
use super::output::{self, Format};
use super::resources::{self, Finding, Keys};
use super::script::{self, Ctx, Env, Flow, How, Next};
use super::task::Task;
use super::walk::Walk;
use crate::api::rpc::{Call, FieldValidation, Part, Patch};
use crate::api::{Cause, Key, Resource, Str, Value, patch};
use crate::manifest;

/// `edit`.
pub const COMMAND: Command = Command {
    path: "edit",
    usage: "(RESOURCE/NAME | -f FILENAME)",
    about: "Edit objects of the server",
    flags: &[
        options::FILES,
        options::VALIDATE,
        &[options::field_manager("kubectl-edit")],
        options::RECORD,
        output::FLAGS,
        &[
            Flag::switch("output-patch", "Show what is sent."),
            Flag::switch("save-config", "Remember the configuration for kubectl apply."),
            Flag::text("subresource", "A part of the object: status or scale."),
            Flag::switch("windows-line-endings", "End lines as Windows does."),
        ],
    ],
    required: &[],
    start: |invocation, env| start(invocation, env, Mode::Object),
};

/// `apply edit-last-applied`.
pub const LAST: Command = Command {
    path: "apply edit-last-applied",
    usage: "(RESOURCE/NAME | -f FILENAME)",
    about: "Edit what was applied last to an object",
    flags: &[
        options::FILES,
        options::VALIDATE,
        &[options::field_manager("kubectl-client-side-apply")],
        options::RECORD,
        output::FLAGS,
        &[Flag::switch("windows-line-endings", "End lines as Windows does.")],
    ],
    required: &[],
    start: |invocation, env| start(invocation, env, Mode::LastApplied),
};

/// What is edited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    Object,
    LastApplied,
}

/// What an edit still has to do.
#[derive(Clone, Debug)]
pub struct Edit {
    walk: Walk,
    mode: Mode,
    part: Part,
    validation: FieldValidation,
    is_json: bool,
    shows_patch: bool,
    /// The objects as they were read, once they have been.
    objects: Vec<(Resource, Key, Value)>,
    /// What was wrong with the text that was saved last.
    complaints: Vec<String>,
    /// The text that was saved last and could not be.
    saved: Option<Str>,
}

const HEADER: &str = "\
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
";

fn start(invocation: &Invocation, env: &Env, mode: Mode) -> Result<Task, Error> {
    let flags = &invocation.flags;
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
    let format = Format::of(flags, output::OPERATION_FORMATS)?;
    let is_json = matches!(format, Format::Json(_));
    if !is_json && !matches!(format, Format::Human | Format::Yaml(_)) {
        let format = flags.text("output");
        let text = format!("The flag 'output' must be one of yaml|json: {format}");
        return Err(Error::plain(text));
    }
    let finding = Finding { type_means_all: true, ..Finding::default() };
    Ok(Task::from(Edit {
        walk: Walk::of(resources::find(invocation, env, finding)?),
        mode,
        part,
        validation: options::validation(flags)?,
        is_json,
        shows_patch: flags.is_on("output-patch"),
        objects: Vec::new(),
        complaints: Vec::new(),
        saved: None,
    }))
}

impl Edit {
    /// Reads the objects, lets them be edited, and sends what has changed.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if self.objects.is_empty() {
            self.objects = self.read(ctx)?;
            return match self.objects.is_empty() {
                true => Err(Error::plain("edit cancelled, no objects found").into()),
                false => Ok(Next::Again),
            };
        }
        let shown = self.text();
        let edited = ctx.edit(&shown)??;
        if without_comments(&edited).trim().is_empty() {
            ctx.complain("Edit cancelled, saved file was empty.");
            return Ok(Next::Exit(0));
        }
        if without_comments(&edited) == without_comments(&shown) {
            return self.unchanged(ctx);
        }
        self.complaints.clear();
        match self.save(ctx, &edited)? {
            Ok(()) => Ok(Next::Exit(0)),
            Err(error) => {
                ctx.complain(error.report().trim_end());
                self.complaints = reasons(&error);
                self.saved = Some(edited);
                Ok(Next::Again)
            }
        }
    }

    fn read(&mut self, ctx: &mut Ctx<'_>) -> Flow<Vec<(Resource, Key, Value)>> {
        let keys: Keys = self.walk.objects(ctx)??;
        let mut objects = Vec::new();
        for (resource, key) in keys {
            let object = ctx.get(resource, &key)??;
            let value = match (self.mode, object.meta().annotation(LAST_APPLIED)) {
                (Mode::Object, _) => output::unmanaged(&object.to_value()),
                (Mode::LastApplied, Some(text)) => {
                    manifest::parse_json(text).map_err(|error| Error::plain(error.to_string()))?
                }
                (Mode::LastApplied, None) => continue,
            };
            objects.push((resource, key, value));
        }
        if objects.is_empty() && self.mode == Mode::LastApplied {
            let text = "no last-applied-configuration annotation found on resources, to create the \
                        annotation, use command `kubectl apply set-last-applied --create-annotation`";
            return Err(Error::plain(text).into());
        }
        Ok(objects)
    }

    /// What is shown to be edited.
    fn text(&self) -> String {
        let mut text = HEADER.to_owned();
        for complaint in &self.complaints {
            complaint.lines().for_each(|line| text += &format!("# {line}\n"));
        }
        if !self.complaints.is_empty() {
            text.push_str("#\n");
        }
        if let Some(saved) = &self.saved {
            return text + &without_comments(saved);
        }
        let value = match &self.objects[..] {
            [(_, _, value)] => value.clone(),
            many => output::list(many.iter().map(|(_, _, value)| value.clone())),
        };
        text + &match self.is_json {
            true => value.to_json_pretty() + "\n",
            false => manifest::to_yaml(&value),
        }
    }

    fn unchanged(&self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if self.saved.is_some() {
            return Err(Error::plain("Edit cancelled, no valid changes were saved.").into());
        }
        ctx.complain("Edit cancelled, no changes made.");
        Ok(Next::Exit(0))
    }

    /// Sends what has changed of each object.
    fn save(&self, ctx: &mut Ctx<'_>, text: &str) -> Flow<Result<(), Error>> {
        let (documents, error) = manifest::read(text);
        if let Some(error) = error {
            let why = error.message;
            return Ok(Err(Error::plain(format!("The edited file had a syntax error: {why}"))));
        }
        let values = documents.into_iter().flat_map(|document| match document.value.at("items") {
            Value::List(items) => items.to_vec(),
            _ => vec![document.value],
        });
        for after in values {
            let name = after.at_path(&["metadata", "name"]).text();
            let kind = after.at("kind").text();
            let is_it = |(resource, key, _): &&(Resource, Key, Value)| {
                resource.info().kind == kind && key.name() == name
            };
            let Some((resource, key, before)) = self.objects.iter().find(is_it) else {
                let text = "At least one of apiVersion, kind and name was changed";
                return Ok(Err(Error::plain(text)));
            };
            if let Err(error) = self.send(ctx, (*resource, key), before, &after)? {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    fn send(
        &self,
        ctx: &mut Ctx<'_>,
        (resource, key): (Resource, &Key),
        before: &Value,
        after: &Value,
    ) -> Flow<Result<(), Error>> {
        if before == after {
            ctx.say(output::named(resource, key).with(" skipped"));
            return Ok(Ok(()));
        }
        let change = match self.mode {
            Mode::Object => match patch::two_way(resource, before, after) {
                Ok(change) => Patch::Strategic(change),
                Err(_) => Patch::Merge(patch::create_merge(before, after)),
            },
            Mode::LastApplied => {
                let text = Value::from(after.to_json() + "\n");
                let annotations = Value::map([(LAST_APPLIED, text)]);
                let metadata = Value::map([("annotations", annotations)]);
                Patch::Merge(Value::map([("metadata", metadata)]))
            }
        };
        if self.shows_patch
            && let Patch::Strategic(change) | Patch::Merge(change) = &change
        {
            ctx.say(format!("Patch: {}", change.to_json()));
        }
        let call = Call::Patch { resource, key: key.clone(), part: self.part, patch: change };
        let how = How { validation: self.validation, ..How::default() };
        let answer = ctx.ask(call, how)?.and_then(|answer| script::value(&answer));
        Ok(answer.map(|_| ctx.say(output::named(resource, key).with(" edited"))))
    }
}

fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| format!("{line}\n")).collect()
}

/// What is written above the text of what the server refused.
fn reasons(error: &Error) -> Vec<String> {
    match error {
        Error::Refused(status) if !status.causes.is_empty() => {
            let what = format!(
                "{} {} was not valid:",
                plural(&status.kind),
                crate::api::quote(&status.name)
            );
            let causes = status.causes.iter();
            let one = |Cause { field, message, .. }: &Cause| format!("* {field}: {message}");
            std::iter::once(what).chain(causes.map(one)).collect()
        }
        other => vec![other.message()],
    }
}

fn plural(kind: &str) -> String {
    Resource::named(&kind.to_lowercase()).map_or(kind.to_owned(), |found| found.qualified())
}
