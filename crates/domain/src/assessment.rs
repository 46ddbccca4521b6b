//! What a return amounts to: its state, its figures, and what is still missing.

use jiff::civil::Date;
use questionnaire::{Answers, Evaluation, Questionnaire, sum_of_concept};

use crate::returns::{Figures, ReturnState};

/// Concept of the staff in post of one row of the workforce table.
const STAFF_WTE: &str = "workforce.wte";
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
        staff_wte: told(questionnaire, &evaluation, STAFF_WTE, 3),
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

/// The exact sum of a concept, or none when nobody has told it.
fn told(questionnaire: &Questionnaire, evaluation: &Evaluation, concept: &str, decimals: u32) -> Option<i64> {
    first_value(questionnaire, evaluation, concept)?;
    Some(sum_of_concept(questionnaire, evaluation, concept, decimals))
}

fn first_value(questionnaire: &Questionnaire, evaluation: &Evaluation, concept: &str) -> Option<String> {
    for question in questionnaire.questions_with_concept(concept) {
        let found = evaluation
            .nodes()
            .iter()
            .find(|node| !node.value.is_empty() && questionnaire::template_path(&node.path) == question.path);
        if let Some(node) = found {
            return Some(node.value.clone());
        }
    }
    None
}
