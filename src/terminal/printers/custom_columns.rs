//! `-o custom-columns`: a table of what paths find.
//!
//! Models kubectl/pkg/cmd/get/customcolumn.go.

use super::jsonpath::Template;
use super::tabwriter::TabWriter;
use crate::api::{Value, patch};
use crate::terminal::text::Text;

/// Columns that were asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Columns {
    columns: Vec<(String, Template)>,
}

impl Columns {
    /// Reads `NAME:.metadata.name,IMAGE:.spec.containers[*].image`. An error says what is wrong.
    pub fn parse(spec: &str) -> Result<Self, String> {
        if spec.is_empty() {
            return Err("custom-columns format specified but no custom columns given".into());
        }
        let column = |part: &str| {
            let (heading, path) = part.split_once(':').ok_or_else(|| {
                format!(
                    "unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"
                )
            })?;
            Ok((heading.to_owned(), Template::parse(&relaxed(path)?)?))
        };
        Ok(Self { columns: spec.split(',').map(column).collect::<Result<_, String>>()? })
    }

    /// The headings.
    pub fn headings(&self) -> Vec<Text> {
        self.columns.iter().map(|(heading, _)| heading.into()).collect()
    }

    /// The row of one object.
    pub fn row(&self, object: &Value) -> Result<Vec<Text>, String> {
        self.columns.iter().map(|(_, path)| cell(path, object)).collect()
    }

    /// The table of some objects.
    pub fn table(&self, objects: &[Value], headings: bool) -> Result<Text, String> {
        let mut writer = TabWriter::table();
        if headings {
            writer.line(self.headings());
        }
        for object in objects {
            writer.line(self.row(object)?);
        }
        Ok(writer.take())
    }
}

fn cell(path: &Template, object: &Value) -> Result<Text, String> {
    let found = path.find(object)?;
    let mut shown: Vec<String> = Vec::new();
    if found.first().is_none_or(Vec::is_empty) {
        shown.push("<none>".into());
    }
    shown.extend(found.iter().flatten().map(patch::printed));
    Ok((&*super::escaped(&shown.join(","))).into())
}

/// A path in braces, whether or not it was written with them and with a dot.
/// Models RelaxedJSONPathExpression.
pub fn relaxed(path: &str) -> Result<String, String> {
    if path.is_empty() {
        return Ok(String::new());
    }
    let inner = path.strip_prefix('{').and_then(|path| path.strip_suffix('}')).unwrap_or(path);
    let inner = inner.strip_prefix('.').filter(|rest| !rest.is_empty()).unwrap_or(inner);
    if inner.is_empty() || inner.contains(['{', '}']) {
        return Err("unexpected path string, expected a 'name1.name2' or '.name1.name2' or \
                    '{name1.name2}' or '{.name1.name2}'"
            .into());
    }
    Ok(format!("{{.{inner}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    #[track_caller]
    fn check(spec: &str, expected: &str) {
        let text = "metadata: {name: a, labels: {x: z}}\nspec: {ports: [80, 443], none: null}";
        let object = manifest::read(text).0.remove(0).value;
        let table = Columns::parse(spec).and_then(|columns| columns.table(&[object], true));
        let table = table.map(|table| table.to_string());
        assert_eq!(table.as_deref().unwrap_or_else(|error| error), expected, "{spec}");
    }

    #[test]
    fn columns_of_an_object() {
        check("NAME:.metadata.name,P:spec.ports[*]", "NAME   P\na      80,443\n");
        check("L:{.metadata.labels},N:{.spec.none}", "L          N\nmap[x:z]   <nil>\n");
        check("X:.missing.deep,Y:.spec.missing[*].x", "X        Y\n<none>   <none>\n");
    }

    #[test]
    fn bad_columns_are_refused() {
        check("", "custom-columns format specified but no custom columns given");
        check("A", "unexpected custom-columns spec: A, expected <header>:<json-path-expr>");
        check(
            "A:.a{",
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or \
             '{name1.name2}' or '{.name1.name2}'",
        );
        check("A:.spec.ports[7]", "array index out of bounds: index 7, length 2");
    }
}
