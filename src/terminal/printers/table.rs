//! Tables for people: the server's cells, with the columns a person asked for beside them.
//!
//! Models cli-runtime/pkg/printers/tableprinter.go.

use super::tabwriter::TabWriter;
use crate::api::rpc::{Column, Row, Table};
use crate::api::{Object, Resource, Str};
use crate::terminal::text::Text;

/// What is asked for beside the server's columns.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Options {
    /// Whether to show the columns of `-o wide`.
    pub wide: bool,
    /// Whether to leave the headings out.
    pub no_headers: bool,
    /// Whether to begin with the namespace.
    pub with_namespace: bool,
    /// Whether to put the kind before the name.
    pub with_kind: bool,
    /// Whether to end with all labels.
    pub show_labels: bool,
    /// Labels that get a column each.
    pub label_columns: Vec<Str>,
}

/// Prints tables one below the other, with an empty line between those of different resources.
#[derive(Clone, Debug)]
pub struct TablePrinter {
    writer: TabWriter,
    /// The resource whose headings stand above.
    last: Option<Resource>,
    /// Whether they have been printed.
    headed: bool,
    out: Text,
}

impl TablePrinter {
    /// A printer that has printed nothing.
    pub fn new() -> Self {
        Self { writer: TabWriter::table(), last: None, headed: false, out: Text::new() }
    }

    /// A printer whose columns keep their widths, for tables that grow.
    pub fn remembering() -> Self {
        Self { writer: TabWriter::table().remembering(), ..Self::new() }
    }

    /// Adds a table.
    pub fn print(&mut self, table: &Table, options: &Options) {
        if self.last != Some(table.resource) {
            self.end_group(!options.no_headers);
            (self.last, self.headed) = (Some(table.resource), false);
        }
        if table.rows.is_empty() {
            return;
        }
        if !options.no_headers && !self.headed {
            self.headed = true;
            self.writer.line(headings(table, options));
        }
        for row in &table.rows {
            self.writer.line(cells(table, row, options));
        }
    }

    /// Takes what has been printed.
    pub fn take(&mut self) -> Text {
        self.end_group(self.headed);
        std::mem::take(&mut self.out)
    }

    fn end_group(&mut self, apart: bool) {
        let group = self.writer.take();
        if !group.is_empty() {
            if apart && !self.out.is_empty() {
                self.out.push_str("\n");
            }
            self.out.push(&group);
        }
    }
}

impl Default for TablePrinter {
    fn default() -> Self {
        Self::new()
    }
}

fn shown<'a>(table: &'a Table, options: &Options) -> impl Iterator<Item = (usize, &'a Column)> {
    let wide = options.wide;
    table.columns.iter().enumerate().filter(move |(_, column)| wide || column.priority == 0)
}

fn headings(table: &Table, options: &Options) -> Vec<Text> {
    let mut headings = Vec::new();
    if options.with_namespace {
        headings.push("NAMESPACE".into());
    }
    headings.extend(shown(table, options).map(|(_, column)| column.name.to_uppercase().into()));
    for label in &options.label_columns {
        let short = label.rsplit('/').next().unwrap_or(label);
        headings.push(short.to_uppercase().into());
    }
    if options.show_labels {
        headings.push("LABELS".into());
    }
    headings
}

fn cells(table: &Table, row: &Row, options: &Options) -> Vec<Text> {
    let object = &row.object;
    let mut cells = Vec::new();
    if options.with_namespace {
        cells.push(object.namespace().into());
    }
    for (at, column) in shown(table, options) {
        let text = row.cells.get(at).map(Str::as_str).unwrap_or_default();
        let cell = one_line(text);
        if column.name != "Name" {
            cells.push(cell.into());
        } else if options.with_kind {
            let info = table.resource.info();
            let kind = info.with_group(info.singular);
            cells.push(Text::name(format!("{kind}/{cell}"), object));
        } else {
            cells.push(Text::name(cell, object));
        }
    }
    cells.extend(labels(object, options));
    cells
}

fn labels(object: &Object, options: &Options) -> Vec<Text> {
    let labels = &object.meta().labels;
    let one = |label: &Str| labels.get(label).map(Text::from).unwrap_or_default();
    let mut cells: Vec<Text> = options.label_columns.iter().map(one).collect();
    if options.show_labels {
        let all: Vec<_> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        cells.push(if all.is_empty() { "<none>".into() } else { all.join(",").into() });
    }
    cells
}

/// The first line of a cell, with `...` where there are more.
fn one_line(text: &str) -> String {
    match text.find(['\n', '\r', '\u{c}']) {
        Some(end) => super::escaped(&text[..end]).into_owned() + "...",
        None => super::escaped(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ListMeta;
    use crate::api::StrMap;
    use crate::api::types::{ConfigMap, ObjectMeta};

    const COLUMNS: [Column; 3] = [
        Column { name: Str::new_static("Name"), priority: 0 },
        Column { name: Str::new_static("Data"), priority: 0 },
        Column { name: Str::new_static("Extra"), priority: 1 },
    ];

    fn table(resource: Resource, names: &[&str]) -> Table {
        let row = |name: &&str| {
            let labels = StrMap::from([("app", "web"), ("b/c", "x")]);
            let (name, namespace) = (Str::from(*name), Str::new_static("default"));
            let meta =
                ObjectMeta { name: name.clone(), namespace, labels, ..ObjectMeta::default() };
            let object = Object::new(meta, ConfigMap::default());
            Row { cells: vec![name, "1".into(), "two\nlines".into()], object }
        };
        Table {
            resource,
            columns: COLUMNS.into(),
            rows: names.iter().map(row).collect(),
            meta: ListMeta::default(),
        }
    }

    #[track_caller]
    fn check(options: &Options, expected: &str) {
        let mut printer = TablePrinter::new();
        printer.print(&table(Resource::CONFIGMAPS, &["a", "b"]), options);
        printer.print(&table(Resource::CONFIGMAPS, &["c"]), options);
        printer.print(&table(Resource::PODS, &[]), options);
        printer.print(&table(Resource::SERVICES, &["d"]), options);
        assert_eq!(printer.take().to_string(), expected);
    }

    #[test]
    fn groups_have_headings_and_room_between_them() {
        check(
            &Options { with_kind: true, ..Options::default() },
            "NAME          DATA\nconfigmap/a   1\nconfigmap/b   1\nconfigmap/c   1\n\n\
             NAME        DATA\nservice/d   1\n",
        );
        check(
            &Options { no_headers: true, wide: true, with_namespace: true, ..Options::default() },
            "default   a     1     two...\ndefault   b     1     two...\n\
             default   c     1     two...\ndefault   d     1     two...\n",
        );
    }

    #[test]
    fn labels_get_columns() {
        let options = Options {
            show_labels: true,
            label_columns: vec!["b/c".into(), "none".into()],
            ..Options::default()
        };
        let mut printer = TablePrinter::new();
        printer.print(&table(Resource::CONFIGMAPS, &["a"]), &options);
        assert_eq!(
            printer.take().to_string(),
            "NAME   DATA   C     NONE   LABELS\na      1      x            app=web,b/c=x\n"
        );
    }
}
