use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use crate::columns::Columns;
use crate::problem::Problem;
use crate::question::Choice;
use crate::workbook::Workbook;

const SHEET: &str = "choices";

/// One choice list.
#[derive(Debug, Clone)]
pub(crate) struct List {
    pub name: String,
    pub choices: Arc<[Choice]>,
    /// Names of the further columns, for filters.
    pub columns: Arc<[String]>,
}

impl List {
    /// The place of a column a filter may name; `name` and `label` are the first two.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        match name {
            "name" => Some(0),
            "label" => Some(1),
            other => self
                .columns
                .iter()
                .position(|column| column == other)
                .map(|place| place + 2),
        }
    }
}

/// The cell of a choice at a place given by [`List::column`].
pub(crate) fn cell(choice: &Choice, column: usize) -> &str {
    match column {
        0 => &choice.name,
        1 => &choice.label,
        other => choice.columns.get(other - 2).map_or("", String::as_str),
    }
}

/// One empty slice for all questions that have no choices.
pub(crate) fn no_choices() -> Arc<[Choice]> {
    static NONE: LazyLock<Arc<[Choice]>> = LazyLock::new(|| Arc::from(Vec::new()));
    Arc::clone(&NONE)
}

/// Reads the choices sheet into lists, in the order of the sheet.
pub(crate) fn read(
    workbook: &Workbook,
    language: &str,
    allow_duplicates: bool,
    problems: &mut Problems,
) -> Vec<List> {
    let Some(sheet) = workbook.sheet(SHEET) else {
        return Vec::new();
    };
    let columns = Columns::read(sheet);
    let further: Arc<[String]> = columns
        .others(&["list_name", "name", "label", "image", "audio", "video", "media"])
        .into();
    let mut order: Vec<String> = Vec::new();
    let mut lists: HashMap<String, Vec<Choice>> = HashMap::new();
    let mut rows: HashMap<(String, String), u32> = HashMap::new();
    for row in sheet.rows.iter().skip(1) {
        if problems.are_too_many() {
            break;
        }
        let cells = columns.cells(row, language);
        let list_name = cells.get("list_name").to_owned();
        let name = cells.get("name").to_owned();
        if list_name.is_empty() && name.is_empty() {
            continue;
        }
        if let Some(problem) = fault(&list_name, &name) {
            let column = if list_name.is_empty() { "list_name" } else { "name" };
            problems
                .faults
                .push(problem.at(SHEET, cells.row, &cells.heading(column)));
            continue;
        }
        let first = *rows.entry((list_name.clone(), name.clone())).or_insert(cells.row);
        if first != cells.row && !allow_duplicates {
            problems.faults.push(
                Problem::new(
                    "form.duplicate_choice",
                    format!("The list {list_name} has the name {name} already in row {first}."),
                    "Give each choice of a list its own name.",
                )
                .at(SHEET, cells.row, &cells.heading("name")),
            );
        }
        let label = cells.optional("label").unwrap_or_else(|| name.clone());
        let values = further
            .iter()
            .map(|column| cells.get(column).to_owned())
            .collect();
        if !lists.contains_key(&list_name) {
            order.push(list_name.clone());
        }
        lists.entry(list_name).or_default().push(Choice {
            name,
            label,
            columns: values,
        });
    }
    order
        .into_iter()
        .map(|name| List {
            choices: lists.remove(&name).unwrap_or_default().into(),
            columns: Arc::clone(&further),
            name,
        })
        .collect()
}

fn fault(list_name: &str, name: &str) -> Option<Problem> {
    if list_name.is_empty() {
        return Some(Problem::new(
            "form.missing_list_name",
            format!("The choice {name} belongs to no list."),
            "Fill in list_name.",
        ));
    }
    if name.is_empty() {
        return Some(Problem::new(
            "form.missing_name",
            format!("A choice of the list {list_name} has no name."),
            "Give it a short name without spaces; that is what is stored.",
        ));
    }
    None
}

/// Faults after which reading stops: a file with so many is not a questionnaire.
const MAX_FAULTS: usize = 1_000;

impl Problems {
    /// Whether there is no use in looking further.
    pub(crate) fn are_too_many(&self) -> bool {
        self.faults.len() >= MAX_FAULTS
    }
}

/// Faults and warnings found on the way.
#[derive(Default)]
pub(crate) struct Problems {
    pub faults: Vec<Problem>,
    pub warnings: Vec<Problem>,
}
