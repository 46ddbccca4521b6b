use std::collections::HashMap;

use crate::program::{NodeId, NodeKind, Program, Task};

/// What each step of the work must wait for.
#[derive(Default)]
pub(super) struct Dependencies {
    pub waits: HashMap<Task, Vec<Task>>,
}

impl Dependencies {
    /// The steps that follow from the tree alone: parents before children, instances before their contents.
    pub(super) fn of_tree(program: &Program) -> Dependencies {
        let mut dependencies = Dependencies::default();
        for (id, node) in program.nodes.iter().enumerate() {
            let relevance = dependencies.waits.entry(Task::Relevance(id)).or_default();
            if let Some(parent) = node.parent {
                relevance.push(Task::Relevance(parent));
            }
            if node.kind == NodeKind::Repeat {
                relevance.push(Task::Instances(id));
                let outer = node.parent.map_or(0, |parent| program.nodes[parent].frame);
                let instances = dependencies.waits.entry(Task::Instances(id)).or_default();
                if outer != 0 {
                    instances.push(Task::Instances(outer));
                }
            }
            if matches!(node.kind, NodeKind::Question(_)) {
                let value = dependencies.waits.entry(Task::Value(id)).or_default();
                if node.frame != 0 {
                    value.push(Task::Instances(node.frame));
                }
            }
        }
        dependencies
    }

    /// A step reads a node: its value must be known, and whether it is relevant.
    ///
    /// A group whose relevance looks at a question inside it takes that question as if it were relevant;
    /// forms of the field do so, and waiting for the question's relevance would be a circle.
    pub(super) fn reads(&mut self, program: &Program, task: Task, node: NodeId) {
        let waits = self.waits.entry(task).or_default();
        let is_inside =
            matches!(task, Task::Relevance(group) if group != node && is_within(program, node, group));
        if !is_inside {
            waits.push(Task::Relevance(node));
        }
        if matches!(program.nodes[node].kind, NodeKind::Question(_)) {
            waits.push(Task::Value(node));
        }
    }
}

fn is_within(program: &Program, node: NodeId, group: NodeId) -> bool {
    let mut around = program.nodes[node].parent;
    while let Some(id) = around {
        if id == group {
            return true;
        }
        around = program.nodes[id].parent;
    }
    false
}

/// Puts the steps in an order in which each follows what it waits for; otherwise gives the loops.
pub(super) fn order(program: &Program, dependencies: &Dependencies) -> Result<Vec<Task>, Vec<Vec<Task>>> {
    let mut search = Search {
        dependencies,
        marks: HashMap::new(),
        done: Vec::new(),
        loops: Vec::new(),
    };
    for (id, node) in program.nodes.iter().enumerate() {
        match node.kind {
            NodeKind::Repeat => search.visit(Task::Instances(id)),
            NodeKind::Question(_) => search.visit(Task::Value(id)),
            NodeKind::Group => {}
        }
        search.visit(Task::Relevance(id));
    }
    if search.loops.is_empty() {
        Ok(search.done)
    } else {
        Err(search.loops)
    }
}

struct Search<'a> {
    dependencies: &'a Dependencies,
    /// False while a step is being looked at, true afterwards.
    marks: HashMap<Task, bool>,
    done: Vec<Task>,
    loops: Vec<Vec<Task>>,
}

impl Search<'_> {
    /// Depth first with a stack of its own, because a chain may be as long as the form.
    fn visit(&mut self, start: Task) {
        if self.marks.contains_key(&start) {
            return;
        }
        let mut stack: Vec<(Task, usize)> = vec![(start, 0)];
        self.marks.insert(start, false);
        while let Some((task, next)) = stack.last_mut() {
            let waits = self.dependencies.waits.get(task).map_or(&[][..], Vec::as_slice);
            let Some(wanted) = waits.get(*next).copied() else {
                self.marks.insert(*task, true);
                self.done.push(*task);
                stack.pop();
                continue;
            };
            *next += 1;
            match self.marks.get(&wanted) {
                Some(true) => {}
                Some(false) => {
                    let from = stack.iter().position(|(task, _)| *task == wanted).unwrap_or(0);
                    self.loops
                        .push(stack[from..].iter().map(|(task, _)| *task).collect());
                }
                None => {
                    self.marks.insert(wanted, false);
                    stack.push((wanted, 0));
                }
            }
        }
    }
}
