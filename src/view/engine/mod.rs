//! The cluster behind the page: a session of the engine, told as the page's plain values.
//!
//! [`EngineHost`] is the border's other side. Intents become commands and seeks (`drive`); what
//! the cluster is becomes a picture (`picture`, from `pods`, `nodes` and `objects`), what it did
//! becomes deeds (`deeds`), lanes (`history`) and rows (`stream`). `inspect` tells all about one
//! thing, `raft` and `scenes` are the Raft bench, `flights` what is under way, `console` what the
//! terminal shows, `manuscript` what is wrong with a text, and `library` has the examples.
//!
//! Invariant: it changes nothing in the cluster but by commands, and keeps nothing that the
//! session does not know; whatever it has worked out can be worked out again.

mod console;
mod deeds;
mod drive;
mod flights;
mod history;
mod host;
mod inspect;
mod library;
mod manuscript;
mod names;
mod nodes;
mod objects;
mod picture;
mod pods;
mod raft;
mod sayings;
mod scenes;
mod stage;
mod steps;
mod stream;

#[cfg(test)]
mod tests;

pub use host::EngineHost;
