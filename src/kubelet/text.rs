//! Texts as Go prints them.

use crate::api::Str;
use crate::sim::Duration;

/// A duration as Go prints it: `812ms`, `1.25s`, `1m20s`, `5m0s`.
/// Models time.Duration.String, to the microsecond.
pub fn go_duration(duration: Duration) -> String {
    let micros = duration.as_micros() as u64;
    let fraction = |value: u64, unit: u64| {
        let digits = unit.ilog10() as usize;
        let rest = format!("{:0digits$}", value % unit);
        let rest = rest.trim_end_matches('0');
        if rest.is_empty() { String::new() } else { format!(".{rest}") }
    };
    match micros {
        0 => "0s".to_owned(),
        1..1000 => format!("{micros}µs"),
        1000..1_000_000 => format!("{}{}ms", micros / 1000, fraction(micros, 1000)),
        _ => {
            let secs = micros / 1_000_000;
            let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
            let fraction = fraction(micros, 1_000_000);
            match (hours, minutes) {
                (0, 0) => format!("{secs}{fraction}s"),
                (0, _) => format!("{minutes}m{secs}{fraction}s"),
                _ => format!("{hours}h{minutes}m{secs}{fraction}s"),
            }
        }
    }
}

/// A list of texts as Go's `%v` prints it: `[a b]`.
pub fn go_list(items: &[Str]) -> String {
    format!("[{}]", items.join(" "))
}

/// `duration` in whole milliseconds, as Truncate leaves it.
pub fn whole_millis(duration: Duration) -> Duration {
    Duration::from_millis(duration.as_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_printed_as_go_does() {
        let check = |micros, text| assert_eq!(go_duration(Duration::from_micros(micros)), text);
        check(0, "0s");
        check(15, "15µs");
        check(1_500, "1.5ms");
        check(812_000, "812ms");
        check(1_200_000, "1.2s");
        check(10_000_000, "10s");
        check(80_000_000, "1m20s");
        check(300_000_000, "5m0s");
        check(62_045_000, "1m2.045s");
        check(3_600_000_000, "1h0m0s");
    }

    #[test]
    fn lists_are_printed_as_go_does() {
        assert_eq!(go_list(&["a".into(), "b".into()]), "[a b]");
        assert_eq!(go_list(&[]), "[]");
    }
}
