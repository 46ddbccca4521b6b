use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::choices::List;
use crate::expression::SyntaxFault;
use crate::expression::ast::{Call, Direction, Expression, Path, Start, Step};
use crate::expression::functions::{self, Function};
use crate::expression::parse;
use crate::problem::nearest;
use crate::program::{Code, NodeId, NodeKind, NodePath, Pattern, Program};

/// Turns the names of one rule into nodes, and notes what the rule reads.
pub(super) struct Resolver<'a> {
    pub program: &'a Program,
    pub names: &'a HashMap<String, Vec<NodeId>>,
    /// The node the rule belongs to.
    pub node: NodeId,
    /// The list whose columns a choice filter may name.
    pub filter: Option<&'a List>,
    pub reads: BTreeSet<NodeId>,
    /// Nodes read only through another instance of their repeat; no cycle by itself.
    pub reads_elsewhere: BTreeSet<NodeId>,
    /// Raw absolute paths into the repeat the rule lies in; they are read as "this instance".
    pub absolute_in_repeat: bool,
}

/// Where in an expression we are.
#[derive(Clone, Copy)]
struct Scope {
    context: NodeId,
    in_predicate: bool,
}

type Resolved<T> = Result<T, SyntaxFault>;

impl Resolver<'_> {
    pub(super) fn resolve(&mut self, expression: &Expression) -> Resolved<Code> {
        self.code(
            expression,
            Scope {
                context: self.node,
                in_predicate: false,
            },
        )
    }

    fn code(&mut self, expression: &Expression, scope: Scope) -> Resolved<Code> {
        match expression {
            Expression::Number(number) => Ok(Code::Number(*number)),
            Expression::Text(text) => Ok(Code::Text(text.clone())),
            Expression::Negate(inner) => Ok(Code::Negate(Box::new(self.code(inner, scope)?))),
            Expression::Chain(first, rest) => {
                let first = Box::new(self.code(first, scope)?);
                let mut resolved = Vec::with_capacity(rest.len());
                for (operator, operand) in rest {
                    resolved.push((*operator, self.code(operand, scope)?));
                }
                Ok(Code::Chain(first, resolved))
            }
            Expression::Union(parts) => Ok(Code::Union(self.codes(parts, scope)?)),
            Expression::Call(call) => self.call(call, scope),
            Expression::Path(path) => self.path(path, scope),
        }
    }

    fn codes(&mut self, expressions: &[Expression], scope: Scope) -> Resolved<Vec<Code>> {
        expressions
            .iter()
            .map(|expression| self.code(expression, scope))
            .collect()
    }

    fn call(&mut self, call: &Call, scope: Scope) -> Resolved<Code> {
        let function =
            functions::find(&call.name, call.arguments.len()).map_err(|(code, message, remedy)| {
                SyntaxFault {
                    code,
                    at: call.at,
                    message,
                    remedy,
                }
            })?;
        match function {
            Function::ChoiceName => self.choice_name(call, scope),
            Function::IndexedRepeat => self.indexed_repeat(call, scope),
            Function::Position if call.arguments.len() == 1 => {
                let Expression::Path(_) = &call.arguments[0] else {
                    return Err(self.fault(call.at, "position() takes a path.", "Write `position(..)`."));
                };
                Ok(Code::Call(function, self.codes(&call.arguments, scope)?))
            }
            Function::Regex => {
                let value = self.code(&call.arguments[0], scope)?;
                match &call.arguments[1] {
                    Expression::Text(text) => Ok(Code::Regex(Box::new(value), pattern(text, call.at)?)),
                    other => Ok(Code::Call(function, vec![value, self.code(other, scope)?])),
                }
            }
            _ => Ok(Code::Call(function, self.codes(&call.arguments, scope)?)),
        }
    }

    fn fault(&self, at: usize, message: &str, remedy: &str) -> SyntaxFault {
        SyntaxFault::new(at, message, remedy)
    }

    /// `jr:choice-name(value, '${question}')`: the second argument is a path in quotation marks.
    fn choice_name(&mut self, call: &Call, scope: Scope) -> Resolved<Code> {
        let value = self.code(&call.arguments[0], scope)?;
        let path = match &call.arguments[1] {
            Expression::Text(text) => parse(text).ok(),
            other => Some(other.clone()),
        };
        let before = (self.reads.clone(), self.reads_elsewhere.clone());
        let target = match path {
            Some(expression @ Expression::Path(_)) => match self.code(&expression, scope)? {
                Code::Nodes(nodes) => Some(nodes.target),
                _ => None,
            },
            _ => None,
        };
        // Only the list of the question is looked at, not its value.
        (self.reads, self.reads_elsewhere) = before;
        match target.filter(|target| self.program.nodes[*target].list.is_some()) {
            Some(target) => Ok(Code::ChoiceName(Box::new(value), target)),
            None => Err(self.fault(
                call.at,
                "The second argument of jr:choice-name() must name a question with choices.",
                "Write it as in `jr:choice-name(${tier}, '${tier}')`.",
            )),
        }
    }

    /// `indexed-repeat(node, repeat, index, …)`: a node of a numbered instance.
    fn indexed_repeat(&mut self, call: &Call, scope: Scope) -> Resolved<Code> {
        let remedy = "Write it as in `indexed-repeat(${wte}, ${staff}, 2)`.";
        if call.arguments.len().is_multiple_of(2) {
            return Err(self.fault(
                call.at,
                "indexed-repeat() takes a question and pairs of repeat and number.",
                remedy,
            ));
        }
        let before = self.reads.clone();
        let Code::Nodes(mut path) = self.code(&call.arguments[0], scope)? else {
            return Err(self.fault(
                call.at,
                "The first argument of indexed-repeat() must be a question.",
                remedy,
            ));
        };
        let mut indexes = Vec::new();
        for pair in call.arguments[1..].chunks(2) {
            let Code::Nodes(repeat) = self.code(&pair[0], scope)? else {
                return Err(self.fault(call.at, "indexed-repeat() must name a repeat.", remedy));
            };
            let around = self.program.repeats_around(path.target);
            if self.program.nodes[repeat.target].kind != NodeKind::Repeat || !around.contains(&repeat.target)
            {
                return Err(self.fault(
                    call.at,
                    "indexed-repeat() must name a repeat around the question.",
                    remedy,
                ));
            }
            indexes.push((repeat.target, self.code(&pair[1], scope)?));
        }
        let outermost = indexes.first().map_or(0, |(repeat, _)| *repeat);
        path.shared = self.outer_frame(outermost);
        path.descent = self.descent(path.target, path.shared);
        if path.target == self.node && !before.contains(&self.node) {
            self.reads.remove(&self.node);
            self.reads_elsewhere.insert(self.node);
        }
        Ok(Code::IndexedRepeat(path, indexes))
    }

    fn path(&mut self, path: &Path, scope: Scope) -> Resolved<Code> {
        if let (Some(list), Start::Here, false, [step]) = (
            self.filter,
            &path.start,
            scope.in_predicate,
            path.steps.as_slice(),
        ) {
            if let Direction::Child(name) = &step.direction {
                return self.column(list, name, path.at);
            }
        }
        let (origin, anchored) = match &path.start {
            Start::Reference(name) => (self.reference(name, path.at)?, true),
            Start::Root => (0, true),
            Start::Here => (scope.context, false),
            Start::Current => (self.node, false),
            Start::Call(call) => {
                let (code, message, remedy) = functions::find(&call.name, call.arguments.len())
                    .err()
                    .unwrap_or((
                        "expression.syntax",
                        "The function does not yield nodes.".to_owned(),
                        "Refer to a question instead.".to_owned(),
                    ));
                return Err(SyntaxFault {
                    code,
                    at: call.at,
                    message,
                    remedy,
                });
            }
        };
        let steps = match &path.start {
            Start::Root => self.after_root(path)?,
            _ => path.steps.as_slice(),
        };
        let mut walk = Walk {
            ends: vec![origin],
            top: origin,
            predicates: Vec::new(),
        };
        for step in steps {
            self.step(&mut walk, step, path.at)?;
        }
        // `current()` and `${…}` mean the question's own place, also inside a predicate.
        let from_current = anchored || path.start == Start::Current;
        let mut nodes = Vec::new();
        for end in &walk.ends {
            nodes.push(self.node_path(&walk, *end, anchored, from_current, path)?);
        }
        match nodes.len() {
            1 => Ok(nodes.remove(0)),
            _ => Ok(Code::Union(nodes)),
        }
    }

    fn column(&self, list: &List, name: &str, at: usize) -> Resolved<Code> {
        if let Some(column) = list.column(name) {
            return Ok(Code::Column(column));
        }
        let remedy = match nearest(name, list.columns.iter().map(String::as_str)) {
            Some(meant) => format!("Did you mean {meant}?"),
            None => "Add the column to the choices sheet, or write `${…}` for a question.".to_owned(),
        };
        Err(SyntaxFault {
            code: "expression.unknown_column",
            at,
            message: format!("The choices sheet has no column {name}."),
            remedy,
        })
    }

    /// The steps after `/data`; the first step must name the root.
    fn after_root<'p>(&self, path: &'p Path) -> Resolved<&'p [Step]> {
        let root = &self.program.nodes[0].name;
        match path.steps.first().map(|step| &step.direction) {
            Some(Direction::Child(name)) if name == root => Ok(&path.steps[1..]),
            _ => Err(SyntaxFault {
                code: "expression.unknown_path",
                at: path.at,
                message: format!("Paths of this questionnaire begin with /{root}."),
                remedy: "Write `${name}` instead of the path.".to_owned(),
            }),
        }
    }

    fn reference(&self, name: &str, at: usize) -> Resolved<NodeId> {
        if name.starts_with("last-saved#") {
            return Err(SyntaxFault {
                code: "expression.unsupported_reference",
                at,
                message: "Values of the record saved before are not supported.".to_owned(),
                remedy: "Leave the default empty.".to_owned(),
            });
        }
        match self.names.get(name).map(Vec::as_slice) {
            Some([node]) => Ok(*node),
            Some(nodes) => {
                let paths: Vec<&str> = nodes
                    .iter()
                    .map(|node| self.program.nodes[*node].path.as_str())
                    .collect();
                Err(SyntaxFault {
                    code: "expression.ambiguous_name",
                    at,
                    message: format!("${{{name}}} could mean {}.", paths.join(" or ")),
                    remedy: "Give the questions different names.".to_owned(),
                })
            }
            None => Err(SyntaxFault {
                code: "expression.unknown_name",
                at,
                message: format!("There is no question ${{{name}}}."),
                remedy: match nearest(name, self.names.keys().map(String::as_str)) {
                    Some(meant) => format!("Did you mean ${{{meant}}}?"),
                    None => "Use the name of a row of the survey sheet.".to_owned(),
                },
            }),
        }
    }

    fn step(&mut self, walk: &mut Walk, step: &Step, at: usize) -> Resolved<()> {
        let mut next = Vec::new();
        for end in &walk.ends {
            match &step.direction {
                Direction::Own => next.push(*end),
                Direction::Parent => {
                    let Some(parent) = self.program.nodes[*end].parent else {
                        return Err(self.fault(
                            at,
                            "`..` leads above the questionnaire.",
                            "Take one `..` away.",
                        ));
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
            return Err(self.fault(at, "The path leads to no question.", "Write `${name}` instead."));
        }
        if !step.predicates.is_empty() {
            for end in &next {
                let scope = Scope {
                    context: *end,
                    in_predicate: true,
                };
                let codes = self.codes(&step.predicates, scope)?;
                walk.predicates.push((*end, codes));
            }
        }
        walk.ends = next;
        Ok(())
    }

    fn child(&self, parent: NodeId, name: &str, at: usize) -> Resolved<NodeId> {
        let children = &self.program.nodes[parent].children;
        if let Some(child) = children
            .iter()
            .find(|child| self.program.nodes[**child].name == name)
        {
            return Ok(*child);
        }
        let remedy = match nearest(
            name,
            children
                .iter()
                .map(|child| self.program.nodes[*child].name.as_str()),
        ) {
            Some(meant) => format!("Did you mean {meant}?"),
            None => format!("Write `${{{name}}}` for a question; put text in quotation marks."),
        };
        Err(SyntaxFault {
            code: "expression.unknown_path",
            at,
            message: format!("There is no {name} in {}.", self.program.nodes[parent].path),
            remedy,
        })
    }

    fn node_path(
        &mut self,
        walk: &Walk,
        target: NodeId,
        anchored: bool,
        from_current: bool,
        path: &Path,
    ) -> Resolved<Code> {
        let shared = if anchored {
            if path.start == Start::Root && self.common(self.node, target) != 0 {
                self.absolute_in_repeat = true;
            }
            self.shared_frame(walk, target)
        } else {
            let mut shared = self.program.nodes[walk.top].frame;
            for (node, _) in &walk.predicates {
                if self.program.nodes[*node].kind == NodeKind::Repeat && shared == *node {
                    shared = self.outer_frame(*node);
                }
            }
            shared
        };
        let descent = self.descent(target, shared);
        if target == self.node && !walk.predicates.is_empty() {
            self.reads_elsewhere.insert(target);
        } else {
            self.reads.insert(target);
        }
        let predicates = walk.predicates.clone();
        Ok(Code::Nodes(NodePath {
            target,
            shared,
            descent,
            predicates,
            from_current,
        }))
    }

    /// The innermost repeat that a `${…}` or absolute path shares with the rule, above any condition.
    fn shared_frame(&self, walk: &Walk, target: NodeId) -> NodeId {
        let mut shared = self.common(self.node, target);
        for (node, _) in &walk.predicates {
            let around = self.program.repeats_around(shared);
            if self.program.nodes[*node].kind == NodeKind::Repeat && around.contains(node) {
                shared = self.outer_frame(*node);
            }
        }
        shared
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

    fn outer_frame(&self, repeat: NodeId) -> NodeId {
        self.program.nodes[repeat]
            .parent
            .map_or(0, |parent| self.program.nodes[parent].frame)
    }

    fn descent(&self, target: NodeId, shared: NodeId) -> Vec<NodeId> {
        let around = self.program.repeats_around(target);
        let skipped = around
            .iter()
            .position(|repeat| *repeat == shared)
            .map_or(0, |place| place + 1);
        around[skipped..].to_vec()
    }
}

/// A path on its way.
struct Walk {
    ends: Vec<NodeId>,
    /// The highest node reached by `..`.
    top: NodeId,
    predicates: Vec<(NodeId, Vec<Code>)>,
}

/// Compiles a pattern that must match the whole value.
fn pattern(text: &str, at: usize) -> Resolved<Pattern> {
    whole_match(text).map(Pattern).map_err(|error| SyntaxFault {
        code: "expression.bad_pattern",
        at,
        message: format!("The pattern {text} cannot be used: {}.", last_line(&error)),
        remedy: "Use letters, classes such as [0-9] and counts such as {2}; look-around is not supported."
            .to_owned(),
    })
}

/// A regular expression over the whole of a value, of bounded size.
pub(crate) fn whole_match(text: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(&format!("^(?:{text})$"))
        .size_limit(1 << 20)
        .dfa_size_limit(1 << 20)
        .build()
}

fn last_line(error: &regex::Error) -> String {
    error
        .to_string()
        .lines()
        .last()
        .unwrap_or("")
        .trim_start_matches("error: ")
        .to_owned()
}
