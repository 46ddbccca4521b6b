use std::collections::HashMap;
use std::sync::Arc;

use super::{SHEET, Survey, is_name, question};
use crate::choices::{List, Problems, no_choices};
use crate::columns::Cells;
use crate::problem::Problem;
use crate::program::{Node, NodeId, NodeKind};
use crate::question::{Choice, QuestionKind};
use crate::row_type::{self, RowType};

/// How deep groups may lie within one another.
const MAX_DEPTH: usize = 30;

/// Builds the tree row by row.
pub(super) struct Builder<'a> {
    survey: Survey,
    lists: &'a mut Vec<List>,
    /// Groups not yet closed, and whether they are repeats; the root is the first.
    open: Vec<(NodeId, bool)>,
    /// The row in which each name of a group was first used.
    names: HashMap<(NodeId, String), u32>,
    problems: &'a mut Problems,
}

impl<'a> Builder<'a> {
    pub(super) fn new(survey: Survey, lists: &'a mut Vec<List>, problems: &'a mut Problems) -> Builder<'a> {
        Builder {
            survey,
            lists,
            open: vec![(0, false)],
            names: HashMap::new(),
            problems,
        }
    }

    /// Takes one row of the sheet.
    pub(super) fn row(&mut self, cells: Cells) {
        if self.problems.are_too_many() {
            return;
        }
        let text = cells.get("type");
        if text.is_empty() {
            if !cells.get("name").is_empty() || !cells.get("label").is_empty() {
                let problem = Problem::new(
                    "form.missing_type",
                    "The row has no type.",
                    "Fill in the type, or delete the row.",
                );
                self.fault(problem, &cells, "type");
            }
            return;
        }
        if text.starts_with('#') || matches!(cells.get("disabled"), "yes" | "true" | "TRUE") {
            return;
        }
        match row_type::read(text) {
            Err(problem) => {
                self.fault(problem, &cells, "type");
                self.placeholder(cells);
            }
            Ok(RowType::Dropped) => {
                let message = format!("The type {text} is something only a phone can add; it stays empty.");
                let remedy = "Delete the row if you do not need it elsewhere.";
                let problem = Problem::new("form.dropped_type", message, remedy);
                self.problems
                    .warnings
                    .push(problem.at(SHEET, cells.row, &cells.heading("type")));
                self.placeholder(cells);
            }
            Ok(RowType::EndGroup) => self.end(&cells, false),
            Ok(RowType::EndRepeat) => self.end(&cells, true),
            Ok(RowType::BeginGroup) => self.begin(cells, false),
            Ok(RowType::BeginRepeat) => self.begin(cells, true),
            Ok(RowType::Question(kind)) => self.question(cells, kind, None),
            Ok(RowType::Selection(kind, list, or_other)) => self.selection(cells, kind, &list, or_other),
        }
    }

    fn fault(&mut self, problem: Problem, cells: &Cells, column: &str) {
        self.problems
            .faults
            .push(problem.at(SHEET, cells.row, &cells.heading(column)));
    }

    /// Keeps the name of a row that is not asked, so that rules may go on referring to it.
    fn placeholder(&mut self, cells: Cells) {
        let mut kept = Cells::new(cells.row);
        if is_name(cells.get("name")) {
            kept.set("name", cells.get("name"));
            self.question(kept, QuestionKind::Hidden, None);
        }
    }

    fn begin(&mut self, cells: Cells, is_repeat: bool) {
        if self.open.len() == MAX_DEPTH {
            let message = format!("Groups lie within one another more than {MAX_DEPTH} deep.");
            let problem = Problem::new("form.too_deep", message, "Take some of the groups out.");
            self.fault(problem, &cells, "type");
        }
        let kind = if is_repeat {
            NodeKind::Repeat
        } else {
            NodeKind::Group
        };
        let node = self.node(cells, kind);
        self.open.push((node, is_repeat));
    }

    fn end(&mut self, cells: &Cells, is_repeat: bool) {
        let word = |repeat: bool| if repeat { "repeat" } else { "group" };
        match self.open.last() {
            Some((node, opened)) if *node != 0 => {
                if *opened != is_repeat {
                    let begun = self.survey.cells[*node].row;
                    let problem = Problem::new(
                        "form.unbalanced",
                        format!(
                            "end_{} closes the {} that begins in row {begun}.",
                            word(is_repeat),
                            word(*opened)
                        ),
                        format!("Write end_{}, or add the missing row above.", word(*opened)),
                    );
                    self.fault(problem, cells, "type");
                }
                self.open.pop();
            }
            _ => {
                let problem = Problem::new(
                    "form.unbalanced",
                    format!("end_{0} closes no begin_{0}.", word(is_repeat)),
                    "Delete the row, or add the row that begins it.",
                );
                self.fault(problem, cells, "type");
            }
        }
    }

    fn selection(&mut self, cells: Cells, kind: QuestionKind, list: &str, or_other: bool) {
        let Some(place) = self.lists.iter().position(|known| known.name == list) else {
            let known = self.lists.iter().map(|list| list.name.as_str());
            let remedy = match crate::problem::nearest(list, known) {
                Some(meant) => format!("Did you mean {meant}?"),
                None => format!("Add rows with list_name {list} to the choices sheet."),
            };
            let problem = Problem::new(
                "form.unknown_list",
                format!("There is no choice list {list}."),
                remedy,
            );
            self.fault(problem, &cells, "type");
            return self.question(cells, kind, None);
        };
        let companion = or_other.then(|| cells.clone());
        let place = if or_other {
            self.list_with_other(place)
        } else {
            place
        };
        self.question(cells, kind, Some(place));
        if let Some(cells) = companion {
            self.companion(&cells);
        }
    }

    /// The list with a choice "other" at its end; made once for each list.
    fn list_with_other(&mut self, place: usize) -> usize {
        let name = format!("{} or_other", self.lists[place].name);
        if let Some(made) = self.lists.iter().position(|list| list.name == name) {
            return made;
        }
        let list = &self.lists[place];
        let mut choices = list.choices.to_vec();
        if !choices.iter().any(|choice| choice.name == "other") {
            choices.push(Choice {
                name: "other".into(),
                label: "Other".into(),
                columns: Vec::new(),
            });
        }
        let list = List {
            name,
            choices: choices.into(),
            columns: Arc::clone(&list.columns),
        };
        self.lists.push(list);
        self.lists.len() - 1
    }

    /// The question that `or_other` adds: "other" opens a line of text.
    fn companion(&mut self, cells: &Cells) {
        let Some(question) = self.survey.questions.last() else {
            return;
        };
        let selected = question.name.clone();
        let mut other = cells.clone();
        for column in [
            "required",
            "constraint",
            "calculation",
            "default",
            "choice_filter",
            "hint",
            "appearance",
        ] {
            other.set(column, "");
        }
        other.set("name", &format!("{selected}_other"));
        other.set("label", "Specify other");
        other.set("relevant", &format!("selected(../{selected}, 'other')"));
        self.question(other, QuestionKind::Text, None);
    }

    fn question(&mut self, cells: Cells, kind: QuestionKind, list: Option<usize>) {
        if kind.is_shown()
            && cells.get("label").is_empty()
            && cells.get("hint").is_empty()
            && cells.get("calculation").is_empty()
        {
            let problem = Problem::new(
                "form.missing_label",
                format!("The question {} has neither label nor hint.", cells.get("name")),
                "Write the question in the label column.",
            );
            self.fault(problem, &cells, "label");
        }
        if kind == QuestionKind::Calculate
            && cells.get("calculation").is_empty()
            && cells.get("default").is_empty()
        {
            let problem = Problem::new(
                "form.missing_calculation",
                format!("The calculate row {} has no calculation.", cells.get("name")),
                "Write the calculation, or delete the row.",
            );
            self.fault(problem, &cells, "calculation");
        }
        let place = self.survey.questions.len();
        let node = self.node(cells, NodeKind::Question(place));
        self.survey.nodes[node].list = list;
        let choices = list.map_or_else(no_choices, |list| Arc::clone(&self.lists[list].choices));
        let question = question(
            &self.survey.cells[node],
            &self.survey.nodes[node].path,
            kind,
            choices,
        );
        self.survey.questions.push(question);
    }

    fn node(&mut self, cells: Cells, kind: NodeKind) -> NodeId {
        let parent = self.open.last().map_or(0, |(node, _)| *node);
        let name = self.name(&cells, kind, parent);
        let id = self.survey.nodes.len();
        let path = format!("{}/{name}", self.survey.nodes[parent].path);
        self.survey.nodes[parent].children.push(id);
        self.survey.nodes.push(Node {
            name,
            path,
            parent: Some(parent),
            kind,
            ..Node::default()
        });
        self.survey.cells.push(cells);
        id
    }

    fn name(&mut self, cells: &Cells, kind: NodeKind, parent: NodeId) -> String {
        let name = cells.get("name").to_owned();
        if name.is_empty() {
            if kind == NodeKind::Group {
                return format!("group_{}", cells.row);
            }
            let kind = cells.get("type");
            if kind == "note" {
                return format!("note_{}", cells.row);
            }
            let problem = Problem::new(
                "form.missing_name",
                format!("The {kind} row has no name."),
                "Give it a short name without spaces.",
            );
            self.fault(problem, cells, "name");
            return format!("row_{}", cells.row);
        }
        if !is_name(&name) {
            let problem = Problem::new(
                "form.bad_name",
                format!("{name} cannot be a name."),
                "Start with a letter and use letters, digits, `_`, `-` and `.` only.",
            );
            self.fault(problem, cells, "name");
        }
        let first = *self.names.entry((parent, name.clone())).or_insert(cells.row);
        if first != cells.row {
            let problem = Problem::new(
                "form.duplicate_name",
                format!("The name {name} is already used in row {first} of the same group."),
                "Give each row of a group its own name.",
            );
            self.fault(problem, cells, "name");
        }
        name
    }

    /// Closes what is open and hands over the tree.
    pub(super) fn finish(mut self) -> Survey {
        for (node, is_repeat) in std::mem::take(&mut self.open).into_iter().skip(1) {
            let cells = self.survey.cells[node].clone();
            let word = if is_repeat { "repeat" } else { "group" };
            let problem = Problem::new(
                "form.unbalanced",
                format!("The {word} {} is never closed.", self.survey.nodes[node].name),
                format!("Add a row end_{word} after its last question."),
            );
            self.fault(problem, &cells, "type");
        }
        if self.survey.questions.is_empty() && self.problems.faults.is_empty() {
            let problem = Problem::new(
                "form.empty",
                "The survey sheet asks nothing.",
                "Add at least one question.",
            );
            self.problems.faults.push(problem.at(SHEET, 1, ""));
        }
        self.survey
    }
}
