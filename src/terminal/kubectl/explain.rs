//! `kubectl explain`: the fields of a kind, from the field table.
//!
//! Models kubectl/pkg/explain/v2. The layout and what is said of types are Kubernetes'; the
//! sentences of its documentation are not part of the simulation.

use super::command::{Command, Invocation};
use super::error::Error;
use super::flags::Flag;
use super::script::{Env, Next};
use super::task::{Local, Task};
use crate::api::schema::{Field, Ty, Type};
use crate::api::{Resource, quote};

/// The command.
pub const COMMAND: Command = Command {
    path: "explain",
    usage: "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] \
            [-o|--output=plaintext|plaintext-openapiv2]",
    about: "Show the fields of a kind",
    flags: &[&[
        Flag::text("api-version", "The version that is meant, as group/version."),
        Flag::text("output", "Output format: plaintext.").short('o').default("plaintext"),
        Flag::switch("recursive", "Show the fields of fields as well.").short('R'),
    ]],
    required: &[],
    start,
};

/// How deep fields of fields are shown.
const DEPTH_MAX: usize = 12;

fn start(invocation: &Invocation, env: &Env) -> Result<Task, Error> {
    let flags = &invocation.flags;
    let path = match &invocation.args[..] {
        [path] => path,
        [] => {
            return Err(Error::plain(
                "You must specify the type of resource to explain. Use \"kubectl api-resources\" \
                 for a complete list of supported resources.",
            ));
        }
        _ => {
            return Err(Error::plain("We accept only this format: explain RESOURCE"));
        }
    };
    let mut steps = path.split('.');
    let name = steps.next().unwrap_or_default();
    let resource = env.resource(name).map_err(|_| {
        let name = quote(name);
        env.unknown(Error::Bare(format!("the server doesn't have a resource type {name}")))
    })?;
    let resource = of_version(resource, flags.text("api-version"))?;
    let steps: Vec<&str> = steps.filter(|step| !step.is_empty()).collect();
    let info = resource.info();
    let mut text = String::new();
    if !info.group.is_empty() {
        text += &format!("GROUP:      {}\n", info.group);
    }
    text += &format!("KIND:       {}\nVERSION:    {}\n\n", info.kind, info.version);
    let mut place = Place { ty: resource.ty().into(), field: None };
    for step in steps {
        match place.step(step) {
            Some(next) => place = next,
            None => {
                let why = format!("error: field {} does not exist\n", quote(step));
                return Ok(Local::print_and_refuse(text, why));
            }
        }
    }
    text += &place.text(flags.is_on("recursive"));
    Ok(Local::print(text, Next::Exit(0)))
}

fn of_version(resource: Resource, version: &str) -> Result<Resource, Error> {
    if version.is_empty() {
        return Ok(resource);
    }
    let info = resource.info();
    Resource::of_kind(version, info.kind).ok_or_else(|| {
        let (version, plural) = (version, info.plural);
        Error::plain(format!("couldn't find resource for \"{version}, Resource={plural}\""))
    })
}

/// A type on the way, and the field that led to it.
struct Place {
    ty: Shown,
    field: Option<&'static Field>,
}

/// A type that has fields, or one that has none.
#[derive(Clone, Copy)]
enum Shown {
    Struct(&'static Type),
    Plain,
}

impl From<&'static Type> for Shown {
    fn from(ty: &'static Type) -> Self {
        Self::Struct(ty)
    }
}

impl Shown {
    fn of(ty: &'static Ty) -> Self {
        match ty {
            Ty::Object(id) => Self::Struct(id.get()),
            Ty::List(item) | Ty::Map(item) => Self::of(item),
            _ => Self::Plain,
        }
    }
}

impl Place {
    fn step(&self, name: &str) -> Option<Self> {
        let Shown::Struct(ty) = self.ty else { return None };
        let field = ty.field(name)?;
        Some(Self { ty: Shown::of(&field.ty), field: Some(field) })
    }

    fn text(&self, recursive: bool) -> String {
        let mut text = String::new();
        if let Some(field) = self.field {
            text += &format!("FIELD: {} <{}>", field.name, type_name(&field.ty));
            text += if field.required { " -required-\n" } else { "\n" };
            if !field.values.is_empty() {
                text += "ENUM:\n";
                field.values.iter().for_each(|value| text += &format!("    {value}\n"));
            } else {
                text += "\n";
            }
            text += "\n";
        }
        text += "DESCRIPTION:\n    <empty>\n    \n";
        if let Shown::Struct(ty) = self.ty {
            text += "FIELDS:\n";
            fields(ty, 1, recursive, &mut text);
        }
        text
    }
}

fn fields(ty: &'static Type, level: usize, recursive: bool, text: &mut String) {
    let space = "  ".repeat(level);
    for field in &ty.fields {
        let required = if field.required { " -required-" } else { "" };
        *text += &format!("{space}{}\t<{}>{required}\n", field.name, type_name(&field.ty));
        if !field.values.is_empty() {
            *text += &format!("{space}enum: {}\n", field.values.join(", "));
        }
        if !recursive {
            *text += &format!("{space}  <no description>\n\n");
        } else if let Shown::Struct(inner) = Shown::of(&field.ty)
            && level < DEPTH_MAX
        {
            fields(inner, level + 1, true, text);
        }
    }
}

/// What is said of a type: `[]Container`, `map[string]string`.
fn type_name(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "boolean".into(),
        Ty::Int32 | Ty::Int64 => "integer".into(),
        Ty::Double => "number".into(),
        Ty::Text | Ty::Bytes | Ty::Time | Ty::MicroTime => "string".into(),
        Ty::Quantity => "Quantity".into(),
        Ty::IntOrString => "IntOrString".into(),
        Ty::Any => "Object".into(),
        Ty::Object(id) => id.get().name.into(),
        Ty::List(item) => format!("[]{}", type_name(item)),
        Ty::Map(item) => format!("map[string]{}", type_name(item)),
    }
}
