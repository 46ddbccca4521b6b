//! From the sheets of a workbook to a questionnaire that runs: every fault at once, each with its place.

mod order;
mod path;
mod resolve;
mod rules;

use std::collections::HashMap;
use std::sync::Arc;

use crate::choices::{self, Problems};
use crate::columns::{Cells, Columns};
use crate::page;
use crate::problem::{Problem, nearest};
use crate::program::{NodeId, NodeKind, Program, Task};
use crate::questionnaire::Questionnaire;
use crate::survey::{self, Survey};
use crate::workbook::Workbook;

pub(crate) use resolve::whole_match;

const SETTINGS: &str = "settings";
const KNOWN_SETTINGS: &[&str] = &[
    "form_title",
    "form_id",
    "version",
    "default_language",
    "name",
    "allow_choice_duplicates",
    "clean_text_values",
];
const IGNORED_SETTINGS: &[&str] = &[
    "style",
    "instance_name",
    "public_key",
    "submission_url",
    "auto_send",
    "auto_delete",
    "sms_keyword",
    "prefix",
    "delimiter",
    "namespaces",
];
const SHEETS: &[&str] = &["survey", "choices", "settings"];

/// Compiles a workbook; see [`Questionnaire::compile`].
pub(crate) fn compile(workbook: &Workbook) -> Result<Questionnaire, Vec<Problem>> {
    let mut problems = Problems::default();
    warn_of_sheets(workbook, &mut problems);
    let Some(sheet) = workbook.sheet("survey") else {
        return Err(vec![no_survey(workbook)]);
    };
    let settings = read_settings(workbook, &mut problems);
    let language = settings.get("default_language").to_owned();
    let duplicates = matches!(
        settings.get("allow_choice_duplicates").to_lowercase().as_str(),
        "yes" | "true" | "true()"
    );
    let mut lists = choices::read(workbook, &language, duplicates, &mut problems);
    let root = if survey::is_name(settings.get("name")) {
        settings.get("name")
    } else {
        "data"
    };
    let Survey {
        nodes,
        cells,
        mut questions,
    } = survey::read(sheet, root, &language, &mut lists, &mut problems);
    if problems
        .faults
        .iter()
        .any(|problem| problem.code == "form.too_deep")
    {
        return Err(problems.faults);
    }
    let by_path = nodes
        .iter()
        .enumerate()
        .map(|(id, node)| (node.path.clone(), id))
        .collect();
    let mut program = Program {
        nodes,
        by_path,
        lists,
        order: Vec::new(),
    };
    place_in_frames(&mut program);
    for node in &program.nodes {
        if let (NodeKind::Question(place), true) = (node.kind, node.frame != 0) {
            questions[place].repeat = Some(program.nodes[node.frame].path.clone());
        }
    }
    let names = names(&program);
    let dependencies = rules::compile(&mut program, &cells, &questions, &names, &mut problems);
    match order::order(&program, &dependencies) {
        Ok(order) => program.order = order,
        Err(loops) => {
            for steps in loops {
                problems.faults.push(cycle(&program, &cells, &steps));
            }
        }
    }
    let sections = page::sections(&program, &cells, &mut questions, settings.get("form_title"));
    if problems.are_too_many() {
        let message = "There are too many faults to look further.";
        let remedy = "Check that this is the right file, correct these and try again.";
        problems
            .faults
            .push(Problem::new("form.too_many_faults", message, remedy));
    }
    if !problems.faults.is_empty() {
        problems
            .faults
            .sort_by_key(|problem| (problem.sheet.clone(), problem.row));
        return Err(problems.faults);
    }
    Ok(Questionnaire {
        id: settings.optional("form_id").unwrap_or_else(|| root.to_owned()),
        title: settings
            .optional("form_title")
            .or_else(|| settings.optional("form_id"))
            .unwrap_or_else(|| root.to_owned()),
        version: settings.get("version").to_owned(),
        language,
        sections,
        questions,
        warnings: problems.warnings,
        program: Arc::new(program),
    })
}

fn no_survey(workbook: &Workbook) -> Problem {
    let names: Vec<&str> = workbook.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    let remedy = match names
        .iter()
        .find(|name| nearest(&name.to_lowercase(), ["survey"]).is_some())
    {
        Some(name) => format!("Rename the sheet {name} to survey."),
        None => "Add a sheet named survey with the columns type, name and label.".to_owned(),
    };
    Problem::new(
        "form.no_survey",
        "The workbook has no sheet named survey.",
        remedy,
    )
}

fn warn_of_sheets(workbook: &Workbook, problems: &mut Problems) {
    for sheet in &workbook.sheets {
        let name = sheet.name.trim().to_lowercase();
        if name.starts_with('_') || SHEETS.contains(&name.as_str()) {
            continue;
        }
        if matches!(name.as_str(), "entities" | "external_choices" | "osm") {
            let message = format!(
                "The sheet {} is not supported and has no effect here.",
                sheet.name
            );
            let remedy = "Check that the questionnaire makes sense without it.";
            problems
                .warnings
                .push(Problem::new("form.ignored_sheet", message, remedy).at(&sheet.name, 0, ""));
            continue;
        }
        if let Some(meant) = nearest(&name, SHEETS.iter().copied()) {
            problems.warnings.push(
                Problem::new(
                    "form.misnamed_sheet",
                    format!("The sheet {} is not read.", sheet.name),
                    format!("Did you mean {meant}?"),
                )
                .at(&sheet.name, 0, ""),
            );
        }
    }
}

fn read_settings(workbook: &Workbook, problems: &mut Problems) -> Cells {
    let Some(sheet) = workbook.sheet(SETTINGS) else {
        return Cells::default();
    };
    let columns = Columns::read(sheet);
    columns.warn(SETTINGS, KNOWN_SETTINGS, IGNORED_SETTINGS, &mut problems.warnings);
    sheet
        .rows
        .get(1)
        .map_or_else(Cells::default, |row| columns.cells(row, ""))
}

fn names(program: &Program) -> HashMap<String, Vec<NodeId>> {
    let mut names: HashMap<String, Vec<NodeId>> = HashMap::new();
    for (id, node) in program.nodes.iter().enumerate().skip(1) {
        names.entry(node.name.clone()).or_default().push(id);
    }
    names
}

/// Gives each node its place in a frame of the repeat it lies in.
fn place_in_frames(program: &mut Program) {
    let mut sizes = vec![0; program.nodes.len()];
    sizes[0] = 1;
    for id in 1..program.nodes.len() {
        let outer = program.nodes[id]
            .parent
            .map_or(0, |parent| program.nodes[parent].frame);
        let is_repeat = program.nodes[id].kind == NodeKind::Repeat;
        let place = sizes[outer];
        sizes[outer] += 1;
        let node = &mut program.nodes[id];
        if is_repeat {
            node.frame = id;
            node.slot = 0;
            node.container = place;
            sizes[id] = 1;
        } else {
            node.frame = outer;
            node.slot = place;
        }
    }
    for (id, size) in sizes.into_iter().enumerate() {
        program.nodes[id].frame_size = size;
    }
}

fn cycle(program: &Program, cells: &[Cells], steps: &[Task]) -> Problem {
    let mut places: Vec<NodeId> = Vec::new();
    for step in steps {
        let (Task::Instances(node) | Task::Relevance(node) | Task::Value(node)) = *step;
        if places.last() != Some(&node) {
            places.push(node);
        }
    }
    let first = places.first().copied().unwrap_or(0);
    places.push(first);
    let described: Vec<String> = places
        .iter()
        .map(|node| format!("{} (row {})", program.nodes[*node].name, cells[*node].row))
        .collect();
    let (message, column) = if places.len() <= 2 {
        (format!("{} depends on itself.", described[0]), "relevant")
    } else {
        (
            format!(
                "These rows depend on one another in a circle: {}.",
                described.join(" needs ")
            ),
            "relevant",
        )
    };
    let column = match steps.first() {
        Some(Task::Value(_)) => "calculation",
        Some(Task::Instances(_)) => "repeat_count",
        _ => column,
    };
    Problem::new("expression.cycle", message, "Take one of the references out.").at(
        survey::SHEET,
        cells[first].row,
        &cells[first].heading(column),
    )
}
