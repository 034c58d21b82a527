//! A small shell: lines taken apart ([`parse`]), commands run one after another ([`job`]), and the
//! few programs that need no cluster ([`builtins`]).
//!
//! Models as much of bash as people type at kubectl: quotes, `;`, `&&`, `||`, pipes, `>`, `<<EOF`
//! and `$(…)`. Variables are handed to programs (`NAME=value program`, `export`) and not put into
//! lines; there are no loops or background jobs.

mod builtins;
mod event;
pub mod glob;
mod job;
mod parse;
pub mod program;

pub use job::{Job, World};

pub use event::Event;
