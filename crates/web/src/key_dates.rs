//! The five dates of a cycle as questions with three fields each, and as words.

use std::collections::BTreeMap;

use domain::cycles::KeyDates;
use jiff::civil::Date;
use serde::Serialize;

use crate::page::ErrorLink;

/// What is sent by a form whose fields are known by name only.
pub type Fields = BTreeMap<String, String>;

/// A question for a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DateQuestion {
    /// The name of the field, to which `-day`, `-month` and `-year` are added.
    pub name: &'static str,
    /// The question.
    pub legend: &'static str,
    /// What the date means.
    pub hint: &'static str,
    /// What stands in the field for the day.
    pub day: String,
    /// What stands in the field for the month.
    pub month: String,
    /// What stands in the field for the year.
    pub year: String,
}

/// Name, legend and hint of each date, in the order of the form.
const QUESTIONS: [(&str, &str, &str); 5] = [
    (
        "opens_on",
        "Opening date",
        "First day on which organisations can answer",
    ),
    (
        "checking_on",
        "Checking date",
        "First day of checking; answers can still be corrected",
    ),
    (
        "closes_on",
        "Closing date",
        "Last day on which organisations can change their answers",
    ),
    (
        "publishes_on",
        "Publication date",
        "The day on which tables come out",
    ),
    (
        "census_on",
        "Census date",
        "The day to which staff in post and caseload refer",
    ),
];

/// The questions, with what was sent.
pub fn questions(fields: &Fields) -> Vec<DateQuestion> {
    let mut questions = Vec::new();
    for (name, legend, hint) in QUESTIONS {
        let part = |ending: &str| {
            fields
                .get(&format!("{name}-{ending}"))
                .cloned()
                .unwrap_or_default()
        };
        questions.push(DateQuestion {
            name,
            legend,
            hint,
            day: part("day"),
            month: part("month"),
            year: part("year"),
        });
    }
    questions
}

/// The same as a form would send them, for dates that are there already.
pub fn fields_of(dates: &KeyDates) -> Fields {
    let values = [
        dates.opens_on,
        dates.checking_on,
        dates.closes_on,
        dates.publishes_on,
        dates.census_on,
    ];
    let mut fields = Fields::new();
    for ((name, _, _), date) in QUESTIONS.into_iter().zip(values) {
        fields.insert(format!("{name}-day"), date.day().to_string());
        fields.insert(format!("{name}-month"), date.month().to_string());
        fields.insert(format!("{name}-year"), date.year().to_string());
    }
    fields
}

/// Reads the dates; whether they follow each other is for the domain to say.
pub fn read(fields: &Fields) -> Result<KeyDates, Vec<ErrorLink>> {
    let mut dates = Vec::new();
    let mut errors = Vec::new();
    for question in questions(fields) {
        match date_of(&question) {
            Ok(date) => dates.push(date),
            Err(error) => errors.push(error),
        }
    }
    match dates[..] {
        [opens_on, checking_on, closes_on, publishes_on, census_on] => Ok(KeyDates {
            opens_on,
            checking_on,
            closes_on,
            publishes_on,
            census_on,
        }),
        _ => Err(errors),
    }
}

fn date_of(question: &DateQuestion) -> Result<Date, ErrorLink> {
    let parts = [&question.day, &question.month, &question.year];
    let legend = question.legend.to_lowercase();
    if parts.iter().all(|part| part.trim().is_empty()) {
        return Err(ErrorLink::at(question.name, &format!("Enter the {legend}")));
    }
    let number = |text: &String| text.trim().parse::<i16>().ok();
    let day = number(&question.day).and_then(|day| i8::try_from(day).ok());
    let month = number(&question.month).and_then(|month| i8::try_from(month).ok());
    let year = number(&question.year).filter(|year| (2000..2200).contains(year));
    if let (Some(day), Some(month), Some(year)) = (day, month, year)
        && let Ok(date) = Date::new(year, month, day)
    {
        return Ok(date);
    }
    Err(ErrorLink::at(
        question.name,
        &format!("The {legend} must be a real date, like 27 3 2026"),
    ))
}

/// A date as people say it, such as "28 February 2027".
pub fn in_words(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn dates() -> KeyDates {
        KeyDates {
            opens_on: date(2026, 11, 1),
            checking_on: date(2027, 1, 4),
            closes_on: date(2027, 2, 28),
            publishes_on: date(2027, 4, 20),
            census_on: date(2026, 11, 30),
        }
    }

    #[test]
    fn dates_shown_and_sent_back_are_the_same() {
        assert_eq!(read(&fields_of(&dates())), Ok(dates()));
    }

    #[test]
    fn every_date_that_is_missing_or_does_not_exist_is_named() {
        let mut fields = fields_of(&dates());
        fields.insert("closes_on-day".to_owned(), "30".to_owned());
        fields.insert("census_on-month".to_owned(), "x".to_owned());
        for part in ["day", "month", "year"] {
            fields.remove(&format!("opens_on-{part}"));
        }
        let errors = read(&fields).unwrap_err();
        let told: Vec<(&str, &str)> = errors
            .iter()
            .map(|error| (error.href.as_str(), error.text.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("#opens_on", "Enter the opening date"),
                (
                    "#closes_on",
                    "The closing date must be a real date, like 27 3 2026"
                ),
                (
                    "#census_on",
                    "The census date must be a real date, like 27 3 2026"
                ),
            ]
        );
    }
}
