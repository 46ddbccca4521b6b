//! Numbers as XPath 1.0 has them: doubles, read strictly and printed without exponent.

use crate::date;

/// The number a text stands for; a date stands for its days since 1970, anything else for NaN.
pub(crate) fn from_text(text: &str) -> f64 {
    let text = text.trim();
    if is_numeral(text) {
        return text.parse().unwrap_or(f64::NAN);
    }
    date::days_of_text(text).unwrap_or(f64::NAN)
}

/// An optional minus, digits, and an optional point with digits: no plus, exponent or `inf`.
pub(crate) fn is_numeral(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    !(whole.is_empty() && fraction.is_empty())
        && whole.bytes().all(|byte| byte.is_ascii_digit())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number as text: `3`, `0.5`, `NaN`, `-Infinity`.
pub(crate) fn to_text(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if number == 0.0 {
        "0".to_owned()
    } else {
        number.to_string()
    }
}

/// The nearest whole number, halves upwards, as XPath 1.0 and JavaRosa do it: `round(-1.5)` is -1.
pub(crate) fn round(number: f64) -> f64 {
    if !number.is_finite() || number.abs() >= 4_503_599_627_370_496.0 {
        return number;
    }
    let floor = number.floor();
    if number - floor >= 0.5 { floor + 1.0 } else { floor }
}

/// Rounds to decimals, or for a negative count to tens, hundreds and so on.
///
/// The result is the double nearest to the decimal number, so that `round(a + b, 2)` of whole pence equals
/// the same amount as typed.
pub(crate) fn round_to(number: f64, decimals: f64) -> f64 {
    let places = decimals.clamp(-30.0, 30.0).trunc() as i32;
    if !number.is_finite() {
        return number;
    }
    let scale = 10f64.powi(places.abs());
    if places < 0 {
        return round(number / scale) * scale;
    }
    let scaled = number * scale;
    if scaled.abs() >= 4_503_599_627_370_496.0 {
        return number;
    }
    // 1.005 * 100 falls short of 100.5; the decimal the author sees decides.
    let slack = scaled.abs() * f64::EPSILON * 2.0;
    let is_half = scaled.abs() < 1e13 && (scaled.abs().fract() - 0.5).abs() <= slack;
    let rounded = round(if is_half { scaled + slack } else { scaled });
    rounded / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_and_printed_as_xpath_says() {
        assert_eq!(from_text(" 12.50 ").to_string(), "12.5");
        assert!(from_text("").is_nan() && from_text("1e3").is_nan() && from_text("+1").is_nan());
        assert_eq!(from_text("-.5"), -0.5);
        assert_eq!(to_text(-0.0), "0");
        assert_eq!(to_text(1e21), "1000000000000000000000");
        assert_eq!(to_text(1.05 + 2.05), "3.0999999999999996");
    }

    #[test]
    fn halves_round_upwards() {
        assert_eq!(round(-1.5), -1.0);
        assert_eq!(round(2.5), 3.0);
        assert_eq!(round_to(1.005, 2.0), 1.01);
        assert_eq!(round_to(1234.5, -2.0), 1200.0);
    }

    proptest! {
        #[test]
        fn a_rounded_sum_of_pence_equals_the_total_as_typed(
            parts in proptest::collection::vec(0i64..100_000_000_000, 1..12)
        ) {
            let total: i64 = parts.iter().sum();
            let sum: f64 = parts.iter().map(|pence| from_text(&pounds(*pence))).sum();
            prop_assert_eq!(round_to(sum, 2.0), from_text(&pounds(total)));
        }
    }

    fn pounds(pence: i64) -> String {
        format!("{}.{:02}", pence / 100, pence % 100)
    }
}
