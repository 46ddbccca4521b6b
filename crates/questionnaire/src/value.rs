use jiff::civil::Date;

use crate::date;
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
