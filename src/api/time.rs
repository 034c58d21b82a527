//! Timestamps as the API writes them, and the calendar they need.

use std::fmt;

use super::codec::{Codec, Measure};
use super::{Str, Value};
use crate::sim::Time;

/// A moment in whole seconds since the Unix epoch: `metav1.Time`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Timestamp(pub i64);

/// A moment in microseconds since the Unix epoch: `metav1.MicroTime`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct MicroTime(pub i64);

impl Timestamp {
    /// The second in which `time` lies.
    pub fn at(time: Time) -> Self {
        Self(time.as_secs() as i64)
    }

    /// The instant at which this second begins.
    pub fn time(self) -> Time {
        Time::from_secs(self.0.max(0) as u64)
    }

    /// As `Mon, 02 Jan 2006 15:04:05 +0000`, the form `kubectl describe` prints.
    pub fn rfc1123(self) -> String {
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let civil = Civil::from_unix(self.0);
        let day = DAYS[self.0.div_euclid(86_400).rem_euclid(7) as usize];
        let Civil { year, month, day: date, .. } = civil;
        let month = MONTHS[month as usize - 1];
        format!("{day}, {date:02} {month} {year:04} {} +0000", civil.clock())
    }
}

impl MicroTime {
    /// The instant `time`.
    pub fn at(time: Time) -> Self {
        Self(time.as_micros() as i64)
    }

    /// As an instant of simulated time.
    pub fn time(self) -> Time {
        Time::from_micros(self.0.max(0) as u64)
    }
}

/// Formats as RFC 3339 in UTC.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = Civil::from_unix(self.0);
        let Civil { year, month, day, .. } = civil;
        write!(f, "{year:04}-{month:02}-{day:02}T{}Z", civil.clock())
    }
}

/// Formats as RFC 3339 in UTC with six decimals.
impl fmt::Display for MicroTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = Civil::from_unix(self.0.div_euclid(1_000_000));
        let Civil { year, month, day, .. } = civil;
        let micros = self.0.rem_euclid(1_000_000);
        write!(f, "{year:04}-{month:02}-{day:02}T{}.{micros:06}Z", civil.clock())
    }
}

impl Codec for Timestamp {
    fn load(value: &Value) -> Self {
        Self(parse_rfc3339(value.text()).unwrap_or_default().div_euclid(1_000_000))
    }

    fn dump(&self) -> Value {
        Value::Str(Str::from(self.to_string()))
    }

    fn measure(&self, measure: &mut Measure) {
        measure.number(self.0 as u64);
    }
}

impl Codec for MicroTime {
    fn load(value: &Value) -> Self {
        Self(parse_rfc3339(value.text()).unwrap_or_default())
    }

    fn dump(&self) -> Value {
        Value::Str(Str::from(self.to_string()))
    }

    fn measure(&self, measure: &mut Measure) {
        measure.number(self.0 as u64);
    }
}

/// The microseconds since the Unix epoch of an RFC 3339 text such as `2026-01-02T15:04:05.5+09:00`.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let digits = |range: std::ops::Range<usize>| -> Option<i64> {
        let part = text.get(range)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !marks.iter().all(|&(at, mark)| text.as_bytes().get(at) == Some(&mark)) {
        return None;
    }
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let (hour, minute, second) = (digits(11..13)?, digits(14..16)?, digits(17..19)?);
    let in_range = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !in_range {
        return None;
    }
    let (fraction, zone) = split_fraction(text.get(19..)?)?;
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some((seconds - offset_secs(zone)?) * 1_000_000 + fraction)
}

/// Splits `.25Z` into 250,000 microseconds and `Z`.
fn split_fraction(text: &str) -> Option<(i64, &str)> {
    let Some(rest) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (digits, zone) = rest.split_at(end);
    if digits.is_empty() {
        return None;
    }
    let padded: String = digits.chars().chain("000000".chars()).take(6).collect();
    Some((padded.parse().ok()?, zone))
}

fn offset_secs(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, rest) = match zone.as_bytes().first()? {
        b'+' => (1, &zone[1..]),
        b'-' => (-1, &zone[1..]),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// A date and a time of day in UTC.
#[derive(Clone, Copy)]
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    second_of_day: i64,
}

impl Civil {
    /// Counts days in 400-year eras that begin on the first of March, where leap days come last.
    fn from_unix(secs: i64) -> Self {
        let days = secs.div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted + 2) / 5 + 1,
            second_of_day: secs.rem_euclid(86_400),
        }
    }

    fn clock(self) -> String {
        let s = self.second_of_day;
        format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    }
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_the_three_forms() {
        let t = Timestamp(1_767_225_600 + 58 * 86_400 + 3_661);
        assert_eq!(t.to_string(), "2026-02-28T01:01:01Z");
        assert_eq!(t.rfc1123(), "Sat, 28 Feb 2026 01:01:01 +0000");
        assert_eq!(MicroTime(1_500_000).to_string(), "1970-01-01T00:00:01.500000Z");
    }

    #[test]
    fn reads_what_it_prints_and_offsets() {
        for secs in (-5_000_000_000..20_000_000_000).step_by(86_399 * 97) {
            let text = Timestamp(secs).to_string();
            assert_eq!(parse_rfc3339(&text), Some(secs * 1_000_000), "{text}");
        }
        let seoul = parse_rfc3339("2026-01-01T09:00:00.25+09:00");
        assert_eq!(seoul, Some(1_767_225_600_250_000));
        for bad in ["", "2026-01-01", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "é"] {
            assert_eq!(parse_rfc3339(bad), None, "{bad}");
        }
    }
}
