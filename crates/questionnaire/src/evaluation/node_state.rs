use std::sync::Arc;

use super::interpret::{Context, Interpreter};
use super::run::is_offered;
use crate::choices::no_choices;
use crate::program::{NodeId, NodeKind, Text};
use crate::question::{Choice, Question, QuestionKind};
use crate::questionnaire::Questionnaire;
use crate::value::{AnswerProblem, check_stored};

/// What is true of one node of one instance.
#[derive(Debug, Clone)]
pub struct NodeState {
    /// Concrete path: `/data/workforce/staff[3]/wte`.
    pub path: String,
    /// Whether it is asked at all; what is not relevant is not required, not checked and not exported.
    pub relevant: bool,
    /// Whether an answer is needed.
    pub required: bool,
    /// Whether a person may not change it: its rule says so, that of a group around it, or it is calculated.
    pub read_only: bool,
    /// What was typed or calculated; empty when irrelevant.
    pub value: String,
    /// The choices now offered; empty unless it is a selection.
    pub choices: Arc<[Choice]>,
    /// What is wrong with the answer.
    pub problem: Option<AnswerProblem>,
    /// Place of its question in [`Questionnaire::questions`]; none for groups and repeats.
    pub question: Option<usize>,
}

/// Builds the states of all nodes in survey order, once values and relevance are known.
pub(super) struct Builder<'a> {
    pub questionnaire: &'a Questionnaire,
    pub run: Interpreter<'a>,
    pub nodes: Vec<NodeState>,
    pub place_of_slot: Vec<usize>,
}

impl Builder<'_> {
    pub(super) fn build(&mut self) {
        self.node(0, 0, false);
    }

    fn node(&mut self, id: NodeId, frame: usize, locked: bool) {
        let node = &self.run.program.nodes[id];
        let slot = self.run.state.slot(self.run.program, id, frame);
        let relevant = self.run.state.relevant[slot];
        let locked = locked || self.holds(node.rules.read_only.as_ref(), frame);
        self.place_of_slot[slot] = self.nodes.len();
        let path = self.run.state.path(self.run.program, id, frame);
        match node.kind {
            NodeKind::Question(place) => {
                let state = self.question((id, frame), place, path, locked);
                self.nodes.push(state);
            }
            _ => self.nodes.push(group(path, relevant, locked)),
        }
        for child in &node.children {
            if self.run.program.nodes[*child].kind == NodeKind::Repeat {
                self.repeat(*child, frame, locked);
            } else {
                self.node(*child, frame, locked);
            }
        }
    }

    fn repeat(&mut self, repeat: NodeId, outer: usize, locked: bool) {
        let slot = self.run.state.container_slot(self.run.program, repeat, outer);
        self.place_of_slot[slot] = self.nodes.len();
        let path = self.run.state.path(self.run.program, repeat, outer);
        self.nodes
            .push(group(path, self.run.state.relevant[slot], locked));
        let run = self.run;
        for instance in run.instances(repeat, outer) {
            self.node(repeat, instance, locked);
        }
    }

    fn holds(&self, rule: Option<&crate::program::Code>, frame: usize) -> bool {
        rule.is_some_and(|code| self.run.boolean(code, &Context::at(frame)))
    }

    fn question(&self, at: (NodeId, usize), place: usize, path: String, locked: bool) -> NodeState {
        let (id, frame) = at;
        let node = &self.run.program.nodes[id];
        let question = &self.questionnaire.questions[place];
        let slot = self.run.state.slot(self.run.program, id, frame);
        let relevant = self.run.state.relevant[slot];
        let asked = question.is_asked();
        let mut state = NodeState {
            relevant,
            required: relevant && asked && !locked && self.holds(node.rules.required.as_ref(), frame),
            read_only: locked || !asked,
            value: if relevant {
                self.run.state.values[slot].clone()
            } else {
                String::new()
            },
            choices: self.offered(id, frame),
            problem: None,
            question: Some(place),
            path,
        };
        if relevant {
            state.problem = self.problem(id, frame, question, &state);
        }
        state
    }

    fn offered(&self, id: NodeId, frame: usize) -> Arc<[Choice]> {
        let Some(list) = self.run.program.list_of(id) else {
            return no_choices();
        };
        if self.run.program.nodes[id].rules.choice_filter.is_none() {
            return Arc::clone(&list.choices);
        }
        let offered = list
            .choices
            .iter()
            .filter(|choice| is_offered(&self.run, id, frame, choice));
        offered.cloned().collect()
    }

    fn problem(
        &self,
        id: NodeId,
        frame: usize,
        question: &Question,
        state: &NodeState,
    ) -> Option<AnswerProblem> {
        let rules = &self.run.program.nodes[id].rules;
        if state.value.is_empty() {
            return state
                .required
                .then(|| self.missing(question, &rules.required_message, frame));
        }
        if question.is_asked()
            && let Err(problem) = check_stored(question, &state.value)
        {
            return Some(problem);
        }
        let constraint = rules.constraint.as_ref()?;
        if self.run.boolean(constraint, &Context::at(frame)) {
            return None;
        }
        let message = self.message(
            question.constraint_message.as_deref(),
            &rules.constraint_message,
            frame,
        );
        let message =
            message.unwrap_or_else(|| "Check this answer: it does not fit the question.".to_owned());
        Some(AnswerProblem::new("answer.constraint", message))
    }

    fn missing(&self, question: &Question, filled: &Text, frame: usize) -> AnswerProblem {
        let message = self.message(question.required_message.as_deref(), filled, frame);
        let message = message.unwrap_or_else(|| {
            match question.kind {
                QuestionKind::SelectOne => "Select an answer.",
                QuestionKind::SelectMultiple => "Select at least one answer.",
                QuestionKind::Date => "Enter a date.",
                QuestionKind::Money => "Enter an amount in pounds.",
                QuestionKind::Integer | QuestionKind::Decimal => "Enter a number.",
                _ => "Enter an answer.",
            }
            .to_owned()
        });
        AnswerProblem::new("answer.required", message)
    }

    fn message(&self, plain: Option<&str>, filled: &Text, frame: usize) -> Option<String> {
        if filled.is_empty() {
            plain.map(str::to_owned)
        } else {
            Some(self.run.filled(filled, frame))
        }
    }
}

impl Interpreter<'_> {
    /// A text with its expressions worked out.
    pub(super) fn filled(&self, pieces: &Text, frame: usize) -> String {
        let mut text = String::new();
        for (words, code) in pieces {
            text.push_str(words);
            if let Some(code) = code {
                text.push_str(&self.text(code, &Context::at(frame)));
            }
        }
        text
    }
}

fn group(path: String, relevant: bool, read_only: bool) -> NodeState {
    NodeState {
        path,
        relevant,
        required: false,
        read_only,
        value: String::new(),
        choices: no_choices(),
        problem: None,
        question: None,
    }
}
