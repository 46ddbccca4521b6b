use std::cell::Cell;

use super::calls;
use super::state::State;
use crate::choices;
use crate::expression::ast::Operator;
use crate::number;
use crate::program::{Code, NodeId, NodeKind, NodePath, Program};
use crate::question::Choice;

/// A value of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Text(String),
    Boolean(bool),
    /// Slots of nodes, in document order.
    Nodes(Vec<usize>),
}

/// Where an expression is worked out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// Frame of the node at hand; inside a condition, that of the node looked at.
    pub frame: usize,
    /// Frame of the question the expression belongs to.
    pub current: usize,
    /// Position among the nodes a condition looks at, and their number.
    pub position: usize,
    pub size: usize,
    /// The choice a filter looks at.
    pub choice: Option<&'a Choice>,
    /// What is stored for the question the expression belongs to, for once().
    pub stored: &'a str,
    /// Slot of the node at hand, for functions without argument.
    pub own: Option<usize>,
}

impl<'a> Context<'a> {
    pub(super) fn at(frame: usize) -> Context<'a> {
        Context {
            frame,
            current: frame,
            position: 1,
            size: 1,
            choice: None,
            stored: "",
            own: None,
        }
    }
}

/// Works out expressions over a state; never changes it.
#[derive(Clone, Copy)]
pub(super) struct Interpreter<'a> {
    pub program: &'a Program,
    pub state: &'a State,
    /// Steps left; a rule that multiplies repeats by repeats must not hold the caller up for ever.
    pub budget: &'a Cell<u64>,
}

/// Bytes of text that cost as much as one step.
pub(super) const BYTES_A_STEP: usize = 32;

/// Steps that one evaluation may take; the largest real forms take a hundredth of them.
pub(super) const MAX_STEPS: u64 = 5_000_000;

impl Interpreter<'_> {
    pub(super) fn value(&self, code: &Code, context: &Context<'_>) -> Value {
        let left = self.budget.get();
        if left == 0 {
            return Value::Text(String::new());
        }
        self.budget.set(left - 1);
        match code {
            Code::Number(number) => Value::Number(*number),
            Code::Text(text) => Value::Text(text.clone()),
            Code::Negate(inner) => Value::Number(-self.number(inner, context)),
            Code::Chain(first, rest) => self.chain(first, rest, context),
            Code::Call(function, arguments) => calls::call(self, *function, arguments, context),
            Code::Nodes(path) => self.nodes(path, context),
            Code::Union(parts) => self.union(parts, context),
            Code::Column(column) => Value::Text(
                context
                    .choice
                    .map_or_else(String::new, |choice| choices::cell(choice, *column).to_owned()),
            ),
            Code::ChoiceName(value, node) => {
                let name = self.text(value, context);
                let list = self.program.list_of(*node);
                let choice = list.and_then(|list| list.choices.iter().find(|choice| choice.name == name));
                Value::Text(choice.map_or_else(String::new, |choice| choice.label.clone()))
            }
            Code::IndexedRepeat(path, indexes) => self.indexed_repeat(path, indexes, context),
            Code::Regex(value, pattern) => Value::Boolean(pattern.0.is_match(&self.text(value, context))),
        }
    }

    pub(super) fn boolean(&self, code: &Code, context: &Context<'_>) -> bool {
        let value = self.value(code, context);
        self.boolean_of(&value)
    }

    pub(super) fn number(&self, code: &Code, context: &Context<'_>) -> f64 {
        let value = self.value(code, context);
        self.number_of(&value)
    }

    pub(super) fn text(&self, code: &Code, context: &Context<'_>) -> String {
        let value = self.value(code, context);
        self.text_of(value)
    }

    /// A node counts as true when it is answered: JavaRosa's reading of a bare `${x}`, and the author's.
    pub(super) fn boolean_of(&self, value: &Value) -> bool {
        match value {
            Value::Boolean(truth) => *truth,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.is_empty(),
            Value::Nodes(slots) => slots.iter().any(|slot| !self.state.values[*slot].is_empty()),
        }
    }

    pub(super) fn number_of(&self, value: &Value) -> f64 {
        match value {
            Value::Number(number) => *number,
            Value::Boolean(truth) => f64::from(u8::from(*truth)),
            Value::Text(text) => number::from_text(text),
            Value::Nodes(slots) => slots
                .first()
                .map_or(f64::NAN, |slot| number::from_text(&self.state.values[*slot])),
        }
    }

    pub(super) fn text_of(&self, value: Value) -> String {
        match value {
            Value::Text(text) => text,
            Value::Number(number) => number::to_text(number),
            Value::Boolean(truth) => truth.to_string(),
            Value::Nodes(slots) => slots.first().map_or_else(String::new, |slot| self.copied(*slot)),
        }
    }

    /// The value of a node, copied; long texts cost more steps, so that they cannot fill the memory.
    pub(super) fn copied(&self, slot: usize) -> String {
        let text = &self.state.values[slot];
        self.charge(text.len() / BYTES_A_STEP);
        text.clone()
    }

    /// Takes steps off the budget.
    pub(super) fn charge(&self, steps: usize) {
        self.budget.set(self.budget.get().saturating_sub(steps as u64));
    }

    fn chain(&self, first: &Code, rest: &[(Operator, Code)], context: &Context<'_>) -> Value {
        let mut left = self.value(first, context);
        for (operator, operand) in rest {
            let decided = match operator {
                Operator::Or => Some(self.boolean_of(&left) || self.boolean(operand, context)),
                Operator::And => Some(self.boolean_of(&left) && self.boolean(operand, context)),
                _ => None,
            };
            left = match decided {
                Some(truth) => Value::Boolean(truth),
                None => self.operate(*operator, &left, &self.value(operand, context)),
            };
        }
        left
    }

    fn operate(&self, operator: Operator, left: &Value, right: &Value) -> Value {
        let (x, y) = match operator {
            Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Remainder => (self.number_of(left), self.number_of(right)),
            _ => return Value::Boolean(self.compare(operator, left, right)),
        };
        Value::Number(match operator {
            Operator::Add => x + y,
            Operator::Subtract => x - y,
            Operator::Multiply => x * y,
            Operator::Divide => x / y,
            _ => x % y,
        })
    }

    /// Comparison as XPath 1.0 has it: of a set of nodes, true when it holds for any.
    fn compare(&self, operator: Operator, left: &Value, right: &Value) -> bool {
        match (left, right) {
            (Value::Nodes(_), Value::Boolean(_)) => {
                self.compare_single(operator, &Value::Boolean(self.boolean_of(left)), right)
            }
            (Value::Boolean(_), Value::Nodes(_)) => {
                self.compare_single(operator, left, &Value::Boolean(self.boolean_of(right)))
            }
            (Value::Nodes(slots), _) => slots.iter().any(|slot| {
                let node = Value::Text(self.state.values[*slot].clone());
                self.compare(operator, &node, right)
            }),
            (_, Value::Nodes(slots)) => slots.iter().any(|slot| {
                let node = Value::Text(self.state.values[*slot].clone());
                self.compare(operator, left, &node)
            }),
            _ => self.compare_single(operator, left, right),
        }
    }

    #[allow(clippy::float_cmp)] // XPath compares doubles exactly.
    fn compare_single(&self, operator: Operator, left: &Value, right: &Value) -> bool {
        let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
        let equal = match (left, right) {
            (Value::Boolean(_), _) | (_, Value::Boolean(_)) if equality => {
                self.boolean_of(left) == self.boolean_of(right)
            }
            (Value::Text(left), Value::Text(right)) if equality => left == right,
            _ => {
                let (x, y) = (self.number_of(left), self.number_of(right));
                return match operator {
                    Operator::Equal => x == y,
                    Operator::NotEqual => x != y,
                    Operator::Less => x < y,
                    Operator::LessOrEqual => x <= y,
                    Operator::Greater => x > y,
                    _ => x >= y,
                };
            }
        };
        equal == (operator == Operator::Equal)
    }

    fn union(&self, parts: &[Code], context: &Context<'_>) -> Value {
        let mut slots = Vec::new();
        for part in parts {
            if let Value::Nodes(found) = self.value(part, context) {
                slots.extend(found);
            }
        }
        slots.sort_unstable();
        slots.dedup();
        Value::Nodes(slots)
    }

    /// The nodes of a path; a single node that is not relevant reads as an empty text (S8).
    fn nodes(&self, path: &NodePath, context: &Context<'_>) -> Value {
        let origin = if path.from_current {
            context.current
        } else {
            context.frame
        };
        let Some(start) = self.state.frame_around(origin, path.shared) else {
            return Value::Nodes(Vec::new());
        };
        if path.descent.is_empty() && path.predicates.is_empty() {
            let slot = self.state.slot(self.program, path.target, start);
            let relevant = self.state.relevant[slot];
            return if relevant {
                Value::Nodes(vec![slot])
            } else {
                Value::Text(String::new())
            };
        }
        let frames = self.descend(start, path, context);
        self.charge(frames.len());
        let mut slots: Vec<(usize, usize)> = frames
            .into_iter()
            .map(|frame| (frame, self.state.slot(self.program, path.target, frame)))
            .filter(|(_, slot)| self.state.relevant[*slot])
            .collect();
        if self.program.nodes[path.target].kind != NodeKind::Repeat {
            for conditions in conditions(path, path.target) {
                slots = self.filtered(slots, conditions, context);
            }
        }
        Value::Nodes(slots.into_iter().map(|(_, slot)| slot).collect())
    }

    /// The frames below a shared one that a path leads to.
    fn descend(&self, start: usize, path: &NodePath, context: &Context<'_>) -> Vec<usize> {
        let mut frames = vec![start];
        for repeat in &path.descent {
            let mut next = Vec::new();
            for outer in &frames {
                let mut slots: Vec<(usize, usize)> = self
                    .instances(*repeat, *outer)
                    .map(|frame| (frame, self.state.frames[frame].base))
                    .filter(|(_, slot)| self.state.relevant[*slot])
                    .collect();
                for conditions in conditions(path, *repeat) {
                    slots = self.filtered(slots, conditions, context);
                }
                next.extend(slots.into_iter().map(|(frame, _)| frame));
            }
            frames = next;
        }
        frames
    }

    pub(super) fn instances(&self, repeat: NodeId, outer: usize) -> impl Iterator<Item = usize> + '_ {
        let frames = self.state.frames_of[repeat].iter().copied();
        frames.filter(move |frame| self.state.frames[*frame].parent == outer)
    }

    #[allow(clippy::float_cmp)] // A position is a whole number.
    fn filtered(
        &self,
        mut slots: Vec<(usize, usize)>,
        conditions: &[Code],
        context: &Context<'_>,
    ) -> Vec<(usize, usize)> {
        for condition in conditions {
            let size = slots.len();
            let mut kept = Vec::new();
            for (place, (frame, slot)) in slots.into_iter().enumerate() {
                let inner = Context {
                    frame,
                    position: place + 1,
                    size,
                    own: Some(slot),
                    ..*context
                };
                let holds = match self.value(condition, &inner) {
                    Value::Number(number) => number == (place + 1) as f64,
                    other => self.boolean_of(&other),
                };
                if holds {
                    kept.push((frame, slot));
                }
            }
            slots = kept;
        }
        slots
    }

    #[allow(clippy::float_cmp)] // An index is a whole number.
    fn indexed_repeat(&self, path: &NodePath, indexes: &[(NodeId, Code)], context: &Context<'_>) -> Value {
        let Some(start) = self.state.frame_around(context.current, path.shared) else {
            return Value::Text(String::new());
        };
        let mut frame = start;
        for repeat in &path.descent {
            let index = match indexes.iter().find(|(named, _)| named == repeat) {
                Some((_, index)) => self.number(index, context),
                None => 1.0,
            };
            let relevant = self
                .instances(*repeat, frame)
                .filter(|frame| self.state.relevant[self.state.frames[*frame].base]);
            let mut found = None;
            for (place, instance) in relevant.enumerate() {
                if (place + 1) as f64 == index {
                    found = Some(instance);
                }
            }
            let Some(instance) = found else {
                return Value::Text(String::new());
            };
            frame = instance;
        }
        let slot = self.state.slot(self.program, path.target, frame);
        if self.state.relevant[slot] {
            Value::Nodes(vec![slot])
        } else {
            Value::Text(String::new())
        }
    }
}

fn conditions(path: &NodePath, node: NodeId) -> impl Iterator<Item = &[Code]> {
    path.predicates
        .iter()
        .filter(move |(named, _)| *named == node)
        .map(|(_, codes)| codes.as_slice())
}
