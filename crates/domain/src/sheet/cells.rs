//! Cells as a person sees them.

use calamine::{DataRef, ExcelDateTime};

/// What stands in a cell whose formula has never been worked out.
const NOT_WORKED_OUT: &str = "#NOT CALCULATED";

/// What spreadsheet programs show where a formula failed.
const ERRORS: [&str; 10] = [
    NOT_WORKED_OUT,
    "#DIV/0!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#SPILL!",
    "#GETTING_DATA",
];

/// Whether a cell holds the error of a formula in place of a value.
pub(super) fn is_error(text: &str) -> bool {
    ERRORS.contains(&text)
}

/// A number as a spreadsheet program shows it: fifteen digits at most, so that the tenth of a thousandth that
/// binary sums leave behind is gone, and no exponent.
pub(super) fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return "#NUM!".to_owned();
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// The text of a cell of an XLSX sheet.
pub(super) fn text_of(value: &DataRef<'_>, has_formula: bool) -> String {
    match value {
        DataRef::Empty if has_formula => NOT_WORKED_OUT.to_owned(),
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::Bool(truth) => truth_text(*truth).to_owned(),
        DataRef::DateTime(instant) => date_text(instant),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => without_midnight(text).to_owned(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A truth value as it is shown.
pub(super) fn truth_text(truth: bool) -> &'static str {
    if truth { "TRUE" } else { "FALSE" }
}

/// A date in ISO form without the hour that spreadsheet programs add to it.
pub(super) fn without_midnight(text: &str) -> &str {
    text.strip_suffix("T00:00:00").unwrap_or(text)
}

fn date_text(instant: &ExcelDateTime) -> String {
    if !instant.is_datetime() {
        return number_text(instant.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date}T{hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_a_spreadsheet_program_shows_them() {
        let shown: Vec<String> = [0.1 + 0.2, 3.5, 1_234_567.0, -0.000_1, 61.65]
            .into_iter()
            .map(number_text)
            .collect();
        assert_eq!(shown, ["0.3", "3.5", "1234567", "-0.0001", "61.65"]);
        assert!(is_error(&number_text(f64::NAN)));
    }

    #[test]
    fn a_formula_that_was_never_worked_out_is_an_error_and_an_empty_cell_is_not() {
        assert!(is_error(&text_of(&DataRef::Empty, true)));
        assert_eq!(text_of(&DataRef::Empty, false), "");
        assert_eq!(text_of(&DataRef::Float(18.35), true), "18.35");
    }
}
