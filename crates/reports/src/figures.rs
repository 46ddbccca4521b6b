//! How a figure is spelt: its decimals, its separators and the symbols that stand for no figure.

use analytics::disclosure::{Audience, Safe};
use analytics::table::{Row, Table, Unit, Value};

/// How the numbers of one column are spelt, the same for all its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spelling {
    pub(crate) unit: Unit,
    /// Digits of the stored number that stand behind the decimal point.
    pub(crate) stored_decimals: u32,
    /// Digits behind the decimal point that are shown; the others are zero in every cell.
    pub(crate) shown_decimals: u32,
}

/// The spelling of every column, in order: WTE with three decimals, money with pence only where
/// some cell has pence, and neither where a public table was rounded to whole ones.
pub(crate) fn spellings(table: &Table<Safe>) -> Vec<Spelling> {
    (0..table.columns().len())
        .map(|position| spelling(table, position))
        .collect()
}

fn spelling(table: &Table<Safe>, position: usize) -> Spelling {
    let unit = table.columns()[position].unit();
    let stored_decimals = match unit {
        Unit::Wte => 3,
        Unit::Pence => 2,
        _ => 0,
    };
    let is_whole = lines(table).all(|line| match line.cells()[position].value() {
        Value::Number(number) => number % 10_i64.pow(stored_decimals) == 0,
        _ => true,
    });
    let may_drop_decimals = unit == Unit::Pence || matches!(table.audience(), Audience::Public(_));
    let shown_decimals = if is_whole && may_drop_decimals {
        0
    } else {
        stored_decimals
    };
    Spelling {
        unit,
        stored_decimals,
        shown_decimals,
    }
}

/// The rows and then the totals.
pub(crate) fn lines(table: &Table<Safe>) -> impl Iterator<Item = &Row> {
    table.rows().iter().chain(table.totals())
}

/// The number with a point and no separators, as programs read it: `2614760`, `61.650`.
pub(crate) fn plain(number: i64, spelling: Spelling) -> String {
    spelt(number, spelling, "")
}

/// The number as people read it: `£2,614,760`, `61.650`, `803`.
pub(crate) fn readable(number: i64, spelling: Spelling) -> String {
    let digits = spelt(number.saturating_abs(), spelling, ",");
    let sign = if number < 0 { "−" } else { "" };
    let pound = if spelling.unit == Unit::Pence { "£" } else { "" };
    format!("{sign}{pound}{digits}")
}

fn spelt(number: i64, spelling: Spelling, separator: &str) -> String {
    let scale = 10_u64.pow(spelling.stored_decimals);
    let whole = (number.unsigned_abs() / scale).to_string();
    let rest = number.unsigned_abs() % scale;
    let mut text = String::new();
    if number < 0 {
        text.push('-');
    }
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    if spelling.shown_decimals > 0 {
        let width = spelling.stored_decimals as usize;
        text.push('.');
        let fraction = format!("{rest:0width$}");
        text.push_str(&fraction);
    }
    text
}

/// The number in natural units: pounds, WTE, persons.
pub(crate) fn natural(number: i64, spelling: Spelling) -> f64 {
    number as f64 / 10_f64.powi(spelling.stored_decimals as i32)
}

/// The symbol for a cell that has no figure, as the government's statisticians write it.
pub(crate) fn symbol(value: &Value) -> Option<&'static str> {
    match value {
        Value::Hidden => Some("c"),
        Value::RoundsToZero => Some("k"),
        Value::Missing => Some("x"),
        Value::NotApplicable => Some("z"),
        Value::Text(_) | Value::Number(_) | Value::Date(_) => None,
    }
}

/// What each symbol used in the table means, in the order of the alphabet.
pub(crate) fn meanings(table: &Table<Safe>) -> Vec<(&'static str, &'static str)> {
    let all = [
        ("c", "hidden to protect people or commercial figures"),
        ("k", "not zero, but rounds to zero"),
        ("x", "not available"),
        ("z", "not applicable"),
    ];
    let mut used = Vec::new();
    for (letter, meaning) in all {
        if lines(table).any(|line| {
            line.cells()
                .iter()
                .any(|cell| symbol(cell.value()) == Some(letter))
        }) {
            used.push((letter, meaning));
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    const PENCE: Spelling = Spelling {
        unit: Unit::Pence,
        stored_decimals: 2,
        shown_decimals: 2,
    };
    const WTE: Spelling = Spelling {
        unit: Unit::Wte,
        stored_decimals: 3,
        shown_decimals: 3,
    };

    #[test]
    fn money_has_separators_and_a_pound_sign_for_people_and_neither_for_programs() {
        assert_eq!(
            readable(
                261_476_000,
                Spelling {
                    shown_decimals: 0,
                    ..PENCE
                }
            ),
            "£2,614,760"
        );
        assert_eq!(readable(261_476_005, PENCE), "£2,614,760.05");
        assert_eq!(plain(261_476_005, PENCE), "2614760.05");
        assert_eq!(readable(-12_345, PENCE), "−£123.45");
        assert_eq!(plain(-5, PENCE), "-0.05");
    }

    #[test]
    fn wte_keeps_its_three_decimals() {
        assert_eq!(readable(3_500, WTE), "3.500");
        assert_eq!(readable(1_234_005, WTE), "1,234.005");
        assert_eq!(plain(61_650, WTE), "61.650");
    }

    #[test]
    fn the_ends_of_the_number_range_are_spelt_without_failing() {
        assert_eq!(plain(i64::MIN, PENCE), "-92233720368547758.08");
        assert_eq!(plain(i64::MAX, PENCE), "92233720368547758.07");
    }
}
