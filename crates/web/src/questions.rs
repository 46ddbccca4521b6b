//! Questions as fields of a page: finished words, for the templates to lay out.

use domain::returns::Conflict;
use questionnaire::{
    Answers, Evaluation, Page, Question, QuestionKind, Questionnaire, display_value, template_path,
};
use serde::Serialize;

/// One question as it is laid out.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Field {
    /// Which component: text, textarea, number, date, radios, select, checkboxes, note or worked_out.
    pub component: &'static str,
    /// The id of the first control, for labels and links from the error summary.
    pub id: String,
    /// The name under which the answer is sent: the question's concrete path.
    pub name: String,
    /// The question.
    pub label: String,
    /// Help below the question.
    pub hint: String,
    /// Longer help, folded away.
    pub guidance: String,
    /// What stands in the control, or the worked-out value in words.
    pub value: String,
    /// The parts of a date.
    pub date: DateParts,
    /// Set before the control, such as a pound sign.
    pub prefix: &'static str,
    /// Set after the control, such as the unit.
    pub suffix: String,
    /// `numeric`, `decimal` or nothing: which keyboard a phone shows.
    pub input_mode: &'static str,
    /// A class of GOV.UK Frontend that fits the expected length.
    pub width: &'static str,
    /// The choices offered.
    pub items: Vec<Item>,
    /// Whether it may be left out.
    pub optional: bool,
    /// What is wrong with the answer; empty when nothing is.
    pub error: String,
    /// What somebody else answered meanwhile, where a choice is needed.
    pub conflict: Option<ConflictWords>,
}

/// The parts of a date, as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DateParts {
    /// Day of the month.
    pub day: String,
    /// Month.
    pub month: String,
    /// Year.
    pub year: String,
}

/// One choice.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: String,
    /// Whether it is chosen.
    pub checked: bool,
}

/// Two answers to the same question.
#[derive(Debug, Clone, Serialize)]
pub struct ConflictWords {
    /// What somebody else saved, in words.
    pub theirs: String,
    /// What this person typed, in words.
    pub mine: String,
    /// What somebody else saved, as it is sent.
    pub theirs_value: String,
    /// What this person typed, as it is sent.
    pub mine_value: String,
}

/// One row of a table of answers.
#[derive(Debug, Clone, Serialize)]
pub struct RowOfFields {
    /// The instance key, for the button that takes the row out.
    pub key: u32,
    /// Its place, from 1.
    pub number: usize,
    /// Its questions.
    pub fields: Vec<Field>,
}

/// A page's questions, laid out.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Fields {
    /// Questions outside any table.
    pub single: Vec<Field>,
    /// The rows of the page's table.
    pub rows: Vec<RowOfFields>,
    /// The path of the table's repeat; empty where the page has none.
    pub repeat: String,
    /// Whether rows may be added and taken out.
    pub may_add_rows: bool,
    /// Every path that the page asks, so that an emptied checkbox list is told from one not shown.
    pub asked: Vec<String>,
}

/// Everything that laying out a page needs.
pub struct Layout<'a> {
    /// The questionnaire.
    pub questionnaire: &'a Questionnaire,
    /// The answers shown.
    pub answers: &'a Answers,
    /// The engine's reading of them.
    pub evaluation: &'a Evaluation,
    /// The answers that need a choice.
    pub conflicts: &'a [Conflict],
    /// Whether problems are shown: only after the person has tried to go on.
    pub show_problems: bool,
}

impl Layout<'_> {
    /// Lays a page out: what applies, in the order of the questionnaire.
    pub fn fields(&self, page: &Page) -> Fields {
        let mut laid = Fields::default();
        for template in &page.questions {
            let Some(question) = self.questionnaire.question(template) else {
                continue;
            };
            if question.repeat.is_none()
                && let Some(field) = self.field(question, template)
            {
                laid.note_asked(&field);
                laid.single.push(field);
            }
        }
        let Some(table) = &page.repeat else { return laid };
        let repeat = table.path.as_str();
        repeat.clone_into(&mut laid.repeat);
        laid.may_add_rows = !table.is_counted;
        for (index, key) in self.answers.instances(repeat).iter().enumerate() {
            let mut fields = Vec::new();
            for template in &page.questions {
                let Some(question) = self.questionnaire.question(template) else {
                    continue;
                };
                let Some(rest) = template.strip_prefix(repeat) else {
                    continue;
                };
                if let Some(field) = self.field(question, &format!("{repeat}[{key}]{rest}")) {
                    laid.note_asked(&field);
                    fields.push(field);
                }
            }
            laid.rows.push(RowOfFields {
                key: *key,
                number: index + 1,
                fields,
            });
        }
        laid
    }

    fn field(&self, question: &Question, path: &str) -> Option<Field> {
        if !question.kind.is_shown() {
            return None;
        }
        let state = self.evaluation.get(path)?;
        if !state.relevant {
            return None;
        }
        let value = if question.is_asked() {
            self.answers.get(path)
        } else {
            state.value.as_str()
        };
        let conflict = self.conflicts.iter().find(|conflict| conflict.path == path);
        let error = match (&state.problem, self.show_problems) {
            (Some(problem), true) => problem.message.clone(),
            _ => String::new(),
        };
        let mut field = Field {
            component: component(question),
            id: html_id(path),
            name: path.to_owned(),
            label: self.evaluation.label(path),
            hint: question.hint.clone().unwrap_or_default(),
            guidance: question.guidance.clone().unwrap_or_default(),
            value: shown(question, value),
            optional: question.is_asked() && !state.required,
            error,
            conflict: conflict.map(|conflict| words(question, conflict)),
            ..Field::default()
        };
        decorate(&mut field, question, value);
        if question.kind.is_selection() {
            let chosen: Vec<&str> = value.split_whitespace().collect();
            for choice in state.choices.iter() {
                field.items.push(Item {
                    value: choice.name.clone(),
                    text: choice.label.clone(),
                    checked: chosen.contains(&choice.name.as_str()),
                });
            }
        }
        Some(field)
    }
}

impl Fields {
    fn note_asked(&mut self, field: &Field) {
        if field.component != "note" && field.component != "worked_out" {
            self.asked.push(field.name.clone());
        }
    }
}

impl Fields {
    /// One field of each component, for samples.
    pub fn sample() -> Fields {
        let item = |value: &str, checked| Item {
            value: value.to_owned(),
            text: value.to_owned(),
            checked,
        };
        let mut fields = Fields {
            repeat: "/data/staff".to_owned(),
            may_add_rows: true,
            ..Fields::default()
        };
        for component in [
            "text",
            "textarea",
            "number",
            "date",
            "radios",
            "select",
            "checkboxes",
            "note",
            "worked_out",
        ] {
            let field = Field {
                component,
                id: format!("q-{component}"),
                name: format!("/data/{component}"),
                label: format!("A question as {component}"),
                hint: "A hint".to_owned(),
                guidance: "Longer help".to_owned(),
                value: "one".to_owned(),
                suffix: if component == "number" {
                    "WTE".to_owned()
                } else {
                    String::new()
                },
                items: vec![item("one", true), item("two", false)],
                error: if component == "text" {
                    "Enter an answer".to_owned()
                } else {
                    String::new()
                },
                ..Field::default()
            };
            fields.note_asked(&field);
            fields.single.push(field);
        }
        let mut asked_twice = fields.single[0].clone();
        "q-asked-twice".clone_into(&mut asked_twice.id);
        asked_twice.conflict = Some(ConflictWords {
            theirs: "3.500".to_owned(),
            mine: "4.000".to_owned(),
            theirs_value: "3.5".to_owned(),
            mine_value: "4".to_owned(),
        });
        let in_row = Field {
            id: "q-staff-1-wte".to_owned(),
            ..fields.single[2].clone()
        };
        fields.rows.push(RowOfFields {
            key: 1,
            number: 1,
            fields: vec![in_row],
        });
        fields.single.push(asked_twice);
        fields
    }
}

/// Which component a question becomes.
fn component(question: &Question) -> &'static str {
    if question.kind == QuestionKind::Note {
        return "note";
    }
    if question.calculated {
        return "worked_out";
    }
    match question.kind {
        QuestionKind::Text if question.has_appearance("multiline") => "textarea",
        QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Money => "number",
        QuestionKind::Date => "date",
        // A list too long to read on a page becomes a select, which every browser can search by typing.
        QuestionKind::SelectOne if question.has_appearance("minimal") || question.choices.len() > 12 => {
            "select"
        }
        QuestionKind::SelectOne => "radios",
        QuestionKind::SelectMultiple => "checkboxes",
        _ => "text",
    }
}

/// What stands in the control: as typed where a person types, in words where it is worked out.
fn shown(question: &Question, value: &str) -> String {
    if question.calculated {
        display_value(question, value)
    } else {
        value.to_owned()
    }
}

fn decorate(field: &mut Field, question: &Question, value: &str) {
    let unit = question.unit.as_deref().unwrap_or_default();
    match question.kind {
        QuestionKind::Money => {
            field.prefix = "£";
            field.input_mode = "decimal";
            field.width = "govuk-input--width-10";
        }
        QuestionKind::Integer => {
            field.input_mode = "numeric";
            field.width = "govuk-input--width-5";
            unit.clone_into(&mut field.suffix);
        }
        QuestionKind::Decimal => {
            field.input_mode = "decimal";
            field.width = "govuk-input--width-5";
            unit.clone_into(&mut field.suffix);
        }
        QuestionKind::Date => field.date = date_parts(value),
        _ => {}
    }
}

fn date_parts(value: &str) -> DateParts {
    let parts: Vec<&str> = value.split('-').collect();
    match parts.as_slice() {
        [year, month, day] => DateParts {
            day: day.trim_start_matches('0').to_owned(),
            month: month.trim_start_matches('0').to_owned(),
            year: (*year).to_owned(),
        },
        _ => DateParts::default(),
    }
}

fn words(question: &Question, conflict: &Conflict) -> ConflictWords {
    let say = |value: &str| {
        if value.is_empty() {
            "No answer".to_owned()
        } else {
            display_value(question, value)
        }
    };
    ConflictWords {
        theirs: say(&conflict.theirs),
        mine: say(&conflict.mine),
        theirs_value: conflict.theirs.clone(),
        mine_value: conflict.mine.clone(),
    }
}

/// The id of a question's control: its path with hyphens, such as `q-workforce-staff-3-wte`.
pub fn html_id(path: &str) -> String {
    let mut id = String::from("q");
    for part in path
        .trim_start_matches("/data")
        .split(['/', '[', ']', '_'])
        .filter(|part| !part.is_empty())
    {
        id.push('-');
        id.push_str(part);
    }
    id
}

/// The question that a concrete path belongs to.
pub fn question_at<'a>(questionnaire: &'a Questionnaire, path: &str) -> Option<&'a Question> {
    questionnaire.question(&template_path(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_rows_differ_by_their_key() {
        assert_eq!(html_id("/data/workforce/staff[3]/wte"), "q-workforce-staff-3-wte");
        assert_ne!(
            html_id("/data/workforce/staff[3]/wte"),
            html_id("/data/workforce/staff[4]/wte")
        );
    }

    #[test]
    fn a_kept_date_is_shown_in_its_parts() {
        let parts = date_parts("2026-03-09");
        assert_eq!(
            (parts.day.as_str(), parts.month.as_str(), parts.year.as_str()),
            ("9", "3", "2026")
        );
    }
}
