//! How much simulated time a frame owes, and how fast time really ran.
//!
//! Models the accumulator of a game loop: a frame adds what is owed, slices pay it off while the
//! budget lasts, and what is left when the frame ends is dropped, so that a slow machine runs
//! slower instead of falling ever further behind.

use crate::sim::Duration;

use super::clock::Speed;

/// The most main-thread time a frame may use.
pub const BUDGET: Duration = Duration::from_millis(8);

/// A frame longer than this is not made up for: the tab was hidden.
const FRAME_MAX: Duration = Duration::from_millis(100);

/// Over how much real time the reached speed is measured.
const MEASURE: Duration = Duration::from_millis(500);

/// The accumulator.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    owed: Duration,
    measured_real: Duration,
    measured_simulated: Duration,
    reached: Option<Speed>,
}

impl Pace {
    /// A frame begins, `elapsed` after the last one; `speed` is none while time is held.
    pub fn begin(&mut self, elapsed: Duration, speed: Option<Speed>) {
        let elapsed = elapsed.min(FRAME_MAX);
        match speed {
            Some(speed) => {
                self.owed += speed.simulated(elapsed);
                self.measured_real += elapsed;
            }
            None => *self = Self::default(),
        }
    }

    /// What is still to be simulated in this frame.
    pub const fn owed(&self) -> Duration {
        self.owed
    }

    /// A slice simulated so much.
    pub fn pay(&mut self, simulated: Duration) {
        self.owed = self.owed.saturating_sub(simulated);
        self.measured_simulated += simulated;
    }

    /// The frame ends; `out_of_time` drops what could not be paid.
    pub fn end(&mut self, out_of_time: bool) {
        if out_of_time {
            self.owed = Duration::ZERO;
        }
        if self.measured_real >= MEASURE {
            self.reached = Some(Speed::measured(self.measured_simulated, self.measured_real));
            self.measured_real = Duration::ZERO;
            self.measured_simulated = Duration::ZERO;
        }
    }

    /// The speed really reached, when it has been measured and falls short of `asked` by a tenth
    /// or more.
    pub fn shortfall(&self, asked: Speed) -> Option<Speed> {
        self.reached
            .filter(|reached| u64::from(reached.eighths) * 10 < u64::from(asked.eighths) * 9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Duration = Duration::from_millis(16);

    #[test]
    fn frames_owe_by_speed_and_slices_pay() {
        let mut pace = Pace::default();
        pace.begin(FRAME, Some(Speed { eighths: 80 }));
        assert_eq!(pace.owed(), Duration::from_millis(160));
        pace.pay(Duration::from_millis(150));
        pace.end(false);
        pace.begin(FRAME, Some(Speed { eighths: 80 }));
        assert_eq!(pace.owed(), Duration::from_millis(170));
    }

    #[test]
    fn a_backlog_is_dropped() {
        let mut pace = Pace::default();
        pace.begin(FRAME, Some(Speed::REAL));
        pace.end(true);
        assert_eq!(pace.owed(), Duration::ZERO);
        pace.begin(Duration::from_secs(60), Some(Speed::REAL));
        assert_eq!(pace.owed(), FRAME_MAX);
        pace.begin(FRAME, None);
        assert_eq!(pace.owed(), Duration::ZERO);
    }

    #[test]
    fn the_speed_reached_is_told_when_it_falls_short() {
        let asked = Speed { eighths: 8000 };
        let mut pace = Pace::default();
        for _ in 0..40 {
            pace.begin(FRAME, Some(asked));
            pace.pay(Duration::from_millis(16 * 412));
            pace.end(true);
        }
        let reached = pace.shortfall(asked).map(|speed| speed.to_string());
        assert_eq!(reached.as_deref(), Some("412×"));
        assert_eq!(pace.shortfall(Speed::REAL), None);
    }
}
