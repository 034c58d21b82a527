//! A small shell: lines taken apart ([`parse`]), commands run one after another ([`job`]), and the
//! few programs that need no cluster ([`builtins`]).
//!
//! Models as much of bash as people type at kubectl: quotes, `;`, `&&`, `||`, pipes, `>`, `<<EOF`
//! and `$(…)`. There are no variables, loops or background jobs.

mod builtins;
pub mod glob;
mod job;
mod parse;

pub use job::{Job, World};

pub use crate::terminal::kubectl::process::Event;
