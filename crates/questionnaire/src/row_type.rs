use crate::problem::{Problem, nearest};
use crate::question::QuestionKind;

/// What the type cell of a survey row says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RowType {
    BeginGroup,
    BeginRepeat,
    EndGroup,
    EndRepeat,
    Question(QuestionKind),
    /// A question about a list; the flag stands for `or_other`.
    Selection(QuestionKind, String, bool),
    /// Facts that a phone adds by itself; nothing depends on them.
    Dropped,
}

const QUESTIONS: &[(&str, QuestionKind)] = &[
    ("text", QuestionKind::Text),
    ("string", QuestionKind::Text),
    ("integer", QuestionKind::Integer),
    ("int", QuestionKind::Integer),
    ("decimal", QuestionKind::Decimal),
    ("date", QuestionKind::Date),
    ("note", QuestionKind::Note),
    ("calculate", QuestionKind::Calculate),
    ("hidden", QuestionKind::Hidden),
    ("barcode", QuestionKind::Text),
];

const DROPPED: &[&str] = &[
    "start",
    "end",
    "today",
    "deviceid",
    "phonenumber",
    "username",
    "email",
    "simserial",
    "subscriberid",
    "audit",
    "start-geopoint",
    "background-geopoint",
    "background-audio",
    "imei",
    "deviceid",
    "uri:deviceid",
];

/// Types of the convention that this engine does not ask, and what to do about it.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("time", "Ask for the time as text with a constraint."),
    ("datetime", "Ask for a date, and for the time as text."),
    ("range", "Use integer or decimal with a constraint."),
    ("rank", "Ask for the first choice, the second choice and so on."),
    ("acknowledge", "Use select_one with a single choice."),
    ("trigger", "Use select_one with a single choice."),
    ("image", "Ask for a web address as text."),
    ("photo", "Ask for a web address as text."),
    ("file", "Ask for a web address as text."),
    ("audio", "Ask for a web address as text."),
    ("video", "Ask for a web address as text."),
    ("geopoint", "Ask for a postcode as text."),
    ("geotrace", "Ask for a description as text."),
    ("geoshape", "Ask for a description as text."),
    ("osm", "Ask for a description as text."),
    ("select_one_external", "Use select_one with a choice_filter."),
    ("select_one_from_file", "Put the choices on the choices sheet."),
    (
        "select_multiple_from_file",
        "Put the choices on the choices sheet.",
    ),
    ("csv-external", "Put the choices on the choices sheet."),
    ("xml-external", "Put the choices on the choices sheet."),
];

const SELECT_ONE: &[&str] = &["select_one", "select1", "select one", "select one from"];
const SELECT_MULTIPLE: &[&str] = &[
    "select_multiple",
    "select multiple",
    "select all that apply",
    "select all that apply from",
    "select_many",
];

/// Reads a type cell; says what to write instead when it cannot be used.
pub(crate) fn read(text: &str) -> Result<RowType, Problem> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let spaced = words.join(" ").to_lowercase();
    let joined = spaced.replace([' ', '-'], "_");
    match joined.as_str() {
        "begin_group" | "begin_lgroup" => return Ok(RowType::BeginGroup),
        "end_group" => return Ok(RowType::EndGroup),
        "begin_repeat" | "begin_looped_group" => return Ok(RowType::BeginRepeat),
        "end_repeat" | "end_looped_group" => return Ok(RowType::EndRepeat),
        _ => {}
    }
    if let Some((_, kind)) = QUESTIONS.iter().find(|(name, _)| *name == spaced) {
        return Ok(RowType::Question(*kind));
    }
    if DROPPED.contains(&spaced.as_str()) {
        return Ok(RowType::Dropped);
    }
    if let Some((_, instead)) = UNSUPPORTED
        .iter()
        .find(|(name, _)| spaced.split(' ').next() == Some(*name))
    {
        return Err(Problem::new(
            "form.unsupported_type",
            format!("The type {text} is not supported."),
            *instead,
        ));
    }
    selection(&words).unwrap_or_else(|| Err(unknown(text, &words)))
}

fn selection(words: &[&str]) -> Option<Result<RowType, Problem>> {
    let or_other = words.len() > 1
        && matches!(
            words.last().copied(),
            Some("or_other" | "or_specify_other" | "or_specify")
        );
    let end = words.len() - usize::from(or_other);
    for (names, kind) in [
        (SELECT_ONE, QuestionKind::SelectOne),
        (SELECT_MULTIPLE, QuestionKind::SelectMultiple),
    ] {
        for split in (1..=end).rev() {
            if !names.contains(&words[..split].join(" ").to_lowercase().as_str()) {
                continue;
            }
            return Some(match &words[split..end] {
                [list] if !list.starts_with("${") => {
                    Ok(RowType::Selection(kind, (*list).to_owned(), or_other))
                }
                [] => Err(Problem::new(
                    "form.missing_list",
                    format!("The type {} names no choice list.", words.join(" ")),
                    "Write the list after it, as in `select_one tiers`.",
                )),
                _ => Err(Problem::new(
                    "form.unsupported_type",
                    format!("The type {} is not supported.", words.join(" ")),
                    "Write one list name of the choices sheet after it.",
                )),
            });
        }
    }
    None
}

fn unknown(text: &str, words: &[&str]) -> Problem {
    let known = QUESTIONS.iter().map(|(name, _)| *name);
    let known = known.chain([
        "select_one",
        "select_multiple",
        "begin_group",
        "end_group",
        "begin_repeat",
        "end_repeat",
    ]);
    let remedy = match nearest(words.first().copied().unwrap_or(""), known) {
        Some(meant) => format!("Did you mean {meant}?"),
        None => "Use text, integer, decimal, date, select_one, select_multiple, note, calculate, or a group."
            .to_owned(),
    };
    Problem::new(
        "form.unknown_type",
        format!("There is no question type {text}."),
        remedy,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_in_old_and_new_spelling() {
        assert_eq!(read("begin group").unwrap(), RowType::BeginGroup);
        assert_eq!(read("End_Repeat").unwrap(), RowType::EndRepeat);
        let tiers = || "tiers".to_owned();
        assert_eq!(
            read("select_one tiers or_other").unwrap(),
            RowType::Selection(QuestionKind::SelectOne, tiers(), true)
        );
        assert_eq!(
            read("select all that apply from tiers").unwrap(),
            RowType::Selection(QuestionKind::SelectMultiple, tiers(), false)
        );
        assert_eq!(read("deviceid").unwrap(), RowType::Dropped);
    }

    #[test]
    fn what_cannot_be_asked_is_refused_by_name() {
        assert_eq!(read("geopoint").unwrap_err().code, "form.unsupported_type");
        assert_eq!(read("select_one").unwrap_err().code, "form.missing_list");
        assert_eq!(read("interger").unwrap_err().remedy, "Did you mean integer?");
    }
}
