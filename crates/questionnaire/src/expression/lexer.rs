use super::SyntaxFault;
use super::ast::Operator;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub kind: TokenKind,
    /// Character at which the token starts, from 0.
    pub at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    Number(f64),
    Text(String),
    Name(String),
    /// `${name}`
    Reference(String),
    Operator(Operator),
    Pipe,
    Slash,
    DoubleSlash,
    Dot,
    DotDot,
    Star,
    At,
    Comma,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    DoubleColon,
}

/// Longest expression that is read, in characters.
const MAX_LENGTH: usize = 32_000;

/// Cuts an expression into tokens; `*`, `and`, `or`, `div` and `mod` are operators only after a value.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, SyntaxFault> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() > MAX_LENGTH {
        return Err(SyntaxFault::new(
            0,
            format!("The expression is longer than {MAX_LENGTH} characters."),
            "Split it over several calculate rows.",
        ));
    }
    let mut lexer = Lexer {
        characters,
        at: 0,
        tokens: Vec::new(),
    };
    while lexer.at < lexer.characters.len() {
        lexer.next()?;
    }
    Ok(lexer.tokens)
}

struct Lexer {
    characters: Vec<char>,
    at: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> char {
        self.characters.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        self.tokens.push(Token { kind, at: self.at });
        self.at += length;
    }

    fn next(&mut self) -> Result<(), SyntaxFault> {
        let (here, ahead) = (self.peek(0), self.peek(1));
        match here {
            character if character.is_whitespace() => self.at += 1,
            '0'..='9' => self.number(),
            '.' if ahead.is_ascii_digit() => self.number(),
            '\'' | '"' => self.text(here)?,
            '\u{2018}' | '\u{2019}' => self.text('\'')?,
            '\u{201c}' | '\u{201d}' => self.text('"')?,
            '$' if ahead == '{' => self.reference()?,
            character if starts_name(character) => self.name(),
            _ => self.symbol(here, ahead)?,
        }
        Ok(())
    }

    fn symbol(&mut self, here: char, ahead: char) -> Result<(), SyntaxFault> {
        let (kind, length) = match (here, ahead) {
            ('.', '.') => (TokenKind::DotDot, 2),
            ('.', _) => (TokenKind::Dot, 1),
            ('/', '/') => (TokenKind::DoubleSlash, 2),
            ('/', _) => (TokenKind::Slash, 1),
            ('(', _) => (TokenKind::Open, 1),
            (')', _) => (TokenKind::Close, 1),
            ('[', _) => (TokenKind::OpenBracket, 1),
            (']', _) => (TokenKind::CloseBracket, 1),
            (',', _) => (TokenKind::Comma, 1),
            ('@', _) => (TokenKind::At, 1),
            (':', ':') => (TokenKind::DoubleColon, 2),
            ('*', _) if self.follows_value() => (TokenKind::Operator(Operator::Multiply), 1),
            ('*', _) => (TokenKind::Star, 1),
            ('+', _) => (TokenKind::Operator(Operator::Add), 1),
            ('-' | '\u{2013}' | '\u{2212}', _) => (TokenKind::Operator(Operator::Subtract), 1),
            ('!', '=') => (TokenKind::Operator(Operator::NotEqual), 2),
            ('<', '=') => (TokenKind::Operator(Operator::LessOrEqual), 2),
            ('>', '=') => (TokenKind::Operator(Operator::GreaterOrEqual), 2),
            ('<', _) => (TokenKind::Operator(Operator::Less), 1),
            ('>', _) => (TokenKind::Operator(Operator::Greater), 1),
            ('=', '=') => return Err(self.fault("`==` is not an operator here.", "Write a single `=`.")),
            ('=', _) => (TokenKind::Operator(Operator::Equal), 1),
            ('|', '|') => return Err(self.fault("`||` is not an operator here.", "Write `or`.")),
            ('|', _) => (TokenKind::Pipe, 1),
            ('&', _) => return Err(self.fault("`&` is not an operator here.", "Write `and`.")),
            ('!', _) => return Err(self.fault("`!` is not an operator here.", "Write `not(…)`.")),
            ('%', _) => {
                return Err(self.fault("`%` is not an operator here.", "Write `mod`, or divide by 100."));
            }
            ('$', _) => {
                return Err(self.fault("A `$` must be followed by a name in braces.", "Write `${name}`."));
            }
            (other, _) => {
                let message = format!("The character `{other}` has no meaning here.");
                return Err(self.fault(&message, "Take it out, or put text in quotation marks."));
            }
        };
        self.push(kind, length);
        Ok(())
    }

    fn fault(&self, message: &str, remedy: &str) -> SyntaxFault {
        SyntaxFault::new(self.at, message, remedy)
    }

    /// Whether the token before ends a value, so that what follows can only be an operator.
    fn follows_value(&self) -> bool {
        !matches!(
            self.tokens.last().map(|token| &token.kind),
            None | Some(
                TokenKind::Operator(_)
                    | TokenKind::Pipe
                    | TokenKind::Slash
                    | TokenKind::DoubleSlash
                    | TokenKind::At
                    | TokenKind::Comma
                    | TokenKind::Open
                    | TokenKind::OpenBracket
                    | TokenKind::DoubleColon
            )
        )
    }

    fn number(&mut self) {
        let mut length = 0;
        let mut seen_point = false;
        while self.peek(length).is_ascii_digit() || (self.peek(length) == '.' && !seen_point) {
            seen_point |= self.peek(length) == '.';
            length += 1;
        }
        let digits: String = self.characters[self.at..self.at + length].iter().collect();
        self.push(TokenKind::Number(digits.parse().unwrap_or(f64::NAN)), length);
    }

    /// A text ends at the mark it began with; word processors may have bent one mark or both.
    fn text(&mut self, quote: char) -> Result<(), SyntaxFault> {
        let rest = &self.characters[self.at + 1..];
        let bent = straight(self.peek(0)) != self.peek(0);
        let same = rest.iter().position(|letter| *letter == quote);
        let alike = rest.iter().position(|letter| straight(*letter) == quote);
        let Some(length) = (if bent { alike } else { same.or(alike) }) else {
            let message = "A quotation mark is opened and never closed.";
            return Err(self.fault(message, "Close the text with the same mark."));
        };
        let content = rest[..length].iter().collect();
        self.push(TokenKind::Text(content), length + 2);
        Ok(())
    }

    fn reference(&mut self) -> Result<(), SyntaxFault> {
        let mut length = 2;
        let mut name = String::new();
        while self.peek(length) != '}' {
            if self.at + length >= self.characters.len() {
                return Err(self.fault("`${` is opened and never closed.", "Close the name with `}`."));
            }
            name.push(self.peek(length));
            length += 1;
        }
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(self.fault(
                "`${}` names no question.",
                "Write the question's name between the braces.",
            ));
        }
        self.push(TokenKind::Reference(name), length + 1);
        Ok(())
    }

    fn name(&mut self) {
        let mut length = 1;
        loop {
            let character = self.peek(length);
            let prefix = character == ':' && starts_name(self.peek(length + 1));
            if !(continues_name(character) || prefix) {
                break;
            }
            length += 1;
        }
        let name: String = self.characters[self.at..self.at + length].iter().collect();
        let kind = match name.as_str() {
            _ if !self.follows_value() => TokenKind::Name(name),
            "or" => TokenKind::Operator(Operator::Or),
            "and" => TokenKind::Operator(Operator::And),
            "div" => TokenKind::Operator(Operator::Divide),
            "mod" => TokenKind::Operator(Operator::Remainder),
            _ => TokenKind::Name(name),
        };
        self.push(kind, length);
    }
}

fn straight(character: char) -> char {
    match character {
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        other => other,
    }
}

fn starts_name(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

fn continues_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.')
}

/// Splits a label at its `${name}` references: texts and names in turn, a text first.
pub(crate) fn references_in_text(text: &str) -> Vec<(String, Option<String>)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("${") {
        let Some(close) = rest[open..].find('}').map(|found| found + open) else {
            break;
        };
        pieces.push((
            rest[..open].to_owned(),
            Some(rest[open + 2..close].trim().to_owned()),
        ));
        rest = &rest[close + 1..];
    }
    pieces.push((rest.to_owned(), None));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokens(text)
            .unwrap()
            .into_iter()
            .map(|token| token.kind)
            .collect()
    }

    #[test]
    fn a_star_multiplies_only_after_a_value() {
        assert_eq!(kinds("*")[0], TokenKind::Star);
        assert_eq!(kinds("2 * 3")[1], TokenKind::Operator(Operator::Multiply));
        assert_eq!(kinds("/data/*")[3], TokenKind::Star);
    }

    #[test]
    fn an_operator_word_is_a_name_where_no_value_precedes() {
        assert_eq!(kinds("div")[0], TokenKind::Name("div".to_owned()));
        assert_eq!(kinds("div div mod")[1], TokenKind::Operator(Operator::Divide));
    }

    #[test]
    fn a_hyphen_inside_a_name_belongs_to_it() {
        assert_eq!(kinds("a-b").len(), 1);
        assert_eq!(kinds("a - b").len(), 3);
        assert_eq!(
            kinds("jr:choice-name(")[0],
            TokenKind::Name("jr:choice-name".to_owned())
        );
    }

    #[test]
    fn curly_quotation_marks_are_read_as_straight_ones() {
        assert_eq!(kinds("\u{2018}yes\u{2019}")[0], TokenKind::Text("yes".to_owned()));
        assert_eq!(
            kinds("'it\u{2019}s'")[0],
            TokenKind::Text("it\u{2019}s".to_owned())
        );
    }

    #[test]
    fn common_slips_get_their_own_remedy() {
        assert_eq!(tokens("a == b").unwrap_err().remedy, "Write a single `=`.");
        assert_eq!(tokens("a && b").unwrap_err().remedy, "Write `and`.");
        assert_eq!(tokens("'open").unwrap_err().at, 0);
    }
}
