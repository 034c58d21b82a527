//! Rules against what real servers said, and against a table of our own.

mod recorded;
mod table;
mod updated;
