//! The stage: the cluster as a map, or as a table with the same contents.

mod balancer;
mod dense;
mod lane;
mod legend;
mod map;
mod master;
mod more;
mod part;
mod pills;
mod pod;
mod scene;
mod table;
mod wires;
mod worker;

use leptos::prelude::*;

use super::page::page;
use super::text::t;
use crate::view::words::Lang;

/// The stage.
#[component]
pub fn Stage() -> impl IntoView {
    let page = page();
    view! {
        <section class="stage" aria-label=t(Lang::panel_stage)>
            {move || if page.as_table.get() {
                view! { <table::PlacementTable/> }.into_any()
            } else {
                view! { <map::Map/> }.into_any()
            }}
        </section>
    }
}
