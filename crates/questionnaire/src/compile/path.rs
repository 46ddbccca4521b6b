use super::resolve::{Resolved, Resolver, Scope};
use crate::choices::List;
use crate::expression::SyntaxFault;
use crate::expression::ast::{Direction, Path, Start, Step};
use crate::expression::functions;
use crate::problem::nearest;
use crate::program::{Code, NodeId, NodeKind, NodePath};

/// A path on its way.
struct Walk {
    ends: Vec<NodeId>,
    /// The highest node reached by `..`.
    top: NodeId,
    predicates: Vec<(NodeId, Vec<Code>)>,
    start: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// `${name}`
    Name,
    /// `/data/…`
    Root,
    /// `current()`
    Current,
    Here,
}

impl Resolver<'_> {
    pub(super) fn path(&mut self, path: &Path, scope: Scope) -> Resolved<Code> {
        if let Some(list) = self.filter
            && let (Start::Here, false, [step]) = (&path.start, scope.in_predicate, path.steps.as_slice())
            && let Direction::Child(name) = &step.direction
        {
            return column(list, name, path.at);
        }
        let mut steps = path.steps.as_slice();
        let (first, start) = match &path.start {
            Start::Reference(name) => (self.reference(name, path.at)?, Origin::Name),
            Start::Root => {
                steps = self.after_root(path)?;
                (0, Origin::Root)
            }
            Start::Here => (scope.context, Origin::Here),
            Start::Current => (self.node, Origin::Current),
            Start::Call(call) => return Err(no_nodes(&call.name, call.arguments.len(), call.at)),
        };
        let mut walk = Walk {
            ends: vec![first],
            top: first,
            predicates: Vec::new(),
            start,
        };
        for step in steps {
            self.step(&mut walk, step, path.at)?;
        }
        let mut nodes: Vec<Code> = walk.ends.iter().map(|end| self.node_path(&walk, *end)).collect();
        Ok(if nodes.len() == 1 {
            nodes.remove(0)
        } else {
            Code::Union(nodes)
        })
    }

    /// The steps after `/data`; the first step must name the root.
    fn after_root<'p>(&self, path: &'p Path) -> Resolved<&'p [Step]> {
        let root = &self.program.nodes[0].name;
        match path.steps.first().map(|step| &step.direction) {
            Some(Direction::Child(name)) if name == root => Ok(&path.steps[1..]),
            _ => Err(SyntaxFault::coded(
                "expression.unknown_path",
                path.at,
                format!("Paths of this questionnaire begin with /{root}."),
                "Write `${name}` instead of the path.",
            )),
        }
    }

    fn reference(&self, name: &str, at: usize) -> Resolved<NodeId> {
        if name.starts_with("last-saved#") {
            let message = "Values of the record saved before are not supported.";
            let code = "expression.unsupported_reference";
            return Err(SyntaxFault::coded(code, at, message, "Leave the default empty."));
        }
        match self.names.get(name).map(Vec::as_slice) {
            Some([node]) => Ok(*node),
            Some(nodes) => {
                let paths: Vec<&str> = nodes
                    .iter()
                    .map(|node| self.program.nodes[*node].path.as_str())
                    .collect();
                let message = format!("${{{name}}} could mean {}.", paths.join(" or "));
                let remedy = "Give the questions different names.";
                Err(SyntaxFault::coded(
                    "expression.ambiguous_name",
                    at,
                    message,
                    remedy,
                ))
            }
            None => {
                let remedy = match self.meant(name, self.names.keys().map(String::as_str)) {
                    Some(meant) => format!("Did you mean ${{{meant}}}?"),
                    None => "Use the name of a row of the survey sheet.".to_owned(),
                };
                let message = format!("There is no question ${{{name}}}.");
                Err(SyntaxFault::coded("expression.unknown_name", at, message, remedy))
            }
        }
    }

    fn meant<'n>(&self, name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        if self.suggests { nearest(name, known) } else { None }
    }

    fn step(&mut self, walk: &mut Walk, step: &Step, at: usize) -> Resolved<()> {
        let mut next = Vec::new();
        for end in &walk.ends {
            match &step.direction {
                Direction::Own => next.push(*end),
                Direction::Parent => {
                    let Some(parent) = self.program.nodes[*end].parent else {
                        let message = "`..` leads above the questionnaire.";
                        return Err(SyntaxFault::new(at, message, "Take one `..` away."));
                    };
                    if walk.top == *end {
                        walk.top = parent;
                    }
                    next.push(parent);
                }
                Direction::AnyChild => next.extend(&self.program.nodes[*end].children),
                Direction::Child(name) => next.push(self.child(*end, name, at)?),
            }
        }
        next.dedup();
        if next.is_empty() {
            let message = "The path leads to no question.";
            return Err(SyntaxFault::new(at, message, "Write `${name}` instead."));
        }
        if !step.predicates.is_empty() {
            for end in &next {
                let codes = self.codes(
                    &step.predicates,
                    Scope {
                        context: *end,
                        in_predicate: true,
                    },
                )?;
                walk.predicates.push((*end, codes));
            }
        }
        walk.ends = next;
        Ok(())
    }

    fn child(&self, parent: NodeId, name: &str, at: usize) -> Resolved<NodeId> {
        let nodes = &self.program.nodes;
        let children = &nodes[parent].children;
        if let Some(child) = children.iter().find(|child| nodes[**child].name == name) {
            return Ok(*child);
        }
        let remedy = match self.meant(name, children.iter().map(|child| nodes[*child].name.as_str())) {
            Some(meant) => format!("Did you mean {meant}?"),
            None => format!("Write `${{{name}}}` for a question; put text in quotation marks."),
        };
        let message = format!("There is no {name} in {}.", nodes[parent].path);
        Err(SyntaxFault::coded("expression.unknown_path", at, message, remedy))
    }

    fn node_path(&mut self, walk: &Walk, target: NodeId) -> Code {
        let anchored = matches!(walk.start, Origin::Name | Origin::Root);
        let mut shared = if anchored {
            self.common(self.node, target)
        } else {
            self.program.nodes[walk.top].frame
        };
        self.absolute_in_repeat |= walk.start == Origin::Root && shared != 0;
        // A condition on the instances of a repeat looks at all of them, also from within.
        for (node, _) in &walk.predicates {
            let is_repeat = self.program.nodes[*node].kind == NodeKind::Repeat;
            if is_repeat && self.program.repeats_around(shared).contains(node) {
                shared = self.outer_frame(*node);
            }
        }
        if target == self.node && !walk.predicates.is_empty() {
            self.reads_elsewhere.insert(target);
        } else {
            self.reads.insert(target);
        }
        Code::Nodes(NodePath {
            target,
            shared,
            descent: self.descent(target, shared),
            predicates: walk.predicates.clone(),
            from_current: walk.start != Origin::Here,
        })
    }

    /// The innermost repeat around both; naming a repeat itself means all its instances.
    fn common(&self, from: NodeId, target: NodeId) -> NodeId {
        let mine = self.program.repeats_around(from);
        let mut theirs = self.program.repeats_around(target);
        if self.program.nodes[target].kind == NodeKind::Repeat {
            theirs.pop();
        }
        let pairs = mine.iter().zip(&theirs);
        pairs
            .take_while(|(mine, their)| mine == their)
            .last()
            .map_or(0, |(shared, _)| *shared)
    }

    /// The repeat around a repeat, or the root.
    pub(super) fn outer_frame(&self, repeat: NodeId) -> NodeId {
        self.program.nodes[repeat]
            .parent
            .map_or(0, |parent| self.program.nodes[parent].frame)
    }

    /// The repeats between a shared one and a node.
    pub(super) fn descent(&self, target: NodeId, shared: NodeId) -> Vec<NodeId> {
        let around = self.program.repeats_around(target);
        let skipped = around
            .iter()
            .position(|repeat| *repeat == shared)
            .map_or(0, |place| place + 1);
        around[skipped..].to_vec()
    }
}

fn column(list: &List, name: &str, at: usize) -> Resolved<Code> {
    if let Some(column) = list.column(name) {
        return Ok(Code::Column(column));
    }
    let remedy = match nearest(name, list.columns.iter().map(String::as_str)) {
        Some(meant) => format!("Did you mean {meant}?"),
        None => "Add the column to the choices sheet, or write `${…}` for a question.".to_owned(),
    };
    let message = format!("The choices sheet has no column {name}.");
    Err(SyntaxFault::coded(
        "expression.unknown_column",
        at,
        message,
        remedy,
    ))
}

/// The function is not one whose result a path could follow.
fn no_nodes(name: &str, argument_count: usize, at: usize) -> SyntaxFault {
    match functions::find(name, argument_count) {
        Err((code, message, remedy)) => SyntaxFault {
            code,
            at,
            message,
            remedy,
        },
        Ok(_) => SyntaxFault::new(
            at,
            format!("{name}() does not lead to questions."),
            "Refer to a question.",
        ),
    }
}
