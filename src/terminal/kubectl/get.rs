//! `kubectl get`: shows objects, as tables or in any other form.
//!
//! Models kubectl/pkg/cmd/get/get.go. Tables come from the server, row by row; their widths are
//! made here. Invariant: what was found is shown even if something else was not.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::options;
use super::output::{self, Format};
use super::raw::Raw;
use super::resources::{self, Finding, Target, Targets};
use super::script::{self, Ctx, Env, Flow, Next};
use super::task::{Local, Task};
use super::walk::Walk;
use super::watching::Watching;
use crate::api::rpc::{Call, Part, Selection, Table};
use crate::api::{Object, Resource, Str, Value};
use crate::terminal::printers::sort;
use crate::terminal::printers::table::{Options, TablePrinter};

/// The command.
pub const COMMAND: Command = Command {
    path: "get",
    usage: " \
            [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] \
            (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
    about: "Show objects",
    flags: &[
        options::FILES,
        options::SELECTOR,
        options::FIELD_SELECTOR,
        options::ALL_NAMESPACES,
        options::CHUNK_SIZE,
        output::FLAGS,
        &[
            Flag::switch("ignore-not-found", "Say nothing about objects that are not there."),
            Flag::text("label-columns", "Labels that get a column each.")
                .short('L')
                .kind(super::flags::Kind::List),
            Flag::switch("no-headers", "Leave the headings out."),
            Flag::switch("output-watch-events", "Say of each change what kind it is."),
            Flag::text("raw", "A path to ask the server for."),
            Flag::switch("server-print", "Let the server make tables.").default("true"),
            Flag::switch("show-kind", "Put the kind before the name."),
            Flag::switch("show-labels", "End with all labels."),
            Flag::text("sort-by", "The order of the objects, as a path to one of their fields."),
            Flag::text("subresource", "A part of the objects: status or scale."),
            Flag::switch("watch", "Go on showing what changes.").short('w'),
            Flag::switch("watch-only", "Show only what changes from now on."),
        ],
    ],
    required: &[],
    start,
};

/// What `get` still has to do.
#[derive(Clone, Debug)]
pub struct Get {
    walk: Walk,
    found: Vec<Found>,
    format: Format,
    options: Options,
    sort_by: Str,
    ignores_missing: bool,
    everywhere: bool,
    part: Part,
    watching: Option<Watching>,
}

/// What was found for one target.
#[derive(Clone, Debug)]
enum Found {
    Table(Table),
    Values(Vec<Value>),
}

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    if !flags.text("raw").is_empty() {
        if !invocation.args.is_empty() {
            return Err(Error::plain("arguments may not be passed when --raw is specified"));
        }
        if flags.is_given("output") {
            return Err(Error::plain("--raw and --output are mutually exclusive"));
        }
        return Ok(Raw::get(flags.text("raw")));
    }
    let nothing = invocation.args.is_empty() && !flags.is_given("filename");
    if nothing && !flags.is_given("kustomize") {
        return Ok(Local::refuse(NOTHING_NAMED));
    }
    let part = match flags.text("subresource") {
        "" => Part::Main,
        "status" => Part::Status,
        "scale" => Part::Scale,
        other => {
            let text = format!(
                "invalid subresource value: \"{other}\". Must be one of [status scale resize]"
            );
            return Err(Error::plain(text));
        }
    };
    let finding = Finding { type_means_all: true, ..Finding::default() };
    let format = Format::of(flags, output::GET_FORMATS)?;
    let targets = resources::find(invocation, env, finding)?;
    let watches = flags.is_on("watch") || flags.is_on("watch-only");
    if flags.is_on("output-watch-events") && !watches {
        let text = "--output-watch-events option can only be used with --watch or --watch-only";
        return Err(Error::plain(text));
    }
    if flags.is_on("show-labels") && !format.is_human() {
        let format = flags.text("output").split('=').next().unwrap_or_default();
        let text = format!("--show-labels option cannot be used with {format} printer");
        return Err(Error::plain(text));
    }
    let everywhere = flags.is_on("all-namespaces");
    let options = Options {
        wide: format == Format::Wide,
        no_headers: flags.is_on("no-headers"),
        with_namespace: everywhere,
        with_kind: flags.is_on("show-kind") || several(&targets),
        show_labels: flags.is_on("show-labels"),
        label_columns: flags.list("label-columns").iter().map(Str::from).collect(),
    };
    let watching = if watches {
        Some(Watching::of(&targets, flags.is_on("watch-only"), flags.is_on("output-watch-events"))?)
    } else {
        None
    };
    let get = Get {
        found: Vec::new(),
        options,
        format,
        sort_by: flags.text("sort-by").into(),
        ignores_missing: flags.is_on("ignore-not-found"),
        everywhere,
        part,
        watching,
        walk: Walk::of(targets),
    };
    Ok(Task::from(get))
}

const NOTHING_NAMED: &str = "You must specify the type of resource to get. Use \"kubectl \
api-resources\" for a complete list of supported resources.

error: Required resource not specified.
Use \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl \
explain pods).
See 'kubectl get -h' for help and examples";

/// Whether objects of several resources are meant, so that names need their kinds.
fn several(targets: &Targets) -> bool {
    let mut resources: Vec<Resource> = targets.list.iter().filter_map(Target::resource).collect();
    resources.dedup();
    resources.len() > 1
}

impl Get {
    /// Asks for the next target, and shows everything in the end.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if let Some(watching) = &mut self.watching {
            return watching.step(ctx, &self.format, &self.options);
        }
        let Some(target) = self.walk.target() else { return self.finish(ctx) };
        let found = match target {
            Ok(target) => self.ask(ctx, &target)?,
            Err(error) => Err(error),
        };
        match found {
            Ok(found) => self.found.push(found),
            Err(error) if error.is_not_found() && self.ignores_missing => {}
            Err(error) => self.walk.note(Err(error)),
        }
        Ok(Next::Again)
    }

    fn ask(&self, ctx: &mut Ctx<'_>, target: &Target) -> Flow<Result<Found, Error>> {
        let call = match target {
            Target::Selected(selection) => Call::List(selection.clone()),
            Target::Named(resource, key) => {
                Call::Get { resource: *resource, key: key.clone(), part: self.part }
            }
            Target::File(manifest) => {
                let (resource, key) = (manifest.resource, manifest.key.clone());
                Call::Get { resource, key, part: self.part }
            }
        };
        if self.format.is_human() {
            let table = ctx.table(call)?.map_err(|error| self.refused(error, target));
            return Ok(table.map(|table| Found::Table((*table).clone())));
        }
        if let Target::Selected(selection) = target {
            let objects = self.walk.targets.list(ctx, selection)?;
            let values = |objects: crate::api::Collection| {
                Found::Values(objects.iter().map(Object::to_value).collect())
            };
            return Ok(objects.map(|(objects, _)| values(objects)));
        }
        let answer = ctx.ask(call, script::How::default())?;
        Ok(answer.and_then(|answer| Ok(Found::Values(vec![script::value(&answer)?]))))
    }

    fn refused(&self, error: Error, target: &Target) -> Error {
        match target {
            Target::Selected(Selection { resource, .. }) => {
                resources::enhance(error, *resource, &self.walk.targets.written)
            }
            _ => error,
        }
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        if self.format.is_human() {
            self.show_tables(ctx)?;
        } else {
            self.show_values(ctx)?;
        }
        self.walk.end()?;
        Ok(Next::Exit(0))
    }

    fn show_tables(&mut self, ctx: &mut Ctx<'_>) -> Flow<()> {
        let mut tables = Vec::new();
        for found in std::mem::take(&mut self.found) {
            if let Found::Table(mut table) = found {
                self.sort(&mut table)?;
                tables.push(table);
            }
        }
        let rows: usize = tables.iter().map(|table| table.rows.len()).sum();
        if rows == 0 {
            if self.walk.errors.is_empty() && !self.ignores_missing {
                ctx.complain(self.nothing(ctx.env()));
            }
            return Ok(());
        }
        let mut printer = TablePrinter::new();
        for table in &tables {
            // The namespace stands only before objects that live in one.
            let with_namespace = self.everywhere && table.resource.info().namespaced;
            printer.print(table, &Options { with_namespace, ..self.options.clone() });
        }
        ctx.print(printer.take());
        Ok(())
    }

    fn nothing(&self, env: &Env) -> String {
        let namespaced = |resource: Resource| resource.info().namespaced;
        let mut resources = self.walk.targets.list.iter().filter_map(Target::resource);
        if self.everywhere || !resources.any(namespaced) {
            return "No resources found".to_owned();
        }
        format!("No resources found in {} namespace.", env.globals.namespace)
    }

    fn sort(&self, table: &mut Table) -> Result<(), Error> {
        if self.sort_by.is_empty() {
            return Ok(());
        }
        let objects: Vec<Value> = table.rows.iter().map(|row| row.object.to_value()).collect();
        let order = sort::order(&objects, &self.sort_by).map_err(Error::plain)?;
        table.rows = order.into_iter().map(|at| table.rows[at].clone()).collect();
        Ok(())
    }

    fn show_values(&mut self, ctx: &mut Ctx<'_>) -> Flow<()> {
        let mut values: Vec<Value> = Vec::new();
        for found in std::mem::take(&mut self.found) {
            if let Found::Values(found) = found {
                values.extend(found);
            }
        }
        if values.is_empty() && (!self.walk.errors.is_empty() || self.ignores_missing) {
            return Ok(());
        }
        if !self.sort_by.is_empty() {
            let order = sort::order(&values, &self.sort_by).map_err(Error::plain)?;
            values = order.into_iter().map(|at| values[at].clone()).collect();
        }
        let whole = match &values[..] {
            [one] if self.walk.targets.single => one.clone(),
            _ => output::list(values),
        };
        ctx.print(self.format.print_with(&[whole], !self.options.no_headers)?);
        Ok(())
    }
}
