use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::choices::List;
use crate::expression::SyntaxFault;
use crate::expression::ast::{Call, Expression};
use crate::expression::functions::{self, Function};
use crate::expression::parse;
use crate::program::{Code, NodeId, NodeKind, Pattern, Program};

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
    /// Whether to look for the word that was meant; not once there are many faults, because it takes time.
    pub suggests: bool,
}

/// Where in an expression we are.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    pub context: NodeId,
    pub in_predicate: bool,
}

pub(super) type Resolved<T> = Result<T, SyntaxFault>;

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

    pub(super) fn codes(&mut self, expressions: &[Expression], scope: Scope) -> Resolved<Vec<Code>> {
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
                    return Err(SyntaxFault::new(
                        call.at,
                        "position() takes a path.",
                        "Write `position(..)`.",
                    ));
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
            None => Err(SyntaxFault::new(
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
            return Err(SyntaxFault::new(
                call.at,
                "indexed-repeat() takes a question and pairs of repeat and number.",
                remedy,
            ));
        }
        let before = self.reads.clone();
        let Code::Nodes(mut path) = self.code(&call.arguments[0], scope)? else {
            return Err(SyntaxFault::new(
                call.at,
                "The first argument of indexed-repeat() must be a question.",
                remedy,
            ));
        };
        let mut indexes = Vec::new();
        for pair in call.arguments[1..].chunks(2) {
            let Code::Nodes(repeat) = self.code(&pair[0], scope)? else {
                return Err(SyntaxFault::new(
                    call.at,
                    "indexed-repeat() must name a repeat.",
                    remedy,
                ));
            };
            let around = self.program.repeats_around(path.target);
            if self.program.nodes[repeat.target].kind != NodeKind::Repeat || !around.contains(&repeat.target)
            {
                return Err(SyntaxFault::new(
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
