use std::sync::Arc;

use jiff::civil::Date;
use questionnaire::{Answers, Evaluation, Question, QuestionKind, Questionnaire, parse_value};

use super::cells::is_error;
use super::columns::{Columns, Meaning, edits, last_segment};
use super::fault::Fault;
use super::file::{CELL_LIMIT, SheetRow};
use crate::assessment::assess;
use crate::returns::{Change, Figures, ReturnState};
use crate::services::{parse_name, parse_reference};

/// Concept of the question that asks for a service's name.
const NAME: &str = "service.name";

/// Everything by which rows of one sheet are weighed.
#[derive(Debug, Clone)]
pub struct Scales {
    questionnaire: Arc<Questionnaire>,
    columns: Columns,
    sheet: String,
    today: Date,
    /// Where the answers of a new service begin: defaults, and no entries in any list.
    blank: Answers,
    /// The path of the question that asks for the service's name.
    name_path: Option<String>,
}

/// A row as it was read, each answer in the form in which it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The row's number.
    pub row: u32,
    /// The organisation's own name for the service.
    pub reference: String,
    /// The code of the organisation; empty where the row does not say.
    pub organisation: String,
    /// What cannot be read.
    pub faults: Vec<Fault>,
    told: Vec<Told>,
    checks: Vec<Check>,
}

/// One answer of a row.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    column: usize,
    question: usize,
    entry: Option<usize>,
    value: String,
}

/// A figure of a row that can only agree with what is worked out.
#[derive(Debug, Clone, PartialEq)]
struct Check {
    column: usize,
    question: usize,
    text: String,
}

/// What is there already for the service that a row names.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The service's name, where the organisation has a service with this reference.
    pub name: Option<String>,
    /// The answers of its return in this cycle, where it has one.
    pub answers: Option<Answers>,
}

/// What a row comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// The service's name afterwards.
    pub name: String,
    /// The answers afterwards.
    pub answers: Answers,
    /// Which answers of a return that is there change; empty where nothing does, and for a new return.
    pub changes: Vec<Change>,
    /// How far the return is then.
    pub state: ReturnState,
    /// What tables add up.
    pub figures: Figures,
    /// How many required answers are missing or wrong.
    pub missing_count: i64,
    /// Why the row is refused; empty where it is not.
    pub faults: Vec<Fault>,
    /// What the person should know; the row is read all the same.
    pub warnings: Vec<Fault>,
}

impl Scales {
    /// Scales for the rows of a sheet.
    pub fn new(questionnaire: Arc<Questionnaire>, columns: Columns, sheet: &str, today: Date) -> Self {
        let mut blank = Answers::default();
        for (path, value) in questionnaire.begin(today).iter() {
            if !path.contains('[') {
                blank.set(path, value);
            }
        }
        let name_path = questionnaire
            .questions_with_concept(NAME)
            .first()
            .map(|question| question.path.clone());
        Self {
            questionnaire,
            columns,
            sheet: sheet.to_owned(),
            today,
            blank,
            name_path,
        }
    }

    /// The sheet's name.
    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    /// Reads a row: every answer in the form in which it is kept, or the fault that stops it.
    ///
    /// A blank cell says nothing. Money and numbers may be typed with `£`, commas and a per cent sign, dates
    /// as `2026-11-30` or `30/11/2026`, choices by code or label, several with `;` between.
    pub fn draft(&self, row: &SheetRow) -> Draft {
        let mut draft = Draft {
            row: row.number,
            reference: String::new(),
            organisation: String::new(),
            faults: Vec::new(),
            told: Vec::new(),
            checks: Vec::new(),
        };
        for column in 0..row.cells.len() {
            let text = row.cell(column);
            if !text.is_empty()
                && let Err(fault) = self.read_cell(&mut draft, column, text)
            {
                draft.faults.push(self.at(fault, row.number, column));
            }
        }
        if draft.reference.is_empty() && draft.faults.is_empty() {
            let problem = Fault::of_file(
                "service.no_reference",
                "This row has no reference.",
                "Enter your own short name for the service in the column reference, or delete the row.",
            );
            draft.faults.push(problem.at_row(&self.sheet, row.number));
        }
        draft
    }

    fn at(&self, fault: Fault, row: u32, column: usize) -> Fault {
        let heading = self.columns.headings.get(column).map_or("", String::as_str);
        fault.at_row(&self.sheet, row).at_column(column, heading)
    }

    fn read_cell(&self, draft: &mut Draft, column: usize, text: &str) -> Result<(), Fault> {
        if is_error(text) {
            return Err(Fault::of_file(
                "import.formula_error",
                format!("The formula in this cell gives {text}."),
                "Correct the formula, or type the value.",
            ));
        }
        if text.len() > CELL_LIMIT && text.chars().count() > CELL_LIMIT {
            return Err(Fault::of_file(
                "import.long_cell",
                format!("This cell holds more than {CELL_LIMIT} characters."),
                "Shorten the text.",
            ));
        }
        match self
            .columns
            .meanings
            .get(column)
            .copied()
            .unwrap_or(Meaning::Nameless)
        {
            Meaning::Reference => {
                draft.reference = parse_reference(text).map_err(|problem| {
                    Fault::of_file(&problem.code, "The reference is too long.", problem.message)
                })?;
            }
            Meaning::Organisation => text.clone_into(&mut draft.organisation),
            Meaning::Answer(question, entry) => {
                let value = canonical(&self.questionnaire.questions()[question], text)?;
                draft.told.push(Told {
                    column,
                    question,
                    entry,
                    value,
                });
            }
            Meaning::Calculated(question) => draft.checks.push(Check {
                column,
                question,
                text: text.to_owned(),
            }),
            Meaning::Unknown => {}
            Meaning::Nameless => {
                return Err(Fault::of_file(
                    "import.no_heading",
                    "This cell stands in a column without a heading.",
                    "Move it to its column. In a text file, put quotation marks around cells with commas.",
                ));
            }
        }
        Ok(())
    }

    /// Weighs a row against what is there: what would stand afterwards, what changes, what is wrong.
    ///
    /// Only the cells that hold something change answers. An answer that the questionnaire does not accept
    /// (its constraint fails, or the choice is not offered) refuses the row; a required answer that is missing
    /// does not, it keeps the return from being complete.
    pub fn weigh(&self, draft: &Draft, standing: &Standing) -> Weighed {
        let mut answers = standing.answers.clone().unwrap_or_else(|| self.blank.clone());
        let mut weighed = Applied {
            changes: Vec::new(),
            places: Vec::new(),
            faults: draft.faults.clone(),
        };
        for told in &draft.told {
            self.apply(&mut answers, &mut weighed, told, draft.row);
        }
        let mut name = standing.name.clone().unwrap_or_default();
        if let Some(path) = &self.name_path {
            if answers.get(path).is_empty() && !name.is_empty() {
                answers.set(path, name.clone());
            }
            answers.get(path).clone_into(&mut name);
        }
        if standing.answers.is_some() && weighed.changes.is_empty() && weighed.faults.is_empty() {
            return self.unchanged(draft, name, answers);
        }
        let assessment = assess(&self.questionnaire, &answers, self.today, true);
        let mut warnings = Vec::new();
        for (column, path) in &weighed.places {
            match verdict(
                &assessment.evaluation,
                &self.questionnaire,
                path,
                answers.get(path),
            ) {
                Verdict::Good => {}
                Verdict::Wrong(fault) => weighed.faults.push(self.at(fault, draft.row, *column)),
                Verdict::NotAsked(warning) => warnings.push(self.at(warning, draft.row, *column)),
            }
        }
        self.check_figures(&mut weighed.faults, &assessment.evaluation, draft);
        self.check_name(&mut weighed.faults, draft, &name);
        Weighed {
            name,
            answers,
            changes: if standing.answers.is_some() {
                weighed.changes
            } else {
                Vec::new()
            },
            state: assessment.state,
            figures: assessment.figures,
            missing_count: assessment.missing.len() as i64,
            faults: weighed.faults,
            warnings,
        }
    }

    /// A row that says what is there already. Its figures are checked all the same, so that a file that
    /// disagrees with itself is refused each time it is read.
    fn unchanged(&self, draft: &Draft, name: String, answers: Answers) -> Weighed {
        let mut faults = Vec::new();
        let mut weighed = Weighed {
            name,
            answers,
            changes: Vec::new(),
            state: ReturnState::InProgress,
            figures: Figures::default(),
            missing_count: 0,
            faults: Vec::new(),
            warnings: Vec::new(),
        };
        if !draft.checks.is_empty() {
            let evaluation = self.questionnaire.evaluate(&weighed.answers, self.today);
            self.check_figures(&mut faults, &evaluation, draft);
        }
        weighed.faults = faults;
        weighed
    }

    /// Sets one answer, and remembers what it was.
    fn apply(&self, answers: &mut Answers, weighed: &mut Applied, told: &Told, row: u32) {
        let question = &self.questionnaire.questions()[told.question];
        let mut path = question.path.clone();
        if let (Some(repeat), Some(entry)) = (&question.repeat, told.entry) {
            let Some(instance) = self.entry_path(answers, weighed, repeat, entry) else {
                let fault = entry_left_out(last_segment(repeat), entry);
                weighed.faults.push(self.at(fault, row, told.column));
                return;
            };
            path = format!("{instance}{}", &question.path[repeat.len()..]);
        }
        let old = answers.get(&path).to_owned();
        if old != told.value {
            weighed.changes.push(Change {
                path: path.clone(),
                old,
                new: told.value.clone(),
            });
            answers.set(&path, told.value.clone());
        }
        weighed.places.push((told.column, path));
    }

    /// The path of an entry of a list; the next one comes into being, one further on does not.
    fn entry_path(
        &self,
        answers: &mut Answers,
        weighed: &mut Applied,
        repeat: &str,
        entry: usize,
    ) -> Option<String> {
        if entry == answers.instances(repeat).len() {
            let old = keys(answers, repeat);
            self.questionnaire.add_instance(answers, repeat, self.today)?;
            weighed.changes.push(Change {
                path: repeat.to_owned(),
                old,
                new: keys(answers, repeat),
            });
        }
        let key = answers.instances(repeat).get(entry)?;
        Some(format!("{repeat}[{key}]"))
    }

    /// A column that is worked out must agree with what the answers give.
    fn check_figures(&self, faults: &mut Vec<Fault>, evaluation: &Evaluation, draft: &Draft) {
        for check in &draft.checks {
            let question = &self.questionnaire.questions()[check.question];
            let worked_out = evaluation.value(&question.path);
            if !agrees(worked_out, &check.text) {
                let given = if worked_out.is_empty() {
                    "nothing"
                } else {
                    worked_out
                };
                let fault = Fault::of_file(
                    "import.figure_differs",
                    format!(
                        "The file says {}, but the answers it is worked out from give {given}.",
                        check.text
                    ),
                    "Correct those answers, or leave this column out.",
                );
                faults.push(self.at(fault, draft.row, check.column));
            }
        }
    }

    fn check_name(&self, faults: &mut Vec<Fault>, draft: &Draft, name: &str) {
        if !faults.is_empty() {
            return;
        }
        if let Err(problem) = parse_name(name) {
            let column = self.columns.meanings.iter().position(|meaning| match meaning {
                Meaning::Answer(place, None) => {
                    self.name_path.as_ref() == Some(&self.questionnaire.questions()[*place].path)
                }
                _ => false,
            });
            let fault = Fault::of_file(
                &problem.code,
                "A new service needs a name of a sensible length.",
                problem.message,
            );
            faults.push(match column {
                Some(column) => self.at(fault, draft.row, column),
                None => fault.at_row(&self.sheet, draft.row),
            });
        }
    }
}

/// What applying a row has come to so far.
struct Applied {
    changes: Vec<Change>,
    /// Column and path of each answer of the row.
    places: Vec<(usize, String)>,
    faults: Vec<Fault>,
}

/// Entries are counted from 0 here and from 1 in a sheet, so `entry` is the number of the one before.
fn entry_left_out(list: &str, entry: usize) -> Fault {
    Fault::of_file(
        "import.entry_left_out",
        format!(
            "Entry {} of the list is filled, but an entry before it is empty.",
            entry + 1
        ),
        format!("Fill {list}[{entry}] first."),
    )
}

fn keys(answers: &Answers, repeat: &str) -> String {
    let keys: Vec<String> = answers.instances(repeat).iter().map(u32::to_string).collect();
    keys.join(" ")
}

/// An answer in the form in which it is kept, or the fault that says what to write instead.
fn canonical(question: &Question, text: &str) -> Result<String, Fault> {
    let mut typed = text;
    if question.kind.is_number() {
        typed = text.trim_end_matches('%').trim_end();
        if let Some(rest) = typed.strip_prefix('£') {
            typed = rest.trim_start();
        }
    }
    if question.kind == QuestionKind::SelectOne {
        typed = match text {
            "TRUE" if question.choice("yes").is_some() => "yes",
            "FALSE" if question.choice("no").is_some() => "no",
            other => other,
        };
    }
    parse_value(question, typed).map_err(|problem| {
        let remedy = if question.kind.is_selection() {
            choices_of(question, text)
        } else {
            problem.message
        };
        Fault::of_file(problem.code, cannot_be(question, text), remedy)
    })
}

fn cannot_be(question: &Question, text: &str) -> String {
    let shown: String = text.chars().take(60).collect();
    let label = if question.label.is_empty() || question.label.contains("${") {
        &question.name
    } else {
        &question.label
    };
    format!("\u{201c}{shown}\u{201d} cannot be the answer to \u{201c}{label}\u{201d}.")
}

/// Which choices there are; the nearest where there are many.
fn choices_of(question: &Question, text: &str) -> String {
    const SHOWN: usize = 8;
    if question.choices.len() <= SHOWN {
        let names: Vec<&str> = question
            .choices
            .iter()
            .map(|choice| choice.name.as_str())
            .collect();
        return format!("Use one of: {}.", names.join(", "));
    }
    let wanted = text.to_lowercase();
    let nearest = question.choices.iter().min_by_key(|choice| {
        edits(&wanted, &choice.name.to_lowercase()).min(edits(&wanted, &choice.label.to_lowercase()))
    });
    let name = nearest.map_or("", |choice| choice.name.as_str());
    format!("Did you mean {name}? The sheet Guide of the template lists the choices.")
}

enum Verdict {
    Good,
    Wrong(Fault),
    NotAsked(Fault),
}

fn verdict(evaluation: &Evaluation, questionnaire: &Questionnaire, path: &str, kept: &str) -> Verdict {
    let (Some(node), Some(question)) = (evaluation.get(path), questionnaire.question(path)) else {
        return Verdict::Good;
    };
    if !node.relevant {
        return Verdict::NotAsked(Fault::of_file(
            "import.not_asked",
            "This answer is kept but does not count, because the service is not asked this question.",
            "Check the answers on which the question depends, or leave the cell empty.",
        ));
    }
    if node.value.is_empty() && !kept.is_empty() {
        return Verdict::Wrong(Fault::of_file(
            "answer.not_offered",
            cannot_be(question, kept),
            "It is not among the choices that the service's other answers leave. Change it or them.",
        ));
    }
    match &node.problem {
        Some(problem) if !node.value.is_empty() => Verdict::Wrong(Fault::of_file(
            problem.code,
            cannot_be(question, &node.value),
            &problem.message,
        )),
        _ => Verdict::Good,
    }
}

/// Whether a figure of the file is what was worked out, however it is typed.
fn agrees(worked_out: &str, text: &str) -> bool {
    let bare: String = text
        .chars()
        .filter(|letter| !matches!(letter, '£' | ',' | ' ' | '%' | '\u{a0}'))
        .collect();
    match (worked_out.parse::<f64>(), bare.parse::<f64>()) {
        (Ok(one), Ok(other)) => (one - other).abs() < 0.000_5,
        _ => worked_out.eq_ignore_ascii_case(text),
    }
}
