//! Tables: what people are shown of objects.
//!
//! Models apimachinery/pkg/apis/meta/v1 Table. A row has exactly one cell for every column.

use super::rpc::ListMeta;
use super::{List, Object, Resource, Str};

/// Rows for people, with the objects they are of. Models apimachinery/pkg/apis/meta/v1 Table.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// The resource the rows are of.
    pub resource: Resource,
    /// The columns.
    pub columns: List<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What is to be said of them together.
    pub meta: ListMeta,
}

/// A column of a [`Table`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its heading, such as `Ready`.
    pub name: Str,
    /// 0 for columns always shown, above for those of `-o wide`.
    pub priority: u8,
}

/// A row of a [`Table`].
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// One text a column.
    pub cells: Vec<Str>,
    /// The object it is of.
    pub object: Object,
}
