//! Times and numbers as the page writes them; the same in every language.

use crate::sim::Duration;

/// `4.288 s`, `3:04.288`, `1:02:03`: an instant counted from the start.
pub fn instant(at: Duration) -> String {
    let (secs, millis) = (at.as_secs(), at.subsec_millis());
    match secs {
        0..60 => format!("{secs}.{millis:03} s"),
        60..3600 => format!("{}:{:02}.{millis:03}", secs / 60, secs % 60),
        _ => format!("{}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60),
    }
}

/// `0 s`, `2.5 s`, `1:30`: an instant on an axis, where round ones are short.
pub fn axis(at: Duration) -> String {
    let (secs, millis) = (at.as_secs(), at.subsec_millis());
    match (secs, millis) {
        (0..60, 0) => format!("{secs} s"),
        (0..60, _) => {
            let text = format!("{secs}.{millis:03}");
            format!("{} s", text.trim_end_matches('0'))
        }
        (60..3600, 0) => format!("{}:{:02}", secs / 60, secs % 60),
        (60..3600, _) => format!("{}:{:02}.{}", secs / 60, secs % 60, millis / 100),
        _ => format!("{}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60),
    }
}

/// `350 ms`, `4.2 s`, `3 min`: how long something took.
pub fn span(length: Duration) -> String {
    let micros = length.as_micros();
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..60_000_000 => {
            format!("{}.{} s", micros / 1_000_000, micros / 100_000 % 10)
        }
        _ => format!("{} min", micros / 60_000_000),
    }
}

/// `12`, `3.4k`, `120k`: a count where there is little room.
pub fn count(amount: u64) -> String {
    match amount {
        0..1_000 => amount.to_string(),
        1_000..10_000 => format!("{}.{}k", amount / 1_000, amount / 100 % 10),
        _ => format!("{}k", amount / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants() {
        let check = |millis, long, short| {
            assert_eq!(instant(Duration::from_millis(millis)), long);
            assert_eq!(axis(Duration::from_millis(millis)), short);
        };
        check(0, "0.000 s", "0 s");
        check(2500, "2.500 s", "2.5 s");
        check(90_000, "1:30.000", "1:30");
        check(3_723_000, "1:02:03", "1:02:03");
    }

    #[test]
    fn spans_and_counts() {
        assert_eq!(span(Duration::from_micros(350)), "350 µs");
        assert_eq!(span(Duration::from_millis(350)), "350 ms");
        assert_eq!(span(Duration::from_millis(4210)), "4.2 s");
        assert_eq!(span(Duration::from_secs(185)), "3 min");
        assert_eq!(count(999), "999");
        assert_eq!(count(3456), "3.4k");
        assert_eq!(count(120_400), "120k");
    }
}
