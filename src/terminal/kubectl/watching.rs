//! `kubectl get --watch`: shows objects, and again whatever changes.
//!
//! Models kubectl/pkg/cmd/get/get.go watch. The real server sends rows over the watch; here each
//! change is followed by asking for the row, which shows the same. Invariant: it never ends by
//! itself while the watch is open.

use super::error::Error;
use super::output::Format;
use super::resources::{Target, Targets};
use super::script::{Ctx, Flow, Heard, How, Next};
use crate::api::labels::FieldSelector;
use crate::api::rpc::{Call, Column, ListMeta, Part, Row, Selection, Table, WatchEvent};
use crate::api::{Change, Key, List, Object};
use crate::sim::Map;
use crate::terminal::printers::table::{Options, TablePrinter};

/// A watch that is shown.
#[derive(Clone, Debug)]
pub struct Watching {
    selection: Selection,
    only: bool,
    with_events: bool,
    phase: Phase,
    printer: TablePrinter,
    /// The rows shown last, to show once more when their objects go.
    rows: Map<Key, Row>,
    /// Their columns.
    columns: List<Column>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Listing,
    Opening(u64),
    Watching,
}

impl Watching {
    /// Watches what `targets` are, which must be of one resource.
    pub fn of(targets: &Targets, only: bool, with_events: bool) -> Result<Self, Error> {
        let [target] = &targets.list[..] else {
            return Err(Error::plain("you may only specify a single resource type"));
        };
        let selection = match target.clone()? {
            Target::Selected(selection) => selection,
            Target::Named(resource, key) => named(resource, &key),
            Target::File(manifest) => named(manifest.resource, &manifest.key),
        };
        Ok(Self {
            selection,
            only,
            with_events,
            phase: Phase::Listing,
            printer: TablePrinter::remembering(),
            rows: Map::default(),
            columns: [].into(),
        })
    }

    /// Shows what there is, then what changes.
    pub fn step(&mut self, ctx: &mut Ctx<'_>, format: &Format, options: &Options) -> Flow<Next> {
        match self.phase {
            Phase::Listing => {
                let (objects, revision) = ctx.list(self.selection.clone())??;
                if format.is_human() {
                    let table = (*ctx.table(Call::List(self.selection.clone()))??).clone();
                    self.show(ctx, table, options, self.only);
                } else if !self.only {
                    for object in objects.iter() {
                        ctx.print(format.print(&[object.to_value()])?);
                    }
                }
                self.phase = Phase::Opening(revision);
            }
            Phase::Opening(from) => {
                ctx.watch(self.selection.clone(), from, How::default())??;
                self.phase = Phase::Watching;
            }
            Phase::Watching => match ctx.events(None)? {
                Heard::Events(events) => {
                    for event in events.iter() {
                        self.tell(ctx, event, format, options)?;
                    }
                }
                Heard::Nothing => {}
                Heard::Closed => return Ok(Next::Exit(0)),
            },
        }
        Ok(Next::Again)
    }

    fn tell(
        &mut self,
        ctx: &mut Ctx<'_>,
        event: &WatchEvent,
        format: &Format,
        options: &Options,
    ) -> Flow<()> {
        let Some(change) = event.change() else { return Ok(()) };
        let object: &Object = Change::object(change);
        if !format.is_human() {
            ctx.print(format.print(&[object.to_value()])?);
            return Ok(());
        }
        let (resource, key) = (object.resource(), object.key());
        let gone = matches!(event, WatchEvent::Deleted(_));
        let answer = match gone {
            true => None,
            false => ctx.table(Call::Get { resource, key: key.clone(), part: Part::Main })?.ok(),
        };
        let table = match (answer, self.rows.get(&key)) {
            (Some(table), _) => (*table).clone(),
            (None, Some(row)) => Table {
                resource,
                columns: self.columns.clone(),
                rows: vec![row.clone()],
                meta: ListMeta::default(),
            },
            (None, None) => return Ok(()),
        };
        if self.with_events {
            ctx.print(format!("{:<10}", event.name()));
        }
        self.show(ctx, table, options, false);
        Ok(())
    }

    fn show(&mut self, ctx: &mut Ctx<'_>, table: Table, options: &Options, silent: bool) {
        self.columns = table.columns.clone();
        for row in &table.rows {
            self.rows.insert(row.object.key(), row.clone());
        }
        self.printer.print(&table, options);
        let text = self.printer.take();
        if !silent {
            ctx.print(text);
        }
    }
}

fn named(resource: crate::api::Resource, key: &Key) -> Selection {
    Selection {
        namespace: key.namespace().into(),
        fields: FieldSelector::equal("metadata.name", key.name()),
        ..Selection::all(resource)
    }
}
