//! `-o`: what form the output has.
//!
//! Models cli-runtime/pkg/genericclioptions/print_flags.go and the printers behind it.

use super::error::Error;
use super::flags::{Flag, Flags};
use crate::api::{Resource, Value, quote};
use crate::manifest;
use crate::terminal::printers::custom_columns::Columns;
use crate::terminal::printers::jsonpath::Template;
use crate::terminal::text::Text;

/// The flags of commands that print objects.
pub const FLAGS: &[Flag] = &[
    Flag::text("output", "Output format, such as yaml, json, name or jsonpath=….").short('o'),
    Flag::text("template", "The template, where it is not given with the format."),
    Flag::switch("allow-missing-template-keys", "Find nothing where a key is missing.")
        .default("true"),
    Flag::switch("show-managed-fields", "Keep managedFields when printing yaml or json."),
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
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// What a template finds, as text.
    JsonPath(Template),
    /// What a template finds, as JSON.
    JsonPathAsJson(Template),
    /// A table of what paths find.
    CustomColumns(Columns),
}

impl Format {
    /// The form that the flags ask for, one of those in `allowed`.
    pub fn of(flags: &Flags, allowed: &str) -> Result<Self, Error> {
        let text = flags.text("output");
        let (format, argument) = match text.split_once('=') {
            Some((format, argument)) => (format, argument),
            None => (text, flags.text("template")),
        };
        if text.is_empty() && !argument.is_empty() {
            return Err(not_simulated("go-template"));
        }
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
        Ok(match format {
            "" => Self::Human,
            "wide" => Self::Wide,
            "name" => Self::Name,
            "yaml" => Self::Yaml,
            "json" => Self::Json,
            "jsonpath" => Self::JsonPath(template()?),
            "jsonpath-as-json" => Self::JsonPathAsJson(template()?),
            "custom-columns" => {
                Self::CustomColumns(Columns::parse(argument).map_err(Error::plain)?)
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

    /// The same, with or without the headings of columns.
    pub fn print_with(&self, values: &[Value], headings: bool) -> Result<Text, Error> {
        let mut text = String::new();
        for (at, value) in values.iter().enumerate() {
            let value = without_managed_fields(value);
            match self {
                Self::Human | Self::Wide | Self::Name => names(&value, &mut text),
                Self::Yaml => {
                    text.push_str(if at > 0 { "---\n" } else { "" });
                    text.push_str(&manifest::to_yaml(&value));
                }
                Self::Json => {
                    text.push_str(&value.to_json_pretty());
                    text.push('\n');
                }
                Self::JsonPath(template) => {
                    text.push_str(&template.print(&value).map_err(Error::plain)?);
                }
                Self::JsonPathAsJson(template) => {
                    text.push_str(&template.print_json(&value).map_err(Error::plain)?);
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
        "the output format {} is not part of this simulation; jsonpath and custom-columns are",
        quote(format)
    ))
}

/// The items of a list, or the object itself.
fn items(value: &Value) -> Vec<Value> {
    match value.at("items") {
        Value::List(items) => items.iter().map(without_managed_fields).collect(),
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

fn without_managed_fields(value: &Value) -> Value {
    if value.at_path(&["metadata", "managedFields"]).is_null() {
        return value.clone();
    }
    let mut value = value.clone();
    value.entry("metadata").make_map().remove("managedFields");
    value
}

/// Several objects as one of kind `List`.
pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::map([
        ("apiVersion", "v1".into()),
        ("items", items.into_iter().map(|item| without_managed_fields(&item)).collect()),
        ("kind", "List".into()),
        ("metadata", Value::map([("resourceVersion", "".into())])),
    ])
}
