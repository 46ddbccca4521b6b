use std::collections::{BTreeSet, HashMap};

use super::order::Dependencies;
use super::resolve::Resolver;
use crate::choices::{List, Problems};
use crate::columns::Cells;
use crate::expression::{SyntaxFault, ast::Expression, parse, references_in_text};
use crate::problem::Problem;
use crate::program::{Code, NodeId, NodeKind, Program, Rules, Task, Text};
use crate::question::{Question, QuestionKind};
use crate::survey;

/// Compiles the rules of every node and returns what each step of the work must wait for.
pub(super) fn compile(
    program: &mut Program,
    cells: &[Cells],
    questions: &[Question],
    names: &HashMap<String, Vec<NodeId>>,
    problems: &mut Problems,
) -> Dependencies {
    let mut dependencies = Dependencies::of_tree(program);
    let mut compiled = Vec::with_capacity(program.nodes.len());
    for (node, cells) in cells.iter().enumerate() {
        if problems.are_too_many() {
            break;
        }
        let question = match program.nodes[node].kind {
            NodeKind::Question(place) => Some(&questions[place]),
            _ => None,
        };
        let mut compiler = RuleCompiler {
            program,
            names,
            node,
            cells,
            problems,
            dependencies: &mut dependencies,
        };
        compiled.push(compiler.rules(question));
    }
    for (node, rules) in compiled.into_iter().enumerate() {
        program.nodes[node].rules = rules;
    }
    dependencies
}

/// Faults that come with a guess of what was meant.
const MAX_SUGGESTIONS: usize = 50;

struct RuleCompiler<'a> {
    program: &'a Program,
    names: &'a HashMap<String, Vec<NodeId>>,
    node: NodeId,
    cells: &'a Cells,
    problems: &'a mut Problems,
    dependencies: &'a mut Dependencies,
}

impl RuleCompiler<'_> {
    fn rules(&mut self, question: Option<&Question>) -> Rules {
        let (relevance, value) = (Task::Relevance(self.node), Task::Value(self.node));
        let is_repeat = self.program.nodes[self.node].kind == NodeKind::Repeat;
        let list = self.program.list_of(self.node);
        let choice_filter = if list.is_some() {
            self.rule("choice_filter", list, Some(value))
        } else {
            None
        };
        Rules {
            relevant: self.rule("relevant", None, Some(relevance)),
            required: self.flag("required"),
            read_only: self.flag("read_only"),
            constraint: self.rule("constraint", None, None),
            calculation: if question.is_some() {
                self.rule("calculation", None, Some(value))
            } else {
                None
            },
            default: question.and_then(|question| self.default(question)),
            repeat_count: if is_repeat {
                self.rule("repeat_count", None, Some(Task::Instances(self.node)))
            } else {
                None
            },
            choice_filter,
            label: self.text("label"),
            hint: self.text("hint"),
            constraint_message: self.message("constraint_message"),
            required_message: self.message("required_message"),
        }
    }

    /// One rule; what it reads is noted for the step that needs it.
    fn rule(&mut self, column: &str, filter: Option<&List>, task: Option<Task>) -> Option<Code> {
        let text = self.cells.get(column);
        if text.is_empty() {
            return None;
        }
        match word(text) {
            Some(truth) => Some(truth),
            None => self.expression(column, text, filter, task),
        }
    }

    /// A rule that most authors write as yes or no; "no" is as good as nothing.
    fn flag(&mut self, column: &str) -> Option<Code> {
        match self.cells.get(column).to_lowercase().as_str() {
            "" | "no" | "false" | "false()" | "0" => None,
            _ => self.rule(column, None, None),
        }
    }

    fn expression(
        &mut self,
        column: &str,
        text: &str,
        filter: Option<&List>,
        task: Option<Task>,
    ) -> Option<Code> {
        let parsed = parse(text);
        let mut resolver = Resolver {
            program: self.program,
            names: self.names,
            node: self.node,
            filter,
            reads: BTreeSet::new(),
            reads_elsewhere: BTreeSet::new(),
            absolute_in_repeat: false,
            suggests: self.problems.faults.len() < MAX_SUGGESTIONS,
        };
        let code = match parsed.and_then(|expression| resolver.resolve(&expression)) {
            Ok(code) => code,
            Err(fault) => {
                self.fault(column, text, fault);
                return None;
            }
        };
        if resolver.absolute_in_repeat {
            let message =
                format!("The path in `{text}` is read as the question of the same repeat instance.");
            let problem = Problem::new(
                "expression.absolute_path_in_repeat",
                message,
                "Write `${name}`, which says so.",
            );
            self.problems.warnings.push(problem.at(
                survey::SHEET,
                self.cells.row,
                &self.cells.heading(column),
            ));
        }
        if let Some(task) = task {
            for read in &resolver.reads {
                let own_choices = column == "choice_filter" && *read == self.node;
                if !own_choices {
                    self.dependencies.reads(self.program, task, *read);
                }
            }
        }
        Some(code)
    }

    fn fault(&mut self, column: &str, text: &str, fault: SyntaxFault) {
        let message = if fault.code == "expression.syntax" {
            format!(
                "{} At character {} of `{}`.",
                fault.message,
                fault.at + 1,
                shortened(text, fault.at)
            )
        } else {
            fault.message
        };
        let problem = Problem::new(fault.code, message, fault.remedy);
        self.problems
            .faults
            .push(problem.at(survey::SHEET, self.cells.row, &self.cells.heading(column)));
    }

    /// A default is a plain value unless it calls a function or refers to a question.
    fn default(&mut self, question: &Question) -> Option<Code> {
        let text = self.cells.get("default");
        if text.is_empty() {
            return None;
        }
        let calls = matches!(parse(text), Ok(Expression::Call(_)));
        if text.contains("${") || calls {
            return self.expression("default", text, None, None);
        }
        if question.kind == QuestionKind::Calculate || question.kind == QuestionKind::Hidden {
            return Some(Code::Text(text.to_owned()));
        }
        match crate::value::parse_value(question, text) {
            Ok(value) => Some(Code::Text(value)),
            Err(problem) => {
                let message = format!(
                    "The default {text} is not an answer to this question. {}",
                    problem.message
                );
                let problem = Problem::new(
                    "form.bad_default",
                    message,
                    "Write a value that could be typed, or leave it empty.",
                );
                self.problems.faults.push(problem.at(
                    survey::SHEET,
                    self.cells.row,
                    &self.cells.heading("default"),
                ));
                None
            }
        }
    }

    /// A message with `${name}` in it; nothing when it is plain.
    fn message(&mut self, column: &str) -> Text {
        if self.cells.get(column).contains("${") {
            self.text(column)
        } else {
            Vec::new()
        }
    }

    fn text(&mut self, column: &str) -> Text {
        let text = self.cells.get(column);
        let mut pieces = Vec::new();
        for (words, name) in references_in_text(text) {
            let code = name.and_then(|name| self.output(column, &name));
            pieces.push((words, code));
        }
        pieces
    }

    fn output(&mut self, column: &str, name: &str) -> Option<Code> {
        let code = self.expression(column, &format!("${{{name}}}"), None, None)?;
        if let Code::Nodes(path) = &code
            && self.program.nodes[path.target].list.is_some()
        {
            let message =
                format!("${{{name}}} is a choice, and shows the stored name rather than the label.");
            let remedy = format!(
                "Add a calculate row with `jr:choice-name(${{{name}}}, '${{{name}}}')` and refer to that."
            );
            let problem = Problem::new("expression.choice_in_text", message, remedy);
            self.problems.warnings.push(problem.at(
                survey::SHEET,
                self.cells.row,
                &self.cells.heading(column),
            ));
        }
        Some(code)
    }
}

/// The words authors write instead of true() and false().
fn word(text: &str) -> Option<Code> {
    use crate::expression::functions::Function;
    match text.to_lowercase().as_str() {
        "yes" | "true" | "true()" => Some(Code::Call(Function::True, Vec::new())),
        "no" | "false" | "false()" => Some(Code::Call(Function::False, Vec::new())),
        _ => None,
    }
}

/// The part of a long expression around a fault.
fn shortened(text: &str, at: usize) -> String {
    let from = at.saturating_sub(40);
    let part: String = text.chars().skip(from).take(80).collect();
    let before = if from > 0 { "…" } else { "" };
    let after = if text.chars().count() > from + 80 {
        "…"
    } else {
        ""
    };
    format!("{before}{part}{after}")
}
