//! The language of the rules: XPath 1.0 as XLSForm uses it.

pub(crate) mod ast;
pub(crate) mod functions;
mod lexer;
mod parser;

pub(crate) use lexer::references_in_text;
pub(crate) use parser::parse;

/// A fault in the text of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SyntaxFault {
    /// Stable code, `expression.…`.
    pub code: &'static str,
    /// Character of the cell at which it was noticed, from 0.
    pub at: usize,
    pub message: String,
    pub remedy: String,
}

impl SyntaxFault {
    /// A fault that is not about syntax.
    pub(crate) fn coded(
        code: &'static str,
        at: usize,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> SyntaxFault {
        SyntaxFault {
            code,
            at,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    pub(crate) fn new(at: usize, message: impl Into<String>, remedy: impl Into<String>) -> SyntaxFault {
        SyntaxFault {
            code: "expression.syntax",
            at,
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}
