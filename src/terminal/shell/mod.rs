//! A small shell: lines taken apart ([`parse`]), commands run one after another ([`job`]), and the
//! few programs that need no cluster ([`builtins`]).
//!
//! Models as much of bash as people type at kubectl: quotes, `;`, `&&`, `||`, pipes, `>`, `<<EOF`
//! `$(…)`, variables and `&`. There are no loops and no functions.

pub mod builtins;
mod event;
mod expand;
mod filters;
pub mod glob;
mod job;
mod own;
mod parse;
pub mod program;
mod regex;
mod world;

pub use job::Job;
pub use world::World;

pub use event::Event;
