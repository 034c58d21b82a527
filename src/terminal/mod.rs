//! x
#![allow(missing_docs)]
pub mod printers;
pub mod text;
