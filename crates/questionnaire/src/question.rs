use std::collections::BTreeMap;
use std::sync::Arc;

/// One question, as its author wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Template path, without the keys of repeat instances: `/data/workforce/staff/wte`.
    pub path: String,
    /// Name, unique among its neighbours; other questions refer to it as `${name}`.
    pub name: String,
    /// The question itself; may hold `${name}`, which [`crate::Evaluation::label`] replaces.
    pub label: String,
    /// Help shown below the question.
    pub hint: Option<String>,
    /// Longer help for training and print.
    pub guidance: Option<String>,
    /// What is asked for.
    pub kind: QuestionKind,
    /// All choices of its list, before any filter; empty unless it is a selection.
    pub choices: Arc<[Choice]>,
    /// Words of the appearance column.
    pub appearance: Vec<String>,
    /// Code of what the answer measures (`bind::csm:concept`), by which figures are added up.
    pub concept: Option<String>,
    /// Unit of the answer (`bind::csm:unit`), for example `GBP`, `WTE`, `percent`.
    pub unit: Option<String>,
    /// Further word about the question's part in the whole (`bind::csm:kind`).
    pub role: Option<String>,
    /// Said when the constraint does not hold.
    pub constraint_message: Option<String>,
    /// Said when an answer is missing.
    pub required_message: Option<String>,
    /// Template path of the repeat it lies in.
    pub repeat: Option<String>,
    /// Whether its value is worked out from others; such a question cannot be typed into.
    pub calculated: bool,
    /// The `parameters` column, as pairs.
    pub parameters: BTreeMap<String, String>,
    /// Page on which it is shown; none for values that are never shown.
    pub page_id: Option<String>,
    /// Row of the survey sheet.
    pub source_row: u32,
}

/// What a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionKind {
    /// Free text.
    Text,
    /// A whole number.
    Integer,
    /// A number with decimals.
    Decimal,
    /// An amount in pounds and pence: a number whose unit is `GBP`.
    Money,
    /// A day, stored as `2026-03-12`.
    Date,
    /// One of a list.
    SelectOne,
    /// Any of a list, stored as names with spaces between.
    SelectMultiple,
    /// Words to read; nothing is asked.
    Note,
    /// A value worked out and not shown.
    Calculate,
    /// A value set from outside and not shown.
    Hidden,
}

impl QuestionKind {
    /// Whether the answer is a number.
    pub fn is_number(self) -> bool {
        matches!(
            self,
            QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Money
        )
    }

    /// Whether the answer is taken from a list.
    pub fn is_selection(self) -> bool {
        matches!(self, QuestionKind::SelectOne | QuestionKind::SelectMultiple)
    }

    /// Whether it appears on a page.
    pub fn is_shown(self) -> bool {
        !matches!(self, QuestionKind::Calculate | QuestionKind::Hidden)
    }
}

impl Question {
    /// Whether a person can type an answer to it.
    pub fn is_asked(&self) -> bool {
        self.kind.is_shown() && self.kind != QuestionKind::Note && !self.calculated
    }

    /// Whether the appearance column holds a word.
    pub fn has_appearance(&self, word: &str) -> bool {
        self.appearance.iter().any(|appearance| appearance == word)
    }

    /// The choice of a given stored name.
    pub fn choice(&self, name: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.name == name)
    }
}

/// One entry of a choice list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub name: String,
    /// What is read.
    pub label: String,
    /// Cells of the list's further columns, in the order of the list; filters look at them.
    pub(crate) columns: Vec<String>,
}
