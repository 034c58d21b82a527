//! The time bar: the transport on the left, the history as lanes on the right.

mod branches;
mod lanes;
mod preview;
mod scrubber;
mod transport;

use leptos::prelude::*;

use super::text::t;
use crate::view::words::Lang;

/// The time bar.
#[component]
pub fn TimeBar() -> impl IntoView {
    view! {
        <footer class="time-bar" aria-label=t(Lang::time_bar)>
            <transport::Transport/>
            <lanes::Lanes/>
        </footer>
    }
}
