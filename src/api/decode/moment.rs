//! Times on their way in. Models apimachinery/pkg/apis/meta/v1 time.go and micro_time.go
//! UnmarshalJSON, with the complaints of Go's time.Parse.

use crate::api::{MicroTime, Timestamp, Value, parse_rfc3339, quote};

/// A moment as the API server writes it: in UTC, in whole seconds or microseconds.
pub(super) fn canonical(text: &str, micro: bool) -> Result<Value, String> {
    let fraction_fits = !micro || has_six_decimals(text);
    match parse_rfc3339(text).filter(|_| fraction_fits) {
        Some(micros) if micro => Ok(MicroTime(micros).to_string().into()),
        Some(micros) => Ok(Timestamp(micros.div_euclid(1_000_000)).to_string().into()),
        None => Err(complaint(text, micro)),
    }
}

fn has_six_decimals(text: &str) -> bool {
    let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
    decimals.bytes().take_while(u8::is_ascii_digit).count() == 6
}

/// The parts of Go's layout for RFC 3339, with the digits each takes and the least and greatest
/// number that is in range.
const PARTS: [(&str, &str, usize, u32, u32, &str); 6] = [
    ("", "2006", 4, 0, 9999, "year"),
    ("-", "01", 2, 1, 12, "month"),
    ("-", "02", 2, 0, 31, "day"),
    ("T", "15", 2, 0, 23, "hour"),
    (":", "04", 2, 0, 59, "minute"),
    (":", "05", 2, 0, 59, "second"),
];

fn complaint(text: &str, micro: bool) -> String {
    let layout =
        if micro { "2006-01-02T15:04:05.000000Z07:00" } else { "2006-01-02T15:04:05Z07:00" };
    let parsing = format!("parsing time {}", quote(text));
    let cannot = |part: &str, rest: &str| {
        let (layout, rest, part) = (quote(layout), quote(rest), quote(part));
        format!("{parsing} as {layout}: cannot parse {rest} as {part}")
    };
    let mut rest = text;
    for (separator, part, digits, least, greatest, name) in PARTS {
        let Some(after) = rest.strip_prefix(separator) else { return cannot(separator, rest) };
        let number = after.get(..digits).filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
        let Some(number) = number.and_then(|number| number.parse::<u32>().ok()) else {
            return cannot(part, after);
        };
        if !(least..=greatest).contains(&number) {
            return format!("{parsing}: {name} out of range");
        }
        rest = &after[digits..];
    }
    if micro && !has_six_decimals(text) {
        return cannot(".000000", rest);
    }
    let decimals = rest.strip_prefix('.').unwrap_or(rest);
    let zone = decimals.trim_start_matches(|c: char| c.is_ascii_digit());
    match zone.strip_prefix('Z') {
        Some("") => format!("{parsing}: day out of range"),
        Some(extra) => format!("{parsing}: extra text: {}", quote(extra)),
        None => cannot("Z07:00", zone),
    }
}
