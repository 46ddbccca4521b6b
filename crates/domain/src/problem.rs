//! What a person can put right.

use serde::{Deserialize, Serialize};

/// Something a person can put right: what, where, and what to do next.
///
/// Many can be reported at once. Codes (`noun.reason`) are stable for ever; the sentence may be reworded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable code, such as `service.no_name`.
    pub code: String,
    /// Where: a form field's name, a question's path, or "sheet Services, row 4, column cost".
    pub place: String,
    /// One sentence: what is wrong.
    pub message: String,
    /// What to do next; empty when the message says it.
    pub remedy: String,
}

impl Problem {
    /// A problem at a place, with what to do folded into the sentence.
    pub fn at(place: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            place: place.into(),
            message: message.into(),
            remedy: String::new(),
        }
    }

    /// Adds what the person can do next.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }
}
