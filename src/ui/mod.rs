//! The page: the only room with Leptos and the browser.
//!
//! Invariant: nothing here computes. Components place what `view` worked out, send an `Intent`
//! when a person does something, and read signals that [`board`] keeps, one for each object, so
//! that a change of one pod touches one pod's element.
//!
//! - `page`: what the page itself remembers, handed to every component as a context.
//! - `board`: changes of the engine into signals; `frame`: the clock that drives the engine.
//! - `widgets`: the building blocks; `icons`: the symbols; `text`: words and sentences.
//! - one folder for each panel, with a style sheet of the same name in `style/`.

mod bench;
mod board;
mod centre;
mod console;
mod dialogs;
mod dom;
mod editor;
mod frame;
mod hands;
mod header;
mod icons;
mod inspector;
mod keys;
mod keystrokes;
mod layout;
mod live;
mod objects;
mod page;
mod panic;
mod portable;
mod raft;
mod stage;
mod text;
mod timebar;
mod url;
mod widgets;

use leptos::prelude::*;

use crate::cluster::Config;
use crate::view::engine::EngineHost;
use crate::view::host::Host;
use crate::view::intent::Intent;
use crate::view::raft::Troupe;

/// The seed of the cluster that the page starts with.
const SEED: u64 = 7;

/// Puts the page into the document, in place of the shell that was shown first.
pub fn mount() {
    panic::install();
    leptos::mount::mount_to_body(App);
    dom::remove("shell");
}

/// The page with a cluster of its own, as the address asks for.
#[component]
pub fn App() -> impl IntoView {
    let address = url::read();
    let config = Config::teaching(address.seed.unwrap_or(SEED));
    let host: Box<dyn Host> = Box::new(EngineHost::new(config));
    let page = page::Page::new(&address, host);
    provide_context(page);
    if let Some(members) = address.members {
        page.send(Intent::Troupe(Troupe::Alone(members)));
    }
    if let Some(scene) = address.scene {
        page.send(Intent::Scene(scene));
    }
    bench::start(page);
    page.wake();
    view! { <layout::Layout/> }
}
