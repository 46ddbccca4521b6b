mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::choices::{List, Problems};
use crate::columns::{Cells, Columns};
use crate::problem::Problem;
use crate::program::Node;
use crate::question::{Choice, Question, QuestionKind};
use crate::workbook::Sheet;
use rows::Builder;

pub(crate) const SHEET: &str = "survey";

/// Most rows that a survey sheet may have.
const MAX_ROWS: usize = 20_000;

/// Columns that are read.
const KNOWN: &[&str] = &[
    "type",
    "name",
    "label",
    "hint",
    "guidance_hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "default",
    "appearance",
    "choice_filter",
    "read_only",
    "repeat_count",
    "parameters",
    "bind::csm:concept",
    "bind::csm:unit",
    "bind::csm:kind",
];

/// Columns of the convention that change nothing here.
const IGNORED: &[&str] = &[
    "image",
    "audio",
    "video",
    "big-image",
    "autoplay",
    "noapperrorstring",
    "compact_tag",
    "save_to",
    "trigger",
    "disabled",
    "media",
    "intent",
];

/// The survey sheet as a tree of nodes and a list of questions; the rules are still text.
pub(crate) struct Survey {
    pub nodes: Vec<Node>,
    /// For each node the row it came from.
    pub cells: Vec<Cells>,
    pub questions: Vec<Question>,
}

/// Reads the survey sheet; every row that cannot be used is a fault.
pub(crate) fn read(
    sheet: &Sheet,
    root: &str,
    language: &str,
    lists: &mut Vec<List>,
    problems: &mut Problems,
) -> Survey {
    let columns = Columns::read(sheet);
    for required in ["type", "name"] {
        if !columns.has(required) {
            problems.faults.push(
                Problem::new(
                    "form.missing_column",
                    format!("The survey sheet has no column {required}."),
                    "Write the column headings in the first row: type, name, label and so on.",
                )
                .at(SHEET, 1, required),
            );
        }
    }
    if sheet.rows.len() > MAX_ROWS {
        let message = format!("The survey sheet has more than {MAX_ROWS} rows.");
        let problem = Problem::new("form.too_long", message, "Split it into several questionnaires.");
        problems.faults.push(problem.at(SHEET, MAX_ROWS as u32, ""));
    }
    columns.warn(SHEET, KNOWN, IGNORED, &mut problems.warnings);
    let root = Node {
        name: root.to_owned(),
        path: format!("/{root}"),
        ..Node::default()
    };
    let survey = Survey {
        nodes: vec![root],
        cells: vec![Cells::default()],
        questions: Vec::new(),
    };
    let mut builder = Builder::new(survey, lists, problems);
    if columns.has("type") && columns.has("name") {
        for row in sheet.rows.iter().skip(1).take(MAX_ROWS) {
            builder.row(columns.cells(row, language));
        }
    }
    builder.finish()
}

fn question(cells: &Cells, path: &str, kind: QuestionKind, choices: Arc<[Choice]>) -> Question {
    let unit = cells.optional("bind::csm:unit");
    let is_money = unit.as_deref() == Some("GBP") && kind.is_number();
    Question {
        path: path.to_owned(),
        name: path.rsplit('/').next().unwrap_or(path).to_owned(),
        label: cells.get("label").to_owned(),
        hint: cells.optional("hint"),
        guidance: cells.optional("guidance_hint"),
        kind: if is_money { QuestionKind::Money } else { kind },
        choices,
        appearance: cells
            .get("appearance")
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        concept: cells.optional("bind::csm:concept"),
        unit,
        role: cells.optional("bind::csm:kind"),
        constraint_message: cells.optional("constraint_message"),
        required_message: cells.optional("required_message"),
        repeat: None,
        calculated: !cells.get("calculation").is_empty(),
        parameters: parameters(cells.get("parameters")),
        page_id: None,
        source_row: cells.row,
    }
}

/// `key=value` pairs with spaces, commas or semicolons between.
fn parameters(text: &str) -> BTreeMap<String, String> {
    text.split([' ', ',', ';'])
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// Whether a text can name a row: a letter or `_`, then letters, digits, `_`, `-` and `.`.
pub(crate) fn is_name(name: &str) -> bool {
    name.chars()
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | ':'))
}
