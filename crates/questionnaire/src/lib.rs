//! Questionnaires written as XLSForm spreadsheets: read, checked, evaluated and paged; knows nothing of who answers.
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
