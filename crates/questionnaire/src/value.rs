use jiff::civil::Date;

use crate::date;
use crate::number;
use crate::question::{Question, QuestionKind};

/// Longest text answer, in characters.
const MAX_TEXT: usize = 10_000;
/// Most digits of a number, so that doubles hold it exactly.
const MAX_DIGITS: usize = 15;

/// What is wrong with an answer, told to the person who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerProblem {
    /// Stable code of the form `answer.reason`.
    pub code: &'static str,
    /// One sentence that says what to do.
    pub message: String,
}

impl AnswerProblem {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> AnswerProblem {
        AnswerProblem {
            code,
            message: message.into(),
        }
    }
}

/// Turns what a person typed into what is stored; an empty text stays empty.
///
/// Numbers may carry `£`, commas and spaces. A decimal is stored without needless noughts (`3.500` as `3.5`);
/// money with two decimals when there are pence (`£1,234.50` as `1234.50`) and none when there are none.
/// Choices may be given by name or by label; several with spaces (names) or `;` (names or labels) between.
pub fn parse_value(question: &Question, text: &str) -> Result<String, AnswerProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    match question.kind {
        QuestionKind::Integer => parse_number(question, text, 0),
        QuestionKind::Decimal if question.unit.as_deref() == Some("WTE") => parse_number(question, text, 3),
        QuestionKind::Decimal => parse_number(question, text, MAX_DIGITS),
        QuestionKind::Money => parse_number(question, text, 2),
        QuestionKind::Date => parse_date(text),
        QuestionKind::SelectOne => parse_choice(question, text),
        QuestionKind::SelectMultiple => parse_choices(question, text),
        QuestionKind::Text | QuestionKind::Note | QuestionKind::Calculate | QuestionKind::Hidden => {
            parse_text(text)
        }
    }
}

/// Whether a stored value is of its question's kind; texts may hold anything.
pub(crate) fn check_stored(question: &Question, value: &str) -> Result<(), AnswerProblem> {
    match question.kind {
        QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Money => {
            if !number::is_numeral(value) {
                return Err(not_a_number(question));
            }
            parse_value(question, value).map(|_| ())
        }
        QuestionKind::Date => date::parse(value).map(|_| ()).ok_or_else(not_a_date),
        QuestionKind::SelectOne => question
            .choice(value)
            .map(|_| ())
            .ok_or_else(|| not_a_choice(value)),
        QuestionKind::SelectMultiple => {
            let unknown = value
                .split_whitespace()
                .find(|name| question.choice(name).is_none());
            unknown.map_or(Ok(()), |name| Err(not_a_choice(name)))
        }
        _ => Ok(()),
    }
}

fn parse_text(text: &str) -> Result<String, AnswerProblem> {
    if text.chars().count() > MAX_TEXT {
        return Err(AnswerProblem::new(
            "answer.too_long",
            format!("Enter {MAX_TEXT} characters or fewer."),
        ));
    }
    let text = text.replace("\r\n", "\n");
    if text
        .chars()
        .any(|letter| letter.is_control() && letter != '\n' && letter != '\t')
    {
        return Err(AnswerProblem::new(
            "answer.control_character",
            "Take out the characters that cannot be printed.",
        ));
    }
    Ok(text)
}

fn parse_number(question: &Question, text: &str, decimals: usize) -> Result<String, AnswerProblem> {
    let unsigned = text.strip_prefix(['-', '\u{2212}', '\u{2013}']);
    let negative = unsigned.is_some();
    let bare: String = unsigned
        .unwrap_or(text)
        .chars()
        .filter(|letter| !matches!(letter, ',' | ' ' | '\u{a0}' | '\u{202f}'))
        .collect();
    let bare = if question.kind == QuestionKind::Money {
        bare.trim_start_matches('£')
    } else {
        bare.as_str()
    };
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    let is_numeral = !(whole.is_empty() && fraction.is_empty())
        && whole
            .bytes()
            .chain(fraction.bytes())
            .all(|byte| byte.is_ascii_digit());
    if !is_numeral {
        return Err(not_a_number(question));
    }
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals {
        return Err(too_precise(question, decimals));
    }
    if whole.len() + fraction.len() > MAX_DIGITS {
        return Err(AnswerProblem::new(
            "answer.too_large",
            format!("Enter a number of at most {MAX_DIGITS} digits."),
        ));
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative && (whole != "0" || !fraction.is_empty()) {
        "-"
    } else {
        ""
    };
    Ok(match (fraction, question.kind) {
        ("", _) => format!("{sign}{whole}"),
        (fraction, QuestionKind::Money) => format!("{sign}{whole}.{fraction:0<2}"),
        (fraction, _) => format!("{sign}{whole}.{fraction}"),
    })
}

fn not_a_number(question: &Question) -> AnswerProblem {
    let message = match question.kind {
        QuestionKind::Money => "Enter an amount in pounds, like 1,200 or 1,200.50.",
        QuestionKind::Integer => "Enter a whole number, like 15.",
        _ => "Enter a number, like 3.5.",
    };
    AnswerProblem::new("answer.not_a_number", message)
}

fn too_precise(question: &Question, decimals: usize) -> AnswerProblem {
    let message = match (question.kind, decimals) {
        (QuestionKind::Money, _) => "Enter pounds and pence with at most 2 decimal places.".to_owned(),
        (_, 0) => "Enter a whole number, without decimal places.".to_owned(),
        _ => format!("Enter a number with at most {decimals} decimal places."),
    };
    AnswerProblem::new("answer.too_precise", message)
}

fn parse_date(text: &str) -> Result<String, AnswerProblem> {
    if let Some(day) = date::parse(text) {
        return Ok(day.to_string());
    }
    let parts: Vec<&str> = text
        .split(['/', '.', '-', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    match parts.as_slice() {
        [day, month, year] => date_from_parts(day, month, year),
        _ => Err(not_a_date()),
    }
}

fn not_a_date() -> AnswerProblem {
    AnswerProblem::new("answer.not_a_date", "Enter a real date, like 27 3 2026.")
}

/// A stored date from the three fields of a page; a month may be a name. All three empty means no answer.
pub fn date_from_parts(day: &str, month: &str, year: &str) -> Result<String, AnswerProblem> {
    let (day, month, year) = (day.trim(), month.trim(), year.trim());
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return Ok(String::new());
    }
    for (part, name) in [(day, "day"), (month, "month"), (year, "year")] {
        if part.is_empty() {
            return Err(AnswerProblem::new(
                "answer.incomplete_date",
                format!("The date must include a {name}."),
            ));
        }
    }
    let number = |text: &str| -> Option<i16> {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse().ok())
            .flatten()
    };
    let month = number(month).or_else(|| month_number(month));
    let (Some(day), Some(month), Some(year)) = (number(day), month, number(year)) else {
        return Err(not_a_date());
    };
    if !(1000..=9999).contains(&year) {
        return Err(AnswerProblem::new(
            "answer.not_a_date",
            "The year must have 4 digits.",
        ));
    }
    let date = i8::try_from(day).ok().zip(i8::try_from(month).ok());
    let date = date.and_then(|(day, month)| Date::new(year, month, day).ok());
    date.map(|date| date.to_string()).ok_or_else(not_a_date)
}

fn month_number(name: &str) -> Option<i16> {
    if name.len() < 3 {
        return None;
    }
    let name = name.to_lowercase();
    (1..=12).find(|month| {
        let first = Date::new(2000, *month as i8, 1).map_or("", date::month_name);
        first.to_lowercase().starts_with(&name)
    })
}

fn parse_choice(question: &Question, text: &str) -> Result<String, AnswerProblem> {
    find_choice(question, text).ok_or_else(|| not_a_choice(text))
}

fn find_choice(question: &Question, text: &str) -> Option<String> {
    let same = |other: &str| other.trim().eq_ignore_ascii_case(text);
    let by_name = question.choice(text);
    let found = by_name
        .or_else(|| question.choices.iter().find(|choice| same(&choice.name)))
        .or_else(|| question.choices.iter().find(|choice| same(&choice.label)));
    found.map(|choice| choice.name.clone())
}

fn not_a_choice(text: &str) -> AnswerProblem {
    let shown: String = text.chars().take(60).collect();
    AnswerProblem::new(
        "answer.not_a_choice",
        format!("\u{2018}{shown}\u{2019} is not one of the choices."),
    )
}

fn parse_choices(question: &Question, text: &str) -> Result<String, AnswerProblem> {
    if let Some(name) = find_choice(question, text) {
        return Ok(name);
    }
    let parts: Vec<&str> = if text.contains(';') {
        text.split(';').collect()
    } else {
        text.split_whitespace().collect()
    };
    let mut names: Vec<String> = Vec::new();
    for part in parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
    {
        let name = find_choice(question, part).ok_or_else(|| not_a_choice(part))?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // The order of the list, so that the same choices are always stored alike.
    names.sort_by_key(|name| question.choices.iter().position(|choice| choice.name == *name));
    Ok(names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::{display_value, fixed_point};
    use crate::questionnaire::Questionnaire;
    use crate::workbook::Workbook;
    use proptest::prelude::*;

    fn form() -> Questionnaire {
        let sheets = "| survey | | | |\n| | type | name | label | bind::csm:unit |\n| | integer | n | N | |\n\
            | | decimal | d | D | |\n| | decimal | wte | W | WTE |\n| | decimal | cost | C | GBP |\n\
            | | date | day | Day | |\n| | select_one c | one | One | |\n| | select_multiple c | many | Many | |\n\
            | | text | words | Words | |\n| choices | | | |\n| | list_name | name | label |\n\
            | | c | t3 | Tier 3 |\n| | c | t4 | Tier 4 |";
        Questionnaire::compile(&Workbook::from_markdown(sheets)).unwrap()
    }

    fn parse(name: &str, text: &str) -> Result<String, &'static str> {
        let form = form();
        let question = form.question(&format!("/data/{name}")).unwrap();
        parse_value(question, text).map_err(|problem| problem.code)
    }

    fn show(name: &str, value: &str) -> String {
        let form = form();
        display_value(form.question(&format!("/data/{name}")).unwrap(), value)
    }

    #[test]
    fn what_people_type_becomes_one_canonical_value() {
        for (name, typed, stored) in [
            ("cost", "£1,234.50", "1234.50"),
            ("cost", " 1 200 ", "1200"),
            ("cost", "£220320.00", "220320"),
            ("cost", "-£5", "-5"),
            ("cost", "0.1", "0.10"),
            ("wte", "3.500", "3.5"),
            ("wte", "0061.650", "61.65"),
            ("wte", ".5", "0.5"),
            ("n", "1,200", "1200"),
            ("n", "15.0", "15"),
            ("n", "-0", "0"),
            ("day", "12 March 2026", "2026-03-12"),
            ("day", "1/2/2026", "2026-02-01"),
            ("day", "2026-03-12", "2026-03-12"),
            ("one", "tier 3", "t3"),
            ("one", "T4", "t4"),
            ("many", "t4 t3", "t3 t4"),
            ("many", "Tier 4; Tier 3", "t3 t4"),
            ("words", "  a\r\nb ", "a\nb"),
            ("n", "  ", ""),
        ] {
            assert_eq!(parse(name, typed).as_deref(), Ok(stored), "{name} {typed}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_a_code() {
        for (name, typed, code) in [
            ("n", "many", "answer.not_a_number"),
            ("n", "1.5", "answer.too_precise"),
            ("n", "1e9", "answer.not_a_number"),
            ("n", "--1", "answer.not_a_number"),
            ("n", "9999999999999999", "answer.too_large"),
            ("cost", "1.234", "answer.too_precise"),
            ("wte", "0.0005", "answer.too_precise"),
            ("wte", "£5", "answer.not_a_number"),
            ("day", "31/2/2026", "answer.not_a_date"),
            ("day", "1/2/26", "answer.not_a_date"),
            ("day", "soon", "answer.not_a_date"),
            ("one", "t5", "answer.not_a_choice"),
            ("many", "t3 t5", "answer.not_a_choice"),
            ("words", "a\u{0}b", "answer.control_character"),
        ] {
            assert_eq!(parse(name, typed), Err(code), "{name} {typed}");
        }
        assert_eq!(parse("words", &"x".repeat(10_001)), Err("answer.too_long"));
    }

    #[test]
    fn a_date_has_three_fields_and_says_which_is_missing() {
        assert_eq!(date_from_parts("27", "3", "2026").as_deref(), Ok("2026-03-27"));
        assert_eq!(date_from_parts("1", "sept", "2026").as_deref(), Ok("2026-09-01"));
        assert_eq!(date_from_parts("", " ", "").as_deref(), Ok(""));
        assert_eq!(
            date_from_parts("", "3", "2026").unwrap_err().message,
            "The date must include a day."
        );
        assert_eq!(
            date_from_parts("29", "2", "2027").unwrap_err().code,
            "answer.not_a_date"
        );
    }

    #[test]
    fn values_are_shown_as_people_write_them() {
        for (name, value, shown) in [
            ("cost", "2614760", "£2,614,760"),
            ("cost", "1234.50", "£1,234.50"),
            ("cost", "-5", "-£5"),
            ("wte", "3.5", "3.500"),
            ("wte", "1061.65", "1,061.650"),
            ("n", "1200", "1,200"),
            ("d", "-1234.5", "-1,234.5"),
            ("day", "2026-03-12", "12 March 2026"),
            ("one", "t3", "Tier 3"),
            ("many", "t3 t4", "Tier 3, Tier 4"),
            ("n", "many", "many"),
            ("day", "soon", "soon"),
            ("cost", "", ""),
        ] {
            assert_eq!(show(name, value), shown, "{name} {value}");
        }
    }

    #[test]
    fn fixed_point_is_exact_and_rounds_halves_away_from_nought() {
        assert_eq!(fixed_point("3.5", 3), Some(3500));
        assert_eq!(fixed_point("61.650000000000006", 3), Some(61_650));
        assert_eq!(fixed_point("-0.005", 2), Some(-1));
        assert_eq!(fixed_point("", 2), None);
        assert_eq!(fixed_point("1.2.3", 2), None);
        assert_eq!(fixed_point("99999999999999999999", 2), None);
    }

    proptest! {
        #[test]
        fn a_canonical_value_stays_what_it_is(
            name in prop::sample::select(vec!["n", "d", "wte", "cost", "day", "one", "many", "words"]),
            text in "[-£0-9., /t3-4A-Za-z]{0,14}",
        ) {
            if let Ok(stored) = parse(name, &text) {
                prop_assert_eq!(parse(name, &stored), Ok(stored.clone()));
                let form = form();
                let question = form.question(&format!("/data/{name}")).unwrap();
                prop_assert!(stored.is_empty() || check_stored(question, &stored).is_ok());
                let _ = display_value(question, &text);
            }
        }
    }
}
