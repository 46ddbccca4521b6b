use super::SyntaxFault;
use super::ast::{Call, Direction, Expression, Operator, Path, Start, Step};
use super::lexer::{Token, TokenKind, tokens};

/// How deep brackets, predicates and arguments may nest.
const MAX_DEPTH: usize = 60;

/// Reads an expression; refuses what XPath allows but questionnaires have no use for, by name.
pub(crate) fn parse(text: &str) -> Result<Expression, SyntaxFault> {
    let tokens = tokens(text)?;
    let end = text.chars().count();
    let mut parser = Parser {
        tokens,
        next: 0,
        depth: 0,
        end,
    };
    let expression = parser.expression()?;
    match parser.peek() {
        None => Ok(expression),
        Some(TokenKind::Close) => Err(parser.fault("A closing bracket has no opening one.", "Take it out.")),
        Some(_) => Err(parser.fault(
            "The expression should end here, or an operator is missing.",
            "Put an operator such as `and`, `=` or `+` between the two values.",
        )),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |token| token.at)
    }

    fn fault(&self, message: &str, remedy: &str) -> SyntaxFault {
        SyntaxFault::new(self.at(), message, remedy)
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let found = self.peek() == Some(kind);
        self.next += usize::from(found);
        found
    }

    fn expression(&mut self) -> Result<Expression, SyntaxFault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fault(
                "The expression is nested too deeply.",
                "Split it over several calculate rows.",
            ));
        }
        let expression = self.level(0);
        self.depth -= 1;
        expression
    }

    /// Operators of one precedence level, from left to right.
    fn level(&mut self, level: usize) -> Result<Expression, SyntaxFault> {
        if level > Operator::Multiply.level() {
            return self.negation();
        }
        let first = self.level(level + 1)?;
        let mut rest = Vec::new();
        while let Some(TokenKind::Operator(operator)) = self.peek() {
            let operator = *operator;
            if operator.level() != level {
                break;
            }
            self.next += 1;
            rest.push((operator, self.level(level + 1)?));
        }
        Ok(if rest.is_empty() {
            first
        } else {
            Expression::Chain(Box::new(first), rest)
        })
    }

    fn negation(&mut self) -> Result<Expression, SyntaxFault> {
        let mut negative = false;
        let mut signs = false;
        while self.take(&TokenKind::Operator(Operator::Subtract)) {
            negative = !negative;
            signs = true;
        }
        let union = self.union()?;
        let value = if signs {
            Expression::Negate(Box::new(union))
        } else {
            union
        };
        Ok(if signs && !negative {
            Expression::Negate(Box::new(value))
        } else {
            value
        })
    }

    fn union(&mut self) -> Result<Expression, SyntaxFault> {
        let first = self.path()?;
        if self.peek() != Some(&TokenKind::Pipe) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(&TokenKind::Pipe) {
            parts.push(self.path()?);
        }
        Ok(Expression::Union(parts))
    }

    fn path(&mut self) -> Result<Expression, SyntaxFault> {
        let at = self.at();
        let Some(token) = self.tokens.get(self.next).cloned() else {
            return Err(self.fault(
                "The expression ends where a value is expected.",
                "Complete the expression.",
            ));
        };
        match token.kind {
            TokenKind::Number(number) => self.primary(Expression::Number(number)),
            TokenKind::Text(text) => self.primary(Expression::Text(text)),
            TokenKind::Open => {
                self.next += 1;
                let inner = self.expression()?;
                self.close()?;
                self.refuse_filter()?;
                Ok(inner)
            }
            TokenKind::Reference(name) => {
                self.next += 1;
                let mut steps = Vec::new();
                if self.peek() == Some(&TokenKind::OpenBracket) {
                    steps.push(Step {
                        direction: Direction::Own,
                        predicates: self.predicates()?,
                    });
                }
                self.further_steps(Path {
                    start: Start::Reference(name),
                    steps,
                    at,
                })
            }
            TokenKind::Slash => {
                self.next += 1;
                let steps = vec![self.step()?];
                self.further_steps(Path {
                    start: Start::Root,
                    steps,
                    at,
                })
            }
            TokenKind::Name(name)
                if self
                    .tokens
                    .get(self.next + 1)
                    .is_some_and(|t| t.kind == TokenKind::Open) =>
            {
                self.next += 1;
                self.call(name, at)
            }
            _ => {
                let steps = vec![self.step()?];
                self.further_steps(Path {
                    start: Start::Here,
                    steps,
                    at,
                })
            }
        }
    }

    fn primary(&mut self, expression: Expression) -> Result<Expression, SyntaxFault> {
        self.next += 1;
        self.refuse_filter()?;
        Ok(expression)
    }

    fn refuse_filter(&self) -> Result<(), SyntaxFault> {
        match self.peek() {
            Some(TokenKind::Slash) => {
                Err(self.fault("A value cannot be followed by `/`.", "To divide, write `div`."))
            }
            Some(TokenKind::OpenBracket) => Err(self.fault(
                "Only a path can be followed by a condition in brackets.",
                "Put it after the path.",
            )),
            _ => Ok(()),
        }
    }

    fn close(&mut self) -> Result<(), SyntaxFault> {
        if self.take(&TokenKind::Close) {
            return Ok(());
        }
        Err(self.fault(
            "A closing bracket is missing.",
            "Count the brackets; add `)` where the value ends.",
        ))
    }

    fn call(&mut self, name: String, at: usize) -> Result<Expression, SyntaxFault> {
        self.next += 1;
        let mut arguments = Vec::new();
        if !self.take(&TokenKind::Close) {
            loop {
                arguments.push(self.expression()?);
                if !self.take(&TokenKind::Comma) {
                    break;
                }
            }
            self.close()?;
        }
        let call = Call { name, arguments, at };
        if call.name == "current" && call.arguments.is_empty() {
            return self.further_steps(Path {
                start: Start::Current,
                steps: Vec::new(),
                at,
            });
        }
        match self.peek() {
            Some(TokenKind::Slash) if call.name == "instance" => self.further_steps(Path {
                start: Start::Call(call),
                steps: Vec::new(),
                at,
            }),
            _ => {
                self.refuse_filter()?;
                Ok(Expression::Call(call))
            }
        }
    }

    fn further_steps(&mut self, mut path: Path) -> Result<Expression, SyntaxFault> {
        while self.take(&TokenKind::Slash) {
            path.steps.push(self.step()?);
        }
        if self.peek() == Some(&TokenKind::DoubleSlash) {
            return Err(self.fault(
                "`//` searches the whole form and is not supported.",
                "Write the full path, or `${name}`.",
            ));
        }
        Ok(Expression::Path(path))
    }

    fn step(&mut self) -> Result<Step, SyntaxFault> {
        let at = self.next;
        let direction = match self.peek().cloned() {
            Some(TokenKind::Dot) => Direction::Own,
            Some(TokenKind::DotDot) => Direction::Parent,
            Some(TokenKind::Star) => Direction::AnyChild,
            Some(TokenKind::Name(name)) => self.named_step(name)?,
            Some(TokenKind::At) => {
                return Err(self.fault(
                    "Attributes (`@`) are not supported.",
                    "Refer to a question instead.",
                ));
            }
            Some(TokenKind::DoubleSlash) => {
                return Err(self.fault(
                    "`//` searches the whole form and is not supported.",
                    "Write the full path.",
                ));
            }
            _ => {
                return Err(self.fault(
                    "A value, a name or `${…}` is expected here.",
                    "Complete the expression.",
                ));
            }
        };
        if self.next == at {
            self.next += 1;
        }
        Ok(Step {
            direction,
            predicates: self.predicates()?,
        })
    }

    /// A child by name, or one of the axes that can be said otherwise.
    fn named_step(&mut self, name: String) -> Result<Direction, SyntaxFault> {
        if self.tokens.get(self.next + 1).map(|token| &token.kind) != Some(&TokenKind::DoubleColon) {
            return Ok(Direction::Child(name));
        }
        let test = self.tokens.get(self.next + 2).map(|token| token.kind.clone());
        let direction = match (name.as_str(), test) {
            ("child", Some(TokenKind::Name(child))) => Direction::Child(child),
            ("child", Some(TokenKind::Star)) => Direction::AnyChild,
            ("self", Some(TokenKind::Star)) => Direction::Own,
            ("parent", Some(TokenKind::Star)) => Direction::Parent,
            _ => {
                let message = format!("The axis `{name}::` is not supported.");
                return Err(self.fault(&message, "Use `.`, `..`, or the path of the question."));
            }
        };
        self.next += 3;
        Ok(direction)
    }

    fn predicates(&mut self) -> Result<Vec<Expression>, SyntaxFault> {
        let mut predicates = Vec::new();
        while self.take(&TokenKind::OpenBracket) {
            predicates.push(self.expression()?);
            if !self.take(&TokenKind::CloseBracket) {
                return Err(self.fault("A closing `]` is missing.", "Add `]` where the condition ends."));
            }
        }
        Ok(predicates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn precedence_follows_xpath() {
        let Expression::Chain(_, rest) = parse("1 + 2 * 3 = 7 or ${x} != ''").unwrap() else {
            panic!()
        };
        assert_eq!(rest[0].0, Operator::Or);
        assert_eq!(parse("(1)").unwrap(), Expression::Number(1.0));
        assert!(matches!(parse("- - 1").unwrap(), Expression::Negate(_)));
    }

    #[test]
    fn faults_say_where_and_what_to_do() {
        assert_eq!(parse("1 +").unwrap_err().at, 3);
        assert_eq!(parse("(1").unwrap_err().message, "A closing bracket is missing.");
        assert_eq!(parse("${a} / 2").unwrap_err().at, 7);
        assert_eq!(parse("4 / 2").unwrap_err().remedy, "To divide, write `div`.");
        assert!(parse("//a").unwrap_err().message.contains("not supported"));
        assert!(parse("following::a").unwrap_err().message.contains("following::"));
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
        assert!(parse(&deep).unwrap_err().message.contains("deeply"));
        let long = format!("1{}", " + 1".repeat(5000));
        assert!(parse(&long).is_ok());
        assert!(
            parse(&"1+".repeat(50_000))
                .unwrap_err()
                .message
                .contains("longer")
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in any::<String>()) {
            let _ = parse(&text);
        }

        #[test]
        fn no_jumble_of_tokens_makes_the_parser_panic(
            words in proptest::collection::vec(prop::sample::select(vec![
                "${a}", "(", ")", "[", "]", "/", "//", "..", ".", "*", "and", "div", "-", "1.5", "'x'", "name",
                "jr:choice-name", "::", "@", ",", "|", "=", "!=", "current()", "child", "instance(", "\u{201c}",
            ]), 0..60)
        ) {
            let _ = parse(&words.concat());
            let _ = parse(&words.join(" "));
        }
    }
}
