use domain::sheet::REFERENCE;
use questionnaire::{Question, QuestionKind, Questionnaire};
use reports::template::{TemplateColumn, csv, xlsx};

use crate::error::AppError;

/// How many entries of each list the template has columns for; more can be added by their numbers.
const ENTRIES: usize = 5;

/// The format of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateKind {
    /// Text with commas: the headings only.
    Csv,
    /// A workbook with headings, a guide and the choices.
    Xlsx,
}

/// A template to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// Name to save it under.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The spreadsheet to fill in for a questionnaire; made from the questionnaire, so that it is never out of date.
pub fn template(questionnaire: &Questionnaire, kind: TemplateKind) -> Result<TemplateFile, AppError> {
    let columns = columns(questionnaire);
    let (ending, media_type, bytes) = match kind {
        TemplateKind::Csv => ("csv", "text/csv; charset=utf-8", csv(&columns)),
        TemplateKind::Xlsx => (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            xlsx(questionnaire.title(), &columns).map_err(|error| AppError::Broken(error.to_string()))?,
        ),
    };
    let file_name = format!("services-{}.{ending}", plain(questionnaire.version()));
    Ok(TemplateFile {
        file_name,
        media_type,
        bytes,
    })
}

fn plain(version: &str) -> String {
    version
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || letter == '.' {
                letter
            } else {
                '-'
            }
        })
        .collect()
}

fn columns(questionnaire: &Questionnaire) -> Vec<TemplateColumn> {
    let mut columns = vec![reference()];
    let mut lists_done: Vec<&str> = Vec::new();
    for question in questionnaire.questions() {
        match &question.repeat {
            None if question.is_asked() => columns.push(column(question.name.clone(), question)),
            Some(repeat) if !lists_done.contains(&repeat.as_str()) => {
                lists_done.push(repeat);
                columns.extend(columns_of_list(questionnaire, repeat));
            }
            _ => {}
        }
    }
    columns
}

fn columns_of_list(questionnaire: &Questionnaire, repeat: &str) -> Vec<TemplateColumn> {
    let list = repeat.rsplit('/').next().unwrap_or(repeat);
    let mut columns = Vec::new();
    for entry in 1..=ENTRIES {
        for question in questionnaire.questions() {
            if question.repeat.as_deref() == Some(repeat) && question.is_asked() {
                columns.push(column(format!("{list}[{entry}].{}", question.name), question));
            }
        }
    }
    columns
}

fn reference() -> TemplateColumn {
    TemplateColumn {
        heading: REFERENCE.to_owned(),
        question:
            "Your own short name for the service. It stays the same from year to year: a row whose reference \
                   is known changes that service, any other adds one."
                .to_owned(),
        answer: "Text".to_owned(),
        unit: String::new(),
        choices: Vec::new(),
        is_single_choice: false,
    }
}

fn column(heading: String, question: &Question) -> TemplateColumn {
    let answer = match question.kind {
        QuestionKind::Integer => "Whole number",
        QuestionKind::Decimal => "Number",
        QuestionKind::Money => "Amount in pounds",
        QuestionKind::Date => "Date, like 2026-11-30 or 30/11/2026",
        QuestionKind::SelectOne => "One of the choices, by code or in words",
        QuestionKind::SelectMultiple => "Any of the choices, with ; between them",
        _ => "Text",
    };
    let mut choices = Vec::with_capacity(question.choices.len());
    for choice in question.choices.iter() {
        choices.push((choice.name.clone(), choice.label.clone()));
    }
    TemplateColumn {
        heading,
        question: question.label.clone(),
        answer: answer.to_owned(),
        unit: question.unit.clone().unwrap_or_default(),
        choices,
        is_single_choice: question.kind == QuestionKind::SelectOne,
    }
}
