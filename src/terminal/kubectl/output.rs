//! `-o`: what form the output has.
//!
//! Models cli-runtime/pkg/genericclioptions/print_flags.go and the printers behind it.

use super::error::Error;
use super::flags::{Flag, Flags};
use crate::api::{Resource, Value, quote};
use crate::manifest;
use crate::terminal::printers::custom_columns::Columns;
use crate::terminal::printers::go_template::GoTemplate;
use crate::terminal::printers::jsonpath::Template;
use crate::terminal::printers::kyaml;
use crate::terminal::text::Text;

/// The flags of commands that print objects.
pub const FLAGS: &[Flag] = &[
    Flag::text("output", "Output format, such as yaml, json, name or jsonpath=….").short('o'),
    Flag::text("template", "The template, where it is not given with the format."),
    Flag::switch("allow-missing-template-keys", "Find nothing where a key is missing.")
        .default("true"),
    Flag::switch("show-managed-fields", "Keep managedFields when printing yaml or json."),
];

/// Fields that come first in Go's types, wherever they are, in their order.
const GO_ORDER: &[&str] = &[
    "kind",
    "apiVersion",
    "metadata",
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "labels",
    "annotations",
    "ownerReferences",
    "spec",
    "schedule",
    "replicas",
    "verbs",
    "apiGroups",
    "subjects",
    "roleRef",
    "volumes",
    "initContainers",
    "containers",
    "image",
    "command",
    "args",
    "protocol",
    "port",
    "targetPort",
    "ports",
    "selector",
    "template",
    "strategy",
    "immutable",
    "data",
];

/// What `kubectl get` can print.
pub const GET_FORMATS: &str = "custom-columns,custom-columns-file,go-template,go-template-file,\
    json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";
/// What other commands can print.
pub const OPERATION_FORMATS: &str = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,\
    jsonpath-file,kyaml,name,template,templatefile,yaml";

/// The form of the output.
#[derive(Clone, PartialEq, Debug)]
pub enum Format {
    /// For people: a table, or a line about what was done.
    Human,
    /// A table with more columns.
    Wide,
    /// `kind.group/name`.
    Name,
    /// YAML, with or without the managers of the fields.
    Yaml(Managed),
    /// JSON, with or without the managers of the fields.
    Json(Managed),
    /// YAML in the form of JSON, with or without the managers of the fields.
    Kyaml(Managed),
    /// What a template finds, as text.
    JsonPath(Template),
    /// What a template finds, as JSON.
    JsonPathAsJson(Template),
    /// A table of what paths find.
    CustomColumns(Columns),
    /// What a template of Go prints.
    GoTemplate(GoTemplate),
}

/// Whether `metadata.managedFields` is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Managed {
    /// It is.
    Shown,
    /// It is not.
    Hidden,
}

impl Format {
    /// The form that the flags ask for, one of those in `allowed`.
    pub fn of(flags: &Flags, allowed: &str) -> Result<Self, Error> {
        let text = flags.text("output");
        let (format, argument) = match text.split_once('=') {
            Some((format, argument)) => (format, argument),
            None => (text, flags.text("template")),
        };
        let format = if text.is_empty() && !argument.is_empty() { "go-template" } else { format };
        if !text.is_empty() && !allowed.split(',').any(|known| known == format) {
            return Err(Error::plain(format!(
                "unable to match a printer suitable for the output format {}, allowed formats \
                 are: {allowed}",
                quote(format),
            )));
        }
        let template = || {
            if argument.is_empty() {
                let text = "template format specified but no template given";
                return Err(Error::plain(text));
            }
            let refuse =
                |error| Error::plain(format!("error parsing jsonpath {argument}, {error}\n"));
            Template::parse(argument).map_err(refuse)
        };
        let managed = match flags.is_on("show-managed-fields") {
            true => Managed::Shown,
            false => Managed::Hidden,
        };
        Ok(match format {
            "" => Self::Human,
            "wide" => Self::Wide,
            "name" => Self::Name,
            "yaml" => Self::Yaml(managed),
            "json" => Self::Json(managed),
            "kyaml" => Self::Kyaml(managed),
            "jsonpath" => Self::JsonPath(template()?),
            "jsonpath-as-json" => Self::JsonPathAsJson(template()?),
            "custom-columns" => {
                Self::CustomColumns(Columns::parse(argument).map_err(Error::plain)?)
            }
            "go-template" | "template" => {
                if argument.is_empty() {
                    let text = "template format specified but no template given";
                    return Err(Error::plain(text));
                }
                Self::GoTemplate(GoTemplate::parse(argument).map_err(Error::plain)?)
            }
            other => return Err(not_simulated(other)),
        })
    }

    /// Whether the output is for people, so that it says what was done rather than show objects.
    pub fn is_human(&self) -> bool {
        matches!(self, Self::Human | Self::Wide)
    }

    /// What is printed of `values`, one after another.
    pub fn print(&self, values: &[Value]) -> Result<Text, Error> {
        self.print_with(values, true)
    }

    /// What is printed of an object whose Go type the command knows: JSON then has the order of
    /// that type's fields.
    pub fn print_typed(&self, value: &Value) -> Result<Text, Error> {
        match self {
            Self::Json(_) => {
                let text = unmanaged(value).to_json_pretty_from(GO_ORDER) + "\n";
                Ok(text.into())
            }
            Self::Kyaml(_) => Ok(kyaml::print(&unmanaged(value), GO_ORDER).into()),
            _ => self.print(std::slice::from_ref(value)),
        }
    }

    /// The same, with or without the headings of columns.
    pub fn print_with(&self, values: &[Value], headings: bool) -> Result<Text, Error> {
        let mut text = String::new();
        for (at, value) in values.iter().enumerate() {
            let value = match self {
                Self::Yaml(Managed::Hidden)
                | Self::Json(Managed::Hidden)
                | Self::Kyaml(Managed::Hidden) => unmanaged(value),
                _ => value.clone(),
            };
            match self {
                Self::Human | Self::Wide | Self::Name => names(&value, &mut text),
                Self::Yaml(_) => {
                    text.push_str(if at > 0 { "---\n" } else { "" });
                    text.push_str(&manifest::to_yaml(&value));
                }
                Self::Json(_) => {
                    text.push_str(&value.to_json_pretty());
                    text.push('\n');
                }
                Self::Kyaml(_) => text.push_str(&kyaml::print(&value, &[])),
                Self::JsonPath(template) => {
                    text.push_str(&template.print(&value).map_err(Error::plain)?);
                }
                Self::JsonPathAsJson(template) => {
                    text.push_str(&template.print_json(&value).map_err(Error::plain)?);
                }
                Self::GoTemplate(template) => {
                    text.push_str(&template.print(&value).map_err(Error::plain)?);
                }
                Self::CustomColumns(columns) => {
                    let items = items(&value);
                    let table = columns.table(&items, headings && at == 0).map_err(Error::plain)?;
                    text.push_str(table.as_str());
                }
            }
        }
        Ok(text.into())
    }
}

fn not_simulated(format: &str) -> Error {
    Error::plain(format!(
        "the output format {} is not part of this simulation; jsonpath, go-template and custom-columns are",
        quote(format)
    ))
}

/// The items of a list, or the object itself.
fn items(value: &Value) -> Vec<Value> {
    match value.at("items") {
        Value::List(items) => items.to_vec(),
        _ => vec![value.clone()],
    }
}

fn names(value: &Value, text: &mut String) {
    for item in items(value) {
        text.push_str(&name(&item));
        text.push('\n');
    }
}

/// `kind.group/name`. Models cli-runtime/pkg/printers/name.go.
fn name(value: &Value) -> String {
    let kind = value.at("kind").text().to_lowercase();
    let group = value.at("apiVersion").text().split_once('/').map_or("", |(group, _)| group);
    let name = value.at_path(&["metadata", "name"]).text();
    let dot = if group.is_empty() { "" } else { "." };
    format!("{kind}{dot}{group}/{name}")
}

/// `kind.group/name` of an object of `resource`, as a link.
pub fn named(resource: Resource, key: &crate::api::Key) -> Text {
    let info = resource.info();
    let kind = info.with_group(info.singular);
    Text::link(format!("{kind}/{}", key.name()), resource, key.clone())
}

/// The object, or each item of a list, without the managers of its fields.
pub fn unmanaged(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(meta) = value.make_map().get_mut("metadata") {
        meta.make_map().remove("managedFields");
    }
    if let Value::List(items) = value.at("items") {
        let items = items.iter().map(unmanaged).collect();
        *value.entry("items") = items;
    }
    value
}

/// Several objects as one of kind `List`.
pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::map([
        ("apiVersion", "v1".into()),
        ("items", items.into_iter().collect()),
        ("kind", "List".into()),
        ("metadata", Value::map([("resourceVersion", "".into())])),
    ])
}
