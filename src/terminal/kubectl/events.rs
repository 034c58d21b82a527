//! `kubectl events`: what happened, the latest last. Models kubectl/pkg/cmd/events/events.go.

use super::command::{Command, Invocation};
use super::describe::events as shown;
use super::error::Error;
use super::flags::{Flag, Kind};
use super::options;
use super::output::{self, Format};
use super::resources;
use super::script::{Ctx, Env, Flow, Next};
use super::task::Task;
use crate::api::labels::FieldSelector;
use crate::api::rpc::Selection;
use crate::api::{Object, Resource, Str, Value};
use crate::terminal::printers::tabwriter::TabWriter;
use crate::terminal::text::Text;

/// The command.
pub const COMMAND: Command = Command {
    path: "events",
    usage: " \
            [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] \
            [--for TYPE/NAME] [--watch] [--types=Normal,Warning]",
    about: "Show events",
    flags: &[
        options::ALL_NAMESPACES,
        options::CHUNK_SIZE,
        output::FLAGS,
        &[
            Flag::text("for", "Only events about this object."),
            Flag::switch("no-headers", "Leave the headings out."),
            Flag::text("types", "Only events of these types.").kind(Kind::List),
            Flag::switch("watch", "Go on showing; not part of the simulation.").short('w'),
        ],
    ],
    required: &[],
    start,
};

/// What `events` has to do.
#[derive(Clone, Debug)]
pub struct Events {
    about: Option<(Resource, Str)>,
    types: Vec<String>,
    everywhere: bool,
    headed: bool,
    format: Format,
}

fn start(invocation: &Invocation, _: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let about = match flags.text("for") {
        "" => None,
        text => {
            let Some((kind, name)) = text.split_once('/') else {
                return Err(Error::plain("--for must be in resource/name form"));
            };
            if name.contains('/') {
                let text = "arguments in resource/name form may not have more than one slash";
                return Err(Error::plain(text));
            }
            Some((resources::resource(kind)?, Str::from(name)))
        }
    };
    let is_type = |kind: &String| ["normal", "warning"].contains(&kind.to_lowercase().as_str());
    if !flags.list("types").iter().all(is_type) {
        return Err(Error::plain("valid --types are Normal or Warning"));
    }
    Ok(Task::from(Events {
        about,
        types: flags.list("types").to_vec(),
        everywhere: flags.is_on("all-namespaces"),
        headed: !flags.is_on("no-headers"),
        format: Format::of(flags, output::OPERATION_FORMATS)?,
    }))
}

impl Events {
    /// Asks for the events and shows them.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let namespace = ctx.env().globals.namespace.clone();
        let fields = match &self.about {
            Some((resource, name)) => {
                let kind = resource.info().kind;
                let fields = format!("involvedObject.kind={kind},involvedObject.name={name}");
                FieldSelector::parse(&fields).unwrap_or_default()
            }
            None => FieldSelector::default(),
        };
        let selection = Selection {
            namespace: if self.everywhere { Str::default() } else { namespace.clone() },
            fields,
            ..Selection::all(Resource::EVENTS)
        };
        let (events, _) = ctx.list(selection)??;
        let is_meant = |event: &Value| {
            let of = |wanted: &String| wanted.eq_ignore_ascii_case(event.at("type").text());
            self.types.is_empty() || self.types.iter().any(of)
        };
        let events: Vec<Value> = events.iter().map(Object::to_value).filter(is_meant).collect();
        let events = shown::sorted(events);
        if !self.format.is_human() {
            ctx.print(self.format.print(&[output::list(events)])?);
            return Ok(Next::Exit(0));
        }
        if events.is_empty() {
            ctx.complain(match self.everywhere {
                true => "No events found.".to_owned(),
                false => format!("No events found in {namespace} namespace."),
            });
            return Ok(Next::Exit(0));
        }
        let text = self.table(ctx, &events);
        ctx.print(text);
        Ok(Next::Exit(0))
    }

    fn table(&self, ctx: &Ctx<'_>, events: &[Value]) -> Text {
        let mut writer = TabWriter::table();
        let namespace = self.everywhere.then_some("NAMESPACE");
        if self.headed {
            let headings = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
            writer.line(namespace.into_iter().chain(headings).map(Text::from).collect());
        }
        for event in events {
            let object = event.at("involvedObject");
            let object = format!("{}/{}", object.at("kind").text(), object.at("name").text());
            let [kind, reason, message] =
                ["type", "reason", "message"].map(|field| event.at(field).text());
            let mut cells: Vec<Text> = Vec::new();
            if self.everywhere {
                cells.push(event.at_path(&["metadata", "namespace"]).text().into());
            }
            let interval = shown::interval(event, ctx.now());
            cells.extend([interval.into(), kind.into(), reason.into(), object.into()]);
            cells.push(message.trim().into());
            writer.line(cells);
        }
        writer.take()
    }
}
