use crate::date;
use crate::question::{Question, QuestionKind};

/// A stored value as people read it: `£2,614,760`, `3.500`, `12 March 2026`, the labels of choices.
///
/// A value that is not of its question's kind is shown as it is.
pub fn display_value(question: &Question, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    match (question.kind, question.unit.as_deref()) {
        (QuestionKind::Money, _) | (QuestionKind::Calculate, Some("GBP")) => money(value),
        (QuestionKind::Decimal | QuestionKind::Calculate, Some("WTE")) => fixed(value, 3),
        (QuestionKind::Integer | QuestionKind::Decimal, _) => grouped(value),
        (QuestionKind::Date, _) => match date::parse_day(value) {
            Some(day) => format!("{} {} {}", day.day(), date::month_name(day), day.year()),
            None => value.to_owned(),
        },
        (QuestionKind::SelectOne, _) => label(question, value),
        (QuestionKind::SelectMultiple, _) => {
            let labels: Vec<String> = value
                .split_whitespace()
                .map(|name| label(question, name))
                .collect();
            labels.join(", ")
        }
        _ => value.to_owned(),
    }
}

fn label(question: &Question, name: &str) -> String {
    question
        .choice(name)
        .map_or_else(|| name.to_owned(), |choice| choice.label.clone())
}

fn money(value: &str) -> String {
    let Some(pence) = fixed_point(value, 2) else {
        return value.to_owned();
    };
    let sign = if pence < 0 { "-" } else { "" };
    let (pounds, pence) = (pence.unsigned_abs() / 100, pence.unsigned_abs() % 100);
    let pounds = with_commas(&pounds.to_string());
    if pence == 0 {
        format!("{sign}£{pounds}")
    } else {
        format!("{sign}£{pounds}.{pence:02}")
    }
}

fn fixed(value: &str, decimals: u32) -> String {
    let Some(number) = fixed_point(value, decimals) else {
        return value.to_owned();
    };
    let sign = if number < 0 { "-" } else { "" };
    let unit = 10u64.pow(decimals);
    let (whole, rest) = (number.unsigned_abs() / unit, number.unsigned_abs() % unit);
    format!(
        "{sign}{}.{rest:0width$}",
        with_commas(&whole.to_string()),
        width = decimals as usize
    )
}

fn grouped(value: &str) -> String {
    if fixed_point(value, 0).is_none() {
        return value.to_owned();
    }
    let (sign, digits) = value
        .strip_prefix('-')
        .map_or(("", value), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", with_commas(whole))
}

fn with_commas(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A decimal text as a whole number of its smallest unit, halves away from nought; none when it is no number.
///
/// Exact: no floating point is involved. `3.5` with three decimals is 3500.
pub fn fixed_point(value: &str, decimals: u32) -> Option<i64> {
    let (negative, digits) = value
        .strip_prefix('-')
        .map_or((false, value), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut number: i64 = 0;
    for byte in whole.bytes() {
        number = push_digit(number, byte)?;
    }
    let mut fraction_digits = fraction.bytes();
    for _ in 0..decimals {
        number = push_digit(number, fraction_digits.next().unwrap_or(b'0'))?;
    }
    let next = fraction_digits.next().unwrap_or(b'0');
    if !next.is_ascii_digit() || !fraction_digits.all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if next >= b'5' {
        number = number.checked_add(1)?;
    }
    Some(if negative { -number } else { number })
}

fn push_digit(number: i64, byte: u8) -> Option<i64> {
    if !byte.is_ascii_digit() {
        return None;
    }
    number.checked_mul(10)?.checked_add(i64::from(byte - b'0'))
}
