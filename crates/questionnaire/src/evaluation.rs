//! What follows from a set of answers.

mod calls;
mod interpret;
mod node_state;
mod progress;
mod run;
mod state;

use std::cell::Cell;
use std::sync::Arc;

use jiff::civil::Date;

use crate::answers::Answers;
use crate::program::{NodeId, NodeKind, Program};
use crate::questionnaire::Questionnaire;
use crate::value::AnswerProblem;
use interpret::{Context, Interpreter, MAX_STEPS};
use state::State;

pub use node_state::NodeState;
pub use progress::SectionState;

/// Everything that follows from a set of answers on one day; the answers themselves are not changed.
#[derive(Debug)]
pub struct Evaluation {
    program: Arc<Program>,
    state: State,
    /// Every node of every instance in survey order.
    nodes: Vec<NodeState>,
    /// Where in `nodes` each slot is; `usize::MAX` for none.
    place_of_slot: Vec<usize>,
    complete: bool,
}

/// See [`Questionnaire::evaluate`].
pub(crate) fn evaluate(questionnaire: &Questionnaire, answers: &Answers, today: Date) -> Evaluation {
    let program = &questionnaire.program;
    let budget = Cell::new(MAX_STEPS);
    let state = run::run(program, answers, today, &budget);
    let mut builder = node_state::Builder {
        questionnaire,
        run: Interpreter {
            program,
            state: &state,
            budget: &budget,
        },
        nodes: Vec::with_capacity(state.values.len()),
        place_of_slot: vec![usize::MAX; state.values.len()],
    };
    builder.build();
    let (nodes, place_of_slot) = (builder.nodes, builder.place_of_slot);
    // Without steps left, what follows from the answers is not known.
    let complete = budget.get() > 0 && nodes.iter().all(|node| node.problem.is_none());
    Evaluation {
        program: Arc::clone(program),
        state,
        nodes,
        place_of_slot,
        complete,
    }
}

/// See [`Questionnaire::begin`].
pub(crate) fn begin(questionnaire: &Questionnaire, today: Date) -> Answers {
    let program = &questionnaire.program;
    let mut answers = Answers::default();
    fill_defaults(questionnaire, &mut answers, 0, 0, today);
    for (id, node) in program.nodes.iter().enumerate() {
        let outer = node.parent.map_or(0, |parent| program.nodes[parent].frame);
        let is_outermost = node.kind == NodeKind::Repeat && outer == 0;
        if is_outermost && node.rules.repeat_count.is_none() {
            begin_instance(questionnaire, &mut answers, id, &node.path, today);
        }
    }
    answers
}

/// See [`Questionnaire::add_instance`].
pub(crate) fn add_instance(
    questionnaire: &Questionnaire,
    answers: &mut Answers,
    repeat_path: &str,
    today: Date,
) -> Option<u32> {
    let template = crate::answers::template_path(repeat_path);
    let repeat = *questionnaire.program.by_path.get(&template)?;
    if questionnaire.program.nodes[repeat].kind != NodeKind::Repeat
        || answers.instances(repeat_path).len() >= state::MAX_INSTANCES
    {
        return None;
    }
    Some(begin_instance(questionnaire, answers, repeat, repeat_path, today))
}

fn begin_instance(
    questionnaire: &Questionnaire,
    answers: &mut Answers,
    repeat: NodeId,
    path: &str,
    today: Date,
) -> u32 {
    let key = answers.add_instance(path);
    fill_defaults(questionnaire, answers, repeat, key, today);
    let program = &questionnaire.program;
    for (id, node) in program.nodes.iter().enumerate().skip(repeat + 1) {
        let outer = node.parent.map_or(0, |parent| program.nodes[parent].frame);
        if node.kind == NodeKind::Repeat && outer == repeat && node.rules.repeat_count.is_none() {
            let inner = format!("{path}[{key}]{}", &node.path[program.nodes[repeat].path.len()..]);
            begin_instance(questionnaire, answers, id, &inner, today);
        }
    }
    key
}

/// Fills the defaults of one frame in the order of the survey; each may look at those before it.
fn fill_defaults(
    questionnaire: &Questionnaire,
    answers: &mut Answers,
    repeat: NodeId,
    key: u32,
    today: Date,
) {
    let program = &questionnaire.program;
    for (id, node) in program.nodes.iter().enumerate() {
        let Some(default) = &node.rules.default else {
            continue;
        };
        if node.frame != repeat {
            continue;
        }
        let budget = Cell::new(MAX_STEPS);
        let state = run::run(program, answers, today, &budget);
        let run = Interpreter {
            program,
            state: &state,
            budget: &budget,
        };
        let newest = state.frames_of[repeat].iter().rev().copied();
        let Some(frame) = newest.into_iter().find(|frame| state.frames[*frame].key == key) else {
            continue;
        };
        let value = run.value(default, &Context::at(frame));
        answers.set(&state.path(program, id, frame), run::stored_text(&run, value));
    }
}

impl Evaluation {
    /// The state of a node by its concrete path: a question, a group, a repeat as a whole or an instance of one.
    pub fn get(&self, path: &str) -> Option<&NodeState> {
        let (node, frame) = self.state.locate(&self.program, path)?;
        let is_whole =
            self.program.nodes[node].kind == NodeKind::Repeat && self.state.frames[frame].repeat != node;
        let slot = if is_whole {
            self.state.container_slot(&self.program, node, frame)
        } else {
            self.state.slot(&self.program, node, frame)
        };
        self.nodes.get(*self.place_of_slot.get(slot)?)
    }

    /// Every node of every instance in survey order.
    pub fn nodes(&self) -> &[NodeState] {
        &self.nodes
    }

    /// The value at a concrete path; empty when unanswered, irrelevant or unknown.
    pub fn value(&self, path: &str) -> &str {
        self.get(path).map_or("", |node| node.value.as_str())
    }

    /// What is wrong, in survey order: concrete path and problem.
    pub fn problems(&self) -> impl Iterator<Item = (&str, &AnswerProblem)> {
        self.nodes
            .iter()
            .filter_map(|node| node.problem.as_ref().map(|problem| (node.path.as_str(), problem)))
    }

    /// Whether nothing is missing and nothing is wrong.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The keys of a repeat's instances, in order, by the repeat's concrete path; counted ones are among them.
    pub fn instances(&self, repeat_path: &str) -> Vec<u32> {
        let Some((node, outer)) = self.state.locate(&self.program, repeat_path) else {
            return Vec::new();
        };
        if self.program.nodes[node].kind != NodeKind::Repeat {
            return Vec::new();
        }
        let frames = self.state.frames_of[node]
            .iter()
            .map(|frame| &self.state.frames[*frame]);
        frames
            .filter(|frame| frame.parent == outer)
            .map(|frame| frame.key)
            .collect()
    }

    /// What leaves: every relevant answer and calculated value that is not empty, in survey order.
    pub fn exported(&self) -> Vec<(String, String)> {
        let kept = self
            .nodes
            .iter()
            .filter(|node| node.relevant && !node.value.is_empty());
        kept.map(|node| (node.path.clone(), node.value.clone())).collect()
    }

    /// The label at a concrete path, with `${name}` replaced by values.
    pub fn label(&self, path: &str) -> String {
        self.text(path, |rules| &rules.label)
    }

    /// The hint at a concrete path, with `${name}` replaced by values; empty when there is none.
    pub fn hint(&self, path: &str) -> String {
        self.text(path, |rules| &rules.hint)
    }

    fn text(&self, path: &str, which: fn(&crate::program::Rules) -> &crate::program::Text) -> String {
        let Some((node, frame)) = self.state.locate(&self.program, path) else {
            return String::new();
        };
        let pieces = which(&self.program.nodes[node].rules);
        let budget = Cell::new(MAX_STEPS);
        let run = Interpreter {
            program: &self.program,
            state: &self.state,
            budget: &budget,
        };
        run.filled(pieces, frame)
    }
}

/// The exact sum of all answers that measure a concept, as a whole number of the smallest unit.
///
/// Three decimals give thousandths of WTE, two give pence. Values that are not numbers count nothing, and
/// a sum beyond 64 bits stays at the limit.
pub fn sum_of_concept(
    questionnaire: &Questionnaire,
    evaluation: &Evaluation,
    concept: &str,
    decimals: u32,
) -> i64 {
    let mut sum: i64 = 0;
    for node in &evaluation.nodes {
        let question = node.question.and_then(|place| questionnaire.questions.get(place));
        if question.is_some_and(|question| question.concept.as_deref() == Some(concept)) {
            sum = sum.saturating_add(crate::display::fixed_point(&node.value, decimals).unwrap_or(0));
        }
    }
    sum
}
