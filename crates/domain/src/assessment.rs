//! What a return amounts to: its state, its figures, and what is still missing.

use jiff::civil::Date;
use questionnaire::{Answers, Evaluation, Questionnaire, fixed_point, sum_of_concept};

use crate::returns::{Figures, ReturnState};

/// Concept of the staff in post of one row of the workforce table.
const STAFF_WTE: &str = "workforce.wte";
/// Concept of the question whether anybody is paid; "no" means no staff, which is another thing than not told.
const HAS_PAID_STAFF: &str = "workforce.has_paid_staff";
/// Concept of a service's total cost in the cycle's financial year.
const TOTAL_COST: &str = "cost.total";
/// Concept of a service's caseload on the census day.
const CASELOAD: &str = "activity.caseload";
/// Concept of a service's name.
const NAME: &str = "service.name";

/// Something required that is missing, or something wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The concrete path of the question.
    pub path: String,
    /// The question's label.
    pub label: String,
    /// What is wrong, as a sentence.
    pub message: String,
}

/// What a return amounts to.
#[derive(Debug)]
pub struct Assessment {
    /// The engine's reading of every question.
    pub evaluation: Evaluation,
    /// How far the return is: not started, in progress or complete.
    pub state: ReturnState,
    /// What tables add up.
    pub figures: Figures,
    /// What is still missing or wrong, in the order of the questionnaire.
    pub missing: Vec<Missing>,
    /// The service's name as told here; none while it is blank.
    pub name: Option<String>,
}

/// Assesses answers on a day; `edited` says whether anybody has answered in this cycle.
pub fn assess(questionnaire: &Questionnaire, answers: &Answers, today: Date, edited: bool) -> Assessment {
    let evaluation = questionnaire.evaluate(answers, today);
    let mut missing = Vec::new();
    for (path, problem) in evaluation.problems() {
        missing.push(Missing {
            path: path.to_owned(),
            label: evaluation.label(path),
            message: problem.message.clone(),
        });
    }
    let state = if !edited {
        ReturnState::NotStarted
    } else if missing.is_empty() {
        ReturnState::Complete
    } else {
        ReturnState::InProgress
    };
    let figures = Figures {
        staff_wte: staff(questionnaire, &evaluation),
        cost_pence: told(questionnaire, &evaluation, TOTAL_COST, 2),
        caseload: told(questionnaire, &evaluation, CASELOAD, 0),
    };
    let name = first_value(questionnaire, &evaluation, NAME);
    Assessment {
        evaluation,
        state,
        figures,
        missing,
        name,
    }
}

/// Staff in post: none at all where nobody is paid, unknown where nobody has told.
fn staff(questionnaire: &Questionnaire, evaluation: &Evaluation) -> Option<i64> {
    let has_paid_staff = first_value(questionnaire, evaluation, HAS_PAID_STAFF);
    if has_paid_staff.as_deref() == Some("no") {
        return Some(0);
    }
    told(questionnaire, evaluation, STAFF_WTE, 3)
}

/// The exact sum of a concept, or none when nobody has told it as a number.
fn told(questionnaire: &Questionnaire, evaluation: &Evaluation, concept: &str, decimals: u32) -> Option<i64> {
    let values = values_of(questionnaire, evaluation, concept);
    if values.iter().any(|value| fixed_point(value, decimals).is_some()) {
        Some(sum_of_concept(questionnaire, evaluation, concept, decimals))
    } else {
        None
    }
}

fn first_value(questionnaire: &Questionnaire, evaluation: &Evaluation, concept: &str) -> Option<String> {
    let values = values_of(questionnaire, evaluation, concept);
    values.first().map(|value| (*value).to_owned())
}

/// Every answer that measures a concept and is not empty, in the order of the questionnaire.
fn values_of<'a>(questionnaire: &Questionnaire, evaluation: &'a Evaluation, concept: &str) -> Vec<&'a str> {
    let mut values = Vec::new();
    for node in evaluation.nodes() {
        let question = node
            .question
            .and_then(|place| questionnaire.questions().get(place));
        let measures = question.is_some_and(|question| question.concept.as_deref() == Some(concept));
        if measures && !node.value.is_empty() {
            values.push(node.value.as_str());
        }
    }
    values
}
