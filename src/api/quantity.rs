//! Amounts of resources: `500m`, `2Gi`, `1e3`.
//!
//! Models apimachinery/pkg/api/resource/quantity.go.

use std::cmp::Ordering;
use std::fmt;

use super::codec::{Codec, Measure};
use super::{Str, Value};

/// An exact amount, and the family of suffixes it is written with.
///
/// Equality and order are those of the amount: `1` equals `1000m`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quantity {
    /// In billionths, the smallest unit there is.
    nanos: i128,
    format: Format,
}

/// The family of suffixes of a quantity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// `Ki`, `Mi`, `Gi` …
    BinarySi,
    /// `n`, `u`, `m`, none, `k`, `M`, `G` …
    #[default]
    DecimalSi,
    /// `e3`, `e6` …
    DecimalExponent,
}

const NANO: i128 = 1_000_000_000;

/// More than any amount means; values beyond are cut to it, as upstream cuts them.
const LIMIT: i128 = (1 << 63) * NANO - NANO;

const DECIMAL: [(&str, i32); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];

const BINARY: [(&str, u32); 6] =
    [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];

impl Quantity {
    /// `value` whole units, written with the suffixes of `format`.
    pub const fn new(value: i64, format: Format) -> Self {
        Self { nanos: value as i128 * NANO, format }
    }

    /// `value` thousandths.
    pub const fn milli(value: i64) -> Self {
        Self { nanos: value as i128 * (NANO / 1000), format: Format::DecimalSi }
    }

    /// Reads a quantity; `None` when it is malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, suffix) = unsigned.split_at(end.unwrap_or(unsigned.len()));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return None;
        }
        let (scale, format) = Scale::parse(suffix)?;
        let nanos = scale.nanos(whole, fraction);
        Some(Self { nanos: if negative { -nanos } else { nanos }, format })
    }

    /// In whole units, rounded up.
    pub fn value(self) -> i64 {
        self.scaled(NANO)
    }

    /// In thousandths, rounded up.
    pub fn milli_value(self) -> i64 {
        self.scaled(NANO / 1000)
    }

    /// Whether the amount is zero.
    pub fn is_zero(self) -> bool {
        self.nanos == 0
    }

    /// Whether the amount is below zero.
    pub fn is_negative(self) -> bool {
        self.nanos < 0
    }

    /// Whether the amount is a whole number of units.
    pub fn is_whole(self) -> bool {
        self.nanos % NANO == 0
    }

    /// The sum, written as this one is; an unset zero takes the other's form.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let format = if self.is_zero() { other.format } else { self.format };
        Self { nanos: (self.nanos + other.nanos).clamp(-LIMIT, LIMIT), format }
    }

    /// The difference, written as this one is.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.plus(Self { nanos: -other.nanos, ..other })
    }

    fn scaled(self, unit: i128) -> i64 {
        let rounded = self.nanos.div_euclid(unit) + i128::from(self.nanos.rem_euclid(unit) > 0);
        rounded.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }
}

/// What a suffix multiplies by.
enum Scale {
    Decimal(i32),
    Binary(u32),
}

impl Scale {
    fn parse(suffix: &str) -> Option<(Self, Format)> {
        if let Some((_, power)) = DECIMAL.iter().find(|(s, _)| *s == suffix) {
            return Some((Self::Decimal(*power), Format::DecimalSi));
        }
        if let Some((_, power)) = BINARY.iter().find(|(s, _)| *s == suffix) {
            return Some((Self::Binary(*power), Format::BinarySi));
        }
        let exponent = suffix.strip_prefix(['e', 'E'])?;
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        // Beyond 10^±100 everything is the limit or nothing; the clamp keeps loops short.
        let power = exponent
            .trim_start_matches('+')
            .parse()
            .unwrap_or(if exponent.starts_with('-') { -100 } else { 100 });
        Some((Self::Decimal(i32::clamp(power, -100, 100)), Format::DecimalExponent))
    }

    /// `whole.fraction` times the scale, in billionths rounded up.
    fn nanos(&self, whole: &str, fraction: &str) -> i128 {
        let mut digits = whole.trim_start_matches('0').to_owned();
        if digits.len() > 30 {
            return LIMIT;
        }
        // More decimals than this are below a billionth whatever the suffix.
        let fraction = &fraction[..fraction.len().min(36 - digits.len().min(30))];
        digits.push_str(fraction);
        let mantissa: i128 = digits.parse().unwrap_or(0);
        let decimals = fraction.len() as i32;
        let (mantissa, power) = match *self {
            Self::Decimal(power) => (mantissa, power - decimals + 9),
            Self::Binary(power) => match mantissa.checked_mul(1 << power) {
                Some(product) => (product, 9 - decimals),
                None => return LIMIT,
            },
        };
        shift_decimal(mantissa, power).min(LIMIT)
    }
}

/// `mantissa * 10^power`, rounded up and cut to the limit.
fn shift_decimal(mantissa: i128, power: i32) -> i128 {
    if mantissa == 0 {
        return 0;
    }
    if power >= 0 {
        return (0..power).try_fold(mantissa, |n, _| n.checked_mul(10)).unwrap_or(LIMIT);
    }
    let divisor = (power..0).try_fold(1i128, |n, _| n.checked_mul(10));
    divisor.map_or(1, |divisor| mantissa.div_euclid(divisor) + i128::from(mantissa % divisor > 0))
}

/// Writes the canonical form: the largest suffix of the family that leaves no fraction.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos == 0 {
            return f.write_str("0");
        }
        // Upstream writes what is no multiple of a Ki in decimal form.
        if self.format == Format::BinarySi
            && self.nanos % NANO == 0
            && self.nanos.abs() >= 1024 * NANO
        {
            let mut value = self.nanos / NANO;
            let mut suffix = "";
            for (name, _) in BINARY {
                if value % 1024 != 0 {
                    break;
                }
                (value, suffix) = (value / 1024, name);
            }
            return write!(f, "{value}{suffix}");
        }
        let (mut value, mut power) = (self.nanos, -9);
        while value % 1000 == 0 && power < 18 {
            (value, power) = (value / 1000, power + 3);
        }
        match self.format {
            Format::DecimalExponent if power != 0 => write!(f, "{value}e{power}"),
            _ => {
                let suffix = DECIMAL.iter().find(|(_, p)| *p == power).map_or("", |(s, _)| s);
                write!(f, "{value}{suffix}")
            }
        }
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

impl Codec for Quantity {
    fn load(value: &Value) -> Self {
        match value {
            Value::Int(number) => Self::new(*number, Format::DecimalSi),
            Value::Float(number) => Self::parse(&super::json::float(*number)).unwrap_or_default(),
            other => Self::parse(other.text()).unwrap_or_default(),
        }
    }

    fn dump(&self) -> Value {
        Value::Str(Str::from(self.to_string()))
    }

    fn measure(&self, measure: &mut Measure) {
        measure.number(self.nanos as u64);
        measure.number((self.nanos >> 64) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_in_canonical_form() {
        for (text, canonical) in [
            ("0", "0"),
            ("0Gi", "0"),
            ("0.5", "500m"),
            ("1500m", "1500m"),
            ("2000m", "2"),
            ("1000", "1k"),
            ("1024", "1024"),
            ("1024Ki", "1Mi"),
            ("1.5Gi", "1536Mi"),
            ("0.5Gi", "512Mi"),
            ("100Gi", "100Gi"),
            ("1000Ki", "1000Ki"),
            ("0.1Ki", "102400m"),
            ("1e3", "1e3"),
            ("1E3", "1e3"),
            ("12e6", "12e6"),
            ("1e0", "1"),
            ("+3", "3"),
            ("-1500m", "-1500m"),
            ("1.", "1"),
            (".5", "500m"),
            ("0.0000000001", "1n"),
            ("1E", "1E"),
        ] {
            let quantity = Quantity::parse(text).map(|q| q.to_string());
            assert_eq!(quantity.as_deref(), Some(canonical), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_malformed() {
        for text in
            ["", " 1", "1 ", "1.2.3", "abc", "1KI", "1mm", "--1", "e3", ".", "1e", "1e+", "é"]
        {
            assert!(Quantity::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn rounds_up_and_is_bounded() {
        let parse = |text| Quantity::parse(text).unwrap();
        assert_eq!((parse("0.1m").milli_value(), parse("1500m").value()), (1, 2));
        assert_eq!(parse("-1500m").value(), -1);
        assert_eq!(parse("9999999999999999999999999999999999999999Ei").value(), i64::MAX);
        assert_eq!(parse("1e99").value(), i64::MAX);
        assert_eq!(parse("1e-99").milli_value(), 1);
        assert_eq!(parse("1"), parse("1000m"));
        assert_eq!(parse("1Gi").plus(parse("512Mi")).to_string(), "1536Mi");
        assert_eq!(Quantity::default().plus(parse("1Gi")).to_string(), "1Gi");
    }
}
