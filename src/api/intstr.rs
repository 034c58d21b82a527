//! A number or text. Models apimachinery/pkg/util/intstr/intstr.go.

use std::fmt;

use super::codec::{Codec, Measure};
use super::{Str, Value};

/// A number, or text such as `25%` or the name of a port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IntOrString {
    /// A number.
    Int(i32),
    /// Text.
    Str(Str),
}

impl IntOrString {
    /// The number meant when percentages are of `total`, rounded as told; `None` for text that is
    /// no percentage. Models GetScaledValueFromIntOrPercent.
    pub fn scaled(&self, total: i32, round_up: bool) -> Option<i32> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Str(text) => {
                let percent: i64 = text.strip_suffix('%')?.parse().ok()?;
                let hundredfold = percent.checked_mul(total.into())?;
                let rounded = if round_up {
                    -(-hundredfold).div_euclid(100)
                } else {
                    hundredfold.div_euclid(100)
                };
                rounded.try_into().ok()
            }
        }
    }
}

impl Default for IntOrString {
    fn default() -> Self {
        Self::Int(0)
    }
}

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => write!(f, "{number}"),
            Self::Str(text) => f.write_str(text),
        }
    }
}

impl Codec for IntOrString {
    fn load(value: &Value) -> Self {
        match value {
            Value::Str(text) => Self::Str(text.clone()),
            other => Self::Int(i32::load(other)),
        }
    }

    fn dump(&self) -> Value {
        match self {
            Self::Int(number) => Value::Int((*number).into()),
            Self::Str(text) => Value::Str(text.clone()),
        }
    }

    fn measure(&self, measure: &mut Measure) {
        match self {
            Self::Int(number) => number.measure(measure),
            Self::Str(text) => measure.text(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_percentages() {
        let quarter = IntOrString::Str("25%".into());
        assert_eq!((quarter.scaled(10, true), quarter.scaled(10, false)), (Some(3), Some(2)));
        assert_eq!(IntOrString::Int(4).scaled(10, true), Some(4));
        assert_eq!(IntOrString::Str("http".into()).scaled(10, true), None);
    }
}
