use std::collections::HashMap;

use crate::choices::List;
use crate::expression::ast::Operator;
use crate::expression::functions::Function;

/// Place of a node in [`Program::nodes`]; 0 is the root.
pub(crate) type NodeId = usize;

/// A questionnaire ready to run: nodes in document order, rules with names resolved, and the order of work.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub nodes: Vec<Node>,
    pub by_path: HashMap<String, NodeId>,
    pub lists: Vec<List>,
    pub order: Vec<Task>,
}

/// A group, repeat or question of the template.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub name: String,
    pub path: String,
    pub parent: Option<NodeId>,
    pub children: Vec<NodeId>,
    pub kind: NodeKind,
    /// The repeat it lies in, or itself for a repeat, or the root.
    pub frame: NodeId,
    /// Its place in a frame of that repeat.
    pub slot: usize,
    /// For a repeat: its place as a whole, whatever its instances, in the frame around it.
    pub container: usize,
    /// For the root and repeats: how many slots a frame has.
    pub frame_size: usize,
    pub list: Option<usize>,
    pub rules: Rules,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum NodeKind {
    #[default]
    Group,
    Repeat,
    /// Place of the question in the questionnaire.
    Question(usize),
}

/// The rules of a node, compiled.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub relevant: Option<Code>,
    pub required: Option<Code>,
    pub read_only: Option<Code>,
    pub constraint: Option<Code>,
    pub calculation: Option<Code>,
    pub default: Option<Code>,
    pub repeat_count: Option<Code>,
    pub choice_filter: Option<Code>,
    pub label: Text,
    pub hint: Text,
    pub constraint_message: Text,
    pub required_message: Text,
}

/// Text with values in it: fixed words and expressions in turn. Of messages, empty when plain.
pub(crate) type Text = Vec<(String, Option<Code>)>;

/// One step of a whole evaluation; the steps stand in dependency order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Task {
    /// Find the instances of a repeat.
    Instances(NodeId),
    Relevance(NodeId),
    Value(NodeId),
}

/// An expression with names resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Code {
    Number(f64),
    Text(String),
    Chain(Box<Code>, Vec<(Operator, Code)>),
    Negate(Box<Code>),
    Call(Function, Vec<Code>),
    Nodes(NodePath),
    Union(Vec<Code>),
    /// A column of the choice that a filter looks at.
    Column(usize),
    /// `jr:choice-name(value, question)`
    ChoiceName(Box<Code>, NodeId),
    /// `indexed-repeat(node, repeat, index, …)`
    IndexedRepeat(NodePath, Vec<(NodeId, Code)>),
    /// `regex(value, 'pattern')` with a fixed pattern, compiled once.
    Regex(Box<Code>, Pattern),
}

#[derive(Debug, Clone)]
pub(crate) struct Pattern(pub regex::Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// Where an expression's nodes are found: from a shared repeat instance down to the target.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NodePath {
    pub target: NodeId,
    /// The repeat whose instance the origin and the target share, or the root.
    pub shared: NodeId,
    /// Repeats to go through below the shared one, outermost first.
    pub descent: Vec<NodeId>,
    /// Conditions on the instances of a repeat of the descent, or on the target.
    pub predicates: Vec<(NodeId, Vec<Code>)>,
    /// Whether the origin is the expression's own question even inside a predicate.
    pub from_current: bool,
}

impl Program {
    /// The repeats around a node, outermost first, itself included when it is one.
    pub(crate) fn repeats_around(&self, node: NodeId) -> Vec<NodeId> {
        let mut repeats = Vec::new();
        let mut frame = self.nodes[node].frame;
        while frame != 0 {
            repeats.push(frame);
            frame = self.nodes[frame]
                .parent
                .map_or(0, |parent| self.nodes[parent].frame);
        }
        repeats.reverse();
        repeats
    }

    /// The list a question chooses from.
    pub(crate) fn list_of(&self, node: NodeId) -> Option<&List> {
        self.nodes[node].list.and_then(|list| self.lists.get(list))
    }
}
