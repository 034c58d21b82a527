//! Tables: what `kubectl get` shows of the objects of a kind.
//!
//! The server makes the cells, wide ones included, and kubectl lays them out; the shapes live here,
//! one file for every kind that has a struct, a table of fields for the others. Models
//! pkg/printers/internalversion/printers.go. A row has exactly one cell for every column of its
//! kind.

mod cells;
mod configmap;
mod deployment;
mod endpointslice;
mod event;
mod lease;
mod namespace;
mod node;
mod pod;
mod replicaset;
mod replicationcontroller;
mod resourcequota;
mod service;
mod serviceaccount;
mod sheet;
mod sheet_cells;
#[cfg(test)]
mod tests;
mod unlisted;

use crate::api::rpc::{Column, ListMeta, Row, Table};
use crate::api::{Object, Resource, Str};
use crate::sim::Time;

/// How the objects of one resource are shown.
#[derive(Clone, Copy)]
struct Printer {
    columns: &'static [Column],
    cells: fn(&Object, Time) -> Vec<Str>,
}

/// Lists the kinds that have columns of their own.
macro_rules! printers {
    ($($resource:ident $kind:ident,)*) => {
        const PRINTERS: &[(Resource, Printer)] = &[
            $((Resource::$resource, Printer { columns: $kind::COLUMNS, cells: $kind::cells }),)*
        ];
    };
}

printers! {
    CONFIGMAPS configmap,
    DEPLOYMENTS deployment,
    ENDPOINTSLICES endpointslice,
    EVENTS event,
    LEASES lease,
    NAMESPACES namespace,
    NODES node,
    PODS pod,
    REPLICASETS replicaset,
    REPLICATIONCONTROLLERS replicationcontroller,
    RESOURCEQUOTAS resourcequota,
    SERVICES service,
    SERVICEACCOUNTS serviceaccount,
}

/// The columns of the table of a resource.
pub fn columns(resource: Resource) -> &'static [Column] {
    printer(resource).columns
}

/// The row that shows `object` at `now`.
pub fn row(object: &Object, now: Time) -> Row {
    printer(object.resource()).row(object, now)
}

/// The table that shows `objects`, all of `resource`, at `now`, in the order they come.
pub fn table<'a>(
    resource: Resource,
    objects: impl IntoIterator<Item = &'a Object>,
    now: Time,
) -> Table {
    let printer = printer(resource);
    let rows = objects.into_iter().map(|object| printer.row(object, now)).collect();
    Table { resource, columns: printer.columns.into(), rows, meta: ListMeta::default() }
}

impl Printer {
    fn row(&self, object: &Object, now: Time) -> Row {
        let cells = (self.cells)(object, now);
        debug_assert_eq!(cells.len(), self.columns.len(), "one cell for every column");
        Row { cells, object: object.clone() }
    }
}

fn printer(resource: Resource) -> Printer {
    if let Some((_, printer)) = PRINTERS.iter().find(|(of, _)| *of == resource) {
        return *printer;
    }
    match sheet::of(resource) {
        Some(sheet) => Printer { columns: sheet.columns, cells: sheet::cells },
        None => unlisted::PRINTER,
    }
}
