//! When a schedule of cron comes round. Models github.com/robfig/cron spec.go.
//!
//! Invariant: the moment that is found lies after the one it is sought from.

/// A schedule that has been read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Schedule {
    /// At the minutes that fit all fields.
    Fields {
        /// Minute, hour, day of the month, month, day of the week: a bit for each number.
        bits: [u64; 5],
        /// Whether the day of the month, or that of the week, is left open.
        open: (bool, bool),
        /// How many seconds the clock is ahead of UTC.
        offset_secs: i64,
    },
    /// So many seconds after the last time.
    Every(i64),
}

/// The least and greatest number of each field.
const BOUNDS: [(u32, u32); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/// How far ahead is looked, in days: a leap day comes within eight years.
const DAYS_MAX: i64 = 366 * 8;
const DAY: i64 = 86_400;

/// Places whose clocks are known here, in seconds ahead of UTC; all others count as UTC.
const ZONES: [(&str, i64); 6] = [
    ("Asia/Seoul", 32_400),
    ("ROK", 32_400),
    ("Asia/Tokyo", 32_400),
    ("Japan", 32_400),
    ("Asia/Shanghai", 28_800),
    ("Asia/Singapore", 28_800),
];

impl Schedule {
    /// Reads a schedule that has been found valid; `None` of any other.
    pub fn parse(text: &str, zone: &str) -> Option<Self> {
        let text = match text {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            other => other,
        };
        if let Some(every) = text.strip_prefix("@every ") {
            return every_secs(every).map(Self::Every);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        if fields.len() != BOUNDS.len() {
            return None;
        }
        let mut bits = [0; 5];
        for (at, field) in fields.iter().enumerate() {
            bits[at] =
                field.split(',').try_fold(0, |all, range| Some(all | bits_of(range, at)?))?;
        }
        let is_open = |field: &str| field.starts_with(['*', '?']);
        let open = (is_open(fields[2]), is_open(fields[4]));
        let offset_secs = ZONES.iter().find(|(name, _)| *name == zone).map_or(0, |(_, secs)| *secs);
        Some(Self::Fields { bits, open, offset_secs })
    }

    /// The first moment after `after`, both in seconds since 1970.
    pub fn next(&self, after: i64) -> Option<i64> {
        match self {
            Self::Every(secs) => Some(after + secs),
            Self::Fields { bits, open, offset_secs } => {
                let local = (after + offset_secs).div_euclid(60) * 60 + 60;
                let (first, start) = (local.div_euclid(DAY), local.rem_euclid(DAY) / 60);
                let has = |at: usize, number: i64| bits[at] & (1 << number) != 0;
                for day in first..first + DAYS_MAX {
                    let (month, date) = date_of(day);
                    let weekday = (day + 4).rem_euclid(7);
                    let (by_date, by_weekday) = (has(2, date), has(4, weekday));
                    let fits = match open {
                        (false, false) => by_date || by_weekday,
                        _ => by_date && by_weekday,
                    };
                    if !has(3, month) || !fits {
                        continue;
                    }
                    let start = if day == first { start } else { 0 };
                    let minute = (start..1440).find(|m| has(1, m / 60) && has(0, m % 60));
                    if let Some(minute) = minute {
                        return Some(day * DAY + minute * 60 - offset_secs);
                    }
                }
                None
            }
        }
    }
}

/// `*/5`, `1-3`, `mon`: a bit for each number.
fn bits_of(range: &str, at: usize) -> Option<u64> {
    let (min, max) = BOUNDS[at];
    let (ends, step) = match range.split_once('/') {
        Some((ends, step)) => (ends, step.parse::<u32>().ok().filter(|step| *step > 0)?),
        None => (range, 1),
    };
    let stepped = range.contains('/');
    let (first, last) = match ends.split_once('-') {
        _ if ends.starts_with(['*', '?']) => (min, max),
        Some((first, last)) => (number(first, at)?, number(last, at)?),
        None => {
            let one = number(ends, at)?;
            (one, if stepped { max } else { one })
        }
    };
    let is_within = min <= first && first <= last && last <= max;
    let numbers = (first..=last).step_by(step as usize);
    is_within.then(|| numbers.fold(0, |bits, number| bits | 1 << number))
}

fn number(text: &str, at: usize) -> Option<u32> {
    let lower = text.to_ascii_lowercase();
    let named = |names: &[&str]| names.iter().position(|name| *name == lower);
    let found = match at {
        3 => named(&MONTHS).map(|at| at as u32 + 1),
        4 => named(&DAYS).map(|at| at as u32),
        _ => None,
    };
    found.or_else(|| text.parse().ok())
}

/// `1h30m` in seconds, at least one.
fn every_secs(text: &str) -> Option<i64> {
    let (mut total, mut digits) = (0i64, String::new());
    for c in text.chars() {
        let unit = match c {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            digit => {
                digits.push(digit);
                continue;
            }
        };
        total = total.checked_add(digits.parse::<i64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
    }
    digits.is_empty().then_some(total.max(1))
}

/// The month and the day of the month of a day since 1970.
fn date_of(day: i64) -> (i64, i64) {
    let shifted = day + 719_468;
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    (if month < 10 { month + 3 } else { month - 9 }, date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Timestamp, parse_rfc3339};

    #[track_caller]
    fn check(schedule: &str, zone: &str, after: &str, expected: &str) {
        let after = parse_rfc3339(after).unwrap() / 1_000_000;
        let next = Schedule::parse(schedule, zone).and_then(|schedule| schedule.next(after));
        let next = next.map(|secs| Timestamp(secs).to_string());
        assert_eq!(next.as_deref(), Some(expected), "{schedule}");
    }

    #[test]
    fn comes_round_when_cron_says() {
        let after = "2026-01-01T00:00:30Z";
        check("*/5 * * * *", "", after, "2026-01-01T00:05:00Z");
        check("0 0 1 1 *", "", after, "2027-01-01T00:00:00Z");
        check("@daily", "Asia/Seoul", after, "2026-01-01T15:00:00Z");
        check("30 9 * * mon-fri", "", after, "2026-01-01T09:30:00Z");
        check("0 12 13 * fri", "", after, "2026-01-02T12:00:00Z");
        check("0 0 29 feb *", "", after, "2028-02-29T00:00:00Z");
        check("@every 1h30m", "", after, "2026-01-01T01:30:30Z");
        check("59 23 31 12 *", "", after, "2026-12-31T23:59:00Z");
    }

    #[test]
    fn what_is_no_schedule_never_comes() {
        for bad in ["", "* * * *", "61 * * * *", "*/0 * * * *", "@never", "@every x", "5-1 * * * *"]
        {
            assert_eq!(Schedule::parse(bad, ""), None, "{bad}");
        }
        assert_eq!(Schedule::parse("0 0 30 2 *", "").unwrap().next(0), None);
    }
}
