use std::cell::Cell;

use jiff::civil::Date;

use super::interpret::{Context, Interpreter, Value};
use super::state::{MAX_INSTANCES, State};
use crate::answers::Answers;
use crate::number;
use crate::program::{NodeId, NodeKind, Program, Task};
use crate::question::Choice;

/// Works out relevance and values of a whole instance, each step once, in dependency order.
pub(super) fn run(program: &Program, answers: &Answers, today: Date, budget: &Cell<u64>) -> State {
    let mut state = State::new(program, today);
    for task in &program.order {
        match *task {
            Task::Instances(repeat) => instances((program, budget), answers, &mut state, repeat),
            Task::Relevance(node) => relevance((program, budget), &mut state, node),
            Task::Value(node) => value((program, budget), answers, &mut state, node),
        }
    }
    state
}

/// A program, and the steps left for running it.
type Over<'a> = (&'a Program, &'a Cell<u64>);

fn outer_repeat(program: &Program, node: NodeId) -> NodeId {
    program.nodes[node]
        .parent
        .map_or(0, |parent| program.nodes[parent].frame)
}

fn instances(over: Over<'_>, answers: &Answers, state: &mut State, repeat: NodeId) {
    let (program, budget) = over;
    for place in 0..state.frames_of[outer_repeat(program, repeat)].len() {
        let outer = state.frames_of[outer_repeat(program, repeat)][place];
        let count = program.nodes[repeat].rules.repeat_count.as_ref().map(|code| {
            let count = Interpreter {
                program,
                state,
                budget,
            }
            .number(code, &Context::at(outer));
            if count >= 1.0 {
                (count as usize).min(MAX_INSTANCES)
            } else {
                0
            }
        });
        state.add_instances(program, answers, (repeat, outer), count);
    }
}

fn relevance(over: Over<'_>, state: &mut State, node: NodeId) {
    let (program, budget) = over;
    let Some(parent) = program.nodes[node].parent else {
        return;
    };
    let rule = program.nodes[node].rules.relevant.as_ref();
    let outer = outer_repeat(program, node);
    let is_repeat = program.nodes[node].kind == NodeKind::Repeat;
    for place in 0..state.frames_of[outer].len() {
        let frame = state.frames_of[outer][place];
        let around = state.relevant[state.slot(program, parent, frame)];
        let holds = |state: &State, frame: usize| match rule {
            Some(code) => Interpreter {
                program,
                state,
                budget,
            }
            .boolean(code, &Context::at(frame)),
            None => true,
        };
        if !is_repeat {
            let slot = state.slot(program, node, frame);
            state.relevant[slot] = around && holds(state, frame);
            continue;
        }
        let slot = state.container_slot(program, node, frame);
        state.relevant[slot] = around && holds(state, frame);
        for place in 0..state.frames_of[node].len() {
            let instance = state.frames_of[node][place];
            if state.frames[instance].parent == frame {
                let slot = state.frames[instance].base;
                state.relevant[slot] = around && holds(state, instance);
            }
        }
    }
}

fn value(over: Over<'_>, answers: &Answers, state: &mut State, node: NodeId) {
    let (program, budget) = over;
    let rules = &program.nodes[node].rules;
    let repeat = program.nodes[node].frame;
    for place in 0..state.frames_of[repeat].len() {
        let frame = state.frames_of[repeat][place];
        let stored = if repeat == 0 {
            answers.get(&program.nodes[node].path)
        } else {
            answers.get(&state.path(program, node, frame))
        };
        let slot = state.slot(program, node, frame);
        let run = Interpreter {
            program,
            state,
            budget,
        };
        let value = if let Some(calculation) = &rules.calculation {
            let context = Context {
                stored,
                own: Some(slot),
                ..Context::at(frame)
            };
            let value = run.value(calculation, &context);
            stored_text(&run, value)
        } else if rules.choice_filter.is_some() && !stored.is_empty() {
            still_offered(&run, node, frame, stored)
        } else {
            stored.to_owned()
        };
        state.values[slot] = value;
    }
}

/// A result as it is stored: not-a-number and infinities are no answer (S2).
pub(super) fn stored_text(run: &Interpreter<'_>, value: Value) -> String {
    match value {
        Value::Number(number) if !number.is_finite() => String::new(),
        Value::Number(number) => number::to_text(number),
        other => run.text_of(other),
    }
}

/// Takes away the choices that are in the list but no longer offered (S16); order is kept.
fn still_offered(run: &Interpreter<'_>, node: NodeId, frame: usize, stored: &str) -> String {
    let Some(list) = run.program.list_of(node) else {
        return stored.to_owned();
    };
    let kept: Vec<&str> = stored
        .split_whitespace()
        .filter(|name| {
            let mut entries = list
                .choices
                .iter()
                .filter(|choice| choice.name == *name)
                .peekable();
            entries.peek().is_none() || entries.any(|choice| is_offered(run, node, frame, choice))
        })
        .collect();
    kept.join(" ")
}

/// Whether the filter of a question lets a choice through.
pub(super) fn is_offered(run: &Interpreter<'_>, node: NodeId, frame: usize, choice: &Choice) -> bool {
    let Some(filter) = &run.program.nodes[node].rules.choice_filter else {
        return true;
    };
    run.boolean(
        filter,
        &Context {
            choice: Some(choice),
            ..Context::at(frame)
        },
    )
}
