//! How long ago, the way Kubernetes says it to people: `42s`, `5m30s`, `3h`, `2d4h`.
//!
//! Models apimachinery/pkg/util/duration/duration.go. The longer ago, the coarser: never more than
//! two units, and the second only while it still matters.

use super::{MicroTime, Str, Timestamp};
use crate::sim::Time;

/// What stands for a moment that was never written down.
const UNKNOWN: &str = "<unknown>";

/// A duration in whole seconds, cut off, for people. Models HumanDuration.
pub fn human(seconds: i64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    let days = hours / 24;
    // Clocks differ a little between machines; more than that is a mistake.
    if seconds < -1 {
        "<invalid>".to_owned()
    } else if seconds < 120 {
        format!("{}s", seconds.max(0))
    } else if minutes < 10 {
        two_units(minutes, 'm', seconds % 60, 's')
    } else if minutes < 180 {
        format!("{minutes}m")
    } else if hours < 8 {
        two_units(hours, 'h', minutes % 60, 'm')
    } else if hours < 48 {
        format!("{hours}h")
    } else if days < 8 {
        two_units(days, 'd', hours % 24, 'h')
    } else if days < 365 * 2 {
        format!("{days}d")
    } else if days < 365 * 8 {
        two_units(days / 365, 'y', days % 365, 'd')
    } else {
        format!("{}y", days / 365)
    }
}

/// How long before `now` the moment was. Models pkg/printers/internalversion
/// translateTimestampSince.
pub fn since(moment: Option<Timestamp>, now: Time) -> Str {
    since_micro(moment.map(|Timestamp(seconds)| MicroTime(seconds * 1_000_000)), now)
}

/// How long before `now` the moment was. Models translateMicroTimestampSince.
pub fn since_micro(moment: Option<MicroTime>, now: Time) -> Str {
    let Some(MicroTime(micros)) = moment else {
        return Str::new_static(UNKNOWN);
    };
    let elapsed = (now.as_micros() as i64).saturating_sub(micros);
    human(elapsed / 1_000_000).into()
}

fn two_units(large: i64, large_unit: char, small: i64, small_unit: char) -> String {
    match small {
        0 => format!("{large}{large_unit}"),
        _ => format!("{large}{large_unit}{small}{small_unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_grow_coarser() {
        const MINUTE: i64 = 60;
        const HOUR: i64 = 60 * MINUTE;
        const DAY: i64 = 24 * HOUR;
        const YEAR: i64 = 365 * DAY;
        let cases = [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (2 * MINUTE, "2m"),
            (2 * MINUTE + 1, "2m1s"),
            (10 * MINUTE - 1, "9m59s"),
            (10 * MINUTE + 59, "10m"),
            (3 * HOUR - 1, "179m"),
            (3 * HOUR, "3h"),
            (3 * HOUR + 59, "3h"),
            (8 * HOUR - 1, "7h59m"),
            (8 * HOUR + 30 * MINUTE, "8h"),
            (2 * DAY - 1, "47h"),
            (2 * DAY, "2d"),
            (2 * DAY + HOUR, "2d1h"),
            (8 * DAY - 1, "7d23h"),
            (8 * DAY + HOUR, "8d"),
            (2 * YEAR - 1, "729d"),
            (2 * YEAR, "2y"),
            (2 * YEAR + DAY, "2y1d"),
            (8 * YEAR + DAY, "8y"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(human(seconds), expected, "{seconds} seconds");
        }
    }

    #[test]
    fn parts_of_seconds_are_cut_off() {
        let now = Time::from_micros(10_900_000);
        assert_eq!(since(Some(Timestamp(9)), now), "1s");
        assert_eq!(since(Some(Timestamp(12)), now), "0s");
        assert_eq!(since_micro(Some(MicroTime(9_950_000)), now), "0s");
        assert_eq!(since(None, now), "<unknown>");
    }
}
