//! The frame loop: accumulate, whole slices within the budget, cap, drop the backlog.
//!
//! Models ruffle's `Player::tick`. Frames run only while there is something to do; an idle page
//! uses no processor time at all.

use leptos::prelude::*;

use crate::view::pace::{BUDGET, Pace};
use std::time::Duration;

use super::dom;
use super::page::Page;

/// The state of the loop.
#[derive(Default)]
pub struct Frame {
    pace: Pace,
    /// When the last frame began; none when the loop rested.
    last_ms: Option<f64>,
    scheduled: bool,
}

/// Schedules a frame unless one is scheduled already.
pub fn wake(page: Page, frame: StoredValue<Frame, LocalStorage>) {
    let scheduled = frame.try_update_value(|frame| std::mem::replace(&mut frame.scheduled, true));
    if scheduled == Some(false) {
        request_animation_frame(move || tick(page, frame));
    }
}

fn tick(page: Page, frame: StoredValue<Frame, LocalStorage>) {
    let start = dom::now_ms();
    let Some(mut state) = frame.try_update_value(std::mem::take) else {
        return;
    };
    state.scheduled = false;
    let elapsed_ms = state.last_ms.map_or(0.0, |last| (start - last).max(0.0));
    let elapsed = Duration::from_micros((elapsed_ms * 1000.0) as u64);
    let speed = page.with_host(|host| host.speed());
    state.pace.begin(elapsed, speed);
    let busy = run_slices(page, &mut state.pace, start);
    let goes_on = busy || page.with_host(|host| host.speed()).is_some();
    state.last_ms = goes_on.then_some(start);
    let reached = speed.and_then(|speed| state.pace.shortfall(speed));
    if page.reached.get_untracked() != reached {
        page.reached.set(reached);
    }
    frame.set_value(state);
    page.drain();
    if goes_on {
        wake(page, frame);
    }
}

/// Runs slices until nothing is owed or the budget is used up; tells whether work waits.
fn run_slices(page: Page, pace: &mut Pace, start: f64) -> bool {
    let budget_ms = BUDGET.as_secs_f64() * 1000.0;
    loop {
        let slice = page.with_host(|host| host.run(pace.owed()));
        pace.pay(slice.simulated);
        let idle = slice.simulated.is_zero() && !slice.busy;
        let done = pace.owed().is_zero() && !slice.busy;
        let late = dom::now_ms() - start >= budget_ms;
        if idle || done || late {
            pace.end(late && !done);
            return slice.busy;
        }
    }
}
