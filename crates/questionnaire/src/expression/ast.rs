/// An expression as written; names are not yet resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    Number(f64),
    Text(String),
    /// Operators of one precedence from left to right; flat, so that a long sum is not deep.
    Chain(Box<Expression>, Vec<(Operator, Expression)>),
    Negate(Box<Expression>),
    Call(Call),
    Path(Path),
    Union(Vec<Expression>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    pub name: String,
    pub arguments: Vec<Expression>,
    /// Character at which the name stands.
    pub at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    pub start: Start,
    pub steps: Vec<Step>,
    pub at: usize,
}

/// Where a path sets out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Start {
    /// `/`
    Root,
    /// Nothing: the node at hand.
    Here,
    /// `${name}`
    Reference(String),
    /// `current()`: the question the expression belongs to, also inside a predicate.
    Current,
    /// A function that yields nodes, such as `instance('list')`.
    Call(Call),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub direction: Direction,
    pub predicates: Vec<Expression>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Direction {
    Own,
    Parent,
    Child(String),
    AnyChild,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    /// Binding strength, weakest first.
    pub(crate) fn level(self) -> usize {
        match self {
            Operator::Or => 0,
            Operator::And => 1,
            Operator::Equal | Operator::NotEqual => 2,
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => 3,
            Operator::Add | Operator::Subtract => 4,
            Operator::Multiply | Operator::Divide | Operator::Remainder => 5,
        }
    }
}
