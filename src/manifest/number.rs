//! Numbers as Go prints them.

use crate::api::Value;

/// `number`, which is finite, as it comes back from JSON text: whole numbers that fit are `Int`.
pub(super) fn value(number: f64) -> Value {
    // From 2^63 on, and for all larger magnitudes, it stays a floating-point number.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number) {
        return Value::Int(number as i64);
    }
    Value::Float(number)
}

/// `number` as Go's `strconv.FormatFloat(number, 'g', -1, bits)` prints it: the shortest digits
/// that are read back as the same number, with an exponent below 1e-4 and from 1e6 on. `single` is
/// for 32 bits. Infinite ones and NaN are in YAML's words.
pub(super) fn go_general(number: f64, single: bool) -> String {
    if number.is_nan() {
        return ".nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf".into() } else { "-.inf".into() };
    }
    let scientific = if single { format!("{:e}", number as f32) } else { format!("{number:e}") };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&power) {
        return if single { format!("{}", number as f32) } else { format!("{number}") };
    }
    let sign = if power < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", power.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_go_does() {
        for (number, text) in [
            (0.0, "0"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (100_000.5, "100000.5"),
            (1_234_567.5, "1.2345675e+06"),
            (1e21, "1e+21"),
            (1e100, "1e+100"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (f64::INFINITY, ".inf"),
        ] {
            assert_eq!(go_general(number, false), text);
        }
        assert_eq!(go_general(0.1, true), "0.1");
    }

    #[test]
    fn whole_numbers_that_fit_are_integers() {
        assert_eq!(value(3.0), Value::Int(3));
        assert_eq!(value(-0.0), Value::Int(0));
        assert_eq!(value(3.5), Value::Float(3.5));
        assert_eq!(value(9.3e18), Value::Float(9.3e18));
        assert_eq!(value(-9_223_372_036_854_775_808.0), Value::Int(i64::MIN));
    }
}
