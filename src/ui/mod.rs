//! The page: the only room with Leptos and browser crates (feature `ui`).

use leptos::prelude::*;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <main>
            <h1>"Orrery"</h1>
            <p>"A clockwork Kubernetes."</p>
        </main>
    }
}
