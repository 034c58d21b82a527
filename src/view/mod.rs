//! Plain view models: everything the page shows, computed and tested without a browser.
//!
//! The page (`ui`) only places what is here. An engine fills these values through
//! [`host::Host`]: it takes [`intent::Intent`]s and gives back [`host::Change`]s, and nothing else
//! crosses that border. Reading order:
//!
//! - `subject`, `story`: what there is and what happened, before it has words; `words` gives them
//!   Korean and English.
//! - `pod`, `node`, `object`, `owners`, `picture`: the cluster; `flight`: messages under way.
//! - `clock`, `lanes`, `pace`: time; `stream`: the record; `inspector`: one thing in full.
//! - `console`, `manuscript`, `highlight`: text in and out; `hands`, `keys`: what a person can do.
//! - `stage`, `float`: geometry. `announce`: what is spoken. `format`, `order`: numbers, times
//!   and names.
//! - `engine`: all of that, made from the simulated cluster. `sample`: a cluster drawn by hand.
//!
//! Invariant: no Leptos and no browser here, and no arithmetic in `ui`.

pub mod announce;
pub mod clock;
pub mod console;
pub mod engine;
pub mod flight;
pub mod float;
pub mod format;
pub mod hands;
pub mod highlight;
pub mod host;
pub mod inspector;
pub mod intent;
pub mod keys;
pub mod lanes;
pub mod manuscript;
pub mod node;
pub mod object;
pub mod order;
pub mod owners;
pub mod pace;
pub mod picture;
pub mod pod;
pub mod raft;
#[cfg(test)]
mod sample;
pub mod stage;
pub mod story;
pub mod stream;
pub mod subject;
pub mod treegrid;
pub mod words;
