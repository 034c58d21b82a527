//! The natural logarithm of small numbers, equal on every machine.
//!
//! Mathematics libraries differ in the last digit from machine to machine; sums, products and
//! quotients of floating-point numbers do not. A score is rounded to a whole number in the end, so
//! a logarithm good to the last digit gives upstream's scores.

/// ln 2.
const LN_2: f64 = std::f64::consts::LN_2;

/// What one pod is worth among `domains` domains.
/// Models pkg/scheduler/framework/plugins/podtopologyspread/scoring.go topologyNormalizingWeight.
pub fn topology_weight(domains: usize) -> f64 {
    ln(domains as u64 + 2)
}

/// The natural logarithm of `n`, which is at least 1.
fn ln(n: u64) -> f64 {
    // n = m · 2^k with m between 3/4 and 3/2, and ln m = 2 · artanh((m − 1) / (m + 1)), whose
    // series gains a factor of 25 or more with every term.
    let mut power = i64::from(63 - n.leading_zeros());
    let mut mantissa = n as f64 / (1u64 << power) as f64;
    if mantissa >= 1.5 {
        mantissa /= 2.0;
        power += 1;
    }
    let x = (mantissa - 1.0) / (mantissa + 1.0);
    let mut term = x;
    let mut sum = 0.0;
    for odd in (1..30).step_by(2) {
        sum += term / f64::from(odd);
        term *= x * x;
    }
    power as f64 * LN_2 + 2.0 * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_known_logarithms() {
        for (n, expected) in [
            (1, 0.0),
            (2, std::f64::consts::LN_2),
            (3, 1.098_612_288_668_109_8),
            (5, 1.609_437_912_434_100_3),
            (6, 1.791_759_469_228_055),
            (10, std::f64::consts::LN_10),
            (102, 4.624_972_813_284_271),
            (5002, 8.517_593_111_437_565),
        ] {
            let error = (ln(n) - expected).abs();
            assert!(error <= 4.0 * f64::EPSILON * expected, "ln {n} is off by {error:e}");
        }
    }

    #[test]
    fn turns_products_into_sums() {
        for a in 1..200 {
            for b in 1..200 {
                let error = (ln(a * b) - ln(a) - ln(b)).abs();
                assert!(error < 1e-14, "{a} · {b}: {error:e}");
            }
        }
    }
}
