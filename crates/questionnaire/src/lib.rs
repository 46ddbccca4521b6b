//! Questionnaires written as XLSForm spreadsheets: read, checked, evaluated and paged; knows nothing of who answers.
//!
//! ```
//! use questionnaire::{Answers, Questionnaire, Workbook};
//!
//! let form = Questionnaire::compile(&Workbook::from_markdown(
//!     "| survey | | | | |
//!      | | type | name | label | constraint | bind::csm:unit |
//!      | | decimal | staff | Staff | | GBP |
//!      | | decimal | other | Other | | GBP |
//!      | | decimal | total | Total | . = round(${staff} + ${other}, 2) | GBP |",
//! ))
//! .unwrap();
//! let mut answers = Answers::default();
//! answers.set("/data/staff", "0.10");
//! answers.set("/data/other", "0.20");
//! answers.set("/data/total", "0.30");
//! assert!(form.evaluate(&answers, jiff::civil::date(2026, 11, 22)).is_complete());
//! ```
//!
//! # The way a form goes
//!
//! [`Workbook`] (cells) → survey, choices and settings → a tree of nodes → rules parsed and their names resolved →
//! the order of work → [`Questionnaire`]. With [`Answers`] it gives an [`Evaluation`]: one pass in dependency order
//! over a whole instance, each rule once.
//!
//! # What the rules mean
//!
//! - **Numbers are doubles**, as XPath 1.0 says: `0.1 + 0.2` is not `0.3`. Compare sums of money with `round(…, 2)`
//!   and sums of WTE with `round(…, 3)`; the rounded sum is then exactly the amount as typed.
//! - **Empty is not nought.** An unanswered number makes a sum empty; write `coalesce(${x}, 0)`. `sum()` over a
//!   repeat is empty as long as one instance is unanswered.
//! - **Irrelevant answers** read as empty, are left out of sums and counts, are neither required nor exported, and
//!   come back when they are relevant again.
//! - **`${name}`** means the same repeat instance from within it, and all instances from outside.
//! - **A calculation wins**: a question with a calculation cannot be typed into. Defaults are given once, by
//!   [`Questionnaire::begin`] and [`Questionnaire::add_instance`].
//! - **Dates count in whole days**: the clock changes of spring and autumn never show.
//! - A bare `${x}` as a condition asks whether it is answered.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::float_cmp))]

mod answers;
mod choices;
mod columns;
mod compile;
mod date;
mod display;
mod evaluation;
mod expression;
mod number;
mod page;
mod problem;
mod program;
mod question;
mod questionnaire;
mod row_type;
mod survey;
mod value;
mod workbook;

pub use answers::{Answers, template_path};
pub use display::{display_value, fixed_point};
pub use evaluation::{Evaluation, NodeState, SectionState, sum_of_concept};
pub use page::{Page, PageRepeat, Section};
pub use problem::Problem;
pub use question::{Choice, Question, QuestionKind};
pub use questionnaire::Questionnaire;
pub use value::{AnswerProblem, date_from_parts, parse_value};
pub use workbook::{Sheet, SheetRow, Workbook};
